"""What happens to the index: each change is a small object that is applied inside the tick's one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from custodes.video.archive import records
from custodes.video.archive.records import SealedSegment
from custodes.video.mp4.header import SOURCES
from custodes.video.plan import RecordingPlan

RUN_TOLERANCE_US = 1000
"""Two spans closer than this are one run: below any picture's duration."""

RecordOfSpan = Callable[[str, str, tuple[int, int], str, str, int], dict[str, Any]]
"""Makes the record of a span that is over: camera, stream id, span, reason, detail, now."""

_RECORDS: dict[str, RecordOfSpan] = {"gaps": records.gap, "degraded": records.degraded}


@dataclass(frozen=True, slots=True)
class SegmentSealed:
    """A segment's bytes are durable and final: its row, its run, its record."""

    sealed: SealedSegment
    node: str

    def apply(self, cursor: sqlite3.Cursor, now_us: int) -> None:
        """Write it."""
        insert_segment(cursor, self.sealed)
        put_record(cursor, records.segment_sealed(self.sealed, self.node, now_us))
        cursor.execute("DELETE FROM opened WHERE volume = ? AND path = ?", (self.sealed.volume, self.sealed.path))


@dataclass(frozen=True, slots=True)
class SessionBegun:
    """A recording session begins."""

    stream: int
    number: int
    start_us: int

    def apply(self, cursor: sqlite3.Cursor, now_us: int) -> None:
        """Write it."""
        cursor.execute(
            "INSERT OR IGNORE INTO sessions (stream, number, start_us) VALUES (?, ?, ?)",
            (self.stream, self.number, self.start_us),
        )
        cursor.execute(
            "UPDATE streams SET next_session = max(next_session, ?) WHERE id = ?", (self.number + 1, self.stream)
        )


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A recording session ends, and why."""

    stream: int
    number: int
    end_us: int
    reason: str

    def apply(self, cursor: sqlite3.Cursor, now_us: int) -> None:
        """Write it."""
        cursor.execute(
            "UPDATE sessions SET end_us = ?, reason = ? WHERE stream = ? AND number = ?",
            (self.end_us, self.reason, self.stream, self.number),
        )


@dataclass(frozen=True, slots=True)
class SpanBegun:
    """A span of a stream begins and stays open: since when, why, and what a person would want to know of it."""

    table: ClassVar[str]

    stream: int
    from_us: int
    reason: str
    detail: str = ""

    def apply(self, cursor: sqlite3.Cursor, now_us: int) -> None:
        """Write it."""
        cursor.execute(
            f"INSERT INTO {self.table} (stream, from_us, reason, detail) VALUES (?, ?, ?, ?)",  # noqa: S608
            (self.stream, self.from_us, self.reason, self.detail),
        )


@dataclass(frozen=True, slots=True)
class SpanEnded:
    """The open span of a stream ends; its record is made now. A span without length leaves nothing."""

    table: ClassVar[str]

    stream: int
    to_us: int
    plan: RecordingPlan | None = None

    def apply(self, cursor: sqlite3.Cursor, now_us: int) -> None:
        """Write it, cut where the plan explains a part of it."""
        for row, from_us, reason, detail in cursor.execute(
            f"SELECT id, from_us, reason, detail FROM {self.table} WHERE stream = ? AND to_us IS NULL",  # noqa: S608
            (self.stream,),
        ).fetchall():
            if self.to_us <= from_us:
                cursor.execute(f"DELETE FROM {self.table} WHERE id = ?", (row,))  # noqa: S608
                continue
            cursor.execute(f"DELETE FROM {self.table} WHERE id = ?", (row,))  # noqa: S608
            _insert_span(cursor, self.table, self.stream, (from_us, self.to_us), (reason, detail), self.plan, now_us)


@dataclass(frozen=True, slots=True)
class GapBegun(SpanBegun):
    """From here on nothing is recorded."""

    table = "gaps"


@dataclass(frozen=True, slots=True)
class GapEnded(SpanEnded):
    """Recording goes on."""

    table = "gaps"


@dataclass(frozen=True, slots=True)
class DegradedBegun(SpanBegun):
    """From here on key frames only; `reason` as a gap's, `detail` says on whose order.

    A degraded span lies beside runs and gaps, not among them: its pictures are there.
    """

    table = "degraded"


@dataclass(frozen=True, slots=True)
class DegradedEnded(SpanEnded):
    """Every picture is written again, or none."""

    table = "degraded"


@dataclass(frozen=True, slots=True)
class GapFound:
    """A gap that is over when it is seen: pictures that stayed away for a while, a clock that stepped."""

    stream: int
    from_us: int
    to_us: int
    reason: str
    detail: str = ""
    plan: RecordingPlan | None = None

    def apply(self, cursor: sqlite3.Cursor, now_us: int) -> None:
        """Write it, cut where the plan explains a part of it."""
        span, why = (self.from_us, self.to_us), (self.reason, self.detail)
        _insert_span(cursor, "gaps", self.stream, span, why, self.plan, now_us)


@dataclass(frozen=True, slots=True)
class GapFilled:
    """What of a gap was taken from the device's own recordings. The gap stays: it was not recorded here. Segments carry the mark themselves."""

    stream: int
    span: tuple[int, int]
    filled: tuple[tuple[int, int], ...]
    detail: str

    def apply(self, cursor: sqlite3.Cursor, now_us: int) -> None:
        """Write it."""
        camera, stream_id = _names(cursor, self.stream)
        put_record(cursor, records.gap_filled(camera, stream_id, self.span, self.filled, self.detail, now_us))


Change = SegmentSealed | SessionBegun | SessionEnded | SpanBegun | SpanEnded | GapFound | GapFilled


def _names(cursor: sqlite3.Cursor, stream: int) -> tuple[str, str]:
    """A stream's camera and stream id."""
    camera, stream_id = cursor.execute("SELECT camera, stream_id FROM streams WHERE id = ?", (stream,)).fetchone()
    return camera, stream_id


def _insert_span(
    cursor: sqlite3.Cursor,
    table: str,
    stream: int,
    span: tuple[int, int],
    why: tuple[str, str],
    plan: RecordingPlan | None,
    now_us: int,
) -> None:
    """A span that is over, with its record: one row for each part that has a reason of its own."""
    camera, stream_id = _names(cursor, stream)
    pieces = [(*span, *why)] if plan is None else plan.pieces(*span, *why)
    for from_us, to_us, reason, detail in pieces:
        cursor.execute(
            f"INSERT INTO {table} (stream, from_us, to_us, reason, detail) VALUES (?, ?, ?, ?, ?)",  # noqa: S608
            (stream, from_us, to_us, reason, detail),
        )
        put_record(cursor, _RECORDS[table](camera, stream_id, (from_us, to_us), reason, detail, now_us))


def put_record(cursor: sqlite3.Cursor, record: dict[str, object]) -> None:
    """Add a record to the outbox, inside the caller's transaction."""
    cursor.execute("INSERT INTO outbox (record) VALUES (?)", (records.encode(record),))


def insert_segment(cursor: sqlite3.Cursor, sealed: SealedSegment) -> None:
    """The row of a segment, its sample entry, its run, and the volume's sums."""
    stream, start_us, end_us = sealed.stream, sealed.start_us, sealed.end_us
    held = cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM holds WHERE stream = ? AND from_us < ? AND to_us > ?)",
        (stream, end_us, start_us),
    ).fetchone()[0]
    cursor.execute(
        "INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(stream, start_us, sealed.sequence, end_us, sealed.session, sealed.media_time, sealed.duration),
            *(sealed.volume, sealed.size, sealed.init_size, _entry(cursor, sealed)),
            *(sealed.sha256, sealed.root, held, sealed.packed, SOURCES.index(sealed.source)),
        ),
    )
    cursor.execute(
        "UPDATE streams SET next_sequence = max(next_sequence, ?), next_session = max(next_session, ?) WHERE id = ?",
        (sealed.sequence + 1, sealed.session + 1, stream),
    )
    add_run(cursor, stream, start_us, end_us)
    count_bytes(cursor, sealed.volume, start_us, sealed.size, 1)


def _entry(cursor: sqlite3.Cursor, sealed: SealedSegment) -> int:
    key = (sealed.entry, sealed.mime, sealed.reorder, sealed.frame_rate)
    found = cursor.execute(
        "SELECT id FROM sample_entries WHERE entry = ? AND mime = ? AND reorder = ? AND frame_rate = ?", key
    ).fetchone()
    if found is not None:
        return int(found[0])
    cursor.execute("INSERT INTO sample_entries (entry, mime, reorder, frame_rate) VALUES (?, ?, ?, ?)", key)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def count_bytes(cursor: sqlite3.Cursor, volume: int, start_us: int, size: int, segments: int) -> None:
    """Add to (or, negative, take from) the sums of a volume."""
    cursor.execute("UPDATE volumes SET bytes = bytes + ? WHERE id = ?", (size, volume))
    cursor.execute(
        "INSERT INTO volume_hours VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET bytes = bytes + excluded.bytes, segments = segments + excluded.segments",
        (volume, start_us // 3_600_000_000, size, segments),
    )


def add_run(cursor: sqlite3.Cursor, stream: int, from_us: int, to_us: int) -> None:
    """Add a recorded span; spans that touch become one run."""
    _add_span(cursor, "runs", stream, from_us, to_us)


def _add_span(cursor: sqlite3.Cursor, table: str, stream: int, from_us: int, to_us: int) -> None:
    touching = cursor.execute(
        f"SELECT id, from_us, to_us FROM {table} WHERE stream = ? AND to_us >= ? AND from_us <= ?",  # noqa: S608
        (stream, from_us - RUN_TOLERANCE_US, to_us + RUN_TOLERANCE_US),
    ).fetchall()
    for row, start, end in touching:
        cursor.execute(f"DELETE FROM {table} WHERE id = ?", (row,))  # noqa: S608
        from_us, to_us = min(from_us, start), max(to_us, end)
    cursor.execute(f"INSERT INTO {table} (stream, from_us, to_us) VALUES (?, ?, ?)", (stream, from_us, to_us))  # noqa: S608


def move_runs(cursor: sqlite3.Cursor, stream: int, from_us: int, to_us: int) -> None:
    """Take a span out of the runs when its footage has been deleted; what was recorded stays known."""
    for row, start, end in cursor.execute(
        "SELECT id, from_us, to_us FROM runs WHERE stream = ? AND to_us > ? AND from_us < ?", (stream, from_us, to_us)
    ).fetchall():
        cursor.execute("DELETE FROM runs WHERE id = ?", (row,))
        _add_span(cursor, "purged_runs", stream, max(start, from_us), min(end, to_us))
        for left, right in ((start, from_us), (to_us, end)):
            if right - left > RUN_TOLERANCE_US:
                cursor.execute("INSERT INTO runs (stream, from_us, to_us) VALUES (?, ?, ?)", (stream, left, right))
