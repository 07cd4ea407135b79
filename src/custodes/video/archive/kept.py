"""How far back each camera's footage can be played, beside the day that the law asks for (S32): the proof of keeping.

Asked for once a day. Footage of local day D is kept through the end of day D + days, so on day T the oldest that is owed is
that of day T − days; a camera that was not there yet owes what came since it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from custodes.video.archive.completeness import NOT_OWED, account
from custodes.video.archive.index import Index
from custodes.video.archive.retention import Retention
from custodes.video.archive.streams import RecordedStream
from custodes.video.archive.timeline import Span, clip, merge, runs, subtract

DELETED = "deleted"
"""Recorded inside the term, and deleted since."""
ABSENT = "absent"
"""Recorded inside the term, on a volume that is not there now."""


@dataclass(frozen=True, slots=True)
class KeptDay:
    """One camera on one day.

    Attributes:
        days: whole local days that are asked for.
        asked_us: when the oldest footage that is owed begins: the term's beginning, or when the camera became known.
        oldest_us: when the oldest playable footage begins, held footage too; None when there is none.
        begins_us: when the playable footage inside the term begins; None when there is none.
        short_days: local days at the term's beginning of which nothing can be played although it was owed.
        missing: why, in microseconds by reason: a gap's, `DELETED` or `ABSENT`; over these days, and what went later too.
    """

    camera: UUID
    days: int
    asked_us: int
    oldest_us: int | None
    begins_us: int | None
    short_days: int
    missing: dict[str, int] = field(default_factory=dict)


def kept_of(
    index: Index, streams: Iterable[RecordedStream], absent: Collection[int], retention: Retention, now_us: int
) -> list[KeptDay]:
    """Every camera that is recorded here.

    Args:
        absent: rows of volumes that are not there.
    """
    return [_kept(index, stream, absent, retention, now_us) for stream in streams]


def _kept(index: Index, stream: RecordedStream, absent: Collection[int], retention: Retention, now_us: int) -> KeptDay:
    days = max(retention.floor_days, stream.retention_days)
    asked = max(retention.cutoff_us(stream.retention_days, now_us), stream.first_us)
    away = _on_absent(index, stream, absent, asked)
    oldest = _oldest(index, stream, absent)
    playable = subtract(runs(index, stream, asked, now_us), away)
    begins = playable[0][0] if playable else None
    until = now_us if begins is None else begins
    late = account(index, stream, asked, until, now_us)
    missing = {reason: us for reason, us in late.reasons.items() if reason not in NOT_OWED and us > 0}
    for name, spans in ((DELETED, _deleted(index, stream, asked, now_us)), (ABSENT, away)):
        amount = sum(end - start for start, end in spans)
        if amount:
            missing[name] = amount
    zone = ZoneInfo(retention.zone)
    short = (_day(until, zone) - _day(asked, zone)).days if missing else 0
    return KeptDay(stream.camera, days, asked, oldest, begins, short, missing)


def _deleted(index: Index, stream: RecordedStream, from_us: int, to_us: int) -> list[Span]:
    rows = index.rows(
        "SELECT from_us, to_us FROM purged_runs WHERE stream = ? AND to_us > ? AND from_us < ?",
        (stream.row, from_us, to_us),
    )
    return subtract(merge(clip(rows, from_us, to_us)), runs(index, stream, from_us, to_us))


def _on_absent(index: Index, stream: RecordedStream, absent: Collection[int], from_us: int) -> list[Span]:
    spans: list[Span] = []
    for volume in absent:
        spans += index.rows(
            "SELECT start_us, end_us FROM segments WHERE stream = ? AND start_us >= ? AND volume = ?",
            (stream.row, from_us, volume),
        )
    return merge(spans)


def _oldest(index: Index, stream: RecordedStream, absent: Collection[int]) -> int | None:
    marks = ",".join("?" * len(absent))
    row = index.row(
        "SELECT start_us FROM segments WHERE stream = ?"  # noqa: S608 - question marks
        + (f" AND volume NOT IN ({marks})" if absent else "")
        + " ORDER BY start_us LIMIT 1",
        (stream.row, *absent),
    )
    return None if row is None else int(row[0])


def _day(wall_us: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(wall_us / 1e6, zone).date()
