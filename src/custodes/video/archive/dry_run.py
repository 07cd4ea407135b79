"""What the next retention pass would delete, and what holds keep from it: by camera and local day. Nothing is changed here.

It asks the deleting statement's own conditions (`retention.EXPIRED`), so that what is shown is what would go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from custodes.video.archive.catalogue import load_streams
from custodes.video.archive.index import Index
from custodes.video.archive.retention import EXPIRED, PAST, Retention, local_midnight_us
from custodes.video.archive.streams import RecordedStream
from custodes.video.archive.volume import VolumeRefused, read_identity


@dataclass(frozen=True, slots=True)
class DryRunDay:
    """Footage of one camera that began on one local day and is past its retention.

    Attributes:
        rule: that lets it go.
        segments, bytes: what would go.
        held_segments, held_bytes: what is past its retention too, and stays for a hold.
        holds: ids of the open holds that reach into the day.
    """

    camera: UUID
    day: date
    rule: str
    segments: int
    bytes: int
    held_segments: int
    held_bytes: int
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VolumeWish:
    """What the pass would want of one volume.

    Attributes:
        path: its folder.
        segments: that would go; `of` are those that it holds in all.
        braked: it is more than the brake lets through: nothing would go there before a person has looked.
        absent: it is not there, or another one stands there: nothing would go there.
    """

    path: str
    segments: int
    of: int
    braked: bool
    absent: bool


@dataclass(frozen=True, slots=True)
class DryRun:
    """A pass that was not made.

    Attributes:
        at_us: the moment for which it was asked.
        days: the oldest first.
    """

    at_us: int
    volumes: tuple[VolumeWish, ...]
    days: tuple[DryRunDay, ...]


def dry_run(
    index: Index, streams: Iterable[RecordedStream], retention: Retention, now_us: int, brake_share: float
) -> DryRun:
    """What `retention.purge` would do at `now_us`."""
    found: dict[tuple[UUID, date], list[int]] = {}
    rules: dict[UUID, str] = {}
    volumes = []
    known = list(streams)
    for row, uuid, path in index.rows("SELECT id, uuid, path FROM volumes ORDER BY id"):
        absent, wanted = not _stands(Path(path), uuid), 0
        for stream in known:
            cutoff = retention.cutoff_us(stream.retention_days, now_us)
            rules[stream.camera] = retention.rule(stream.retention_days)
            for day, counted in _days_of(index, stream, row, (cutoff, now_us), retention.zone):
                wanted += counted[0]
                sums = found.setdefault((stream.camera, day), [0, 0, 0, 0])
                for at, amount in enumerate(counted):
                    sums[at] += amount if not absent or at > 1 else 0
        (of,) = index.row("SELECT coalesce(sum(segments), 0) FROM volume_hours WHERE volume = ?", (row,))
        braked = wanted > brake_share * of and retention.training_minutes is None
        volumes.append(VolumeWish(path, wanted, of, braked, absent))
    days = tuple(
        DryRunDay(
            *(camera, day, rules[camera], sums[0], sums[1], sums[2], sums[3]),
            holds=_holds(index, camera, day, retention.zone) if sums[2] else (),
        )
        for (camera, day), sums in sorted(found.items(), key=lambda one: (one[0][1], one[0][0]))
        if any(sums)
    )
    return DryRun(now_us, tuple(volumes), days)


def read_dry_run(index_path: Path, retention: Retention, now_us: int, brake_share: float) -> DryRun:
    """The same, of an index that another process writes.

    Raises:
        IndexRefused: no index, or of another format.
        sqlite3.Error: it can't be read.
    """
    index = Index(index_path, read_only=True)
    try:
        return dry_run(index, load_streams(index).values(), retention, now_us, brake_share)
    finally:
        index.close()


def _days_of(
    index: Index, stream: RecordedStream, volume: int, when: tuple[int, int], zone: str
) -> Iterable[tuple[date, tuple[int, int, int, int]]]:
    """``(day, (segments, bytes, held segments, held bytes))`` of what is past its retention on a volume."""
    cutoff_us, now_us = when
    arguments = {"stream": stream.row, "volume": volume, "cutoff": cutoff_us, "now": now_us}
    first = index.row(f"SELECT min(start_us) FROM segments WHERE {PAST}", arguments)[0]  # noqa: S608 - a constant
    if first is None:
        return
    info = ZoneInfo(zone)
    day = datetime.fromtimestamp(first / 1e6, info).date()
    while (begins := local_midnight_us(day, info)) < cutoff_us:
        span = {"begins": begins, "ends": local_midnight_us(day + timedelta(days=1), info)}
        every = _count(index, PAST, arguments, span)
        free = _count(index, EXPIRED, arguments, span)
        if every[0]:
            yield day, (*free, every[0] - free[0], every[1] - free[1])
        day += timedelta(days=1)


def _count(index: Index, condition: str, arguments: Mapping[str, int], span: Mapping[str, int]) -> tuple[int, int]:
    found: tuple[int, int] = index.row(
        "SELECT count(*), coalesce(sum(bytes), 0) FROM segments"  # noqa: S608 - constants
        f" WHERE start_us >= :begins AND start_us < :ends AND {condition}",
        {**arguments, **span},
    )
    return found


def _holds(index: Index, camera: UUID, day: date, zone: str) -> tuple[str, ...]:
    info = ZoneInfo(zone)
    rows = index.rows(
        "SELECT hold FROM hold_orders WHERE camera = ? AND released = 0 AND from_us < ? AND to_us > ? ORDER BY hold",
        (str(camera), local_midnight_us(day + timedelta(days=1), info), local_midnight_us(day, info)),
    )
    return tuple(hold for (hold,) in rows)


def _stands(path: Path, uuid: str) -> bool:
    try:
        return read_identity(path) == uuid
    except VolumeRefused:
        return False
