"""The Transport field (RFC 2326 §12.39), and what a session needs of the sockets that its datagrams come in by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Protocol

from custodes.video.rtp.assembly import Depacketizer

Choice = Literal["tcp", "udp", "auto"]
"""How a camera is to send: on the RTSP connection, as datagrams, or the first and, where it refuses (461), the second."""

_PAIR = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class RtpTransport:
    """One way to carry a medium.

    Attributes:
        tcp: interleaved on the RTSP connection; else UDP.
        unicast: False when multicast is asked for.
        interleaved: channels of RTP and RTCP, None when not stated.
        client_port: ports of RTP and RTCP at the client, None when not stated.
        ssrc: of the sender, None when not stated.
        server_port: ports of RTP and RTCP at the server, None when not stated.
        source: where the server says that it sends from, empty when not stated.
    """

    tcp: bool
    unicast: bool = True
    interleaved: tuple[int, int] | None = None
    client_port: tuple[int, int] | None = None
    ssrc: int | None = None
    server_port: tuple[int, int] | None = None
    source: str = ""


def parse_transport(text: str) -> list[RtpTransport]:
    """The ways that a field offers, best first; what can't be read is left out. Never raises."""
    found = []
    for offer in text.split(","):
        specifier, *rest = (part.strip() for part in offer.split(";"))
        words = specifier.upper().split("/")
        if words[:2] != ["RTP", "AVP"]:
            continue
        pairs = {name.strip().lower(): value.strip() for name, _equals, value in (part.partition("=") for part in rest)}
        found.append(
            RtpTransport(
                tcp=words[2:] == ["TCP"],
                unicast="multicast" not in pairs,
                interleaved=_pair(pairs.get("interleaved", ""), 255),
                client_port=_pair(pairs.get("client_port", ""), 65535),
                server_port=_pair(pairs.get("server_port", ""), 65535),
                source=pairs.get("source", "").strip("[]"),
                ssrc=_hex(pairs.get("ssrc", "")),
            )
        )
    return found


def _pair(text: str, most: int) -> tuple[int, int] | None:
    match = _PAIR.fullmatch(text)
    if match is None:
        return None
    first = int(match[1])
    second = int(match[2]) if match[2] else first + 1
    return (first, second) if first <= most and second <= most and first != second else None


def _hex(text: str) -> int | None:
    try:
        return int(text, 16) & 0xFFFFFFFF if len(text) <= 8 else None
    except ValueError:
        return None


class NoPorts(Exception):
    """No pair of UDP ports is free."""


class NotFromThere(Exception):
    """The camera wants to send from an address that is not its own."""


class RtpUdpPair(Protocol):
    """A pair of UDP ports, for RTP and RTCP. RTCP packets reach the session by `Client.on_control`."""

    @property
    def ssrc(self) -> int | None:
        """Synchronisation source of the RTP packets, None before the first."""
        ...

    def open(self) -> tuple[int, int]:
        """Take a pair of ports.

        Raises:
            NoPorts: none is free.
        """
        ...

    def expect(self, way: RtpTransport) -> None:
        """Take datagrams from where the camera's answer to SETUP says; where it names no ports, or nothing comes from there, from another
        port of the camera.

        Raises:
            NotFromThere: it names another address.
        """
        ...

    def carry(self, video: Depacketizer, payload_type: int) -> None:
        """Give the RTP packets to `video`, in order."""
        ...

    def send_report(self, packet: bytes) -> None:
        """Send an RTCP packet to the camera."""
        ...
