"""What a sample entry says (ISO/IEC 14496-15 §5.4.2, §8.4.1): read back when only the file is left."""

from __future__ import annotations

import struct

from custodes.video.mp4.boxes import Mp4Error, find, read_header
from custodes.video.unit import Codec, CodecParameters

_VISUAL = 78
"""Bytes of VisualSampleEntry (ISO/IEC 14496-12 §12.1.3) before its child boxes."""


def parameters_from_entry(entry: bytes, mime: str, reorder: int, frame_rate: float) -> CodecParameters:
    """The parameters whose sample entry is `entry`; what the entry does not say comes as arguments.

    Raises:
        Mp4Error: not an ``avc1`` or ``hvc1`` entry, or cut off.
    """
    try:
        head = read_header(entry, 0, len(entry))
        width, height = struct.unpack_from(">HH", entry, head.body + 24)
        if head.kind == b"avc1":
            config = find(entry, head.body + _VISUAL, head.end, b"avcC")
            return CodecParameters(
                Codec.H264, _avc_sets(entry, config.body, config.end), width, height, frame_rate, reorder, mime, entry
            )
        if head.kind == b"hvc1":
            config = find(entry, head.body + _VISUAL, head.end, b"hvcC")
            return CodecParameters(
                Codec.H265, _hevc_sets(entry, config.body, config.end), width, height, frame_rate, reorder, mime, entry
            )
    except (struct.error, IndexError) as error:
        raise Mp4Error("the sample entry is cut off") from error
    raise Mp4Error(f"sample entry {head.kind!r} is not one that is recorded here")


def _take(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from(">H", data, at)
    if at + 2 + size > end:
        raise Mp4Error("a parameter set is cut off")
    return data[at + 2 : at + 2 + size], at + 2 + size


def _avc_sets(data: bytes, at: int, end: int) -> tuple[bytes, ...]:
    sets: list[bytes] = []
    count = data[at + 5] & 0x1F
    at += 6
    for _ in range(count):
        unit, at = _take(data, at, end)
        sets.append(unit)
    count = data[at]
    at += 1
    for _ in range(count):
        unit, at = _take(data, at, end)
        sets.append(unit)
    return tuple(sets)


def _hevc_sets(data: bytes, at: int, end: int) -> tuple[bytes, ...]:
    sets: list[bytes] = []
    arrays = data[at + 22]
    at += 23
    for _ in range(arrays):
        (count,) = struct.unpack_from(">H", data, at + 1)
        at += 3
        for _ in range(count):
            unit, at = _take(data, at, end)
            sets.append(unit)
    return tuple(sets)
