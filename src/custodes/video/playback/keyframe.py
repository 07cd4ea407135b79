"""The first picture of a fragment, read without the rest: a tenth of the bytes at 16×."""

from __future__ import annotations

import os
import struct

from custodes.video.archive.fragments import FragmentRef
from custodes.video.mp4.boxes import Mp4Error, find, read_header
from custodes.video.mp4.fragment import Sample

HEAD_BYTES = 4096
"""Enough for the `moof` of 200 pictures; a longer one is read in a second go."""

_NON_SYNC = 0x0001_0000
_TRUN = struct.Struct(">IIi")


def read_key_picture(ref: FragmentRef) -> tuple[Sample, bytes]:
    """The first picture of `ref` and its bytes. Reads the disk.

    Raises:
        OSError: the file can't be read.
        Mp4Error: what is there is not a fragment.
    """
    descriptor = os.open(ref.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        head = os.pread(descriptor, min(ref.size, HEAD_BYTES), ref.offset)
        moof_start, moof_end = _moof(head, ref.size)
        if moof_end > len(head):
            head = os.pread(descriptor, moof_end, ref.offset)
            if len(head) < moof_end:
                raise Mp4Error("the moof is cut off")
        sample, offset = _first_sample(head, moof_start, moof_end)
        if moof_start + offset + sample.size > ref.size:
            raise Mp4Error("the first picture reaches beyond its fragment")
        picture = os.pread(descriptor, sample.size, ref.offset + moof_start + offset)
    except struct.error as error:
        raise Mp4Error("a box of the fragment is cut off") from error
    finally:
        os.close(descriptor)
    if len(picture) < sample.size:
        raise Mp4Error("the first picture is cut off")
    return sample, picture


def _moof(head: bytes, size: int) -> tuple[int, int]:
    """Start and end of the `moof`, which may end behind `head`."""
    at = 0
    while True:
        found = read_header(head, at, size)
        if found.kind == b"moof":
            return found.start, found.end
        at = found.end


def _first_sample(head: bytes, start: int, end: int) -> tuple[Sample, int]:
    """The first entry of the `trun`, and where its bytes begin, counted from the `moof`."""
    trun = find(head, start, end, b"moof", b"traf", b"trun")
    flags, count, offset = _TRUN.unpack_from(head, trun.body)
    if flags & 0x701 != 0x701 or count < 1 or offset < 0:
        raise Mp4Error("the trun does not state offset, durations, sizes and flags")
    duration, size, sample_flags = struct.unpack_from(">III", head, trun.body + 12)
    composition = struct.unpack_from(">i", head, trun.body + 24)[0] if flags & 0x800 else 0
    return Sample(size, duration, composition, not sample_flags & _NON_SYNC), offset
