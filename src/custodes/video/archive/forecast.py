"""How full the volumes are: how long they last at the present rate, and what is owed, held and free in the coming week.

The week is for people who look, not for the low-space policy: it is worked out from sums, and takes the general
retention for every camera (docs/design/archive.md, *Volumes while the node runs*).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from custodes.video.archive.index import Index
from custodes.video.archive.retention import Retention, expired_bytes
from custodes.video.archive.streams import RecordedStream
from custodes.video.archive.timeline import merge
from custodes.video.archive.volume import Volume, VolumeStanding
from custodes.video.clock import HostClock

_WINDOW_HOURS = 24
_HOUR_US = 3_600_000_000
_DAY_S = 86_400
BRAKED = "deletion stopped: custodes purge"
"""State of a volume on which a retention pass wanted too much; names what a person does about it. At most 40 characters."""


@dataclass(frozen=True, slots=True)
class VolumeForecast:
    """One volume (docs/design/wire.md §2, `volumes`).

    Attributes:
        path_name: last part of its path.
        bytes_used: footage of this worker on it.
        bytes_free: what recording may still write.
        rate_bytes_per_s: written over the last 24 hours, or since the first footage when that is less.
        days_left: days until it is full at that rate, or None while nothing is written.
        days_held: days of footage that it holds in all at that rate, or None.
        oldest: start of the hour of the oldest footage, microseconds UTC, or None.
        state: `ok`, or why it is not written to (`draining`, `retired`, `replaced`: a person said so), or `BRAKED` when a
            retention pass was stopped on it.
        path: the folder.
        identity: the volume's id; empty for one that was never there.
        stands: how it stands (`volume.Stands`).
        failing_since: it answered with an error then and has taken nothing since, microseconds UTC; None while it works.
        failing_with: the last error.
        turned_away: ids of the cameras whose footage it did not take since.
    """

    path_name: str
    bytes_used: int
    bytes_free: int
    rate_bytes_per_s: float
    days_left: float | None
    days_held: float | None
    oldest: int | None
    state: str
    path: str = ""
    identity: str = ""
    stands: str = ""
    failing_since: int | None = None
    failing_with: str = ""
    turned_away: tuple[str, ...] = ()


def forecast(index: Index, volumes: Iterable[Volume], now_us: int) -> list[VolumeForecast]:
    """The forecast of each volume, from the hourly sums that sealing and purging keep."""
    return [_one(index, volume, now_us) for volume in volumes]


def _one(index: Index, volume: Volume, now_us: int) -> VolumeForecast:
    (oldest_hour,) = index.row("SELECT min(hour) FROM volume_hours WHERE volume = ? AND segments > 0", (volume.row,))
    since_hour = now_us // _HOUR_US - _WINDOW_HOURS
    written, first_hour = index.row(
        "SELECT coalesce(sum(bytes), 0), min(hour) FROM volume_hours WHERE volume = ? AND hour >= ?",
        (volume.row, since_hour),
    )
    (begun,) = index.row("SELECT min(from_us) FROM runs")  # within its hour, on the first day
    seconds = (now_us - max((first_hour or 0) * _HOUR_US, begun or 0)) / 1e6
    rate = max(written, 0) / seconds if written > 0 and seconds > 0 else 0.0
    free = 0 if volume.absent or volume.draining else volume.free_bytes()
    per_day = rate * _DAY_S
    failing = volume.failing
    return VolumeForecast(
        path_name=volume.path.name,
        bytes_used=volume.used,
        bytes_free=free,
        rate_bytes_per_s=rate,
        days_left=free / per_day if per_day else None,
        days_held=(volume.config.cap_bytes or volume.used + free) / per_day if per_day else None,
        oldest=None if oldest_hour is None else oldest_hour * _HOUR_US,
        state=_state(volume),
        path=str(volume.path),
        identity=volume.identity,
        stands=volume.stands.value,
        failing_since=failing.since_us if failing else None,
        failing_with=failing.error[:200] if failing else "",
        turned_away=tuple(sorted(map(str, list(failing.turned_away)))) if failing else (),
    )


def _state(volume: Volume) -> str:
    if volume.stands in (VolumeStanding.RETIRED, VolumeStanding.REPLACED):
        return volume.stands.value
    if volume.absent:
        return volume.absent
    if volume.draining:
        return BRAKED if volume.braked else volume.stands.value
    return volume.full or (BRAKED if volume.braked else "ok")


def free_bytes(volumes: list[Volume]) -> int:
    """What is free on all; folders of one file system share it."""
    by_device: dict[int, int] = {}
    capped = 0
    for volume in volumes:
        if volume.config.cap_bytes:
            capped += volume.share_bytes()
            continue
        try:
            device = os.stat(volume.path).st_dev
        except OSError:
            continue
        by_device[device] = max(by_device.get(device, 0), volume.share_bytes())
    return capped + sum(by_device.values())


WEEK_HOURS = 168.0
STEPS = 28
_KEPT_S = 300.0
_LONGEST_US = 2 * _HOUR_US
"""No segment is longer; what begins earlier than this before a span does not reach into it."""


@dataclass(frozen=True, slots=True)
class VolumeHolds:
    """Of one volume.

    Attributes:
        protected: bytes that nobody may delete today: younger than their retention, or under a hold.
        held: of these, bytes under a hold.
    """

    protected: int
    held: int


@dataclass(frozen=True, slots=True)
class ArchiveKeeping:
    """All volumes of a worker.

    Attributes:
        volumes: by identity.
        curve: bytes that recording could still write, now and at each of `STEPS` steps; 0 is full.
        hours: how far ahead it looks: a week, or as long as a training installation keeps anything.
    """

    volumes: dict[str, VolumeHolds] = field(default_factory=dict)
    curve: tuple[int, ...] = ()
    hours: float = WEEK_HOURS


class KeepingDesk:
    """Keeps what was counted for a while: counting rows is work.

    Args:
        index: of the worker.
        clock: the host's.
    """

    def __init__(self, index: Index, clock: HostClock) -> None:
        self._index = index
        self._clock = clock
        self._counted: dict[int, tuple[int, int]] = {}
        self._counted_at: float | None = None

    def look(
        self, volumes: Sequence[Volume], streams: Mapping[int, RecordedStream], rule: Retention, rate: float | None
    ) -> ArchiveKeeping:
        """As it is now; what is held and what has expired may be some minutes old.

        Args:
            rate: bytes a second that are written now; None takes the last day's.
        """
        now, now_us = self._clock.monotonic(), self._clock.wall_us()
        known = all(volume.row in self._counted for volume in volumes)
        if self._counted_at is None or now - self._counted_at > _KEPT_S or not known:
            held = held_bytes(self._index, streams.values())
            self._counted = {
                volume.row: (expired_bytes(self._index, volume, streams, rule, now_us), held.get(volume.row, 0))
                for volume in volumes
            }
            self._counted_at = now
        found = {}
        for volume in volumes:
            gone, held_here = self._counted[volume.row]
            if volume.identity:
                found[volume.identity] = VolumeHolds(max(0, volume.used - gone), held_here)
        usable = [volume for volume in volumes if _usable(volume)]
        if rate is None:
            rate = sum(one.rate_bytes_per_s for one in forecast(self._index, volumes, now_us))
        hours = min(WEEK_HOURS, rule.hours)
        return ArchiveKeeping(found, curve(self._index, usable, rule, rate, now_us, hours), hours)


def _usable(volume: Volume) -> bool:
    return volume.configured and not volume.absent and not volume.draining


def held_bytes(index: Index, streams: Iterable[RecordedStream]) -> dict[int, int]:
    """Bytes of segments under a hold, by row of their volume."""
    found: dict[int, int] = {}
    for stream in streams:
        reached = 0
        for start, end in merge(list(stream.held)):
            for volume, size in index.rows(
                "SELECT volume, sum(bytes) FROM segments"
                " WHERE stream = ? AND start_us >= ? AND start_us < ? AND end_us > ? AND held = 1 GROUP BY volume",
                (stream.row, max(start - _LONGEST_US, reached), end, start),
            ):
                found[volume] = found.get(volume, 0) + size
            reached = end
    return found


def curve(
    index: Index, usable: list[Volume], rule: Retention, rate: float, now_us: int, hours: float
) -> tuple[int, ...]:
    """The room at each step: less what is written at `rate` (bytes a second), more what expires by the general retention."""
    free = free_bytes(usable)
    written: list[tuple[int, int]] = []
    for volume in usable:
        written += index.rows("SELECT hour, bytes FROM volume_hours WHERE volume = ? AND bytes > 0", (volume.row,))
    room, points = float(free), [free]
    step_us = round(hours / STEPS * _HOUR_US)
    before = rule.cutoff_us(0, now_us)
    for step in range(1, STEPS + 1):
        cutoff = rule.cutoff_us(0, now_us + step * step_us)
        gone = sum(size for hour, size in written if before < (hour + 1) * _HOUR_US <= cutoff)
        room = max(0.0, room - rate * step_us / 1e6 + gone)
        points.append(round(room))
        before = cutoff
    return tuple(points)
