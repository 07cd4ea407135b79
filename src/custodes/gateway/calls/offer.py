"""What a channel is offered (GB/T 28181-2016 §9.2, Annex F and L), what of its answer is believed, and how a refusal is told to
people: no sentence repeats what a device sent.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from custodes.gb28181.edition import Edition
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import PS, CallPurpose, MediaDirection, MediaLine, Sdp, SdpUri, Setup, read_sdp, write_sdp
from custodes.gb28181.ssrc import ssrc_of
from custodes.gb28181.subject import subject
from custodes.video.wire.calls import LONGEST_SPAN, CallAsk

_STATUS = {
    400: "the device does not understand the call",
    401: "the device asks for a login before it takes calls",
    403: "the device does not take calls from this gateway; look at its platform settings",
    404: "the device has no such channel",
    408: "the device's channel did not answer it",
    415: "the device offers no stream of this kind",
    480: "the channel is offline in its device",
    481: "the device does not know the call",
    486: "the device sends as many streams as it can",
    488: "the device can't send the stream that was asked for",
    500: "the device failed",
    503: "the device has no room now",
}


def refusal(status: int) -> str:
    """Why a device refused, as far as its status says."""
    return _STATUS.get(status, "the device refused the call") + f" (SIP {status})"


def away(what: str) -> str:
    """Why a device can't be spoken with: it restarted, fell silent, or is gone."""
    return "the device has just restarted" if what == "restarted" else "the device is not registered any more"


DISCARD = 9
"""The port of who connects, and listens nowhere (RFC 4145 §4.1)."""

LONGEST_ADDRESS = 64


@dataclass(frozen=True, slots=True)
class CallAgreement:
    """What came of offer and answer.

    Attributes:
        ssrc: of the stream.
        address, port: where the device has it; empty and 0 where it does not say.
        hosts: from which its media may come.
        remark: what is odd about the answer, and hindered nothing so far.
    """

    ssrc: int | None
    address: str
    port: int
    hosts: tuple[str, ...]
    remark: str = ""


def against(ask: CallAsk) -> str:
    """What is wrong with where the node wants to receive, or with which time: field, rule, remedy; empty for nothing."""
    try:
        address = ipaddress.ip_address(ask.address) if len(ask.address) <= LONGEST_ADDRESS else None
    except ValueError:
        address = None
    if address is None or address.is_unspecified or address.is_multicast or "%" in ask.address:
        return "address: is not one machine's IP address; give that of the node's receiver"
    if ask.port == 0 and ask.setup != "tcp-active":
        return "port: is 0; give the port that the node receives at"
    if ask.session == "Play":
        return "" if ask.start == ask.end == 0 else "start: a live call has no time; leave start and end out"
    if not 0 < ask.start < ask.end <= ask.start + LONGEST_SPAN:
        return f"end: does not lie within {LONGEST_SPAN} seconds behind start; ask in parts"
    return ""


def offer(id: str, ask: CallAsk, y: str, edition: Edition) -> bytes:
    """The description that goes with INVITE.

    Args:
        id: our own ID; y: ten digits of the stream's number.

    Raises:
        Refused: one of them can't stand there.
    """
    tcp = ask.setup != "udp"
    setup = {"udp": None, "tcp-passive": Setup.PASSIVE, "tcp-active": Setup.ACTIVE}[ask.setup]
    # PS alone: some devices take no list, and whatever is in it is told apart by its map.
    media = MediaLine(
        "video", ask.port or DISCARD, tcp, (PS,), way=MediaDirection.RECVONLY, setup=setup, connection_new=tcp
    )
    # 2022 has the attribute. Older devices pass over what they don't know, and some know it: said where it matters.
    stream = 1 if ask.stream == "sub" else 0 if edition >= Edition.E2022 else None
    if ask.session == "Play":
        return write_sdp(Sdp(id, ask.address, (media,), y=y, stream=stream))
    return write_sdp(
        Sdp(
            id,
            ask.address,
            (media,),
            CallPurpose(ask.session),
            uri=SdpUri(ask.channel),
            start=ask.start,
            end=ask.end,
            y=y,
            stream=stream,
            speed=ask.speed if ask.session == "Download" else None,
        )
    )


def fields(id: str, ask: CallAsk, y: str) -> tuple[tuple[str, str], ...]:
    """The header fields that belong to it.

    Raises:
        Refused: an ID can't stand there.
    """
    return ("Content-Type", "Application/SDP"), ("Subject", str(subject(ask.channel, y, id)))


def agreed(ask: CallAsk, y: str, body: bytes, host: str, admits: Callable[[str], bool]) -> CallAgreement:
    """What the device's 200 says, as far as it is believed.

    Args:
        host: where the device was heard from.
        admits: whether a device may be at an address. Where its description names another (it does not know of its NAT, or lies), media is
            expected from where it was heard, and nobody is sent to connect elsewhere.

    Raises:
        Refused: no video comes of this.
    """
    if not body.strip() and ask.setup != "tcp-active":
        # We wait for its packets, and need nothing of it: whatever comes from there to this port is the answer.
        return CallAgreement(ssrc_of(y), "", 0, (host,), "the device answers without a description of its stream")
    answer = read_sdp(body)
    media = next((one for one in answer.media if one.kind == "video"), None)
    if media is None:
        raise Gb28181Refused("m", "has no video", "look at the channel's settings in the device")
    if media.private:
        raise Gb28181Refused("a=rtpmap", "is a maker's own stream", "set the device to GB/T 28181 streams")
    if media.port == 0:
        raise Gb28181Refused("m", "has port 0: the stream was declined", "look at the channel's settings in the device")
    if ask.setup == "tcp-active" and media.port == DISCARD:
        raise Gb28181Refused("m", "has no port to connect to", "let the device connect (tcp-passive)")
    address = answer.address if admits(answer.address) else host
    hosts = (host,) if address == host else (host, address)
    ssrc = answer.ssrc if answer.ssrc is not None else ssrc_of(y)
    return CallAgreement(ssrc, address, media.port, hosts, _remark(ask, media))


def _remark(ask: CallAsk, media: MediaLine) -> str:
    if media.tcp != (ask.setup != "udp"):
        return f"the device answers with {'TCP' if media.tcp else 'UDP'}, which was not asked for"
    ours = {"tcp-passive": Setup.PASSIVE, "tcp-active": Setup.ACTIVE}.get(ask.setup)
    if ours is not None and media.setup is ours:
        return "the device answers with the part in connecting that is ours"
    if PS not in media.types:
        return "the device answers with another payload type than 96"
    return ""
