"""What is known of each camera while the archive is open, its segments being written, and the thread that writes them.

The recorder only queues; one writer thread makes files, writes and hashes, so that a slow disk never stops the tick
that reads cameras. Without a thread (tests, tools) everything happens in the call.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from uuid import UUID

from custodes.video.archive import faults
from custodes.video.archive.fragments import Placed, SegmentDigest, pack
from custodes.video.archive.index import Index
from custodes.video.archive.records import SealedSegment
from custodes.video.archive.volume import Volume, segment_path
from custodes.video.mp4.header import FileOrigin, init_segment
from custodes.video.plan import RecordingPlan
from custodes.video.unit import CodecParameters, SoundParameters


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A gap that lasts: since when (microseconds UTC) and why."""

    from_us: int
    reason: str
    detail: str = ""


@dataclass(eq=False)
class RecordedStream:
    """A camera's recorded stream.

    Attributes:
        row: in the index.
        camera, stream_id: ids.
        first_us: when it became known; nothing is owed before.
        retention_days: whole local days that footage is kept after the day of recording.
        held: spans under a hold.
        next_sequence, next_session: numbers to give next.
        gap: the gap that lasts, or None while recording.
        degraded: since when and why key frames only are kept, or None while every picture is.
        open: segments without a row yet, by sequence.
        plan: what is planned for it: what a gap is called follows from it. None for nothing.
        live: registered in this run: its gaps are recorded hour by hour.
    """

    row: int
    camera: UUID
    stream_id: UUID
    first_us: int
    retention_days: int
    held: tuple[tuple[int, int], ...] = ()
    next_sequence: int = 1
    next_session: int = 1
    gap: OpenGap | None = None
    degraded: OpenGap | None = None
    open: dict[int, OpenSegment] = field(default_factory=dict)
    plan: RecordingPlan | None = None
    live: bool = False
    _starts: deque[int] = field(default_factory=lambda: deque(maxlen=64))

    def unused_start(self, start_us: int) -> int:
        """`start_us`, or the next microsecond that no recent file of this stream is named after (clocks step)."""
        while start_us in self._starts:
            start_us += 1
        self._starts.append(start_us)
        return start_us


class OpenSegment:
    """A segment between its first byte and its row in the index.

    The recorder calls `append` and `seal`; the writer thread sets `fragments`, the group sync sets `durable`.

    Attributes:
        stream, volume, origin, params, sound, path: whose, where, what its header says, path inside the volume.
        fragments: what has been written.
        durable: how many of them are synced: what readers may see.
        failed: why it was given up; empty while all is well.
        refused: its disk answered with an error.
        uncached: how many of its bytes the kernel was told to keep in memory no longer.
        end_us: wall time of its end, known when it is sealed.
        written_whole: the writer has nothing more for it.
        finished: the group sync has taken it for sealing or repair; a later tick must not take it again.
    """

    def __init__(
        self,
        writer: SegmentWriter,
        stream: RecordedStream,
        volume: Volume,
        origin: FileOrigin,
        params: CodecParameters,
        sound: SoundParameters | None = None,
    ) -> None:
        self.stream = stream
        self.volume = volume
        self.origin = origin
        self.params = params
        self.sound = sound
        self.path = segment_path(origin.camera, origin.wall_us)
        self.fragments: list[Placed] = []
        self.durable = 0
        self.failed = ""
        self.refused = False
        self.end_us: int | None = None
        self.written_end_us = origin.wall_us
        self.fd = -1
        self.size = 0
        self.uncached = 0
        self.init_size = 0
        self.digest = SegmentDigest()
        self.written_whole = False
        self.finished = False
        self._writer = writer
        self._media_time = 0

    @property
    def file(self) -> Path:
        """Where it is."""
        return self.volume.path / self.path

    def append(
        self, pieces: Sequence[bytes], size: int, *, key: bool, start_us: int, duration: int, end_us: int
    ) -> None:
        """Queue one fragment.

        Args:
            pieces: its bytes, header first; not copied.
            size: sum of their lengths.
            key: a decoder can start at it.
            start_us, end_us: wall time of its first picture and of its end.
            duration: ticks.
        """
        placed = Placed(0, size, key, start_us, duration, self._media_time)
        self._media_time += duration
        self._writer.submit(self, pieces, placed, end_us)

    def seal(self, end_us: int) -> None:
        """Nothing follows; the file becomes a row at the next group sync."""
        self._writer.submit(self, None, None, end_us)

    def close_file(self) -> None:
        """Give the file descriptor back; nothing is written any more."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def as_sealed(self) -> SealedSegment:
        """What goes into row and record; only when written whole."""
        origin, params = self.origin, self.params
        assert self.end_us is not None
        return SealedSegment(
            stream=self.stream.row,
            camera=str(origin.camera),
            stream_id=str(origin.stream_id),
            sequence=origin.sequence,
            session=origin.session,
            start_us=origin.wall_us,
            end_us=self.end_us,
            media_time=origin.decode_time,
            duration=sum(placed.duration for placed in self.fragments),
            volume=self.volume.row,
            volume_id=self.volume.identity,
            path=self.path,
            size=self.size,
            init_size=self.init_size,
            sha256=self.digest.sha256(),
            root=self.digest.root(),
            packed=pack(self.fragments, self.end_us),
            fragments=len(self.fragments),
            codec=params.codec.value,
            mime=params.mime,
            entry=params.sample_entry,
            reorder=params.reorder,
            frame_rate=params.frame_rate,
            synchronised=origin.synchronised,
            sync_offset_us=origin.sync_offset_us,
            sync_state=origin.sync_state,
            camera_clock_us=origin.camera_clock_us,
            sound=self.sound.mime if self.sound is not None else "",
            source=origin.source,
        )


_Job = tuple[OpenSegment, Sequence[bytes] | None, Placed | None, int]


class SegmentWriter:
    """Writes segments in the order in which they were queued.

    Args:
        threaded: whether a thread does it.
        limit_bytes: bytes that may wait for a stalled disk; beyond it segments are given up with the reason `disk`.
    """

    def __init__(self, index: Index, *, threaded: bool, limit_bytes: int = 64 << 20) -> None:
        self._index = index
        self._limit = limit_bytes
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._queued = 0  # bytes ever queued; written by the recorder's thread only
        self._done = 0  # bytes ever taken off; written by the writer thread only
        self._lock = threading.Lock()
        self._dirty: dict[OpenSegment, None] = {}
        self._directories: dict[Path, None] = {}
        self._thread = threading.Thread(target=self._run, name="archive-writer", daemon=True) if threaded else None
        if self._thread is not None:
            self._thread.start()

    @property
    def waiting_bytes(self) -> int:
        """Bytes queued and not yet handed to the kernel."""
        return self._queued - self._done

    def submit(self, segment: OpenSegment, pieces: Sequence[bytes] | None, placed: Placed | None, end_us: int) -> None:
        """Queue a fragment, or the end of a segment (`pieces` None)."""
        if placed is not None:
            if self._queued - self._done + placed.size > self._limit:
                self._give_up(segment, "the disk is too slow: too much waits to be written")
                return
            self._queued += placed.size
        job = (segment, pieces, placed, end_us)
        if self._thread is None:
            self._work([job])
        else:
            self._queue.put(job)

    def take_dirty(self) -> tuple[list[OpenSegment], list[Path]]:
        """Segments written to, or given up, and directories made since the last call."""
        with self._lock:
            dirty, self._dirty = list(self._dirty), {}
            directories, self._directories = list(self._directories), {}
        return dirty, directories

    def put_back(self, segments: Sequence[OpenSegment], directories: Sequence[Path]) -> None:
        """What could not be dealt with now, for the next tick."""
        with self._lock:
            self._dirty.update(dict.fromkeys(segments))
            self._directories.update(dict.fromkeys(directories))

    def close(self) -> None:
        """Write what is queued and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        running = True
        while running:
            jobs: list[_Job] = []
            item = self._queue.get()
            while True:
                if item is None:
                    running = False
                    break
                jobs.append(item)
                try:
                    item = self._queue.get_nowait()
                except Empty:
                    break
            self._work(jobs)

    def _work(self, jobs: list[_Job]) -> None:
        self._make_files([job[0] for job in jobs if job[1] is not None and job[0].fd < 0 and not job[0].failed])
        for segment, pieces, placed, end_us in jobs:
            if placed is not None:
                self._done += placed.size
            if segment.failed:
                continue
            try:
                if pieces is None or placed is None:
                    segment.end_us = end_us
                    segment.written_whole = True
                else:
                    self._write_fragment(segment, pieces, placed, end_us)
            except OSError as error:
                segment.refused = True
                self._give_up(segment, f"write failed: {error.strerror or error}")
                continue
            with self._lock:
                self._dirty[segment] = None

    def _give_up(self, segment: OpenSegment, why: str) -> None:
        segment.failed = segment.failed or why
        with self._lock:
            self._dirty[segment] = None

    def _make_files(self, segments: list[OpenSegment]) -> None:
        new = list(dict.fromkeys(segments))
        if not new:
            return
        try:
            self._index.open_files(
                [
                    (s.volume.row, s.path, s.stream.row, s.origin.sequence, s.origin.session, s.origin.wall_us)
                    for s in new
                ]
            )
        except sqlite3.Error as error:
            for segment in new:
                self._give_up(segment, f"the index can't be written: {error}")
            return
        for segment in new:
            try:
                self._make_file(segment)
            except OSError as error:
                segment.refused = True
                self._give_up(segment, f"the file can't be made: {error.strerror or error}")

    def _make_file(self, segment: OpenSegment) -> None:
        root = segment.volume.open_root()
        try:
            made = _make_folders(root, segment.volume.path, segment.path)
            segment.fd = os.open(segment.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o640, dir_fd=root)
        finally:
            os.close(root)
        with self._lock:
            self._directories.update(dict.fromkeys((*made, segment.file.parent)))
        header = init_segment(segment.params, segment.origin, segment.sound)
        _write_all(segment.fd, header)
        segment.digest.add((header,))
        segment.init_size = segment.size = len(header)
        segment.volume.take(len(header))
        faults.point("header")

    def _write_fragment(self, segment: OpenSegment, pieces: Sequence[bytes], placed: Placed, end_us: int) -> None:
        if faults.armed("torn"):
            _write_torn(segment.fd, pieces)
        whole = b"".join(pieces)  # one copy costs less than taking the GIL back after each picture, twice
        _write_all(segment.fd, whole)
        segment.digest.add((whole,))
        segment.fragments.append(placed._replace(offset=segment.size))
        segment.size += placed.size
        segment.volume.take(placed.size)
        segment.written_end_us = end_us
        faults.point("fragment")


def _make_folders(root: int, volume: Path, path: str) -> list[Path]:
    """The folders above a file, below the open folder `root`; those whose content changed by it.

    By descriptor: were the disk unmounted just now, nothing would be made in the bare folder of its mount point.
    """
    changed = []
    folder = volume
    for part in path.split("/")[:-1]:
        try:
            os.mkdir((folder / part).relative_to(volume), dir_fd=root)
        except FileExistsError:
            pass
        else:
            changed.append(folder)
        folder /= part
    return changed


def _write_all(fd: int, data: bytes) -> None:
    written = os.write(fd, data)
    while written < len(data):
        written += os.write(fd, memoryview(data)[written:])


def _write_torn(fd: int, pieces: Sequence[bytes]) -> None:
    whole = b"".join(pieces)
    os.write(fd, whole[: len(whole) // 2])
    faults.point("torn")
    os.lseek(fd, -(len(whole) // 2), os.SEEK_CUR)
