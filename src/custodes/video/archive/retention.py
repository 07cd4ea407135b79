"""The one place that deletes footage.

A segment goes when, in one statement, it is not held, no hold overlaps it, and the retention of its camera is over.
Retention counts whole local days (S32, N17): footage of local day D is kept through the end of day D + days. Rows go
first, files after (`recovery.sweep_garbage`). Nothing here makes room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from custodes.video.archive import faults, records
from custodes.video.archive.changes import count_bytes, move_runs, put_record
from custodes.video.archive.index import Index
from custodes.video.archive.recovery import RecoveryReport, sweep_garbage
from custodes.video.archive.streams import RecordedStream
from custodes.video.archive.timeline import merge
from custodes.video.archive.volume import Volume, segment_path

FLOOR_DAYS = 30
"""Nobody may keep footage for less (S32, N17), except a training installation."""
_BATCH = 500
PAST = "stream = :stream AND start_us < :cutoff AND end_us <= :cutoff AND volume = :volume"
"""Of a stream on a volume: what is past its retention."""
_FREE = (
    " AND held = 0 AND NOT EXISTS (SELECT 1 FROM holds WHERE holds.stream = segments.stream"
    " AND holds.from_us < segments.end_us AND holds.to_us > segments.start_us)"
    " AND NOT EXISTS (SELECT 1 FROM pins WHERE pins.stream = segments.stream AND pins.until_us > :now"
    " AND pins.from_us < segments.end_us AND pins.to_us > segments.start_us)"
)
EXPIRED = PAST + _FREE
"""The same, and nothing holds it, and nobody reads it out: what may go."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long footage is kept.

    Attributes:
        zone: IANA name of the zone whose days count.
        floor_days: whole local days after the day of recording; a camera may have more, never less.
        training_minutes: set only in a training installation (simulated sources): keeps minutes instead of days.

    Raises:
        ValueError: a floor under 30 days without `training_minutes`.
    """

    zone: str = "Asia/Shanghai"
    floor_days: int = FLOOR_DAYS
    training_minutes: int | None = None

    def __post_init__(self) -> None:
        if self.training_minutes is None and self.floor_days < FLOOR_DAYS:
            raise ValueError(f"footage is kept for at least {FLOOR_DAYS} days (S32, N17), not {self.floor_days}")
        if self.training_minutes is not None and self.training_minutes < 1:
            raise ValueError("a training installation keeps footage for at least a minute")

    def cutoff_us(self, camera_days: int, now_us: int) -> int:
        """Footage that ended at or before this moment is past its retention."""
        if self.training_minutes is not None:
            return now_us - self.training_minutes * 60_000_000
        zone = ZoneInfo(self.zone)
        today = datetime.fromtimestamp(now_us / 1_000_000, zone).date()
        return local_midnight_us(today - timedelta(days=max(self.floor_days, camera_days)), zone)

    @property
    def hours(self) -> float:
        """The least that footage is kept; in a training installation what is written now goes within that time."""
        return (self.training_minutes or self.floor_days * 1440) / 60

    def moments(self, now_us: int, hours: float) -> list[int]:
        """When footage expires within so many hours from now: local midnights, or steps of a training installation's minutes."""
        end_us = now_us + round(hours * 3_600_000_000)
        if self.training_minutes is not None:
            step = self.training_minutes * 5_000_000
            return list(range(now_us + step, end_us + 1, step))
        zone = ZoneInfo(self.zone)
        today = datetime.fromtimestamp(now_us / 1_000_000, zone).date()
        nights = (local_midnight_us(today + timedelta(days=n), zone) for n in range(1, int(hours // 24) + 2))
        return [night for night in nights if night <= end_us]

    def rule(self, camera_days: int) -> str:
        """The rule as the purge record names it."""
        if self.training_minutes is not None:
            return f"training: {self.training_minutes} minutes"
        return f"S32, N17: {max(self.floor_days, camera_days)} local days"


def local_midnight_us(day: date, zone: ZoneInfo) -> int:
    """When a local day begins, microseconds UTC."""
    return round(datetime.combine(day, time(), zone).timestamp()) * 1_000_000


@dataclass(frozen=True, slots=True)
class Braked:
    """A volume on which a pass deleted nothing because it wanted too much.

    Attributes:
        volume: its identity.
        path: its folder.
        segments, bytes: what the pass wanted; `of` are the segments that the volume holds in all.
        from_us, to_us: from the oldest to the end of the newest that it wanted, microseconds UTC.
        cameras: of how many cameras.
    """

    volume: str
    path: str
    segments: int
    of: int
    bytes: int
    from_us: int
    to_us: int
    cameras: int


@dataclass(frozen=True, slots=True)
class OverBrake:
    """A person has looked at what braked passes want, and says that it is to go.

    Attributes:
        by, reason: who says so and why; they stand in each purge record.
        seen_us: the moment for which it was looked at: what expired later is not meant.
        seen: what was seen, by the identity of the volume; where a pass wants more than that now nothing is deleted.
        rule: the rule that the stopped pass followed; empty when it was not recorded.
    """

    by: str
    reason: str
    seen_us: int
    seen: Mapping[str, Braked]
    rule: str = ""

    def covers(self, wanted: Braked, rule: str) -> bool:
        """Whether what a pass wants now is no more than what was seen: in number, bytes and span, under the same rule."""
        seen = self.seen.get(wanted.volume)
        return (
            seen is not None
            and wanted.segments <= seen.segments
            and wanted.bytes <= seen.bytes
            and wanted.from_us >= seen.from_us
            and wanted.to_us <= seen.to_us
            and self.rule in ("", rule)
        )


@dataclass
class PurgeReport:
    """What a pass did.

    Attributes:
        segments, bytes: what was deleted.
        braked: volumes on which nothing was deleted because too much was wanted, by path.
        absent: volumes that were not there, or not the right ones.
        swept: files that are gone.
        left: files that could not be removed now; they wait in `garbage`.
    """

    segments: int = 0
    bytes: int = 0
    braked: dict[str, Braked] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    swept: int = 0
    left: list[str] = field(default_factory=list)


def purge(
    index: Index,
    volumes: Mapping[int, Volume],
    streams: Mapping[int, RecordedStream],
    retention: Retention,
    now_us: int,
    *,
    brake_share: float = 0.2,
    over_brake: OverBrake | None = None,
) -> PurgeReport:
    """One pass: delete what is past its retention and not held.

    Args:
        brake_share: a pass that wants more than this share of a volume's segments deletes nothing there; not
            in a training installation.
        over_brake: a person has looked and said yes. Holds and retention bind as in every pass.
    """
    report = PurgeReport()
    expiry_us = min(now_us, over_brake.seen_us) if over_brake is not None else now_us
    for volume in volumes.values():
        if not volume.present():
            report.absent.append(volume.absent)
            continue
        wanted = _wanted(index, volume, streams, retention, expiry_us)
        braked = _braked(index, volume, wanted)
        # A training installation keeps minutes: after a night off everything it holds is past them.
        brakes = braked.segments > brake_share * braked.of and retention.training_minutes is None
        if brakes and (over_brake is None or not over_brake.covers(braked, retention.rule(0))):
            report.braked[str(volume.path)] = braked
            volume.braked = f"wants {braked.segments} of {braked.of} segments"
            continue
        volume.braked = ""
        detail = f"volume {volume.identity}"
        if brakes and over_brake is not None:
            detail += f"; over the brake, ordered by {over_brake.by}: {over_brake.reason}"
        for stream_row, expired in wanted.items():
            if expired:
                _purge_stream(
                    *(index, volume, streams[stream_row]),
                    *(_Terms(retention, expiry_us, now_us, detail), report),
                )
    swept = RecoveryReport()
    sweep_garbage(index, volumes, swept)
    report.swept, report.left = swept.swept, swept.left
    return report


def expiring(
    index: Index,
    volumes: Iterable[Volume],
    streams: Mapping[int, RecordedStream],
    retention: Retention,
    now_us: int,
    hours: float,
) -> tuple[tuple[float, int], ...]:
    """(hours from now, bytes that may go by then) for each moment at which footage expires; what is held is not in it."""
    there = [volume for volume in volumes if not volume.absent]
    return tuple(
        (
            (moment - now_us) / 3_600_000_000,
            sum(
                expired.bytes
                for volume in there
                for expired in _wanted(index, volume, streams, retention, moment).values()
            ),
        )
        for moment in retention.moments(now_us, hours)
    )


def expired_bytes(
    index: Index, volume: Volume, streams: Mapping[int, RecordedStream], retention: Retention, now_us: int
) -> int:
    """Bytes of a volume that are past their retention and not held: what the next pass may delete."""
    return sum(expired.bytes for expired in _wanted(index, volume, streams, retention, now_us).values())


def _arguments(stream: RecordedStream, volume: Volume, retention: Retention, now_us: int) -> dict[str, int]:
    cutoff = retention.cutoff_us(stream.retention_days, now_us)
    return {"stream": stream.row, "volume": volume.row, "cutoff": cutoff, "now": now_us}


@dataclass(frozen=True, slots=True)
class _Terms:
    """Under what a stream is purged: rule, the moment at which footage has to be past it, now, and the record's detail."""

    retention: Retention
    expiry_us: int
    now_us: int
    detail: str


@dataclass(frozen=True, slots=True)
class _Expired:
    """What of one stream is past its retention on one volume; false when nothing is."""

    segments: int
    bytes: int
    from_us: int
    to_us: int

    def __bool__(self) -> bool:
        return self.segments > 0


def _wanted(
    index: Index, volume: Volume, streams: Mapping[int, RecordedStream], retention: Retention, expiry_us: int
) -> dict[int, _Expired]:
    return {
        stream.row: _Expired(
            *index.row(
                "SELECT count(*), coalesce(sum(bytes), 0), coalesce(min(start_us), 0), coalesce(max(end_us), 0)"  # noqa: S608 - a constant
                f" FROM segments WHERE {EXPIRED}",
                _arguments(stream, volume, retention, expiry_us),
            )
        )
        for stream in streams.values()
    }


def _braked(index: Index, volume: Volume, wanted: Mapping[int, _Expired]) -> Braked:
    found = [expired for expired in wanted.values() if expired]
    return Braked(
        volume=volume.identity,
        path=str(volume.path),
        segments=sum(expired.segments for expired in found),
        of=index.row("SELECT coalesce(sum(segments), 0) FROM volume_hours WHERE volume = ?", (volume.row,))[0],
        bytes=sum(expired.bytes for expired in found),
        from_us=min((expired.from_us for expired in found), default=0),
        to_us=max((expired.to_us for expired in found), default=0),
        cameras=len(found),
    )


def _purge_stream(index: Index, volume: Volume, stream: RecordedStream, terms: _Terms, report: PurgeReport) -> None:
    arguments = {**_arguments(stream, volume, terms.retention, terms.expiry_us), "batch": _BATCH}
    while True:
        with index.transaction() as cursor:
            gone = cursor.execute(
                "DELETE FROM segments WHERE (stream, start_us, sequence) IN ("  # noqa: S608 - constants
                f"SELECT stream, start_us, sequence FROM segments WHERE {EXPIRED} LIMIT :batch)"
                " RETURNING start_us, end_us, sequence, bytes, root",
                arguments,
            ).fetchall()
            if not gone:
                return
            gone.sort()
            cursor.executemany(
                "INSERT OR IGNORE INTO garbage VALUES (?, ?)",
                [(volume.row, segment_path(stream.camera, row[0])) for row in gone],
            )
            for start_us, _, _, size, _ in gone:
                count_bytes(cursor, volume.row, start_us, -size, -1)
            for start_us, end_us in merge((row[0], row[1]) for row in gone):
                move_runs(cursor, stream.row, start_us, end_us)
            size = sum(row[3] for row in gone)
            put_record(
                cursor,
                records.purge(
                    str(stream.camera),
                    str(stream.stream_id),
                    (gone[0][0], max(row[1] for row in gone)),
                    [(row[2], row[4]) for row in gone],
                    size,
                    terms.retention.rule(stream.retention_days),
                    terms.detail,
                    terms.now_us,
                ),
            )
        faults.point("purged")
        volume.used -= size
        report.segments += len(gone)
        report.bytes += size
