"""Boxes of the ISO base media file format (ISO/IEC 14496-12 §4.2): made, and walked through safely."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = struct.Struct(">I4s")
_LARGE = struct.Struct(">Q")


class Mp4Error(Exception):
    """Bytes that are not what a box says they are; the message names the box and the place."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box found in a buffer.

    Attributes:
        kind: four-character code.
        start: offset of its header.
        body: offset of its payload.
        end: offset behind it.
    """

    kind: bytes
    start: int
    body: int
    end: int


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of `kind` around `parts`."""
    payload = b"".join(parts)
    return _HEADER.pack(8 + len(payload), kind) + payload


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box with version and flags in front (§4.2, FullBox)."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def read_header(data: bytes | memoryview, at: int, limit: int) -> Box:
    """The box whose header is at `at` and that must end at or before `limit`.

    Raises:
        Mp4Error: the header is cut off, or the size points outside.
    """
    if at + 8 > limit:
        raise Mp4Error(f"the box header at {at} is cut off")
    size, kind = _HEADER.unpack_from(data, at)
    body = at + 8
    if size == 1:
        if at + 16 > limit:
            raise Mp4Error(f"the large size at {at} is cut off")
        (size,) = _LARGE.unpack_from(data, at + 8)
        body = at + 16
    elif size == 0:
        size = limit - at
    if size < body - at or at + size > limit:
        raise Mp4Error(f"box {kind!r} at {at} says {size} bytes, {limit - at} are there")
    return Box(kind, at, body, at + size)


def walk(data: bytes | memoryview, start: int, end: int) -> Iterator[Box]:
    """The boxes between `start` and `end`, one behind the other.

    Raises:
        Mp4Error: a box that does not fit.
    """
    at = start
    while at < end:
        found = read_header(data, at, end)
        yield found
        at = found.end


def find(data: bytes | memoryview, start: int, end: int, *path: bytes) -> Box:
    """The first box at `path`, each step inside the one before.

    Raises:
        Mp4Error: there is none.
    """
    for depth, kind in enumerate(path):
        for found in walk(data, start, end):
            if found.kind == kind:
                break
        else:
            raise Mp4Error(f"no box {b'/'.join(path[: depth + 1])!r}")
        start, end = found.body, found.end
    return found


def visual_sample_entry(kind: bytes, width: int, height: int, configuration: bytes) -> bytes:
    """A ``VisualSampleEntry`` of type `kind` around its decoder `configuration` box; sizes in pixels."""
    fixed = struct.pack(
        ">6xH16xHHIIIH32xHh",
        1,  # data_reference_index
        width,
        height,
        0x0048_0000,  # 72 dpi, 16.16
        0x0048_0000,
        0,
        1,  # frame_count
        0x0018,  # depth
        -1,  # pre_defined
    )
    return box(kind, fixed + configuration)
