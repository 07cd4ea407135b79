"""What the register's plans come to for the cameras of a node, in the words of the wire.

Of the law's calendar recording hours take holidays as Sundays and weekend days that are worked as Mondays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from custodes.law.calendar.days import DayJudgement, WorkCalendar, day_of
from custodes.places.models import Decision, HoursCalendar, Node, Plan, PlanKind, RecordingHours
from custodes.settings import get_settings
from custodes.video.wire.assignment import PlannedStop, RecordingWeek, SpecialDay, WeekHours

MONDAY, SATURDAY, SUNDAY = 1, 6, 7
BACK = timedelta(days=8)
"""A node names gaps of the last week by it."""
AHEAD = timedelta(days=400)
"""A notice arranges a year; a node that the centre can't reach has it for as long."""


@dataclass(frozen=True)
class Special:
    """One such day.

    Attributes:
        as_day: whose hours it has, 1 for Monday to 7 for Sunday.
        judged: the calendar's word, with the notice.
    """

    day: date
    as_day: int
    judged: DayJudgement


def special_days(first: date, last: date, calendar: WorkCalendar | None = None) -> Iterator[Special]:
    """Days from `first` to `last`, both included, whose hours are not those of their day of the week.

    A holiday has the hours of Sunday, whatever day it falls on; a Saturday or Sunday that is worked has those of Monday.
    """
    calendar = calendar or WorkCalendar()
    day = first
    while day <= last:
        judged, weekend = calendar.judge(day), day.isoweekday() >= SATURDAY
        if judged.working and weekend:
            yield Special(day, MONDAY, judged)
        elif not judged.working and day.isoweekday() != SUNDAY and (not weekend or judged.holiday):
            yield Special(day, SUNDAY, judged)
        day += timedelta(days=1)


def unsettled(first: date, last: date, calendar: WorkCalendar | None = None) -> tuple[tuple[str, str], ...]:
    """What is not known yet of the days from `first` to `last`: the notices that are missing, Chinese and English."""
    judged = (calendar or WorkCalendar()).provisional_between(first, last)
    return tuple(dict.fromkeys(one.missing for one in judged if one.missing))


KNOWN_AFTERWARDS = timedelta(days=7)
"""A node names a gap after what was planned when it was: it is told of what is over for so long."""


def planned_stops(node: Node, at: datetime) -> dict[UUID, tuple[PlannedStop, ...]]:
    """Interruptions of each camera of the node: to come, running, and of the last days."""
    plans = Plan.objects.filter(
        kind=PlanKind.INTERRUPTION,
        state__in=[Decision.APPROVED, Decision.ENDED],
        ends__gt=at - KNOWN_AFTERWARDS,
        cameras__node=node,
    ).distinct()
    concerned: dict[UUID, list[UUID]] = defaultdict(list)
    through = Plan.cameras.through.objects.filter(plan__in=plans.values("pk"), camera__node=node)
    for plan_id, camera_id in through.values_list("plan", "camera"):
        concerned[plan_id].append(camera_id)
    found: dict[UUID, list[PlannedStop]] = defaultdict(list)
    for plan in plans.order_by("begins", "id"):
        span = plan.effective
        if span is None:
            continue
        stop = PlannedStop(id=plan.pk, cause=plan.cause, from_us=_us(span[0]), until_us=_us(span[1]), dark=plan.is_vote)
        for camera in concerned[plan.pk]:
            found[camera].append(stop)
    return {camera: tuple(stops) for camera, stops in found.items()}


def recording_weeks(node: Node, at: datetime) -> dict[UUID, RecordingWeek]:
    """Recording hours of those cameras of the node that have some."""
    rows = RecordingHours.objects.filter(state=Decision.APPROVED, camera__node=node)
    special = _special(day_of(at)) if rows.filter(calendar=HoursCalendar.LAW).exists() else ()
    return {row.camera_id: _week(row, special) for row in rows}


def week_of(hours: RecordingHours, at: datetime) -> RecordingWeek:
    """The hours as a node is told of them at `at`: with the holidays of the last days and of the year ahead.

    Raises:
        pydantic.ValidationError: they are none.
    """
    return _week(hours, _special(day_of(at)) if hours.calendar == HoursCalendar.LAW else ())


def _week(hours: RecordingHours, special: tuple[SpecialDay, ...]) -> RecordingWeek:
    return RecordingWeek(
        id=hours.pk,
        zone=get_settings().time_zone,
        hours=tuple(WeekHours.model_validate(each) for each in hours.week),
        special=special if hours.calendar == HoursCalendar.LAW else (),
    )


def _special(today: date) -> tuple[SpecialDay, ...]:
    return tuple(SpecialDay(day=one.day, as_day=one.as_day) for one in special_days(today - BACK, today + AHEAD))


def _us(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
