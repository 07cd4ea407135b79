"""What a device describes when it is to be spoken to (GB/T 28181-2016 §9.12.1, Annex F): its offer, and what that is answered."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from custodes.gateway.calls.offer import DISCARD
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import (
    G711,
    PS,
    CallPurpose,
    MediaDirection,
    MediaLine,
    Sdp,
    Setup,
    answering,
    read_sdp,
    write_sdp,
)
from custodes.gb28181.ssrc import written
from custodes.video.wire.calls import Setup as WireSetup
from custodes.video.wire.control_leases import Encoding, SpeakAsk

PCMU, PCMA = 0, 8
_STATIC: dict[int, Encoding] = {PCMA: "pcma", PCMU: "pcmu"}
_MAPPED: dict[str, Encoding] = {"PCMA/8000": "pcma", "PCMU/8000": "pcmu", "PS/90000": "ps"}
_NAMES = {encoding: name for name, encoding in _MAPPED.items()}
_BROADCAST = ipaddress.IPv4Address("255.255.255.255")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is done of a description.

    Attributes:
        setup: who connects, as seen from us.
        address, port: where the device wants it; hosts: from where it may connect.
        y: ten digits of the stream, empty where the device names none.
    """

    setup: WireSetup
    address: str
    port: int
    hosts: tuple[str, ...]
    encoding: Encoding
    type: int
    y: str


@dataclass(frozen=True, slots=True)
class SpeechAnswer(Agreed):
    """What is done of an offer.

    Attributes:
        offer: as it was read; medium: place of its sound in it.
    """

    offer: Sdp
    medium: int


def agreed(ask: SpeakAsk, body: bytes, host: str, admits: Callable[[str], bool]) -> SpeechAnswer:
    """What comes of a device's offer.

    Args:
        host: where the device was heard from.
        admits: whether a device may be at an address. Where its description names another, it is spoken to where it was heard.

    Raises:
        Refused: nothing does.
    """
    offer = read_sdp(body)
    medium = sound_of(offer)
    media = offer.media[medium]
    if offer.session in (CallPurpose.PLAYBACK, CallPurpose.DOWNLOAD):
        raise Gb28181Refused("s", "is for a recording", "send s=Play")
    setup: WireSetup = "udp"
    if media.tcp:
        setup = "tcp-active" if answering(media.setup) is Setup.ACTIVE else "tcp-passive"
    if setup not in ask.setups:
        raise Gb28181Refused("m", f"wants {setup}, which the node does not do", "use another transport")
    if not media.port or (setup == "tcp-active" and media.port == DISCARD):
        raise Gb28181Refused("m", "has no port to send to", "name the port")
    address, hosts = whereabouts(ask, offer.address, host, admits)
    type, encoding = coding_of(media)
    y = written(offer.ssrc) if offer.ssrc is not None else ""
    return SpeechAnswer(setup, address, media.port, hosts, encoding, type, y, offer, medium)


def answer(id: str, ask: SpeakAsk, found: SpeechAnswer, y: str) -> bytes:
    """The description that goes with our 200.

    Args:
        id: our own ID; y: ten digits of the stream, the device's own where it named them.

    Raises:
        Refused: one of them can't stand there.
    """
    tcp = found.setup != "udp"
    ours = MediaLine(
        "audio",
        DISCARD if found.setup == "tcp-active" else ask.port,
        tcp,
        (found.type,),
        ((found.type, _NAMES[found.encoding]),),
        MediaDirection.SENDONLY,
        answering(found.offer.media[found.medium].setup) if tcp else None,
        connection_new=tcp,
    )
    # Each medium of an offer is answered, those that are not taken by port 0 (RFC 3264 §6).
    media = tuple(
        ours if place == found.medium else MediaLine(one.kind, 0, one.tcp, one.types, ())
        for place, one in enumerate(found.offer.media)
    )
    session = found.offer.session if found.offer.session is CallPurpose.TALK else CallPurpose.PLAY
    return write_sdp(Sdp(id, ask.address, media, session, y=y, format=G711))


def sound_of(description: Sdp) -> int:
    """The place of the sound that a device wants to receive.

    Raises:
        Refused: it wants none.
    """
    medium = next((place for place, one in enumerate(description.media) if one.kind == "audio"), None)
    if medium is None:
        raise Gb28181Refused("m", "has no audio", "describe audio over RTP/AVP or TCP/RTP/AVP")
    if description.media[medium].way in (MediaDirection.SENDONLY, MediaDirection.INACTIVE):
        raise Gb28181Refused("a", "does not receive", "send a=recvonly")
    return medium


def whereabouts(ask: SpeakAsk, said: str, host: str, admits: Callable[[str], bool]) -> tuple[str, tuple[str, ...]]:
    """Where a device is spoken to, and from where it may connect.

    Args:
        said: the address of its description; host, admits: as of `agreed`.

    Raises:
        Refused: the node has no address of this family.
    """
    address = said if _one_machine(said) and admits(said) else host
    if ipaddress.ip_address(address).version != ipaddress.ip_address(ask.address).version:
        raise Gb28181Refused("c", "is of another family than the node's address", "use the family that the node has")
    return address, (host,) if address == host else (host, address)


def coding_of(media: MediaLine) -> tuple[int, Encoding]:
    """The first of its payload types that can be sent.

    Raises:
        Refused: none can.
    """
    maps = {type: name.upper() for type, name in media.maps}
    for type in media.types:
        name = maps.get(type, "")
        # PCMA/8000/1 says the same (RFC 4566 §6); a static type needs no map, and what contradicts it is none of ours.
        encoding = _MAPPED.get(name.removesuffix("/1")) if name else _STATIC.get(type, "ps" if type == PS else None)
        if encoding is not None and _STATIC.get(type, encoding) == encoding:
            return type, encoding
    raise Gb28181Refused("m", "has no G.711 and no program stream", "offer payload type 8, 0 or 96")


def _one_machine(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return not (address.is_unspecified or address.is_multicast or address.is_link_local or address == _BROADCAST)
