"""The story's plans: one waits for its approval, one runs, one was refused, one repeats each week, and a camera has recording hours."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from custodes.demo import story
from custodes.demo.people import HOUR, person
from custodes.people.models import Person
from custodes.places import deciding, planning
from custodes.places.models import Camera, HoursBasis, PlaceArticle, Plan, PlanCause, PlanKind, RecordingHours, Repeat
from custodes.places.planning import ask_all, ask_change, spread
from custodes.settings import get_settings
from custodes.upkeep.plans import silences_of

_WEEK = datetime.timedelta(weeks=1)


def plant_plans(now: datetime.datetime) -> bool:
    """Plant them.

    Returns:
        Whether it was done now: once for an installation.
    """
    if Plan.objects.exists() or RecordingHours.objects.exists():
        return False
    lead, approver = person("zhibanzhang"), person("shenpi")
    tomorrow = now.replace(minute=0, second=0, microsecond=0) + 24 * HOUR
    _ask(story.PLAN_WAITING, PlanKind.INTERRUPTION, PlanCause.POWER, lead, now, (tomorrow, tomorrow + 2 * HOUR))
    running = _ask(
        story.PLAN_RUNNING, PlanKind.WINDOW, PlanCause.MAINTENANCE, lead, now, (now - HOUR / 2, now + 6 * HOUR)
    )
    deciding.approve(running, planning.RULES, approver, now)
    refused = _ask(
        story.PLAN_REFUSED,
        PlanKind.INTERRUPTION,
        PlanCause.WORKS,
        person("guanli"),
        now,
        (tomorrow + 24 * HOUR, tomorrow + 30 * HOUR),
    )
    deciding.refuse(refused, planning.RULES, person("xitong"), now, story.PLAN_REFUSAL)
    _plant_weekly(lead, approver, now)
    hours = RecordingHours(
        camera=Camera.objects.get(name=story.HOURS_CAMERA),
        basis=HoursBasis.ORDER,
        place=PlaceArticle.N7_2,
        order_number=story.HOURS_ORDER,
        words=story.HOURS_WORDS,
        week=[{"days": [1, 2, 3, 4, 5, 6, 7], "begin": 5 * 60, "end": 4 * 60 + 30}],
    )
    deciding.approve(planning.ask_hours(hours, lead, now), planning.RULES, approver, now)
    return True


def _plant_weekly(lead: Person, approver: Person, now: datetime.datetime) -> None:
    """A weekly window that was approved three weeks ago: three times are over, the next is due, a change to the later ones waits."""
    zone = ZoneInfo(get_settings().time_zone)
    longest = get_settings().plan_max_hours * HOUR
    begun = now - 3 * _WEEK
    first = (begun + 48 * HOUR).astimezone(zone).replace(hour=8, minute=30, second=0, microsecond=0)
    cameras = [Camera.objects.get(name=story.PLAN_WEEKLY[0])]
    weekly = _window(story.PLAN_WEEKLY[1], first, 2 * HOUR)
    asked = ask_all(spread(weekly, Repeat.WEEKLY, (first + 9 * _WEEK).date(), zone), cameras, lead, begun, longest)
    occurrences = list(asked.occurrences())
    for one in occurrences:
        deciding.approve(one, planning.RULES, approver, begun + HOUR)
    later = [one for one in occurrences if one.begins > now][1]
    changed = _window(story.PLAN_WEEKLY_CHANGED, later.begins.astimezone(zone) + 2 * HOUR, 2 * HOUR)
    until = occurrences[-1].begins.astimezone(zone).date()
    ask_change(later, spread(changed, Repeat.WEEKLY, until, zone), cameras, lead, now, longest)


def _window(words: str, begins: datetime.datetime, length: datetime.timedelta) -> Plan:
    silences = silences_of(PlanKind.WINDOW, ["camera.down", "camera.silent", "camera.degraded"])
    return Plan(
        kind=PlanKind.WINDOW,
        cause=PlanCause.MAINTENANCE,
        words=words,
        begins=begins,
        ends=begins + length,
        silences=silences,
    )


def _ask(
    told: tuple[str, str],
    kind: PlanKind,
    cause: PlanCause,
    by: Person,
    now: datetime.datetime,
    span: tuple[datetime.datetime, datetime.datetime],
) -> Plan:
    name, words = told
    silences = silences_of(kind, ["camera.down", "camera.silent", "camera.degraded"])
    plan = Plan(kind=kind, cause=cause, words=words, begins=span[0], ends=span[1], silences=silences)
    longest = get_settings().plan_max_hours * HOUR
    return planning.ask(plan, [Camera.objects.get(name=name)], by, now, longest)
