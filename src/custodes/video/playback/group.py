"""The group of pictures that is being recorded, read back picture by picture for who begins to watch it live.

A viewer needs every picture since the key frame, and memory holds the newest ones only (`custodes.video.hub`).
A recorder puts every picture of a session into its fragments, in the order in which the hub gets them: counted from the
key frame on, places agree on both sides, and what is read joins what memory has exactly.

Fragments count from the moment at which they are written, durable or not (decision 0046).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from custodes.video.archive.fragments import FootageGone, FragmentRef, Placed
from custodes.video.archive.streams import OpenSegment
from custodes.video.mp4.parse import parse_fragment
from custodes.video.unit import AccessUnit


class ArchiveReader(Protocol):
    """The reading half of `custodes.video.archive.archive.Archive`. Every call may block on a disk."""

    def cameras(self) -> list[UUID]:
        """Every camera that has or had footage here. Does not block."""
        ...

    def fragments(self, camera: UUID, from_us: int, to_us: int) -> Iterator[FragmentRef]:
        """Fragments that overlap the span, in order, from the key frame that is needed to show `from_us`."""
        ...

    def fragments_after(self, ref: FragmentRef, to_us: int) -> Iterator[FragmentRef]:
        """What follows `ref`."""
        ...

    def being_written(self, camera: UUID) -> list[OpenSegment]:
        """Segments that are being written, oldest first. Does not block."""
        ...

    def read(self, ref: FragmentRef) -> bytes:
        """The fragment's bytes. Raises `FootageGone` when it was deleted or can't be read."""
        ...

    def gaps(self, camera: UUID, from_us: int, to_us: int) -> list[tuple[int, int, str]]:
        """Gaps ``(from_us, to_us, reason)`` that overlap the span."""
        ...

    def stretches(
        self, camera: UUID, from_us: int, to_us: int, limit: int, apart_us: int
    ) -> tuple[list[tuple[int, int]], bool]:
        """Recorded spans without a gap longer than `apart_us`, a page of `limit` at most, and whether there are more."""
        ...


PIECE_BYTES = 512 << 10
"""What is read at once: a larger fragment alone, smaller ones together."""

READ_BACK_BYTES = 32 << 20
"""A group with more than this is not read back: 60 s at 4 Mbit/s are 30 MB."""


class GroupReader:
    """Reads one group of pictures, in order. Every call may block on a disk; one call at a time.

    Args:
        written: the segments of the camera that are being written, oldest first.
        key: the group's key frame.
    """

    def __init__(self, written: Callable[[], Sequence[OpenSegment]], key: AccessUnit) -> None:
        self._written = written
        self._key = key
        self._segment: OpenSegment | None = None
        self._begin = 0
        self._at = 0
        self._before = 0

    def read(self) -> list[AccessUnit]:
        """The next pictures of the group, a few at a time, the first behind its key frame; none when no more are written.

        Raises:
            FootageGone: the file can't be read (any more), or the group is too large.
            Mp4Error: what is there is not a fragment.
        """
        segment = self._segment or self._find()
        if segment is None:
            return []
        found: list[AccessUnit] = []
        fragments = self._next_fragments(segment)
        data = memoryview(_read(segment, fragments))
        for fragment in fragments:
            units = self._units(segment, fragment, data[: fragment.size])
            data = data[fragment.size :]
            found += units[self._before :]
            self._before = 0
            self._at += 1
        # A key frame within the fragment that the group begins in: the group was over before it was looked for.
        return found[: next((at for at, unit in enumerate(found) if unit.key), len(found))]

    def _find(self) -> OpenSegment | None:
        """The segment that holds the key frame, which is the last one that was recorded."""
        for segment in reversed(self._written()):
            fragments = segment.fragments[:]
            at = next((at for at in reversed(range(len(fragments))) if fragments[at].key), None)
            if at is None:
                continue
            units = self._units(segment, fragments[at], memoryview(_read(segment, fragments[at : at + 1])))
            for number, unit in enumerate(units):
                if unit.key and unit.media_time == self._key.media_time and unit.data == self._key.data:
                    self._segment, self._begin, self._at, self._before = segment, at, at, number + 1
                    return segment
            return None
        return None

    def _next_fragments(self, segment: OpenSegment) -> list[Placed]:
        """What is written and not yet read of the group, as far as it is to be read at once."""
        written = segment.fragments[self._begin :]
        end = next((at for at, fragment in enumerate(written) if at and fragment.key), len(written))
        if sum(fragment.size for fragment in written[:end]) > READ_BACK_BYTES:
            raise FootageGone("the group of pictures is too large to be read back")
        chosen: list[Placed] = []
        size = 0
        for fragment in written[self._at - self._begin : end]:
            size += fragment.size
            if chosen and size > PIECE_BYTES:
                break
            chosen.append(fragment)
        return chosen

    def _units(self, segment: OpenSegment, fragment: Placed, data: memoryview) -> list[AccessUnit]:
        parsed = parse_fragment(data)
        into, offset = 0, parsed.data_offset
        began = segment.origin.decode_time + parsed.decode_time
        units = []
        for sample in parsed.samples:
            picture = bytes(data[offset : offset + sample.size])
            media_time, wall_us = began + into + sample.composition, fragment.start_us + into * 100 // 9
            units.append(AccessUnit(picture, sample.key, media_time, wall_us, self._key.params))
            offset += sample.size
            into += sample.duration
        return units


def _read(segment: OpenSegment, fragments: Sequence[Placed]) -> bytes:
    """The bytes of fragments that stand one behind the other."""
    if not fragments:
        return b""
    size = sum(fragment.size for fragment in fragments)
    try:
        fd = os.open(segment.file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            data = os.pread(fd, size, fragments[0].offset)
        finally:
            os.close(fd)
    except OSError as error:
        raise FootageGone(f"segment {segment.origin.sequence} can't be read: {error.strerror}") from error
    if len(data) != size:
        raise FootageGone(f"segment {segment.origin.sequence} ends before its fragment")
    return data
