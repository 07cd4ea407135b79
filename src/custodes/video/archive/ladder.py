"""What is done when the disk gets short: rungs that are climbed one by one, by forecast, long before it is full.

Warn; keep key frames only of the lowest class that is there, where a person ordered it; stop that class so that the higher
ones go on; then the next class. Nothing here deletes: what is sealed stays for its term, and only what is written from now on
becomes less (docs/design/archive.md, A5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

_HOUR_S = 3600.0


class Step(StrEnum):
    """How far it has come."""

    CLEAR = "clear"
    FORECAST = "forecast"
    """It will be full within the hours that are warned about."""
    THIN = "thin"
    """Of some class key frames only are kept."""
    STOP = "stop"
    """Some class is not recorded any more."""


@dataclass(frozen=True, slots=True)
class Rules:
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
class Outlook:
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
class Decision:
    """What holds from now on.

    Attributes:
        step: the highest rung that takes effect.
        hours_left: until nothing can be written, None when that is further off than is warned about.
        thinned, stopped: classes of cameras.
        waiting: a class that would be thinned if a person ordered it, None for none.
    """

    step: Step = Step.CLEAR
    hours_left: float | None = None
    thinned: frozenset[int] = frozenset()
    stopped: frozenset[int] = frozenset()
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class _Rung:
    step: Step
    grade: int


def hours_until_full(outlook: Outlook, horizon_hours: float, rate: float | None = None) -> float | None:
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

    rules: Rules = field(default_factory=Rules)
    _rungs: tuple[_Rung, ...] = ()
    _rates: list[float] = field(default_factory=list)
    _since: float | None = None

    def look(self, outlook: Outlook, grades: Iterable[int], ordered: int, now: float) -> Decision:
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

    def _move(self, outlook: Outlook, ordered: int, now: float) -> None:
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

    def _leave(self, outlook: Outlook, ordered: int, now: float) -> None:
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
        return self.rules.thin_hours if rung.step is Step.THIN else self.rules.stop_hours

    def _decision(self, hours: float | None, ordered: int) -> Decision:
        taken = self._rungs[: len(self._rates)]
        stopped = frozenset(rung.grade for rung in taken if rung.step is Step.STOP)
        thin = [rung.grade for rung in taken if rung.step is Step.THIN and rung.grade not in stopped]
        thinned = frozenset(grade for grade in thin if grade <= ordered)
        waiting = next((grade for grade in thin if grade > ordered), None)
        step = Step.STOP if stopped else Step.THIN if thinned else Step.CLEAR if hours is None else Step.FORECAST
        return Decision(step, hours, thinned, stopped, waiting)


def _rungs_of(grades: Sequence[int]) -> tuple[_Rung, ...]:
    """Thin, then stop, class by class; the highest is never stopped before the disk is full."""
    rungs = [_Rung(step, grade) for grade in grades for step in (Step.THIN, Step.STOP)]
    return tuple(rungs[:-1])


def _takes_effect(rung: _Rung, ordered: int) -> bool:
    return rung.step is Step.STOP or rung.grade <= ordered
