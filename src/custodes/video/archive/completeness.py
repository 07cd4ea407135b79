"""Every second accounted for: recorded, not owed, or missing for a reason (per camera and local day, and per hour)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from custodes.video.archive.catalogue import load_streams
from custodes.video.archive.index import Index
from custodes.video.archive.retention import local_midnight_us
from custodes.video.archive.streams import RecordedStream
from custodes.video.archive.timeline import Span, clip, degraded, gaps, merge, runs, subtract
from custodes.video.plan import EXCUSED

NOT_OWED = frozenset({"new", *EXCUSED})
"""Reasons whose seconds nobody owes: the camera was not there yet, or recording was planned out."""
UNEXPLAINED = "unexplained"
"""Seconds that are neither recorded nor in a gap: always a finding."""
_HOUR_US = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Completeness:
    """Seconds of a span, in microseconds.

    Attributes:
        recorded_us: in a run and in no gap; what was recorded and has been deleted since counts too.
        owed_us: what should have been recorded: the span as far as it has passed, less what is `new`, `schedule` or `planned`.
        reasons: missing time by gap reason; what is not owed too, and `unexplained`.
        degraded_us: of what is recorded, that of which key frames only were kept.
    """

    recorded_us: int
    owed_us: int
    reasons: dict[str, int]
    degraded_us: int = 0

    @property
    def unexplained_us(self) -> int:
        """Missing without a reason."""
        return self.reasons.get(UNEXPLAINED, 0)


@dataclass(frozen=True, slots=True)
class HourRollup:
    """An hour of one camera as it goes to the web (docs/design/wire.md §2).

    Attributes:
        roots: SHA-256, hex, over the roots of the hour's sealed segments in order (by start in the hour).
        degraded_us: of what is recorded, that of which key frames only were kept.
        bytes: of the segments that begin in the hour. Of both what was taken later from the device's own recordings is left out: an hour
            that was told stays as it was.
    """

    recorded_us: int
    owed_us: int
    reasons: dict[str, int]
    roots: str
    degraded_us: int = 0
    bytes: int = 0


def day_bounds(day: date, zone: str) -> Span:
    """A local day, microseconds UTC: 23 or 25 hours where clocks change."""
    info = ZoneInfo(zone)
    return local_midnight_us(day, info), local_midnight_us(day + timedelta(days=1), info)


def account(index: Index, stream: RecordedStream, from_us: int, to_us: int, now_us: int) -> Completeness:
    """Account for ``[from_us, to_us)`` as far as it has passed."""
    to_us = min(to_us, _settled_until(index, stream, now_us))
    if to_us <= from_us:
        return Completeness(0, 0, {})
    reasons: dict[str, int] = {}
    taken: list[Span] = []
    before = clip([(from_us, stream.first_us)], from_us, to_us) if stream.first_us > from_us else []
    missing = [(a, b, "new") for a, b in before] + gaps(index, stream, from_us, to_us, now_us)
    for start, end, reason in missing:
        fresh = _measure(subtract([(start, end)], taken))
        if fresh:
            reasons[reason] = reasons.get(reason, 0) + fresh
        taken = merge([*taken, (start, end)], 0)
    past = index.rows(
        "SELECT from_us, to_us FROM purged_runs WHERE stream = ? AND to_us > ? AND from_us < ?",
        (stream.row, from_us, to_us),
    )
    recorded = subtract(merge([*runs(index, stream, from_us, to_us), *clip(past, from_us, to_us)]), taken)
    unexplained = _measure(subtract([(from_us, to_us)], merge([*taken, *recorded])))
    if unexplained:
        reasons[UNEXPLAINED] = unexplained
    owed = to_us - from_us - sum(amount for reason, amount in reasons.items() if reason in NOT_OWED)
    thinned = degraded(index, stream, from_us, to_us, now_us)
    kept_whole = subtract(recorded, thinned)
    return Completeness(_measure(recorded), owed, reasons, _measure(recorded) - _measure(kept_whole))


def read_accounts(index_path: Path, day: date, zone: str, now_us: int) -> dict[UUID, Completeness]:
    """The accounts of all cameras of one index, read beside the process that writes it.

    Raises:
        IndexRefused: no index, or a newer format.
        sqlite3.Error: it can't be read.
    """
    index = Index(index_path, read_only=True)
    try:
        start, end = day_bounds(day, zone)
        return {camera: account(index, stream, start, end, now_us) for camera, stream in load_streams(index).items()}
    finally:
        index.close()


def rollup(index: Index, stream: RecordedStream, hour_us: int, now_us: int) -> HourRollup:
    """The hour that begins at `hour_us` (microseconds UTC)."""
    counted = account(index, stream, hour_us, hour_us + _HOUR_US, now_us)
    roots, size = hashlib.sha256(), 0
    for root, length in index.rows(
        "SELECT root, bytes FROM segments WHERE stream = ? AND start_us >= ? AND start_us < ? AND source = 0"
        " ORDER BY start_us, sequence",
        (stream.row, hour_us, hour_us + _HOUR_US),
    ):
        roots.update(root)
        size += length
    return HourRollup(
        counted.recorded_us, counted.owed_us, counted.reasons, roots.hexdigest(), counted.degraded_us, size
    )


def _settled_until(index: Index, stream: RecordedStream, now_us: int) -> int:
    """Up to when it is known what became of each second.

    While a camera is being recorded the last moments are on their way to the disk; they are neither recorded nor
    missing yet.
    """
    (retired,) = index.row("SELECT retired_us FROM streams WHERE id = ?", (stream.row,))
    if retired is not None:
        now_us = min(now_us, retired)
    if stream.gap is not None:
        return now_us
    ends = [end for _, end in runs(index, stream, now_us - 2 * _HOUR_US, now_us)]
    ends += [segment.origin.wall_us for segment in list(stream.open.values())]
    writing = index.row("SELECT min(start_us) FROM opened WHERE stream = ?", (stream.row,))[0]
    if not stream.open and writing is not None:
        ends.append(writing)  # another process writes it
    return min(now_us, max(ends, default=now_us))


def _measure(spans: list[Span]) -> int:
    return sum(end - start for start, end in spans)
