"""An index rebuilt from files alone, and what the files can't tell."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from custodes.video.archive.changes import insert_segment, put_record
from custodes.video.archive.fragments import digest_file
from custodes.video.archive.index import Index, lock
from custodes.video.archive.records import SealedSegment, segment_sealed
from custodes.video.archive.recovery import sealed_from_scan
from custodes.video.archive.volume import read_identity, start_from_name
from custodes.video.mp4.parse import scan_file

UNKNOWN = (
    "why there are gaps: holes become gaps with the reason `restart`, detail `rebuilt from files`",
    "holds and longer retention: both come back with the next assignment; until then 30 days and no hold are assumed",
    "which records were delivered: none is written but for the newest file of each camera and for what you ask for; ids stay the same",
    "since when each camera was known: its first footage is taken",
)
"""What the caller must tell the person."""
_BATCH = 200


class ReindexRefused(Exception):
    """There is an index already, or a folder is no volume."""


@dataclass
class ReindexReport:
    """What was built.

    Attributes:
        cameras, segments, bytes: in the new index.
        gaps: holes that were noted.
        to_finish: files that the next start of the node finishes (torn, or the newest of a camera).
        refused: files that are no segments of ours, with the reason.
        skipped: files of cameras that belong to other workers.
        entered: segments whose records were put into the outbox.
    """

    cameras: int = 0
    segments: int = 0
    bytes: int = 0
    gaps: int = 0
    to_finish: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    skipped: int = 0
    entered: int = 0


@dataclass(frozen=True, slots=True)
class Entering:
    """Records of footage that a restored log does not have are to be entered, late.

    A record has the id that it had when its segment was sealed (stream, sequence and hash of the file make it), so that one
    that the log has already is not entered twice. Its `at` is the time of entering: that a segment was as it is, is proved
    from then on, and not from when it was recorded.

    Attributes:
        node: for the records.
        since_us: footage that ends before this is left out, microseconds UTC.
        now_us: the time of entering.
    """

    node: str
    since_us: int
    now_us: int


def move_aside(index_path: Path, now: datetime) -> list[Path]:
    """Rename an index (and its WAL) so that a new one can be built; returns where its parts are now.

    Raises:
        IndexRefused: a process has it open for writing.
    """
    if not index_path.exists():
        return []
    fd = lock(index_path)
    try:
        moved = []
        for suffix in ("", "-wal", "-shm"):
            part = index_path.with_name(index_path.name + suffix)
            if part.exists():
                moved.append(
                    part.rename(part.with_name(f"{index_path.stem}.before-{now:%Y%m%dT%H%M%SZ}.sqlite3{suffix}"))
                )
        return moved
    finally:
        os.close(fd)


def reindex(
    volumes: Sequence[Path],
    index_path: Path,
    *,
    accept: Callable[[UUID], bool] = lambda camera: True,
    progress: Callable[[int, int, str], None] | None = None,
    entering: Entering | None = None,
) -> ReindexReport:
    """Build the index at `index_path` from the files on `volumes`; no file is changed.

    Args:
        accept: which cameras are this worker's.
        progress: (files done, files in all, path).
        entering: which records go into the outbox; None for none.

    Raises:
        ReindexRefused: `index_path` exists.
        VolumeRefused: a folder has no identity file.
        OSError, sqlite3.Error: a disk or the new index failed.
    """
    if index_path.exists():
        raise ReindexRefused(f"{index_path} exists; move it away first")
    identities = [(path, read_identity(path)) for path in volumes]
    files = [(number, file) for number, (path, _) in enumerate(identities) for file in sorted(path.rglob("*.mp4"))]
    index = Index(index_path)
    try:
        builder = _Builder(index, identities, accept, entering)
        newest = _newest(files, identities)
        for start in range(0, len(files), _BATCH):
            with index.transaction() as cursor:
                for done, (number, file) in enumerate(files[start : start + _BATCH], start):
                    if progress is not None:
                        progress(done, len(files), file.name)
                    builder.add(cursor, number, file, file in newest)
        builder.finish()
        if progress is not None:
            progress(len(files), len(files), "")
        return builder.report
    finally:
        index.close()


def _newest(files: Sequence[tuple[int, Path]], identities: Sequence[tuple[Path, str]]) -> set[Path]:
    """The newest file of each camera by name: it may never have been sealed."""
    last: dict[str, Path] = {}
    for number, file in files:
        camera = file.relative_to(identities[number][0]).parts[0]
        if camera not in last or file.name > last[camera].name:
            last[camera] = file
    return set(last.values())


class _Builder:
    def __init__(
        self,
        index: Index,
        identities: Sequence[tuple[Path, str]],
        accept: Callable[[UUID], bool],
        entering: Entering | None,
    ) -> None:
        self._entering = entering
        self.report = ReindexReport()
        self._index = index
        self._identities = identities
        self._accept = accept
        self._streams: dict[str, int] = {}
        with index.transaction() as cursor:
            cursor.executemany(
                "INSERT INTO volumes (id, uuid, path) VALUES (?, ?, ?)",
                [(row, uuid, str(path.absolute())) for row, (path, uuid) in enumerate(identities, 1)],
            )

    def add(self, cursor: sqlite3.Cursor, number: int, file: Path, newest: bool) -> None:
        """Index one file."""
        root, volume_id = self._identities[number]
        path = file.relative_to(root).as_posix()
        try:
            scan = scan_file(file)
            origin = scan.origin
            if origin is None or not scan.fragments or start_from_name(file.name) != origin.wall_us:
                self.report.refused.append((path, scan.defect or "no segment of ours, or under another name"))
                return
            if not self._accept(origin.camera):
                self.report.skipped += 1
                return
            stream = self._stream(cursor, str(origin.camera), str(origin.stream_id), origin.wall_us)
            if newest or scan.defect:
                cursor.execute(
                    "INSERT INTO opened VALUES (?, ?, ?, ?, ?, ?)",
                    (number + 1, path, stream, origin.sequence, origin.session, origin.wall_us),
                )
                self._count_on(cursor, stream, origin.sequence, origin.session)
                self.report.to_finish += 1
                return
            ends = [scan.init_size, *(found.offset + found.size for found in scan.fragments)]
            sealed = sealed_from_scan(scan, digest_file(file, ends), stream, number + 1, volume_id, path)
        except OSError as error:
            self.report.refused.append((path, str(error)))
            return
        self._insert(cursor, sealed)

    def _insert(self, cursor: sqlite3.Cursor, sealed: SealedSegment) -> None:
        try:
            insert_segment(cursor, sealed)
        except sqlite3.IntegrityError:
            self.report.refused.append((sealed.path, f"segment {sealed.sequence} is there twice"))
            return
        self.report.segments += 1
        self.report.bytes += sealed.size
        entering = self._entering
        if entering is not None and sealed.end_us >= entering.since_us:
            put_record(cursor, segment_sealed(sealed, entering.node, entering.now_us))
            self.report.entered += 1

    def _stream(self, cursor: sqlite3.Cursor, camera: str, stream_id: str, start_us: int) -> int:
        if camera not in self._streams:
            cursor.execute(
                "INSERT INTO streams (camera, stream_id, first_us, retention_days) VALUES (?, ?, ?, 30)",
                (camera, stream_id, start_us),
            )
            assert cursor.lastrowid is not None
            self._streams[camera] = cursor.lastrowid
            self.report.cameras += 1
        row = self._streams[camera]
        cursor.execute("UPDATE streams SET first_us = min(first_us, ?) WHERE id = ?", (start_us, row))
        return row

    @staticmethod
    def _count_on(cursor: sqlite3.Cursor, stream: int, sequence: int, session: int) -> None:
        cursor.execute(
            "UPDATE streams SET next_sequence = max(next_sequence, ?), next_session = max(next_session, ?)"
            " WHERE id = ?",
            (sequence + 1, session + 1, stream),
        )

    def finish(self) -> None:
        """Note sessions and the holes between runs."""
        with self._index.transaction() as cursor:
            cursor.execute(
                "INSERT INTO sessions (stream, number, start_us, end_us, reason)"
                " SELECT stream, session, min(start_us), max(end_us), 'restart' FROM segments GROUP BY stream, session"
            )
            for stream in self._streams.values():
                for from_us, to_us in self._holes(cursor, stream):
                    cursor.execute(
                        "INSERT INTO gaps (stream, from_us, to_us, reason, detail) VALUES (?, ?, ?, 'restart', ?)",
                        (stream, from_us, to_us, "rebuilt from files"),
                    )
                    self.report.gaps += 1

    @staticmethod
    def _holes(cursor: sqlite3.Cursor, stream: int) -> Iterator[tuple[int, int]]:
        spans = cursor.execute(
            "SELECT from_us, to_us FROM runs WHERE stream = ? UNION ALL"
            " SELECT start_us, start_us FROM opened WHERE stream = ? ORDER BY 1",
            (stream, stream),
        ).fetchall()
        reached: int | None = None
        for start, end in spans:
            if reached is not None and start > reached:
                yield reached, start
            reached = end if reached is None else max(reached, end)
