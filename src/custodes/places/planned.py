"""What the register's plans come to for the cameras of a node, in the words of the wire."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from custodes.law.calendar.days import day_of
from custodes.places.models import Decision, HoursCalendar, Node, Plan, PlanKind, RecordingHours
from custodes.places.specialdays import AHEAD, BACK, special_days
from custodes.settings import get_settings
from custodes.video.wire.plan import PlannedStop, RecordingWeek, SpecialDay, WeekHours

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
