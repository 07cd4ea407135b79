"""Planned interruptions, maintenance windows and recording hours: asked, decided, ended; each step on record (S34(6)).

Steps and who may take them are `deciding`'s. A node hears of it with its next assignment and keeps it by its own clock.

Of plans that repeat each occurrence is a plan of its own; `series` holds them together. Nothing runs on by itself: all occurrences stand
in the register from the beginning, at most a year of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.building.categories import PlaceKind
from custodes.law.calendar.terms import add_months
from custodes.law.duties.finding import DutyStatus
from custodes.law.duties.keeping import HoursBasis, HoursFacts, s34_6_hours
from custodes.people.lawful import in_english, terms
from custodes.people.models import Person
from custodes.people.records import record_language
from custodes.places import deciding, planning
from custodes.places.deciding import RequestRefused, reaches, tell_nodes
from custodes.places.models import (
    Camera,
    CameraState,
    Decision,
    HoursCalendar,
    Plan,
    PlanCause,
    PlanKind,
    RecordingHours,
    Repeat,
)
from custodes.places.register import changed_fields, record_change
from custodes.places.scope import approvable_cameras, plannable_cameras

MOST_CAMERAS = 200
"""A plan names its cameras one by one in its record."""

_PLAN = ("kind", "cause", "words", "begins", "ends", "silences", "series", "repeat", "replaces")
_HOURS = ("camera", "basis", "place", "order_number", "words", "calendar")


def ask(plan: Plan, cameras: Sequence[Camera], by: Person, at: datetime, longest: timedelta) -> Plan:
    """Ask for an interruption or a window of these cameras.

    Raises:
        RequestRefused: it is over before it begins, too long, or the person does not tend all of the cameras.
    """
    if not plan.begins < plan.ends or plan.ends <= at:
        raise RequestRefused(_("结束时间应当晚于开始时间，并且还没有过去。"))
    if plan.length > longest:
        hours = longest // timedelta(hours=1)
        raise RequestRefused(_("一次最长 %(hours)s 小时。请缩短，或者分次申请。") % {"hours": hours}, ("S34(6)",))
    if plan.is_vote and plan.kind != PlanKind.INTERRUPTION:
        raise RequestRefused(_("投票、选举期间必须停止采集，请选择计划中断。"), ("S10(3)",))
    if not 0 < len(cameras) <= MOST_CAMERAS:
        raise RequestRefused(_("请选择 1 至 %(most)s 个点位。") % {"most": MOST_CAMERAS})
    if not reaches(plannable_cameras(by, at), cameras):
        raise RequestRefused(_("其中有不由您单位管理、维护的点位。"))
    with transaction.atomic():
        plan.asked_by, plan.asked_at, plan.state = by, at, Decision.WAITING
        plan.save()
        plan.cameras.set(cameras)
        changes = changed_fields(None, plan, _PLAN) | {"cameras": [None, sorted(str(one.pk) for one in cameras)]}
        record_change(by, plan._meta.label_lower, str(plan.pk), changes, at)
    return plan


def ask_hours(hours: RecordingHours, by: Person, at: datetime) -> RecordingHours:
    """Ask that a camera be recorded at these hours of the week only.

    Raises:
        RequestRefused: the law wants it recorded without a break, or the person does not tend the camera.
    """
    if not reaches(plannable_cameras(by, at), [hours.camera]):
        raise RequestRefused(_("该点位不由您单位管理、维护。"))
    check_lawful(hours, at)
    with transaction.atomic():
        hours.asked_by, hours.asked_at, hours.state = by, at, Decision.WAITING
        hours.save()
        changes = changed_fields(None, hours, _HOURS) | {"week": [None, list(hours.in_figures)]}
        record_change(by, hours._meta.label_lower, str(hours.pk), changes, at)
    return hours


def check_lawful(hours: RecordingHours, at: datetime) -> None:
    """Whether the law lets this camera be recorded at certain hours only.

    Raises:
        RequestRefused: it does not; with the clauses.
    """
    day = timezone.localdate(at)
    basis = hours.camera.system.site.law_basis
    if basis is not None and basis.kind != hours.place:
        raise RequestRefused(
            _("与场所登记的安装依据（%(basis)s）不符。请先核对场所的登记。") % {"basis": basis.key}, ("N9",)
        )
    facts = HoursFacts(
        basis=HoursBasis(hours.basis),
        place=PlaceKind(hours.place),
        category=hours.camera.system.site.category,
        reason=hours.words,
        order=hours.order_number,
    )
    finding = s34_6_hours(facts, day, day, terms())
    if finding.status is not DutyStatus.MET:
        said = finding.en if in_english() else finding.zh
        raise RequestRefused(said, finding.clauses)


def _before_approval(row: Plan | RecordingHours, by: Person, at: datetime) -> None:
    if isinstance(row, RecordingHours):
        check_lawful(row, at)
        # A camera has one set of hours at a time: the new one takes the old one's place.
        for former in RecordingHours.objects.select_for_update().filter(camera=row.camera, state=Decision.APPROVED):
            deciding.close(former, by, at)
    elif row.replaces is not None:
        _end_replaced(row, row.replaces, by, at)


def _end_replaced(row: Plan, first: Plan, by: Person, at: datetime) -> None:
    """End what a changed series takes the place of, with its first occurrence that is approved.

    Raises:
        RequestRefused: nothing of it is left, or some of its cameras are another unit's.
    """
    if row.occurrences().filter(state=Decision.APPROVED).exists():
        return
    former = list(first.still_to_come(at).select_for_update().order_by("begins"))
    if not former:
        raise RequestRefused(_("原计划已经结束或者撤回，请按新的计划重新申请。"))
    if not reaches(approvable_cameras(by, at), connected(first)):
        raise RequestRefused(_("其中有其他单位的点位，请由对全部点位负责的单位批准。"))
    with record_language():
        words = _("由修改后的计划代替")
    for one in former:
        deciding.close(one, by, at, words)


def connected(plan: Plan) -> list[Camera]:
    """Those of its cameras that are still in use."""
    return [camera for camera in plan.concerned() if camera.state == CameraState.CONNECTED]


RULES = deciding.DecisionRules("S34(6)", approvable_cameras, approvable_cameras, _before_approval)


def may_decide(row: Plan | RecordingHours, by: Person, at: datetime) -> bool:
    """Whether this person may approve or refuse it."""
    return deciding.may_decide(row, RULES, by, at)


def plans_ahead(camera: Camera, at: datetime) -> list[tuple[Plan, bool]]:
    """What waits, is to come or runs for a camera, each with whether it runs."""
    rows = Plan.objects.filter(cameras=camera, state__in=[Decision.WAITING, Decision.APPROVED], ends__gt=at).order_by(
        "begins"
    )
    return [(plan, plan.running(at)) for plan in rows]


def in_force(at: datetime) -> QuerySet[Plan]:
    """Plans that hold at `at`."""
    return Plan.objects.filter(_in_force(at))


def _in_force(at: datetime | Combinable, plan: str = "") -> Q:
    ended = Q((f"{plan}ended_at__isnull", True)) | Q((f"{plan}ended_at__gt", at))
    approved = Q((f"{plan}state__in", [Decision.APPROVED, Decision.ENDED]), (f"{plan}decided_at__lte", at))
    return approved & ended & Q((f"{plan}begins__lte", at), (f"{plan}ends__gt", at))


def voting(cameras: Iterable[Camera], at: datetime) -> frozenset[UUID]:
    """Those of these cameras before which a vote is held at `at`: nobody may look (S10(3))."""
    through = _votes(at).filter(camera__in=[camera.pk for camera in cameras])
    return frozenset(through.values_list("camera", flat=True))


def vote_held(camera: str, at: datetime | Combinable) -> Exists:
    """Whether a vote is held at `at` before the camera whose key stands at this path of a row (S10(3))."""
    return Exists(_votes(at).filter(camera=OuterRef(camera)))


def _votes(at: datetime | Combinable) -> QuerySet[Any]:
    votes = Q(plan__kind=PlanKind.INTERRUPTION, plan__cause=PlanCause.VOTE)
    rows: QuerySet[Any] = Plan.cameras.through.objects.filter(votes, _in_force(at, "plan__"))
    return rows


def tell_calendar() -> None:
    """Give nodes the holidays anew. Called at each start: a notice that has become known comes with a new program."""
    with transaction.atomic():
        rows = RecordingHours.objects.filter(state=Decision.APPROVED, calendar=HoursCalendar.LAW)
        tell_nodes(row.camera for row in rows.select_related("camera"))


MOST = 53
"""Occurrences: a year of weeks."""
LONGEST = timedelta(days=366)
_WEEK = timedelta(days=7)


def occurrences(
    begins: datetime, ends: datetime, repeat: Repeat, until: date, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """Beginning and end of each occurrence whose beginning lies on `until` or before, on the clock on the wall in `zone`.

    Monthly ones keep the day's number; a month without such a day has its last (`add_months`).
    """
    first, length = begins.astimezone(zone), ends - begins
    found = []
    for number in range(MOST + 1):
        day = first.date() + number * _WEEK if repeat == Repeat.WEEKLY else add_months(first.date(), number)
        if day > until:
            break
        begin = datetime.combine(day, first.time(), zone)
        found.append((begin, begin + length))
    return found


def spread(plan: Plan, repeat: Repeat, until: date | None, zone: ZoneInfo) -> list[Plan]:
    """The plans that a plan comes to when it repeats; none is saved. The plan alone where it does not.

    Raises:
        RequestRefused: it can't repeat like that.
    """
    if repeat == Repeat.ONCE:
        return [plan]
    if plan.is_vote:
        raise RequestRefused(_("投票、选举不能设为重复，请逐次申请。"), ("S10(3)",))
    first = plan.begins.astimezone(zone).date()
    if until is None or until <= first or until - first > LONGEST:
        raise RequestRefused(_("请填写重复到哪一天：晚于第一次开始，并且不超过一年。"), ("S34(6)",))
    spans = occurrences(plan.begins, plan.ends, repeat, until, zone)
    if len(spans) < 2:
        raise RequestRefused(_("到这一天为止只有一次，请选择不重复，或者推迟截止日期。"))
    if len(spans) > MOST or any(one[1] > two[0] for one, two in pairwise(spans)):
        raise RequestRefused(_("各次不能相互重叠，总共不超过 %(most)s 次。") % {"most": MOST})
    series = uuid4()
    return [
        Plan(
            kind=plan.kind,
            cause=plan.cause,
            words=plan.words,
            begins=begin,
            ends=end,
            silences=list(plan.silences),
            series=series,
            repeat=repeat,
        )
        for begin, end in spans
    ]


def ask_all(plans: Sequence[Plan], cameras: Sequence[Camera], by: Person, at: datetime, longest: timedelta) -> Plan:
    """Ask for each of them, or for none; the first is given back.

    Raises:
        RequestRefused: as `planning.ask`.
    """
    with transaction.atomic():
        asked = [planning.ask(plan, cameras, by, at, longest) for plan in plans]
    return asked[0]


def may_change(first: Plan, by: Person, at: datetime) -> bool:
    """Whether this person may ask to change a series from this occurrence on: for a button; `ask_change` asks again."""
    if not first.series or first.state not in (Decision.WAITING, Decision.APPROVED) or first.begins <= at:
        return False
    return not _change_waits(first, at) and reaches(plannable_cameras(by, at), planning.connected(first))


def _change_waits(first: Plan, at: datetime) -> bool:
    return Plan.objects.filter(replaces__series=first.series, state=Decision.WAITING, ends__gt=at).exists()


def ask_change(
    first: Plan, plans: Sequence[Plan], cameras: Sequence[Camera], by: Person, at: datetime, longest: timedelta
) -> Plan:
    """Ask that other plans take the place of a series from its occurrence `first` on.

    Nothing of the series changes before they are approved: then it ends there and they hold, in one transaction.

    Raises:
        RequestRefused: as `ask_all`; it does not repeat or has begun, a change waits already, or some cameras are another unit's.
    """
    with transaction.atomic():
        list(first.occurrences().select_for_update().values_list("pk"))
        first = Plan.objects.get(pk=first.pk)
        if first.series and _change_waits(first, at):
            raise RequestRefused(_("对这项重复计划的另一修改正在等待批准，请先撤回或者等它办结。"))
        if not may_change(first, by, at):
            raise RequestRefused(_("只能修改本单位重复计划中还没有开始的各次。"), ("S34(6)",))
        for plan in plans:
            plan.replaces = first
        return ask_all(plans, cameras, by, at, longest)
