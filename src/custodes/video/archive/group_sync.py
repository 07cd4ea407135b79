"""The group sync: once a second what was written to all files becomes durable, then visible, then rows; what failed is repaired."""

from __future__ import annotations

import ctypes
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import structlog

from custodes.video.archive import faults
from custodes.video.archive.changes import Change, DegradedBegun, DegradedEnded, GapBegun, GapEnded, SegmentSealed
from custodes.video.archive.index import Index
from custodes.video.archive.recovery import RecoveryReport, repair_file
from custodes.video.archive.streams import OpenGap, OpenSegment, RecordedStream, SegmentWriter
from custodes.video.archive.volume import Volume, sync_directory
from custodes.video.clock import HostClock

SYNCFS_ABOVE = 32
"""Files of one volume in one tick above which one `syncfs` is cheaper than an `fdatasync` for each."""

CACHED_BYTES = 256 << 10
"""Less than this of an open file stays in the page cache once it is durable (decision 0033)."""

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
    """Give the memory of what is durable back at once (decision 0033): the next files are written into it."""
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


_HOUR_US = 3_600_000_000
_log = structlog.get_logger(__name__)
_ALIVE_US = 10_000_000
LEAST_ROOM = 1 << 20
"""Bytes without which a volume counts as full."""


class GroupSync:
    """Runs the tick, in a thread of its own or by hand.

    Args:
        volumes, streams: give the volumes and the streams as they are now.
        node: for records.
        repaired: where repairs are counted.

    Attributes:
        lock: held while a stream's open gap or the list of changes is touched.
        trouble: why the last tick could not finish; empty when it could.
    """

    def __init__(
        self,
        index: Index,
        writer: SegmentWriter,
        volumes: Callable[[], Iterable[Volume]],
        streams: Callable[[], Iterable[RecordedStream]],
        *,
        node: str,
        clock: HostClock,
        repaired: RecoveryReport,
    ) -> None:
        self._index = index
        self._writer = writer
        self._volumes = volumes
        self._streams = streams
        self._node = node
        self._clock = clock
        self._repaired = repaired
        self._changes: list[Change] = []
        self._sealing: list[OpenSegment] = []
        self.lock = threading.RLock()
        self._tick_lock = threading.Lock()
        self._alive_us = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.trouble = ""

    def start(self, period: float) -> None:
        """Tick every `period` seconds in a thread."""
        self._thread = threading.Thread(target=self._run, args=(period,), name="archive-sync", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; `tick` once more after the writer has stopped."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, period: float) -> None:
        while not self._stop.wait(period):
            try:
                self.tick()
            except Exception as error:  # the thread must live; what failed is tried again at the next tick
                self.trouble = f"{type(error).__name__}: {error}"

    def note(self, change: Change) -> None:
        """A change that the next tick commits."""
        with self.lock:
            self._changes.append(change)

    def tick(self) -> None:
        """Sync, show, commit, repair. What can't be committed now is tried again at the next tick."""
        with self._tick_lock:
            now_us = self._clock.wall_us()
            back, away = self._look_at_volumes()
            taken, directories = self._writer.take_dirty()
            dirty = [segment for segment in taken if not segment.finished]
            for segment in dirty:
                if segment.volume in away:
                    segment.failed = segment.failed or segment.volume.absent
            whole = [segment for segment in dirty if segment.written_whole and not segment.failed]
            sync_segments(dirty)
            for segment in dirty:
                if segment.durable and not segment.failed:
                    segment.volume.took(segment.origin.wall_us)
            left = sync_directories(directories)
            self._writer.put_back([], [one for one in left if not any(one.is_relative_to(gone.path) for gone in away)])
            for segment in whole:
                if segment.failed:
                    continue
                if segment.fragments:
                    segment.finished = True
                    self._sealing.append(segment)
                else:
                    self._forget(segment)
            self._commit(now_us)
            self._repair([segment for segment in dirty if segment.failed], now_us)
            for volume in back:
                self._finish(volume, now_us)

    def _look_at_volumes(self) -> tuple[list[Volume], set[Volume]]:
        """Disks may go and come back while we run: those that have come back just now, and those that are away."""
        back, away = [], set()
        for volume in self._volumes():
            was_away = volume.absent
            if volume.present():
                volume.look_for_room(LEAST_ROOM)
                if was_away:
                    volume.rests_until_us = 0
                    back.append(volume)
            else:
                away.add(volume)
        return back, away

    def _finish(self, volume: Volume, now_us: int) -> None:
        """What was being written when a disk went away becomes segments when it is back."""
        noted = self._index.rows("SELECT path, stream FROM opened WHERE volume = ? ORDER BY start_us", (volume.row,))
        streams = {stream.row: stream for stream in self._streams()}
        for path, row in noted:
            stream = streams.get(row)
            if stream is None or any(segment.path == path for segment in list(stream.open.values())):
                continue
            try:
                repair_file(
                    *(self._index, volume, path, row, self._node, now_us, self._repaired),
                    next_given=True,
                )
            except (OSError, sqlite3.Error) as error:
                self.trouble = f"{volume.path / path}: {error}"

    def _commit(self, now_us: int) -> None:
        self._split_long_gaps(now_us)
        with self.lock:
            changes, self._changes = self._changes, []
        if not changes and not self._sealing and 0 <= now_us - self._alive_us < _ALIVE_US:
            return
        sealing = [SegmentSealed(segment.as_sealed(), self._node) for segment in self._sealing]
        try:
            self._apply([*changes, *sealing], now_us)
        except sqlite3.Error as error:
            self.trouble = f"the index can't be written: {error}"
            with self.lock:
                self._changes = changes + self._changes
            return
        self.trouble = ""
        self._alive_us = now_us
        for segment in self._sealing:
            self._forget(segment)
        self._sealing = []

    def _apply(self, changes: list[Change], now_us: int) -> None:
        """All in one transaction; when one can't stand beside what is there, the others still count."""
        try:
            self._index.apply(changes, now_us)
        except sqlite3.IntegrityError:
            for change in changes:
                try:
                    self._index.apply([change], now_us)
                except sqlite3.IntegrityError as error:
                    _log.error("archive.change_refused", change=type(change).__name__, why=str(error))

    def _forget(self, segment: OpenSegment) -> None:
        segment.finished = True
        segment.stream.open.pop(segment.origin.sequence, None)
        segment.close_file()

    def _repair(self, failed: list[OpenSegment], now_us: int) -> None:
        again = []
        for segment in failed:
            segment.close_file()
            if segment.refused:
                segment.volume.refused(segment.origin.camera, segment.failed, now_us)
            volume, stream, sequence = segment.volume, segment.stream, segment.origin.sequence
            if volume.absent:
                # Its row in `opened` stays: the file is finished when the disk is back (`_finish`), or at a later start.
                self._forget(segment)
                continue
            try:
                gone = repair_file(
                    *(self._index, volume, segment.path, stream.row, self._node, now_us, self._repaired),
                    next_given=stream.next_sequence > sequence + 1,
                )
            except (OSError, sqlite3.Error) as error:
                self.trouble = f"{segment.file}: {error}"
                again.append(segment)
                continue
            if gone and stream.next_sequence == sequence + 1:
                stream.next_sequence = sequence
            self._forget(segment)
        self._writer.put_back(again, [])

    def _split_long_gaps(self, now_us: int) -> None:
        """A gap that lasts is recorded hour by hour, so that the log is never more than an hour behind."""
        hour = now_us - now_us % _HOUR_US
        for stream in self._streams():
            with self.lock:
                if (thinned := stream.degraded) is not None and thinned.from_us < hour:
                    stream.degraded = replace(thinned, from_us=hour)
                    self._changes += [
                        DegradedEnded(stream.row, hour),
                        DegradedBegun(stream.row, hour, thinned.reason, thinned.detail),
                    ]
                lasting = stream.gap
                if lasting is None or not stream.live or lasting.reason == "new" or lasting.from_us >= hour:
                    continue
                stream.gap = replace(lasting, from_us=hour)
                self._changes += split_gap(stream, lasting, hour)


def split_gap(stream: RecordedStream, lasting: OpenGap, at_us: int) -> list[Change]:
    """A gap that lasts is ended at `at_us`, under the plan that the stream has now, and goes on there."""
    return [
        GapEnded(stream.row, at_us, stream.plan),
        GapBegun(stream.row, at_us, lasting.reason, lasting.detail),
    ]
