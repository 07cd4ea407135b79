"""Calls to a simulated device: INVITE answered, streams begun and ended, recordings steered; and its own call after a Broadcast."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
from custodes.gb28181.device.speech import MOST_AT_ONCE, ReceivedSpeech
from custodes.gb28181.device.stream import Outlet, SimulatedStream
from custodes.gb28181.mansrtsp import MansrtspMethod, read_request, write_answer
from custodes.gb28181.media.frame import CLOCK_RATE
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import PS, CallPurpose, MediaDirection, MediaLine, Sdp, Setup, answering, read_sdp, write_sdp
from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.transactions import Full
from custodes.gb28181.sip.uri import parse_uri
from custodes.gb28181.ssrc import written
from custodes.gb28181.subject import parse_subject

SDP = ("Content-Type", "Application/SDP")
RTSP = ("Content-Type", "Application/MANSRTSP")
PATIENCE = 30.0
"""Seconds that it waits for BYE after it told that a recording is over."""


@dataclass(frozen=True, slots=True)
class MediaOctets:
    """Octets for a receiver of media: one datagram, or octets of its connection."""

    outlet: Outlet
    octets: bytes


class _Refusal(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


@dataclass(slots=True)
class _Sending:
    channel: SimulatedChannel
    stream: SimulatedStream
    subject: str
    give_up: float | None = None  # when it hangs up by itself


class DeviceCalls:
    """All calls of one device.

    Args:
        channel: a channel by its ID, None for one that there is not; online: whether it is; film: what it shows.
        ended: a recording of this channel is over, to be told; platform: where that is reached.

    Attributes:
        listening: speech that is awaited or comes, by call, whoever made that; spoken: the last that is over. heard: called with
            each that is.
        refused: statuses that calls were refused with, in order; the last hundred.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        settings: SimulatedDeviceSettings,
        channel: Callable[[str], SimulatedChannel | None],
        online: Callable[[str], bool],
        film: Callable[[str], LoopedFilm],
        ended: Callable[[str], None],
        platform: Callable[[], Peer],
    ) -> None:
        self.listening: dict[SipCall, ReceivedSpeech] = {}
        self.spoken: deque[ReceivedSpeech] = deque(maxlen=8)
        self.heard: Callable[[ReceivedSpeech], None] = lambda _ear: None
        self.refused: list[int] = []
        self._endpoint = endpoint
        self._settings = settings
        self._channel, self._online, self._film, self._ended = channel, online, film, ended
        self._platform = platform
        self._sending: dict[SipCall, _Sending] = {}
        self._serial = 0
        self._asked_for: dict[SipCall, ReceivedSpeech] = {}
        self._spoilt: set[int] = set()

    @property
    def streams(self) -> list[tuple[str, SimulatedStream]]:
        """Channel and stream of each call, whether it is acknowledged or not."""
        return [(one.channel.id, one.stream) for one in self._sending.values()]

    @property
    def ears(self) -> list[ReceivedSpeech]:
        """Speech for which a port is open: called for, or coming."""
        return [*self._asked_for.values(), *self.listening.values()]

    def due(self) -> float | None:
        """When `media` has something to give; None for never."""
        moments = [one.give_up if one.stream.over else one.stream.due() for one in self._sending.values()]
        return min((moment for moment in moments if moment is not None), default=None)

    def offered(self, event: CallOffered, now: float) -> None:
        """A call of the platform's."""
        try:
            channel, offer, subject = self._called(event.request)
            if offer.session is CallPurpose.TALK:
                self._talk(event.call, channel, offer, now)
                return
            self._replace(subject, now)
            stream = self._begun(channel, offer)
        except _Refusal as refusal:
            self.refused = [*self.refused[-99:], refusal.status]
            event.call.refuse(refusal.status, now)
            return
        if event.call.accept(self._answer(channel, offer, stream), (SDP,), now):
            self._sending[event.call] = _Sending(channel, stream, subject)

    def told(self, event: CallEvent, now: float) -> bool:
        """What became of a call; False for a request inside that is no INFO: whoever calls answers it."""
        call = event.call
        one = self._sending.get(call)
        if event.what == "acknowledged" and one is not None:
            one.stream.called = True
        elif event.what == "answered" and call in self._asked_for:
            self._heard_of(call, self._asked_for.pop(call), event.message, now)
        elif event.what == "info" and event.transaction is not None:
            request = event.transaction.request
            if request is None or request.method != "INFO":
                return False
            self._info(event, request, one, now)
        elif event.what == "renewed":
            call.refuse(488, now)
        elif event.what in ("ended", "cancelled", "failed", "refused") and call.phase.value == "over":
            self._sending.pop(call, None)
            ear = self.listening.pop(call, None) or self._asked_for.pop(call, None)
            if ear is not None:
                self.spoken.append(ear)
                self.heard(ear)
        return True

    def media(self, now: float) -> list[MediaOctets]:
        """What is to be sent of all streams at this moment."""
        made: list[MediaOctets] = []
        for call, one in list(self._sending.items()):
            made += [MediaOctets(one.stream.outlet, octets) for octets in one.stream.packets(now)]
            if not one.stream.over or Quirk.NO_MEDIA_STATUS in self._settings.quirks:
                continue
            if one.give_up is None:
                one.give_up = now + PATIENCE
                self._ended(one.channel.id)
            elif now >= one.give_up:
                call.hang_up("over", now)
        return made

    def connected(self, own: int, stands: bool = True) -> None:
        """The connection of the stream at our port stands, or does no longer."""
        for one in self._sending.values():
            if one.stream.outlet.own == own and one.stream.outlet.tcp:
                one.stream.connected = stands

    def key(self, channel: str, now: float) -> None:
        """A key frame is asked for."""
        for one in self._sending.values():
            if one.channel.id == channel:
                one.stream.key(now)

    def hang_up(self, channel: str, now: float) -> None:
        """End the calls of a channel; of all, and of whoever speaks, for an empty one."""
        if not channel:
            self.unspoken(now)
        for call, one in list(self._sending.items()):
            if channel in ("", one.channel.id):
                call.hang_up("offline", now)

    def unusable(self, own: int, now: float) -> None:
        """Our port can't be had: its call ends, and it is given to no other."""
        self._spoilt.add(own)
        self.unreached(own, now)

    def unreached(self, own: int, now: float) -> None:
        """The receiver can't be reached from our port: the call ends."""
        for call, one in list(self._sending.items()):
            if one.stream.outlet.own == own:
                call.hang_up("no media", now)
                self._sending.pop(call, None)

    def speak(self, source: str, target: str, now: float) -> None:
        """Call whoever announced speech (2016 §9.12.1)."""
        endpoint, settings, platform = self._endpoint, self._settings, self._platform()
        try:
            port = self._port()
        except _Refusal:
            return
        ssrc = self._number(False)
        y = written(ssrc)
        ear = ReceivedSpeech(target, port, ssrc, settings.quirks)
        told = "nobody:0,nothing:0" if Quirk.SPEECH_SUBJECT in settings.quirks else f"{source}:{y},{target}:0"
        fields = (SDP, ("Subject", told))
        invite = endpoint.request("INVITE", source, platform, ear.offer(target, settings.media, y), fields)
        try:
            self._asked_for[endpoint.call(invite, platform, now)] = ear
        except Full:
            return

    def unspoken(self, now: float) -> None:
        """It hangs up on whoever speaks."""
        for call in list(self.listening):
            call.hang_up("unspoken", now)

    # Within

    def _heard_of(self, call: SipCall, ear: ReceivedSpeech, message: Request | Response | None, now: float) -> None:
        """Our call for speech was answered."""
        self.listening[call] = ear
        try:
            ear.answered(read_sdp(message.body if message is not None else b""))
        except Gb28181Refused:
            call.hang_up("no description", now)

    def _called(self, request: Request) -> tuple[SimulatedChannel, Sdp, str]:
        """Which channel, on which terms, and the sender's part of Subject.

        Raises:
            _Refusal: with the status.
        """
        try:
            told = parse_subject(request.headers.get("Subject"))
            offer = read_sdp(request.body)
            target = parse_uri(request.target).user
        except (Gb28181Refused, Malformed) as error:
            raise _Refusal(400) from error
        names = [target, request.to.uri.user, told.sender if told is not None else ""]
        channel = next((found for name in names if (found := self._channel(name)) is not None), None)
        if channel is None:
            raise _Refusal(404)
        if not self._online(channel.id):
            raise _Refusal(480)
        media = offer.media[0]
        talk = offer.session is CallPurpose.TALK and Quirk.TALK in self._settings.quirks
        if not (talk if media.kind == "audio" else PS in media.types and offer.session not in (None, CallPurpose.TALK)):
            raise _Refusal(488)
        history = offer.session in (CallPurpose.PLAYBACK, CallPurpose.DOWNLOAD)
        if history and not any(
            each.start.timestamp() < offer.end and offer.start < each.end.timestamp() for each in channel.recordings
        ):
            raise _Refusal(404)
        return channel, offer, f"{told.sender}:{told.sender_serial}" if told is not None and told.sender_serial else ""

    def _talk(self, call: SipCall, channel: SimulatedChannel, offer: Sdp, now: float) -> None:
        """The platform calls to speak.

        Raises:
            _Refusal: as many speak as may, or no port is free.
        """
        settings = self._settings
        if len(self.ears) >= MOST_AT_ONCE:
            raise _Refusal(486)
        ear = ReceivedSpeech(channel.id, self._port(), self._number(False), settings.quirks)
        ear.called(offer)
        if call.accept(ear.answer(channel.id, settings.media, offer.y, settings.quirks), (SDP,), now):
            self.listening[call] = ear

    def _replace(self, subject: str, now: float) -> None:
        """The same stream is asked for again: the old one is released (2016 Annex M c)."""
        for call, one in list(self._sending.items()):
            if subject and one.subject == subject:
                call.hang_up("replaced", now)
                self._sending.pop(call, None)

    def _begun(self, channel: SimulatedChannel, offer: Sdp) -> SimulatedStream:
        settings = self._settings
        if len(self._sending) >= settings.streams:
            raise _Refusal(486)
        media = offer.media[0]
        outlet = Outlet(
            offer.address, media.port, self._port(), media.tcp, media.tcp and answering(media.setup) is Setup.ACTIVE
        )
        history = offer.session is not CallPurpose.PLAY
        return SimulatedStream(
            self._film(channel.id),
            outlet,
            offer.ssrc if offer.ssrc is not None else self._number(history),
            span=(offer.end - offer.start) * CLOCK_RATE if history else None,
            quirks=settings.quirks,
            largest=settings.largest,
            scale=float(min(max(offer.speed or 1, 1), 16)) if offer.session is CallPurpose.DOWNLOAD else 1.0,
        )

    def _answer(self, channel: SimulatedChannel, offer: Sdp, stream: SimulatedStream) -> bytes:
        if Quirk.NO_SDP in self._settings.quirks:
            return b""
        outlet = stream.outlet
        setup = answering(offer.media[0].setup) if outlet.tcp else None
        media = MediaLine(
            "video", outlet.own, outlet.tcp, way=MediaDirection.SENDONLY, setup=setup, connection_new=outlet.tcp
        )
        answer = Sdp(
            channel.id,
            self._settings.media,
            (media,),
            offer.session,
            uri=offer.uri,
            start=offer.start,
            end=offer.end,
            y=written(stream.ssrc),
        )
        return write_sdp(answer)

    def _info(self, event: CallEvent, request: Request, one: _Sending | None, now: float) -> None:
        if event.transaction is None:
            return
        if one is None:
            self._endpoint.reply(event.transaction, 481, now=now)
            return
        try:
            asked = read_request(request.body)
        except Gb28181Refused:
            self._endpoint.reply(event.transaction, 400, now=now)
            return
        answer = one.stream.control(asked, now)
        if not one.stream.over:
            one.give_up = None
        self._endpoint.reply(event.transaction, 200, (RTSP,), write_answer(answer), now)
        if asked.method is MansrtspMethod.TEARDOWN:
            event.call.hang_up("teardown", now)

    def _number(self, history: bool) -> int:
        """An SSRC where a call names none: kind, digits 4 to 8 of our ID, a serial."""
        self._serial = self._serial % 9_999 + 1
        digits = self._settings.id[3:8]
        return int(f"{int(history)}{digits if digits.isdigit() else '0'}{self._serial:04d}")

    def _port(self) -> int:
        first, last = self._settings.ports
        used = {one.stream.outlet.own for one in self._sending.values()}
        used |= {ear.own for ear in self.ears}
        used |= self._spoilt
        found = next((port for port in range(first, last + 1) if port not in used), None)
        if found is None:
            raise _Refusal(486)
        return found
