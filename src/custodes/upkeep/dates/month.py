"""A month as a calendar page shows it: weeks of days, each with what it is in law and with its dates. Pure."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from custodes.law.calendar.days import DayJudgement, WorkCalendar
from custodes.upkeep.dates.dated import Dated


@dataclass(frozen=True)
class DateDay:
    """One day.

    Attributes:
        kind: working, off, holiday, makeup.
        dates: what falls on it or lasts over it.
    """

    day: date
    kind: str
    judged: DayJudgement
    dates: tuple[Dated, ...]
    today: bool
    outside: bool


@dataclass(frozen=True)
class DateMonth:
    """One month, Monday first, filled up with the days around it."""

    first: date
    weeks: tuple[tuple[DateDay, ...], ...]

    @property
    def before(self) -> date:
        """The month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        """The month after."""
        return (self.first + timedelta(days=32)).replace(day=1)

    @property
    def listed(self) -> tuple[DateDay, ...]:
        """The month's own days that have something, for the list: dates, holidays, make-up workdays."""
        days = (day for week in self.weeks for day in week if not day.outside)
        return tuple(day for day in days if day.dates or day.kind in ("holiday", "makeup"))


def shown_days(first: date) -> tuple[date, date]:
    """The first and the last day that a page of this month shows."""
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    return weeks[0][0], weeks[-1][-1]


def month_of(first: date, dates: Iterable[Dated], days: WorkCalendar, today: date) -> DateMonth:
    """The month that begins on `first`."""
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    begin, end = weeks[0][0], weeks[-1][-1]
    falling: dict[date, list[Dated]] = {}
    for one in dates:
        at = max(one.day, begin)
        while at <= min(one.last, end):
            falling.setdefault(at, []).append(one)
            at += timedelta(days=1)

    def day(at: date) -> DateDay:
        judged = days.judge(at)
        return DateDay(at, _kind(judged), judged, tuple(falling.get(at, ())), at == today, at.month != first.month)

    return DateMonth(first, tuple(tuple(day(at) for at in week) for week in weeks))


def _kind(judged: DayJudgement) -> str:
    weekend = judged.day.weekday() >= months.SATURDAY
    if judged.working:
        return "makeup" if weekend else "working"
    return "holiday" if judged.holiday else "off"
