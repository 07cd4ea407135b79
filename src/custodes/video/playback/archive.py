"""What playback needs of the archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol
from uuid import UUID

from custodes.video.archive.fragments import FragmentRef
from custodes.video.archive.writer import OpenSegment


class ArchiveReader(Protocol):
    """The reading half of `custodes.video.archive.archive.Archive`. Every call may block on a disk."""

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
