"""How long the volumes last at the present rate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from custodes.video.archive.index import Index
from custodes.video.archive.volume import Stands, Volume

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
    if volume.stands in (Stands.RETIRED, Stands.REPLACED):
        return volume.stands.value
    if volume.absent:
        return volume.absent
    if volume.draining:
        return BRAKED if volume.braked else volume.stands.value
    return volume.full or (BRAKED if volume.braked else "ok")
