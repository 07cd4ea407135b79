"""The written copy, read back box by box and NAL unit by NAL unit: it may hold exactly what is listed here, and no byte else.

A list of what may be there, not of what may not: whatever a newer muxer or encoder adds fails until somebody looks at it.

One box may stand behind its pictures: which stretches of it come from the device's own recording. Footage that was taken later
from a device is by the device's clock, and was not sealed when it was recorded (`mp4.header`). A copy says so of itself, in ticks
from its first picture, and nothing else: neither whose picture it is nor when it was taken.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from custodes.video.codec import h264
from custodes.video.mp4.boxes import Box, Mp4Error, box, find, walk

USERTYPE = UUID("0b4f6f0a-6a86-4f0e-9a53-9c6a4bb0e0d1")
VERSION = 1
MOST = 10_000
_HEAD, _PAIR = struct.Struct(">BBHI"), struct.Struct(">QQ")
_DEVICE = 1
"""As in `mp4.header.SOURCES`."""

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


_FILM = frozenset({b"ftyp", b"moov", b"free", b"mdat"})
_INSIDE = {
    b"moov": frozenset({b"mvhd", b"trak", b"free"}),
    b"trak": frozenset({b"tkhd", b"mdia"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"vmhd", b"dinf", b"stbl"}),
    b"stbl": frozenset({b"stsd", b"stts", b"stss", b"stsc", b"stsz", b"stco", b"co64"}),
}
"""No `udta` or `meta` (titles, places, makers), no `edts` (pictures that are there and not shown), no `ctts`."""

_ENTRY = frozenset({b"avcC", b"pasp", b"colr", b"btrt", b"fiel"})
_VISUAL = 78
_MOST_PICTURES = 1 << 24


class NotClean(Exception):
    """The copy holds something that it may not; the message says what. It must not leave the house."""


def verify_copy(path: Path, pictures: int, device: Stretches = ()) -> None:
    """Check that `path` is an MP4 of one track of H.264 `pictures`, so many, and nothing else.

    Args:
        device: stretches that it says to come from the device's own recording, exactly these (`stretches`); where there are none, it says
            nothing.

    Raises:
        NotClean: it is not, or has anything more.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        view = memoryview(data)
        try:
            found = _verify(view, device)
        except (Mp4Error, struct.error, ValueError, IndexError) as error:
            raise NotClean(f"the copy can't be read back: {error}") from error
        finally:
            view.release()
    if found != pictures:
        raise NotClean(f"it holds {found} pictures; {pictures} were written")


def _verify(data: memoryview, device: Stretches) -> int:
    top = _only(data, 0, len(data), _FILM | {b"uuid"} if device else _FILM)
    if device:
        told = _one(top, b"uuid")
        if told is not top[-1] or bytes(data[told.start : told.end]) != stretches_box(device):
            raise NotClean("what it says of the device's own recording is not what was read")
    moov, mdat = _one(top, b"moov"), _one(top, b"mdat")
    _one(top, b"ftyp")
    inside = _tree(data, moov)
    if [one.kind for one in inside if one.kind == b"trak"] != [b"trak"]:
        raise NotClean("it has not exactly one track")
    for one in (*top, *inside):
        if one.kind == b"free" and any(data[one.body : one.end]):
            raise NotClean("its free space is not empty")
    for one in inside:
        if one.kind in (b"mvhd", b"tkhd", b"mdhd"):
            _no_date(data, one)
    handler = _one(inside, b"hdlr")
    if bytes(data[handler.body : handler.end]) != bytes(8) + b"vide" + bytes(12) + b"VideoHandler\0":
        raise NotClean("its track is not named as all are")
    tables = {one.kind: one for one in inside}
    _entry(data, tables[b"stsd"])
    return _pictures(data, tables, mdat)


def _only(data: memoryview, start: int, end: int, allowed: frozenset[bytes]) -> list[Box]:
    found = list(walk(data, start, end))
    for one in found:
        if one.kind not in allowed:
            raise NotClean(f"it holds a box {one.kind!r}")
    return found


def _tree(data: memoryview, outer: Box) -> list[Box]:
    found = []
    for one in _only(data, outer.body, outer.end, _INSIDE[outer.kind]):
        found += [one, *_tree(data, one)] if one.kind in _INSIDE else [one]
    return found


def _one(boxes: list[Box], kind: bytes) -> Box:
    found = [one for one in boxes if one.kind == kind]
    if len(found) != 1:
        raise NotClean(f"it has {len(found)} boxes {kind!r}")
    return found[0]


def _no_date(data: memoryview, box: Box) -> None:
    times = 16 if data[box.body] == 1 else 8
    if any(data[box.body + 4 : box.body + 4 + times]):
        raise NotClean(f"{box.kind!r} says when it was made")


def _entry(data: memoryview, stsd: Box) -> None:
    (count,) = struct.unpack_from(">I", data, stsd.body + 4)
    entries = list(walk(data, stsd.body + 8, stsd.end))
    if count != 1 or [one.kind for one in entries] != [b"avc1"]:
        raise NotClean("it is coded in more than one way, or not as H.264")
    if any(data[entries[0].body + 42 : entries[0].body + 74]):
        raise NotClean("its sample entry names an encoder")
    _only(data, entries[0].body + _VISUAL, entries[0].end, _ENTRY)
    config = find(data, entries[0].body + _VISUAL, entries[0].end, b"avcC")
    if data[config.body + 4] & 3 != 3:
        raise NotClean("its NAL units have no lengths of four bytes")
    at, sets = config.body + 5, []
    for mask in (0x1F, 0xFF):
        count = data[at] & mask
        at += 1
        for _ in range(count):
            (size,) = struct.unpack_from(">H", data, at)
            sets.append(data[at + 2] & 31)
            at += 2 + size
    if sorted(sets) != [h264.SPS, h264.PPS] or config.end - at not in (0, 4):
        raise NotClean("its parameter sets are not one and one")


def _pictures(data: memoryview, tables: dict[bytes, Box], mdat: Box) -> int:
    sizes = _sizes(data, tables[b"stsz"])
    offsets = _offsets(data, tables, sizes)
    if not len(sizes):
        raise NotClean("it has no picture")
    ends = offsets + sizes
    if offsets[0] != mdat.body or ends[-1] != mdat.end or (offsets[1:] != ends[:-1]).any():
        raise NotClean("there are bytes between its pictures that are no picture")
    stss = tables[b"stss"]
    (count,) = struct.unpack_from(">I", data, stss.body + 4)
    keys = set(struct.unpack_from(f">{count}I", data, stss.body + 8))
    if 1 not in keys:
        raise NotClean("it does not begin with a key picture")
    for number, (start, end) in enumerate(zip(offsets.tolist(), ends.tolist(), strict=True), 1):
        kinds = set(_kinds(data, start, end))
        wanted = {h264.IDR} if number in keys else {h264.SLICE}
        if kinds != wanted:
            raise NotClean(f"picture {number} holds NAL units of type {sorted(kinds)}; {sorted(wanted)} may be there")
    return len(sizes)


def _kinds(data: memoryview, at: int, end: int) -> Iterator[int]:
    while at < end:
        (size,) = struct.unpack_from(">I", data, at)
        if not size or at + 4 + size > end:
            raise NotClean("a NAL unit does not fit its picture")
        yield data[at + 4] & 31
        at += 4 + size


def _sizes(data: memoryview, stsz: Box) -> NDArray[np.int64]:
    fixed, count = struct.unpack_from(">II", data, stsz.body + 4)
    if count > _MOST_PICTURES:
        raise NotClean("it says that it has more pictures than can be")
    if fixed:
        return np.full(count, fixed, np.int64)
    return np.frombuffer(data, ">u4", count, stsz.body + 12).astype(np.int64)


def _offsets(data: memoryview, tables: dict[bytes, Box], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each picture begins, by `stsc` and `stco` or `co64`."""
    large = b"co64" in tables
    table = tables[b"co64"] if large else tables[b"stco"]
    (chunks,) = struct.unpack_from(">I", data, table.body + 4)
    starts = np.frombuffer(data, ">u8" if large else ">u4", chunks, table.body + 8).astype(np.int64).tolist()
    (runs,) = struct.unpack_from(">I", data, tables[b"stsc"].body + 4)
    entries = struct.unpack_from(f">{runs * 3}I", data, tables[b"stsc"].body + 8)
    found: list[int] = []
    for run in range(runs):
        first, each = entries[run * 3], entries[run * 3 + 1]
        last = entries[run * 3 + 3] if run + 1 < runs else chunks + 1
        for start in starts[first - 1 : last - 1]:
            at = start
            for size in sizes[len(found) : len(found) + each].tolist():
                found.append(at)
                at += size
    if len(found) != len(sizes):
        raise NotClean("its tables do not say where each picture is")
    return np.array(found, np.int64)
