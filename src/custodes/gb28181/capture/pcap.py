"""Capture files: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), as far as packets and their times need it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

LARGEST_PACKET = 262_144
"""What tcpdump and Wireshark write at most."""
LARGEST_BLOCK = 1 << 24
_MAGICS = {0xA1B2C3D4: 1_000_000, 0xA1B23C4D: 1_000_000_000}
_SECTION, _INTERFACE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 3, 6
_ORDER = 0x1A2B3C4D
_RESOLUTION = 9


class Packet(NamedTuple):
    """One packet.

    Attributes:
        wall_us: when, microseconds UTC.
        link: what its octets begin with, a LINKTYPE number.
    """

    wall_us: int
    link: int
    octets: bytes


class NotCapture(ValueError):
    """It is no capture file; the message says what to do."""


def read(file: BinaryIO) -> Iterator[Packet]:
    """The packets of a capture file. What breaks off, or makes no sense any more, ends it without a word: files of a capture that runs do.

    Raises:
        NotCapture: it does not begin as one.
    """
    start = file.read(4)
    if len(start) == 4:
        for order in ("<", ">"):
            number = struct.unpack(f"{order}I", start)[0]
            if number in _MAGICS:
                return _plain(file, order, _MAGICS[number])
            if number == _SECTION:
                return _blocks(file)
    raise NotCapture("it is neither pcap nor pcapng; write one with tcpdump -w or Wireshark")


def _plain(file: BinaryIO, order: str, second: int) -> Iterator[Packet]:
    head = file.read(20)
    if len(head) < 20:
        return
    link = struct.unpack(f"{order}I", head[16:])[0] & 0xFFFF
    while len(record := file.read(16)) == 16:
        seconds, fraction, kept, _whole = struct.unpack(f"{order}IIII", record)
        if kept > LARGEST_PACKET:
            return
        octets = file.read(kept)
        if len(octets) < kept:
            return
        yield Packet(seconds * 1_000_000 + fraction * 1_000_000 // second, link, octets)


def _blocks(file: BinaryIO) -> Iterator[Packet]:
    """Blocks of pcapng; the first four octets, a section's type, were read."""
    order = "<"
    interfaces: list[tuple[int, int]] = []  # link, ticks a second
    kind = _SECTION
    while True:
        length_octets = file.read(4)
        if len(length_octets) < 4:
            return
        if kind == _SECTION:
            mark = file.read(4)
            found = next((each for each in "<>" if mark == struct.pack(f"{each}I", _ORDER)), None)
            if found is None:
                return
            order, interfaces = found, []
        length = struct.unpack(f"{order}I", length_octets)[0]
        rest = length - (12 if kind == _SECTION else 8)
        if length > LARGEST_BLOCK or rest < 4:
            return
        body = file.read(rest)
        if len(body) < rest:
            return
        packet = _of_block(kind, body[:-4], order, interfaces)
        if packet is not None:
            yield packet
        kind_octets = file.read(4)
        if len(kind_octets) < 4:
            return
        kind = struct.unpack(f"{order}I", kind_octets)[0]


def _of_block(kind: int, body: bytes, order: str, interfaces: list[tuple[int, int]]) -> Packet | None:
    if kind == _INTERFACE and len(body) >= 8:
        if len(interfaces) < 1_000:
            interfaces.append((struct.unpack(f"{order}H", body[:2])[0], _ticks(body[8:], order)))
    elif kind == _ENHANCED and len(body) >= 20:
        number, high, low, kept, _whole = struct.unpack(f"{order}IIIII", body[:20])
        if number < len(interfaces) and kept <= len(body) - 20:
            link, ticks = interfaces[number]
            return Packet((high << 32 | low) * 1_000_000 // ticks, link, body[20 : 20 + kept])
    elif kind == _SIMPLE and len(body) >= 4 and interfaces:
        whole = struct.unpack(f"{order}I", body[:4])[0]
        return Packet(0, interfaces[0][0], body[4 : 4 + whole])
    return None


def _ticks(options: bytes, order: str) -> int:
    """A second in ticks of an interface (if_tsresol)."""
    at = 0
    while at + 4 <= len(options):
        code, length = struct.unpack(f"{order}HH", options[at : at + 4])
        if code == _RESOLUTION and length >= 1 and at + 4 < len(options):
            value = options[at + 4]
            return int(1 << min(value & 0x7F, 63) if value & 0x80 else 10 ** min(value, 18))
        if not code:
            break
        at += 4 + (length + 3 & ~3)
    return 1_000_000
