"""Which days recording hours take from the calendar of the law: holidays as Sundays, weekend days that are worked as Mondays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from custodes.law.calendar.days import Judgement, WorkCalendar

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
    judged: Judgement


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
