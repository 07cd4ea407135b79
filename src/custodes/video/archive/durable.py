"""The group sync: what was written becomes durable, then visible, then a row; once a second for all files together."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from custodes.video.archive import faults
from custodes.video.archive.volume import Volume, sync_directory
from custodes.video.archive.writer import OpenSegment

SYNCFS_ABOVE = 32
"""Files of one volume in one tick above which one `syncfs` is cheaper than an `fdatasync` for each."""

CACHED_BYTES = 256 << 10
"""Less than this of an open file stays in the page cache once it is durable (decision 0037)."""

_libc = ctypes.CDLL(None, use_errno=True)


def syncfs(fd: int) -> None:
    """Make everything written to the file system of an open file durable (syncfs(2); Python has no call for it).

    Raises:
        OSError: the kernel says that something could not be written.
    """
    if _libc.syncfs(fd) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def sync_segments(segments: Iterable[OpenSegment]) -> None:
    """Make what has been written to `segments` durable; one that can't be synced gets `failed`."""
    by_disk: dict[tuple[Volume, int], list[tuple[OpenSegment, int]]] = {}
    written: list[tuple[OpenSegment, int]] = []
    for segment in segments:
        if not segment.failed and segment.fd >= 0:
            # The disk on which the file is, whatever is mounted at the volume's folder by now.
            disk = os.fstat(segment.fd).st_dev
            by_disk.setdefault((segment.volume, disk), []).append((segment, len(segment.fragments)))
            written.append((segment, segment.size))
    for wanted in by_disk.values():
        if len(wanted) > SYNCFS_ABOVE:
            _sync_together(wanted)
        else:
            for segment, count in wanted:
                _sync_one(segment, count)
    if by_disk:
        faults.point("synced")
    for segment, size in written:
        if not segment.failed:
            _uncache(segment, size)


def _uncache(segment: OpenSegment, size: int) -> None:
    """Give the memory of what is durable back at once (decision 0037): the next files are written into it."""
    until = size if segment.written_whole else size - size % CACHED_BYTES
    if until > segment.uncached:
        with suppress(OSError):  # some file systems take no such advice
            os.posix_fadvise(segment.fd, segment.uncached, until - segment.uncached, os.POSIX_FADV_DONTNEED)
        segment.uncached = until


def _sync_together(wanted: Sequence[tuple[OpenSegment, int]]) -> None:
    try:
        syncfs(wanted[0][0].fd)
    except OSError as error:
        for segment, _ in wanted:
            segment.failed, segment.refused = f"sync failed: {error.strerror or error}", True
        return
    for segment, count in wanted:
        segment.durable = count


def _sync_one(segment: OpenSegment, count: int) -> None:
    try:
        os.fdatasync(segment.fd)
        segment.durable = count
    except OSError as error:
        segment.failed, segment.refused = f"sync failed: {error.strerror or error}", True


def sync_directories(directories: Iterable[Path]) -> list[Path]:
    """Make names durable; returns the directories for which it failed."""
    failed = []
    tried = False
    for directory in directories:
        tried = True
        try:
            sync_directory(directory)
        except OSError:
            failed.append(directory)
    if tried:
        faults.point("dirsync")
    return failed
