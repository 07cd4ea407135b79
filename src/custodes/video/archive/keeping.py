"""What the volumes hold and how their room goes on: what is owed, what is held, what is free in the coming week.

For people who look, not for the ladder: it is worked out from sums, and the week ahead takes the general
retention for every camera (docs/design/archive.md, *Volumes while the node runs*).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from custodes.video.archive.forecast import forecast
from custodes.video.archive.index import Index
from custodes.video.archive.outlook import free_bytes
from custodes.video.archive.retention import Retention, expired_bytes
from custodes.video.archive.streams import Stream
from custodes.video.archive.timeline import merge
from custodes.video.archive.volume import Volume
from custodes.video.clock import Clock

WEEK_HOURS = 168.0
STEPS = 28
_HOUR_US = 3_600_000_000
_KEPT_S = 300.0
_LONGEST_US = 2 * _HOUR_US
"""No segment is longer; what begins earlier than this before a span does not reach into it."""


@dataclass(frozen=True, slots=True)
class Held:
    """Of one volume.

    Attributes:
        protected: bytes that nobody may delete today: younger than their retention, or under a hold.
        held: of these, bytes under a hold.
    """

    protected: int
    held: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """All volumes of a worker.

    Attributes:
        volumes: by identity.
        curve: bytes that recording could still write, now and at each of `STEPS` steps; 0 is full.
        hours: how far ahead it looks: a week, or as long as a training installation keeps anything.
    """

    volumes: dict[str, Held] = field(default_factory=dict)
    curve: tuple[int, ...] = ()
    hours: float = WEEK_HOURS


class KeepingDesk:
    """Keeps what was counted for a while: counting rows is work.

    Args:
        index: of the worker.
        clock: the host's.
    """

    def __init__(self, index: Index, clock: Clock) -> None:
        self._index = index
        self._clock = clock
        self._counted: dict[int, tuple[int, int]] = {}
        self._counted_at: float | None = None

    def look(
        self, volumes: Sequence[Volume], streams: Mapping[int, Stream], rule: Retention, rate: float | None
    ) -> Keeping:
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
                found[volume.identity] = Held(max(0, volume.used - gone), held_here)
        usable = [volume for volume in volumes if _usable(volume)]
        if rate is None:
            rate = sum(one.rate_bytes_per_s for one in forecast(self._index, volumes, now_us))
        hours = min(WEEK_HOURS, rule.hours)
        return Keeping(found, curve(self._index, usable, rule, rate, now_us, hours), hours)


def _usable(volume: Volume) -> bool:
    return volume.configured and not volume.absent and not volume.draining


def held_bytes(index: Index, streams: Iterable[Stream]) -> dict[int, int]:
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
