"""Which stretches of a masked copy come from the device's own recording: the one box behind its pictures that may be there.

Footage that was taken later from a device is by the device's clock, and was not sealed when it was recorded (`mp4.origin`). A copy says so
of itself, in ticks from its first picture, and nothing else: neither whose picture it is nor when it was taken.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from custodes.video.mp4.boxes import Mp4Error, box, walk

USERTYPE = UUID("0b4f6f0a-6a86-4f0e-9a53-9c6a4bb0e0d1")
VERSION = 1
MOST = 10_000
_HEAD, _PAIR = struct.Struct(">BBHI"), struct.Struct(">QQ")
_DEVICE = 1
"""As in `mp4.origin.SOURCES`."""

Stretches = tuple[tuple[int, int], ...]
"""Begin and end of each, ticks of 90 kHz from the first picture, in order, apart."""


def joined(stretches: Iterable[tuple[int, int]], end: int) -> Stretches:
    """In order, those that touch as one, none beyond `end` nor empty."""
    found: list[tuple[int, int]] = []
    for begin, until in sorted((max(0, begin), min(until, end)) for begin, until in stretches):
        if begin >= until:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((begin, until))
    return tuple(found)


def stretches_box(stretches: Stretches) -> bytes:
    """The box; nothing where there are none."""
    if not stretches:
        return b""
    if len(stretches) > MOST:
        raise ValueError(f"more than {MOST} stretches")
    head = _HEAD.pack(VERSION, _DEVICE, 0, len(stretches))
    return box(b"uuid", USERTYPE.bytes, head, *(_PAIR.pack(*one) for one in stretches))


def append_stretches(path: Path, stretches: Stretches) -> None:
    """Behind everything else, so that no place in the file is another one for it."""
    with path.open("ab") as file:
        file.write(stretches_box(stretches))
        file.flush()
        os.fsync(file.fileno())


def parse_stretches(data: bytes | memoryview, body: int, end: int) -> Stretches:
    """Of the payload ``data[body:end]`` of a `uuid` box.

    Raises:
        Mp4Error: it is not ours, cut off, of a newer version, or its stretches are out of order.
    """
    if end - body < 16 + _HEAD.size or bytes(data[body : body + 16]) != USERTYPE.bytes:
        raise Mp4Error("the uuid box tells no stretches")
    version, source, _free, count = _HEAD.unpack_from(data, body + 16)
    at = body + 16 + _HEAD.size
    if (version, source) != (VERSION, _DEVICE) or count > MOST or end - at != count * _PAIR.size:
        raise Mp4Error("the box of stretches is of a newer version, or cut off")
    found = tuple(_PAIR.unpack_from(data, at + number * _PAIR.size) for number in range(count))
    if not found or found != joined(found, found[-1][1]):
        raise Mp4Error("its stretches are out of order")
    return found


def stretches_of(path: Path) -> Stretches:
    """What a copy says of itself; nothing where it says nothing.

    Raises:
        Mp4Error: it is no MP4, or says it in a way that is not known.
        OSError, ValueError: it can't be read, or is empty.
    """
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        memoryview(data) as view,
    ):
        for one in walk(view, 0, len(view)):
            if one.kind == b"uuid" and bytes(view[one.body : one.body + 16]) == USERTYPE.bytes:
                return parse_stretches(view, one.body, one.end)
    return ()
