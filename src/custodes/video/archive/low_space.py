"""What is done when the disk gets short: rungs that are climbed one by one, by forecast, long before it is full.

It looks at how much room there is, how fast it goes, and what expires in time. Warn; keep key frames only of the lowest class that is
there, where a person ordered it; stop that class so that the higher ones go on; then the next class. Nothing here deletes: what is
sealed stays for its term, and only what is written from now on becomes less (docs/design/archive.md, A5).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from custodes.video.archive.forecast import forecast, free_bytes
from custodes.video.archive.index import Index
from custodes.video.archive.retention import Retention, expiring
from custodes.video.archive.streams import RecordedStream
from custodes.video.archive.volume import Volume
from custodes.video.clock import HostClock

_HOUR_S = 3600.0


class LowSpaceStep(StrEnum):
    """How far it has come."""

    CLEAR = "clear"
    FORECAST = "forecast"
    """It will be full within the hours that are warned about."""
    THIN = "thin"
    """Of some class key frames only are kept."""
    STOP = "stop"
    """Some class is not recorded any more."""


@dataclass(frozen=True, slots=True)
class LowSpaceRules:
    """When each rung is taken; hours until the disk would be full at the present rate.

    Attributes:
        warn_hours: a person is told.
        thin_hours: the lowest class is thinned.
        stop_hours: the lowest class is stopped.
        ease: a rung is left when there is this many times its hours again.
        settle_seconds: a rung shows its effect for so long before the next one is taken or it is left.
    """

    warn_hours: float = 48.0
    thin_hours: float = 24.0
    stop_hours: float = 6.0
    ease: float = 1.5
    settle_seconds: float = 1800.0

    def __post_init__(self) -> None:
        if not 0 < self.stop_hours < self.thin_hours <= self.warn_hours:
            raise ValueError("the hours of the ladder fall: warn, thin, stop")


@dataclass(frozen=True, slots=True)
class LowSpaceOutlook:
    """What is known of the room of a worker's volumes.

    Attributes:
        free_bytes: what recording may still write.
        rate: bytes a second that are written now.
        expiring: (hours from now, bytes that are past their retention by then and go), in order.
    """

    free_bytes: int
    rate: float
    expiring: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True)
class LowSpaceDecision:
    """What holds from now on.

    Attributes:
        step: the highest rung that takes effect.
        hours_left: until nothing can be written, None when that is further off than is warned about.
        thinned, stopped: classes of cameras.
        waiting: a class that would be thinned if a person ordered it, None for none.
    """

    step: LowSpaceStep = LowSpaceStep.CLEAR
    hours_left: float | None = None
    thinned: frozenset[int] = frozenset()
    stopped: frozenset[int] = frozenset()
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class _Rung:
    step: LowSpaceStep
    grade: int


def hours_until_full(outlook: LowSpaceOutlook, horizon_hours: float, rate: float | None = None) -> float | None:
    """Hours until nothing more can be written, None when that is beyond `horizon_hours`.

    Args:
        rate: bytes a second, instead of the present ones.
    """
    per_hour = (outlook.rate if rate is None else rate) * _HOUR_S
    if outlook.free_bytes <= 0:
        return 0.0
    if per_hour <= 0:
        return None
    room = outlook.free_bytes
    for hour, gone in outlook.expiring:
        if room < per_hour * min(hour, horizon_hours):
            break
        room = outlook.free_bytes + gone
    hours = room / per_hour
    return hours if hours <= horizon_hours else None


@dataclass
class Ladder:
    """Climbs and leaves rungs; one for each worker, told the time."""

    rules: LowSpaceRules = field(default_factory=LowSpaceRules)
    _rungs: tuple[_Rung, ...] = ()
    _rates: list[float] = field(default_factory=list)
    _since: float | None = None

    def look(self, outlook: LowSpaceOutlook, grades: Iterable[int], ordered: int, now: float) -> LowSpaceDecision:
        """Look at the room and say what holds.

        Args:
            grades: classes of the cameras that are there; a higher number is more important.
            ordered: the highest class that a person ordered to be thinned, 0 for none.
            now: monotonic seconds.
        """
        wanted = _rungs_of(sorted(set(grades)))
        if wanted != self._rungs:
            self._rungs, self._rates, self._since = wanted, self._rates[: len(wanted)], None
        self._move(outlook, ordered, now)
        hours = hours_until_full(outlook, self.rules.warn_hours)
        return self._decision(hours, ordered)

    def _move(self, outlook: LowSpaceOutlook, ordered: int, now: float) -> None:
        if self._since is not None and now - self._since < self.rules.settle_seconds:
            return
        hours = hours_until_full(outlook, self.rules.warn_hours)
        while len(self._rates) < len(self._rungs):
            rung = self._rungs[len(self._rates)]
            if hours is None or hours >= self._hours_of(rung):
                break
            self._rates.append(outlook.rate)
            if _takes_effect(rung, ordered):
                self._since = now
                return
        self._leave(outlook, ordered, now)

    def _leave(self, outlook: LowSpaceOutlook, ordered: int, now: float) -> None:
        """Step down while there would be room enough at the rate that was written before the rung was taken."""
        while self._rates:
            rung, before = self._rungs[len(self._rates) - 1], self._rates[-1]
            enough = self._hours_of(rung) * self.rules.ease
            if hours_until_full(outlook, enough, max(outlook.rate, before)) is not None:
                return
            self._rates.pop()
            if _takes_effect(rung, ordered):
                self._since = now
                return

    def _hours_of(self, rung: _Rung) -> float:
        return self.rules.thin_hours if rung.step is LowSpaceStep.THIN else self.rules.stop_hours

    def _decision(self, hours: float | None, ordered: int) -> LowSpaceDecision:
        taken = self._rungs[: len(self._rates)]
        stopped = frozenset(rung.grade for rung in taken if rung.step is LowSpaceStep.STOP)
        thin = [rung.grade for rung in taken if rung.step is LowSpaceStep.THIN and rung.grade not in stopped]
        thinned = frozenset(grade for grade in thin if grade <= ordered)
        waiting = next((grade for grade in thin if grade > ordered), None)
        step = (
            LowSpaceStep.STOP
            if stopped
            else LowSpaceStep.THIN
            if thinned
            else LowSpaceStep.CLEAR
            if hours is None
            else LowSpaceStep.FORECAST
        )
        return LowSpaceDecision(step, hours, thinned, stopped, waiting)


def _rungs_of(grades: Sequence[int]) -> tuple[_Rung, ...]:
    """Thin, then stop, class by class; the highest is never stopped before the disk is full."""
    rungs = [_Rung(step, grade) for grade in grades for step in (LowSpaceStep.THIN, LowSpaceStep.STOP)]
    return tuple(rungs[:-1])


def _takes_effect(rung: _Rung, ordered: int) -> bool:
    return rung.step is LowSpaceStep.STOP or rung.grade <= ordered


_WINDOW_S = 1800.0
_LEAST_S = 10.0
_KEPT_S = 600.0


class OutlookDesk:
    """Keeps what one look after the other needs: how much had been written when, and what expires when.

    Args:
        index: of the worker.
        clock: the host's.

    Attributes:
        rate: bytes a second, as of the last look; None before the first.
    """

    def __init__(self, index: Index, clock: HostClock) -> None:
        self._index = index
        self._clock = clock
        self._written: deque[tuple[float, int]] = deque()
        self._expiring: tuple[tuple[float, int], ...] = ()
        self._expiring_at: float | None = None
        self.rate: float | None = None

    def look(
        self,
        volumes: Iterable[Volume],
        streams: Mapping[int, RecordedStream],
        retention: Retention,
        horizon_hours: float,
    ) -> LowSpaceOutlook:
        """The room of the volumes that may be written to; footage that expires makes room on any volume that is there."""
        every = list(volumes)
        usable = [volume for volume in every if volume.configured and not volume.absent and not volume.draining]
        hours = min(horizon_hours, retention.hours)
        now = self._clock.monotonic()
        # Counting rows of a day is work; days don't change within minutes.
        if self._expiring_at is None or now - self._expiring_at > _KEPT_S:
            self._expiring = expiring(self._index, usable, streams, retention, self._clock.wall_us(), hours)
            self._expiring_at = now
        passed = (now - self._expiring_at) / 3600
        self.rate = self._rate(every, now)
        return LowSpaceOutlook(
            free_bytes(usable),
            self.rate,
            tuple((max(0.0, hour - passed), gone) for hour, gone in self._expiring),
        )

    def _rate(self, volumes: list[Volume], now: float) -> float:
        """Bytes a second over the last half hour; just after the start, by the last day's sums of the index."""
        self._written.append((now, sum(volume.written for volume in volumes)))
        while len(self._written) > 2 and now - self._written[1][0] >= _WINDOW_S:
            self._written.popleft()
        (since, before), (until, after) = self._written[0], self._written[-1]
        if until - since >= _LEAST_S:
            return (after - before) / (until - since)
        return sum(one.rate_bytes_per_s for one in forecast(self._index, volumes, self._clock.wall_us()))
