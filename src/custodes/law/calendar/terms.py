"""Counting a term of days or months, forward or backward, with every step explained.

- The first day is not counted (民法典201, 程序规定35).
- A term counts natural days, working days or months; each norm says which (`Term.unit`). S says 日: natural days.
- A forward term whose last day is a day off ends on the next working day, where its norm or the analogy of 民法典203 says so.
- A backward term is never shortened by days off: it says how many natural or working days before at least.
- A term of hours runs on through days off, from the very moment of its event.
- A day ends at 24:00 in Lhasa; where a counter has to be open, at its close.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from custodes.law.calendar.days import ZONE, WorkCalendar

_DAY = timedelta(days=1)


class TermUnit(StrEnum):
    """What a term counts."""

    HOUR = "hour"
    NATURAL_DAY = "natural_day"
    WORKING_DAY = "working_day"
    MONTH = "month"

    @property
    def zh(self) -> str:
        """As it is written in an explanation."""
        return {"hour": "小时", "natural_day": "日（自然日）", "working_day": "个工作日", "month": "个月"}[self.value]

    @property
    def en(self) -> str:
        """In English."""
        return {"hour": "hours", "natural_day": "natural days", "working_day": "working days", "month": "months"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as a norm sets it.

    Attributes:
        amount, unit: how long.
        rolls: whether a last day that is a day off moves on to the next working day.
        clauses: where the length comes from.
        basis: by what it rolls and why the first day is left out; clauses, or the words of an analogy.
    """

    amount: int
    unit: TermUnit
    rolls: bool
    clauses: tuple[str, ...]
    basis: tuple[str, ...] = ("CC201", "CC203")


@dataclass(frozen=True, slots=True)
class TermEnd:
    """The end of a term.

    Attributes:
        due: the last day in time.
        unrolled: the last day before it moved on; reminders go by it.
        provisional: whether a notice that is not known could change `due`.
        zh, en: how it was counted, line by line.
    """

    due: date
    unrolled: date
    provisional: bool
    zh: tuple[str, ...]
    en: tuple[str, ...]


def count(term: Term, start: date, calendar: WorkCalendar) -> TermEnd:
    """The end of `term` that begins with the event of day `start`."""
    unrolled = _last_day(term, start, calendar)
    due = calendar.on_or_after(unrolled) if term.rolls else unrolled
    # Working days need each day on the way, the others only the last one and those that it moved over.
    uncertain = calendar.provisional_between(start + _DAY if term.unit is TermUnit.WORKING_DAY else unrolled, due)
    provisional = bool(uncertain) and (term.rolls or term.unit is TermUnit.WORKING_DAY)
    zh = [
        f"自{start:%Y-%m-%d}起，当日不计，{term.amount}{term.unit.zh}：{unrolled:%Y-%m-%d}",
    ]
    en = [f"{term.amount} {term.unit.en} from {start:%Y-%m-%d}, that day not counted: {unrolled:%Y-%m-%d}"]
    if due != unrolled:
        reason = calendar.judge(unrolled)
        zh.append(f"该日为休息日（{reason.zh}），顺延至{due:%Y-%m-%d}")
        en.append(f"that is a day off ({reason.en}): moved to {due:%Y-%m-%d}")
    if provisional and (missing := uncertain[0].missing):
        zh.append(f"暂定：{missing[0]}，以后可能变化")
        en.append(f"provisional: {missing[1]}; it may change")
    return TermEnd(due, unrolled, provisional, tuple(zh), tuple(en))


def _last_day(term: Term, start: date, calendar: WorkCalendar) -> date:
    if term.unit is TermUnit.HOUR:
        raise ValueError("a term of hours is counted from a moment: count_hours")
    if term.unit is TermUnit.NATURAL_DAY:
        return start + timedelta(days=term.amount)
    if term.unit is TermUnit.MONTH:
        return add_months(start, term.amount)
    day, left = start, term.amount
    while left:
        day += _DAY
        left -= calendar.is_working(day)
    return day


@dataclass(frozen=True, slots=True)
class CountedHours:
    """The end of a term of hours.

    Attributes:
        moment: the last moment in time, None where only the day of the event is known.
        due: the day on which it lies, by the clock of Lhasa.
    """

    moment: datetime | None
    due: date
    zh: tuple[str, ...]
    en: tuple[str, ...]


def count_hours(amount: int, start: date, at: time | None) -> CountedHours:
    """The end of `amount` hours from the hour `at`, by Lhasa's clock, of the day `start`; days off don't stop it."""
    if at is None:
        due = (datetime.combine(start, time.min) + timedelta(hours=amount)).date()
        zh = f"自{start:%Y-%m-%d}作出之时起{amount}小时，未填写时刻：不晚于{due:%Y-%m-%d}的同一时刻，不因休息日顺延"
        en = f"{amount} hours from {start:%Y-%m-%d}, at an hour that is not given: by the same hour of {due:%Y-%m-%d}; days off don't move it"
        return CountedHours(None, due, (zh,), (en,))
    begun = datetime.combine(start, at, ZONE)
    moment = begun + timedelta(hours=amount)
    zh = f"自{begun:%Y-%m-%d %H:%M}起{amount}小时：{moment:%Y-%m-%d %H:%M}，不因休息日顺延"
    en = f"{amount} hours from {begun:%Y-%m-%d %H:%M}: {moment:%Y-%m-%d %H:%M}; days off don't move it"
    return CountedHours(moment, moment.date(), (zh,), (en,))


def add_months(day: date, amount: int) -> date:
    """The day of the same number `amount` months on; the month's last where it has no such day (民法典202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class BackwardNotice:
    """What a backward term asks for.

    Attributes:
        latest: the last day that leaves the whole term, day off or not.
        advised: the last working day not after it.
        provisional: whether `advised` could change.
    """

    latest: date
    advised: date
    provisional: bool
    zh: tuple[str, ...]
    en: tuple[str, ...]


def count_back(amount: int, event: date, calendar: WorkCalendar) -> BackwardNotice:
    """By when something has to be told at least `amount` natural days before the day `event`."""
    latest = event - timedelta(days=amount)
    advised = calendar.on_or_before(latest)
    uncertain = calendar.provisional_between(advised, latest)
    zh = [f"{event:%Y-%m-%d}前{amount}日：{latest:%Y-%m-%d}，休息日不缩短该期间"]
    en = [f"{amount} days before {event:%Y-%m-%d}: {latest:%Y-%m-%d}; days off do not shorten it"]
    if advised != latest:
        reason = calendar.judge(latest)
        zh.append(f"该日为休息日（{reason.zh}），建议不晚于{advised:%Y-%m-%d}；休息日在线报告仍为按期")
        en.append(
            f"that is a day off ({reason.en}): by {advised:%Y-%m-%d} is advised; online on the day off is still in time"
        )
    if uncertain and (missing := uncertain[0].missing):
        zh.append(f"暂定：{missing[0]}，建议日期以后可能变化")
        en.append(f"provisional: {missing[1]}; the advised day may change")
    return BackwardNotice(latest, advised, bool(uncertain), tuple(zh), tuple(en))


def count_back_working(amount: int, event: date, calendar: WorkCalendar) -> BackwardNotice:
    """By when something has to be told at least `amount` working days before the day `event`; its own day is not counted.

    `advised` is one working day earlier: it leaves so many clear working days, whoever reads the term strictly.
    """
    latest, left = event, amount
    while left:
        latest -= _DAY
        left -= calendar.is_working(latest)
    advised = calendar.on_or_before(latest - _DAY)
    uncertain = calendar.provisional_between(advised, event - _DAY)
    zh = [f"{event:%Y-%m-%d}前{amount}个工作日，当日不计，休息日不计入：{latest:%Y-%m-%d}"]
    en = [f"{amount} working days before {event:%Y-%m-%d}, that day and days off not counted: {latest:%Y-%m-%d}"]
    zh.append(f"建议不晚于{advised:%Y-%m-%d}，留足{amount}个整工作日")
    en.append(f"by {advised:%Y-%m-%d} is advised: it leaves {amount} clear working days")
    if uncertain and (missing := uncertain[0].missing):
        zh.append(f"暂定：{missing[0]}，以后可能变化")
        en.append(f"provisional: {missing[1]}; it may change")
    return BackwardNotice(latest, advised, bool(uncertain), tuple(zh), tuple(en))
