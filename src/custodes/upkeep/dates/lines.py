"""The work list as pages show it: each date and each thing that waits with its words and its badge of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from custodes.upkeep.dates.asking import Waits
from custodes.upkeep.dates.dated import Dated
from custodes.upkeep.dates.sorts import MEANINGS, DateKind, sort_of
from custodes.upkeep.dates.worklist import Worklist


@dataclass(frozen=True)
class DateLine:
    """One date as a page shows it."""

    one: Dated
    name: Any
    meaning: Any
    days: int
    state: str
    label: str


@dataclass(frozen=True)
class WaitingLine:
    """One thing that waits as a page shows it."""

    one: Waits
    state: str
    label: str


@dataclass(frozen=True)
class DateGroup:
    """One group of the list.

    Attributes:
        lines: of dates; empty in the group of what waits, which has `waiting`.
        more: how many are only counted.
    """

    key: str
    title: Any
    count: int
    lines: Sequence[DateLine] = ()
    waiting: Sequence[WaitingLine] = ()

    @property
    def shown(self) -> int:
        """Lines that are there."""
        return len(self.lines) + len(self.waiting)

    @property
    def more(self) -> int:
        """How many are only counted."""
        return self.count - self.shown


def parts_of(work: Worklist, today: date) -> list[DateGroup]:
    """The groups that have something, in the order in which a person should look at them."""
    dated = [
        ("late", _("逾期"), work.late),
        ("due", _("三十日内到期"), work.due),
        ("expected", _("以后"), work.expected),
        ("supervised", _("监督范围内逾期"), work.supervised),
    ]
    found = [DateGroup(key, title, some.count, [line_of(one, today) for one in some]) for key, title, some in dated]
    waiting = [waiting_line_of(one, today) for one in work.waiting]
    found.insert(2, DateGroup("waiting", _("等您办理"), work.waiting.count, waiting=waiting))
    return [part for part in found if part.count]


def line_of(one: Dated, today: date) -> DateLine:
    """With the words and the badge of today."""
    days = (one.day - today).days
    state, label = _badge(one, days)
    return DateLine(one, one.doing or sort_of(one.what).name, MEANINGS[one.kind], days, state, label)


def waiting_line_of(one: Waits, today: date) -> WaitingLine:
    """With its badge: late where a day has passed, the day where it has one, waiting otherwise."""
    if one.late:
        if one.due is None:
            return WaitingLine(one, "danger", _("待处理"))
        return WaitingLine(one, "danger", _("逾期 %(days)d 日") % {"days": (today - one.due).days})
    if one.due is not None:
        return WaitingLine(one, "attention", _("截至 %(day)s") % {"day": one.due})
    return WaitingLine(one, "attention", _("待办理"))


def _badge(one: Dated, days: int) -> tuple[str, str]:
    if one.binding and days < 0:
        return "danger", (_("逾期 %(days)d 日") if one.kind is DateKind.LAST else _("已过期 %(days)d 日")) % {
            "days": -days
        }
    if one.kind is DateKind.FIRST and days <= 0:
        return "fine", _("可以办理")
    if days < 0:
        return ("info", _("进行中")) if (one.last - one.day).days >= -days else ("off", _("已过"))
    if days == 0:
        return "attention", _("今天")
    label = _("还有 %(days)d 日") % {"days": days}
    return ("attention" if one.binding and days <= 7 else "info" if one.binding else "neutral"), label
