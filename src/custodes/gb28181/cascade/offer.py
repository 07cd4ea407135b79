"""A call as an upper offers it: which channel, for what, and where media is to go to; or the status that it is refused with."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.gb28181.cascade.events import Way
from custodes.gb28181.cascade.settings import UpperPlatformSettings
from custodes.gb28181.cascade.shown import ShownEntries
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import PS, CallPurpose, MediaLine, Sdp, Setup, read_sdp
from custodes.gb28181.sdp import MediaDirection as Sense
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.uri import parse_uri
from custodes.gb28181.subject import parse_subject

LONGEST_CALL_ID = 256
"""It is written down with the purpose that is bound to it."""

HISTORY = (CallPurpose.PLAYBACK, CallPurpose.DOWNLOAD)


class OfferRefusal(Exception):
    """It is refused with this status, by the rule of this name."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status = status
        self.why = why


@dataclass(frozen=True, slots=True)
class Offer:
    """A call that makes sense.

    Attributes:
        way: how media goes, seen from us.
        stream: what the upper calls the stream, ``sender:serial``; the same again takes its place (2016 Annex M c). Empty where it names none.
    """

    channel: str
    sdp: Sdp
    kind: CallPurpose
    way: Way
    stream: str

    @property
    def media(self) -> MediaLine:
        """Its one medium."""
        return self.sdp.media[0]

    @property
    def sounds(self) -> bool:
        """Whether it takes sound: not where its ``f=`` line names a picture and leaves the sound out (Annex F). A line of noughts names nothing."""
        told = self.sdp.format
        return told is None or not told.video or bool(told.audio)


def read_offer(request: Request, settings: UpperPlatformSettings, shown: ShownEntries) -> Offer:
    """What an INVITE asks for.

    Raises:
        Refusal: 400 it contradicts itself or can't be read; 404 no such channel; 480 it is off; 403 media to a place that was not agreed on;
            488 a medium that we do not send: no program stream, sound, speech to us.
    """
    if len(request.call_id) > LONGEST_CALL_ID:
        raise OfferRefusal(400, "call-id")
    try:
        told = parse_subject(request.headers.get("Subject"))
        sdp = read_sdp(request.body)
        target = parse_uri(request.target).user
    except Gb28181Refused as error:
        raise OfferRefusal(400, error.field) from error
    except Malformed as error:
        raise OfferRefusal(400, "request-line") from error
    named = (target, request.to.uri.user, told.sender if told is not None else "", sdp.uri.channel if sdp.uri else "")
    # The server's own ID, and its domain, may stand where a channel is meant.
    known = {name for name in named if name and name != settings.id and shown.find(name) is not None}
    channels = {name for name in known if shown.channel(name) is not None}
    if len(known) > 1:
        raise OfferRefusal(400, "two-channels")
    if not channels:
        raise OfferRefusal(404, "no-channel")
    channel = channels.pop()
    item = shown.find(channel)
    if item is not None and shown.off(item):
        raise OfferRefusal(480, "off")
    kind = _kind(sdp)
    way = _way(sdp.media[0])
    if way != "tcp-passive" and not sdp.media[0].port:
        raise OfferRefusal(488, "no-port")
    if not settings.may_receive(sdp.address):
        raise OfferRefusal(403, "media-address")
    serial = told is not None and told.sender_serial
    return Offer(channel, sdp, kind, way, f"{told.sender}:{told.sender_serial}" if told is not None and serial else "")


def _kind(sdp: Sdp) -> CallPurpose:
    media = sdp.media[0]
    if len(sdp.media) > 1 or media.kind != "video" or sdp.session in (None, CallPurpose.TALK):
        raise OfferRefusal(488, "no-picture")
    if PS not in media.types or media.private or media.way in (Sense.SENDONLY, Sense.INACTIVE):
        raise OfferRefusal(488, "no-program-stream")
    if sdp.session is None:
        raise OfferRefusal(488, "no-picture")
    if sdp.session in HISTORY and not 0 < sdp.start < sdp.end:
        raise OfferRefusal(400, "t")
    return sdp.session


def _way(media: MediaLine) -> Way:
    """Who connects: whoever sends, unless the upper says that it will (§5.4 of the standard's practice, Annex L)."""
    if not media.tcp:
        return "udp"
    return "tcp-passive" if media.setup is Setup.ACTIVE else "tcp-active"
