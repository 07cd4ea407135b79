"""Plans that repeat: each occurrence is a plan of its own, asked for, decided and ended on record; `series` holds them together.

Nothing runs on by itself: all occurrences stand in the register from the beginning, at most a year of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.law.calendar.terms import add_months
from custodes.people.models import Person
from custodes.places import planning
from custodes.places.deciding import RequestRefused, reaches
from custodes.places.models import Camera, Decision, Plan, Repeat
from custodes.places.scope import plannable_cameras

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
