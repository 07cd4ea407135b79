"""The header of a PES packet (ITU-T H.222.0 §2.4.3.7; ISO/IEC 11172-1 §2.4.3.3 for MPEG-1)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LONGEST_HEADER = 9 + 255
"""Octets from the start code to the payload, at most."""
_COMMON: Final = re.compile(
    rb"(\x00\x00\x01\xba[\x40-\x7f].{8}\xf8)?\x00\x00\x01([\xc0-\xef])(..)[\x80-\xbf][\x80-\xff](.)(.{5})", re.DOTALL
)
"""A PES packet with a PTS, behind a pack header without stuffing or none: what nearly everything begins with."""


class PesHeader(NamedTuple):
    """What a header says.

    Attributes:
        size: octets of the header, start code included.
        pts, dts: 33 bits, None when absent (a missing DTS is the PTS).
    """

    size: int
    pts: int | None
    dts: int | None


class Common(NamedTuple):
    """The head of a PES packet that has a PTS, behind a pack header or not.

    Attributes:
        packs: how many pack headers, none or one.
        number: stream_id.
        begin, end: of the payload, which is not empty.
    """

    packs: int
    number: int
    begin: int
    end: int
    pts: int


def parse(data: bytes, at: int, size: int) -> PesHeader | None:
    """The header at `data[at:size]`, which is known to hold at least 9 octets; None when it is not all there yet."""
    if data[at + 6] >> 6 != 2:
        return _mpeg1(data, at, size)
    length = 9 + data[at + 8]
    if at + length > size:
        return None
    flags = data[at + 7]
    if not flags & 0x80 or length < 14:
        return PesHeader(length, None, None)
    pts = stamp(data, at + 9)
    return PesHeader(length, pts, stamp(data, at + 14) if flags & 0x40 and length >= 19 else None)


def common(data: bytes, at: int) -> Common | None:
    """What stands at `at`; None for anything unusual."""
    found = _COMMON.match(data, at)
    if found is None:
        return None
    pack, number, told, extra, mark = found.groups()
    begin = found.end() - 5 + extra[0]
    end = begin + (told[0] << 8 | told[1]) - 3 - extra[0]
    if extra[0] < 5 or end <= begin:
        return None
    value = int.from_bytes(mark, "big")
    pts = value >> 3 & 0x1C0000000 | value >> 2 & 0x3FFF8000 | value >> 1 & 0x7FFF
    return Common(pack is not None, number[0], begin, end, pts)


def stamp(data: bytes, at: int) -> int:
    """A 33-bit time stamp in its five octets; marker bits aren't looked at."""
    return (
        (data[at] & 0x0E) << 29
        | data[at + 1] << 22
        | (data[at + 2] & 0xFE) << 14
        | data[at + 3] << 7
        | data[at + 4] >> 1
    )


def pack_stamp(time: int, mark: int) -> bytes:
    """Five octets of a 33-bit time stamp behind the four bits `mark` (2: PTS alone, 3 and 1: PTS and DTS)."""
    return bytes(
        (
            mark << 4 | time >> 29 & 0x0E | 1,
            time >> 22 & 0xFF,
            time >> 14 & 0xFE | 1,
            time >> 7 & 0xFF,
            time << 1 & 0xFE | 1,
        )
    )


def _mpeg1(data: bytes, at: int, size: int) -> PesHeader | None:
    """Stuffing, buffer size, time stamps: each by its own mark."""
    place = at + 6
    last = min(at + LONGEST_HEADER, size)
    while place < last and data[place] == 0xFF:
        place += 1
    if place < last and data[place] >> 6 == 1:
        place += 2
    if place >= last:
        return PesHeader(6, None, None) if size - at >= LONGEST_HEADER else None
    kind = data[place] >> 4
    length = {2: 5, 3: 10}.get(kind, 1 if data[place] == 0x0F else 0)
    if place + length > size:
        return None
    pts = stamp(data, place) if length >= 5 else None
    return PesHeader(place + length - at, pts, stamp(data, place + 5) if length == 10 else None)
