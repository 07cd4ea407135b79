"""Plans as the pages show them: who sees which, the next days, and what one will do before anybody asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from custodes.law.calendar.days import day_of
from custodes.people.lawful import in_english
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places import deciding
from custodes.places.deciding import DecisionStanding
from custodes.places.models import Camera, CameraState, Decision, HoursCalendar, Plan, PlanKind, RecordingHours
from custodes.places.planned import AHEAD as SPECIAL_AHEAD
from custodes.places.planned import special_days, unsettled, week_of
from custodes.places.scope import approvable_cameras, visible_cameras
from custodes.upkeep.alarms.windows import NO_RECORDING, SILENCEABLE
from custodes.upkeep.coverage import day_bounds
from custodes.upkeep.models import HeldAlarm
from custodes.video.plan import off_spans

WEEKDAYS: tuple[Promise, ...] = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
AHEAD = 8
"""Today and the next seven days."""


def cameras_seen(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras whose plans the person may see."""
    return visible_cameras(person, at, Permission.VIEW_COMPLETENESS)


def visible_plans(person: Person, at: datetime) -> QuerySet[Plan]:
    """Plans about at least one camera that the person may see."""
    concerned = Plan.cameras.through.objects.filter(camera__in=cameras_seen(person, at).values("pk"))
    return Plan.objects.filter(pk__in=concerned.values("plan"))


def visible_hours(person: Person, at: datetime) -> QuerySet[RecordingHours]:
    """Recording hours of cameras that the person may see."""
    return RecordingHours.objects.filter(camera__in=cameras_seen(person, at).values("pk"))


def visible_held(person: Person, at: datetime) -> QuerySet[HeldAlarm]:
    """What windows keep back, or kept back, about cameras that the person may see: what lasted long enough to be an alarm."""
    seen = Q(camera__in=cameras_seen(person, at).values("pk"))
    whole = Q(camera=None, plan__in=visible_plans(person, at).values("pk"))
    return HeldAlarm.objects.filter(seen | whole, ripe_at__isnull=False).select_related("plan")


def held_now(person: Person, at: datetime) -> QuerySet[HeldAlarm]:
    """What is kept back at this moment."""
    return visible_held(person, at).filter(gone_at=None, raised_at=None, plan__ends__gt=at)


def awaiting(person: Person, at: datetime) -> list[Plan | RecordingHours]:
    """What this person may approve or refuse now (`planning.may_decide`), plans first and the earliest of them first."""
    reach = approvable_cameras(person, at).filter(state=CameraState.CONNECTED).values("pk")
    beyond = Plan.cameras.through.objects.filter(plan=OuterRef("pk")).exclude(camera__in=reach)
    plans = visible_plans(person, at).filter(~Exists(beyond), state=Decision.WAITING, ends__gt=at)
    hours = visible_hours(person, at).filter(camera__in=reach, state=Decision.WAITING)
    others = plans.exclude(asked_by=person).order_by("begins", "pk")
    return [*first_of_each(others), *hours.exclude(asked_by=person).order_by("pk")]


def first_of_each(plans: Iterable[Plan]) -> list[Plan]:
    """Of plans that repeat, in order, the first alone: they are decided together."""
    found: dict[UUID, Plan] = {}
    for plan in plans:
        found.setdefault(plan.series or plan.pk, plan)
    return list(found.values())


def standing(row: Plan | RecordingHours, at: datetime) -> DecisionStanding:
    """By its state and the clock."""
    if row.state == Decision.APPROVED and isinstance(row, Plan):
        if row.running(at):
            return DecisionStanding("info", pgettext("计划的状态", "进行中"))
        if row.ends <= at:
            return DecisionStanding("off", pgettext("计划的状态", "已结束"))
        return DecisionStanding("fine", pgettext("计划的状态", "已批准"))
    if row.state == Decision.WAITING and row.over(at):
        return DecisionStanding("off", pgettext("计划的状态", "逾期未办"))
    return deciding.standing(row)


@dataclass(frozen=True)
class PlanEntry:
    """A plan on one day of the calendar; `begin` and `end` are its hours on that day."""

    plan: Plan
    begin: datetime
    end: datetime
    standing: DecisionStanding
    all_day: bool


def calendar(plans: Iterable[Plan], at: datetime, zone: ZoneInfo) -> list[tuple[date, list[PlanEntry]]]:
    """Today and the next seven local days with what waits, is approved or runs on each."""
    today = at.astimezone(zone).date()
    listed = [plan for plan in plans if plan.state in (Decision.WAITING, Decision.APPROVED)]
    days = []
    for ahead in range(AHEAD):
        day = today + timedelta(days=ahead)
        begin, end = day_bounds(day, zone)
        entries = [
            PlanEntry(
                plan,
                max(plan.begins, begin),
                min(plan.ends, end),
                standing(plan, at),
                plan.begins <= begin and plan.ends >= end,
            )
            for plan in listed
            if plan.begins < end and plan.ends > begin
        ]
        days.append((day, sorted(entries, key=lambda entry: entry.begin)))
    return days


@dataclass(frozen=True)
class CameraEffect:
    """What a plan does to one camera: how many seconds may, or will, be missing."""

    camera: Camera
    missing_s: int
    off_by_hours_s: int


@dataclass(frozen=True)
class Preview:
    """What a plan will do.

    Attributes:
        effects: by camera.
        will_miss: each of these seconds will be missing (a vote), not only may be.
        silenced: kinds of alarms that it keeps back, in words.
        rings: what rings all the same, in words.
        beside: other plans that wait or hold for one of the cameras in the same time.
    """

    effects: list[CameraEffect]
    will_miss: bool
    silenced: list[str]
    rings: list[str]
    beside: list[Plan]

    @property
    def total_s(self) -> int:
        """Of all cameras together."""
        return sum(effect.missing_s for effect in self.effects)


def preview(plan: Plan, cameras: Sequence[Camera], at: datetime) -> Preview:
    """What `plan` does to these cameras if it is approved as it stands; of an old one, what it did."""
    span = _us(plan.begins), _us(plan.ends)
    rows = RecordingHours.objects.filter(camera__in=[camera.pk for camera in cameras], state=Decision.APPROVED)
    weeks = {row.camera_id: week_of(row, min(at, plan.begins)) for row in rows}
    effects = []
    for camera in cameras:
        off = off_spans(weeks[camera.pk], *span) if camera.pk in weeks else []
        off_s = sum(end - begin for begin, end in off) // 1_000_000
        stops = plan.kind == PlanKind.INTERRUPTION and camera.record
        effects.append(CameraEffect(camera, (span[1] - span[0]) // 1_000_000 - off_s if stops else 0, off_s))
    beside = Plan.objects.filter(
        state__in=[Decision.WAITING, Decision.APPROVED],
        begins__lt=plan.ends,
        ends__gt=plan.begins,
        cameras__in=[camera.pk for camera in cameras],
    )
    return Preview(
        effects=effects,
        will_miss=plan.is_vote,
        silenced=silenced_words(plan),
        rings=[str(kind.label) for kind in SILENCEABLE if kind.key not in plan.silences] + [_("设备报告遭到破坏")],
        beside=list(beside.exclude(pk=plan.pk).distinct()),
    )


def silenced_words(plan: Plan) -> list[str]:
    """Kinds of alarms that it keeps back, in words."""
    return [str(kind.label) for kind in SILENCEABLE if kind.key in plan.silences]


def silences_of(kind: str, chosen: Iterable[str]) -> list[str]:
    """Keys of what a plan keeps back: an interruption always that its cameras are not recorded."""
    always = NO_RECORDING if kind == PlanKind.INTERRUPTION else frozenset()
    wanted = set(chosen) | always
    return [each.key for each in SILENCEABLE if each.key in wanted]


def week_words(hours: RecordingHours) -> list[str]:
    """Its hours, one line each: 周一、周二 22:00 至次日 06:00."""
    lines = []
    for each in hours.week:
        every = len(each["days"]) == len(WEEKDAYS)
        days = _("每天") if every else _("、").join(str(WEEKDAYS[day - 1]) for day in each["days"])
        begin, end = each["begin"], each["end"]
        over = end <= begin and end > 0
        words = _("%(days)s %(begin)s 至次日 %(end)s") if over else _("%(days)s %(begin)s 至 %(end)s")
        lines.append(words % {"days": days, "begin": _clock(begin), "end": _clock(end or 24 * 60)})
    return lines


@dataclass(frozen=True)
class CalendarSpecialDay:
    """A day that recording hours take from the calendar: its date, why, and whose hours it has."""

    day: date
    why: str
    like: str


NEXT_SPECIAL = 6
"""So many are shown."""


def special_ahead(hours: RecordingHours, at: datetime) -> tuple[list[CalendarSpecialDay], list[str]]:
    """The next special days of these hours, and what is not known yet of the year ahead. Both empty where they go by the week alone."""
    if hours.calendar != HoursCalendar.LAW:
        return [], []
    english = in_english()
    first = day_of(at)
    last = first + SPECIAL_AHEAD
    days = [
        CalendarSpecialDay(one.day, one.judged.en if english else one.judged.zh, str(WEEKDAYS[one.as_day - 1]))
        for one in islice(special_days(first, last), NEXT_SPECIAL)
    ]
    return days, [missing[1] if english else missing[0] for missing in unsettled(first, last)]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _us(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
