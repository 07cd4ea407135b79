"""A camera's plan: when it must not be recorded, when it may be missing, and what that makes of a gap.

Pure: times come in, spans go out. The recorder asks `phase` whether it may record, the archive asks `pieces` what a gap
is called, and both ask the same object, so that a stop and its account can't disagree. Recording hours of a week are spans of time on
the local calendar (docs/design/plans.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from custodes.video.wire.assignment import CameraAssignment, PlannedStop, RecordingWeek, WeekHours

Span = tuple[int, int]
_MINUTE = timedelta(minutes=1)


def on_spans(week: RecordingWeek, from_us: int, to_us: int) -> list[Span]:
    """When it is recorded inside ``[from_us, to_us)``: in order, spans that touch made one.

    Hours are read on the clock on the wall: where a zone's clock is put forward or back, the local time counts. Hours that
    cross midnight belong to the day on which they begin, a special day too.
    """
    zone = ZoneInfo(week.zone)
    first = datetime.fromtimestamp(from_us / 1e6, zone).date() - timedelta(
        days=1
    )  # yesterday's hours may cross midnight
    last = datetime.fromtimestamp(to_us / 1e6, zone).date()
    special = {each.day: each.as_day for each in week.special}
    found: list[Span] = []
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        weekday = special.get(day, day.isoweekday())
        for hours in week.hours:
            if weekday in hours.days:
                start, end = _on_day(hours, day, zone)
                if start < to_us and end > from_us:
                    found.append((max(start, from_us), min(end, to_us)))
    return _merged(found)


def off_spans(week: RecordingWeek, from_us: int, to_us: int) -> list[Span]:
    """When it is not: what `on_spans` leaves."""
    found, at = [], from_us
    for start, end in on_spans(week, from_us, to_us):
        if start > at:
            found.append((at, start))
        at = end
    if at < to_us:
        found.append((at, to_us))
    return found


def _on_day(hours: WeekHours, day: date, zone: ZoneInfo) -> Span:
    local = datetime.combine(day, time())
    begin = local + hours.begin * _MINUTE
    return _us(begin, zone), _us(begin + hours.length * _MINUTE, zone)


def _us(local: datetime, zone: ZoneInfo) -> int:
    return int(local.replace(tzinfo=zone).timestamp()) * 1_000_000


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


PLANNED, SCHEDULE = "planned", "schedule"
EXCUSED = frozenset({PLANNED, SCHEDULE})
"""Reasons that only a plan can give."""

BY_ITSELF = frozenset({"silent", "network", "refused", "operator", "restart", "codec", "certificate"})
"""Reasons that an interruption explains: the camera, its line or its node was away. A full disk, a stepped clock and a
camera that was not there yet have causes of their own, in a planned hour too."""

_DAY_US = 86_400_000_000
_ALWAYS = (-(1 << 62), 1 << 62)


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why seconds are not owed.

    Attributes:
        reason: of the gap, `PLANNED` or `SCHEDULE`.
        detail: which plan, for the gap's record.
        stops: nothing may be recorded; otherwise what comes is recorded all the same.
        dark: nothing may be taken in either.
    """

    reason: str
    detail: str
    stops: bool
    dark: bool = False


Excused = tuple[int, int, Excuse]


@dataclass(frozen=True, slots=True)
class PlanPhase:
    """A stretch of time in which a plan stops recording, or does not.

    Attributes:
        plan: whose it is.
        from_us, until_us: as far as was looked; the end is not part of it.
        excuse: what stops recording, None where nothing does.
    """

    plan: RecordingPlan | None
    from_us: int
    until_us: int
    excuse: Excuse | None = None


@dataclass(frozen=True)
class RecordingPlan:
    """What was approved for one camera.

    Attributes:
        stops: its interruptions, in any order, past ones too: a gap may be older than the last answer of the web.
        week: its recording hours, None when it is recorded at all hours.
    """

    stops: tuple[PlannedStop, ...] = ()
    week: RecordingWeek | None = None

    def __bool__(self) -> bool:
        return bool(self.stops or self.week)

    def excuses(self, from_us: int, to_us: int) -> list[Excused]:
        """Spans inside ``[from_us, to_us)`` that are not owed, in order and apart: what stops more goes first."""
        found: list[Excused] = []
        for excuse, spans in self._by_weight(from_us, to_us):
            for span in spans:
                found += [(start, end, excuse) for start, end in list(_outside(span, found))]
            found.sort(key=lambda each: each[0])
        return found

    def phase(self, at_us: int) -> PlanPhase:
        """Whether recording is stopped at `at_us`, and from when until when at least that stays so: a day at most."""
        if not self:
            return PlanPhase(self, *_ALWAYS)
        begin, end = at_us - _DAY_US, at_us + _DAY_US
        free_from, free_until = begin, end
        for start, stop, excuse in self.excuses(begin, end):
            if not excuse.stops:
                continue
            if start <= at_us < stop:
                return PlanPhase(self, start, stop, excuse)
            if stop <= at_us:
                free_from = max(free_from, stop)
            elif start > at_us:
                free_until = min(free_until, start)
        return PlanPhase(self, free_from, free_until)

    def pieces(self, from_us: int, to_us: int, reason: str, detail: str) -> list[tuple[int, int, str, str]]:
        """A gap ``(from_us, to_us, reason, detail)`` cut where the plan explains it: never a second more than was approved."""
        if to_us <= from_us or reason == "new":
            return [(from_us, to_us, reason, detail)]
        found: list[tuple[int, int, str, str]] = []
        at = from_us
        for start, end, excuse in self.excuses(from_us, to_us):
            if not (excuse.stops or reason in BY_ITSELF or reason in EXCUSED):
                continue
            if start > at:
                found.append((at, start, *_late(reason, detail)))
            found.append((start, end, excuse.reason, _told(excuse, reason, detail)))
            at = end
        if at < to_us:
            found.append((at, to_us, *_late(reason, detail)))
        return found

    def _by_weight(self, from_us: int, to_us: int) -> Iterator[tuple[Excuse, list[Span]]]:
        stops = sorted(self.stops, key=lambda stop: (stop.from_us, stop.id))
        for dark in (True, False):
            if not dark and self.week is not None:
                excuse = Excuse(SCHEDULE, f"schedule {self.week.id}", stops=True)
                yield excuse, off_spans(self.week, from_us, to_us)
            for stop in stops:
                if stop.dark == dark and stop.from_us < to_us and stop.until_us > from_us:
                    excuse = Excuse(PLANNED, f"plan {stop.id} ({stop.cause})", stops=dark, dark=dark)
                    yield excuse, [(max(stop.from_us, from_us), min(stop.until_us, to_us))]


UNPLANNED = PlanPhase(None, *_ALWAYS)
"""The phase of a camera that has no plan."""


def plan_of(assignment: CameraAssignment) -> RecordingPlan | None:
    """What an assignment plans for its camera; None for nothing, and for a camera that is never recorded."""
    plan = RecordingPlan(assignment.planned, assignment.week)
    return plan if plan and assignment.record else None


def dark_at(assignment: CameraAssignment, at_us: int) -> Excuse | None:
    """Why nothing of this camera may be taken in at `at_us`, None where it may."""
    excuse = RecordingPlan(tuple(stop for stop in assignment.planned if stop.dark)).phase(at_us).excuse
    return excuse if excuse is not None and excuse.dark else None


def phase_of(plan: RecordingPlan | None, at_us: int) -> PlanPhase:
    """`RecordingPlan.phase`, for a camera that may have none."""
    return UNPLANNED if plan is None else plan.phase(at_us)


def _told(excuse: Excuse, reason: str, detail: str) -> str:
    """The plan first; then what was seen, where that says more."""
    if reason in EXCUSED:
        return excuse.detail
    return f"{excuse.detail}: {reason}" + (f", {detail}" if detail else "")


def _late(reason: str, detail: str) -> tuple[str, str]:
    """What lies outside the approved hours is owed, whatever it was called."""
    return ("operator", f"after {detail}") if reason in EXCUSED else (reason, detail)


def _outside(span: Span, taken: list[Excused]) -> Iterator[Span]:
    at, end = span
    for start, stop, _ in taken:
        if stop <= at or start >= end:
            continue
        if start > at:
            yield at, start
        at = max(at, stop)
    if at < end:
        yield at, end
