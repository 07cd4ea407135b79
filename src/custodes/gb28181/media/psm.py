"""The program stream map (ITU-T H.222.0 §2.5.4): which elementary stream is coded how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MAP_ID = 0xBC
LARGEST_MAP = 6 + 1018
"""Octets of the largest map (H.222.0 §2.5.4.2)."""


def _table() -> tuple[int, ...]:
    made = []
    for octet in range(256):
        value = octet << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        made.append(value)
    return tuple(made)


_CRC = _table()


def crc32(data: bytes) -> int:
    """CRC_32 of H.222.0 Annex A: polynomial 04C11DB7, from FFFFFFFF, nothing reflected."""
    value = 0xFFFFFFFF
    for octet in data:
        value = value << 8 & 0xFFFFFFFF ^ _CRC[value >> 24 ^ octet]
    return value


@dataclass(frozen=True, slots=True)
class ProgramMap:
    """What a map says.

    Attributes:
        version: 5 bits.
        types: stream_type by stream_id.
        sound: whether the CRC was right and all lengths agree; devices send others (§5.3 rule 2), and they are believed all the same.
    """

    version: int
    types: Mapping[int, int]
    sound: bool


def parse(data: bytes) -> ProgramMap | None:
    """Read a map from its start code to its end as the outer length has it; None when nothing can be read from it.

    Inner lengths that lead outside are cut at the outer one, and the CRC decides nothing.
    """
    end = len(data) - 4
    if end < 12:
        return None
    at = 10 + (data[8] << 8 | data[9])
    told = -1
    if at + 2 <= end:
        told = at + 2 + (data[at] << 8 | data[at + 1])
        at += 2
    else:
        at = 12  # an info length that leads outside: as if there were no info
    agreed = told == end and crc32(data) == 0  # a CRC over data and its own CRC is 0
    types: dict[int, int] = {}
    while at + 4 <= end:
        types[data[at + 1]] = data[at]
        at += 4 + (data[at + 2] << 8 | data[at + 3])
    return ProgramMap(data[6] & 31, types, agreed and at == end) if types else None


def build(types: Mapping[int, int], version: int = 1) -> bytes:
    """A map of the elementary streams `types` (stream_type by stream_id), in the form that §5.2 shows."""
    streams = b"".join(bytes((kind, number, 0, 0)) for number, kind in types.items())
    body = bytes((0xE0 | version & 31, 0xFF, 0, 0)) + len(streams).to_bytes(2, "big") + streams
    made = b"\0\0\1\xbc" + (len(body) + 4).to_bytes(2, "big") + body
    return made + crc32(made).to_bytes(4, "big")
