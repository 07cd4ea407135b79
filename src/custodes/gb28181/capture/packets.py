"""Datagrams and segments out of packets: link layers, IPv4 with its fragments, IPv6, UDP, TCP. What is anything else is passed over."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import NamedTuple

from custodes.gb28181.capture.pcap import Packet

ETHERNET, NULL, RAW, LOOP, SLL, IPV4, IPV6, SLL2 = 1, 0, 101, 108, 113, 228, 229, 276
_RAW_OF_OTHERS = (12, 14)
"""What some systems write for RAW."""
MOST_HALVES = 256
"""Datagrams in fragments that are waited for at once; the oldest is given up for a new one."""
_LARGEST = 65_535
_VLANS = (0x8100, 0x88A8, 0x9100)
_UDP, _TCP = 17, 6
_SKIPPED = (0, 43, 60)
"""IPv6 extension headers that say nothing here: hop-by-hop, routing, destination options."""


class Ends(NamedTuple):
    """From where to where: address and port, twice."""

    source: str
    source_port: int
    target: str
    target_port: int


class Datagram(NamedTuple):
    """One datagram of UDP; `whole` is false where the capture kept its beginning alone."""

    wall_us: int
    ends: Ends
    octets: bytes
    whole: bool


class Segment(NamedTuple):
    """One segment of TCP: where its octets stand, how many there were, and its flags."""

    wall_us: int
    ends: Ends
    octets: bytes
    length: int
    number: int
    flags: int


class Packets:
    """Takes packets, gives what is in them. Fragments are the reason that it remembers anything."""

    def __init__(self) -> None:
        self._halves: OrderedDict[tuple[bytes, bytes, int, int], dict[int, tuple[bytes, bool]]] = OrderedDict()

    def take(self, packet: Packet) -> Datagram | Segment | None:
        """What a packet holds, None for what is neither UDP nor TCP or not there yet. Never raises."""
        octets = _network(packet.link, packet.octets)
        if not octets:
            return None
        version = octets[0] >> 4
        if version == 4:
            return self._ipv4(packet.wall_us, octets)
        return _ipv6(packet.wall_us, octets) if version == 6 else None

    def _ipv4(self, wall_us: int, octets: bytes) -> Datagram | Segment | None:
        size = (octets[0] & 15) * 4
        if size < 20 or len(octets) < size:
            return None
        whole = int.from_bytes(octets[2:4], "big") or len(octets)  # 0: the card cuts it, behind us
        place = int.from_bytes(octets[6:8], "big")
        payload, length = octets[size:whole], max(whole - size, 0)
        source, target, kind = octets[12:16], octets[16:20], octets[9]
        if place & 0x3FFF:
            joined = self._join(
                (source, target, kind, int.from_bytes(octets[4:6], "big")),
                (place & 0x1FFF) * 8,
                payload if len(payload) == length else b"",
                bool(place & 0x2000),
            )
            if joined is None:
                return None
            payload, length = joined, len(joined)
        return _transport(wall_us, source, target, kind, payload, length)

    def _join(self, key: tuple[bytes, bytes, int, int], at: int, piece: bytes, more: bool) -> bytes | None:
        """All of a datagram once its last piece is here."""
        held = self._halves.pop(key, {})
        if not piece or at + len(piece) > _LARGEST or len(held) >= 64:
            return None
        held[at] = (piece, more)
        whole = b""
        while len(whole) in held:
            piece, more = held[len(whole)]
            whole += piece
            if not more:
                return whole
        self._halves[key] = held
        while len(self._halves) > MOST_HALVES:
            self._halves.popitem(last=False)
        return None


def _network(link: int, octets: bytes) -> bytes:
    """What lies behind the link's header; nothing where that is no IP."""
    if link in (RAW, IPV4, IPV6, *_RAW_OF_OTHERS):
        return octets
    if link in (NULL, LOOP):
        return octets[4:]
    at = {ETHERNET: 12, SLL: 14, SLL2: 0}.get(link)
    if at is None:
        return b""
    kind = int.from_bytes(octets[at : at + 2], "big")
    at = 20 if link == SLL2 else at + 2
    for _ in range(4):
        if kind not in _VLANS:
            break
        kind = int.from_bytes(octets[at + 2 : at + 4], "big")
        at += 4
    return octets[at:] if kind in (0x0800, 0x86DD) else b""


def _ipv6(wall_us: int, octets: bytes) -> Datagram | Segment | None:
    if len(octets) < 40:
        return None
    length, kind, at = int.from_bytes(octets[4:6], "big"), octets[6], 40
    for _ in range(8):
        if kind not in _SKIPPED or at + 8 > len(octets):
            break
        size = 8 + octets[at + 1] * 8
        kind = octets[at]
        at, length = at + size, length - size
    if length <= 0:
        return None
    return _transport(wall_us, octets[8:24], octets[24:40], kind, octets[at : at + length], length)


def _transport(
    wall_us: int, source: bytes, target: bytes, kind: int, payload: bytes, length: int
) -> Datagram | Segment | None:
    """`payload` is what was kept of `length` octets."""
    if kind == _UDP and len(payload) >= 8:
        whole = int.from_bytes(payload[4:6], "big") or length
        return Datagram(wall_us, _ends(source, target, payload), payload[8:whole], len(payload) >= whole)
    if kind == _TCP and len(payload) >= 20:
        size = (payload[12] >> 4) * 4
        if 20 <= size <= len(payload):
            number = int.from_bytes(payload[4:8], "big")
            return Segment(wall_us, _ends(source, target, payload), payload[size:], length - size, number, payload[13])
    return None


def _ends(source: bytes, target: bytes, payload: bytes) -> Ends:
    return Ends(
        str(ipaddress.ip_address(source)),
        int.from_bytes(payload[:2], "big"),
        str(ipaddress.ip_address(target)),
        int.from_bytes(payload[2:4], "big"),
    )
