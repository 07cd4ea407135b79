"""Days off that are coming and move deadlines, and notices that are not known yet. From the law's own table of notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from custodes.law.calendar.days import WorkCalendar
from custodes.law.calendar.notices import LHASA, NATIONAL

_DAY = timedelta(days=1)
_NAMES = {day: name for notice in (*NATIONAL, *LHASA) for day, name in notice.off.items()}


@dataclass(frozen=True)
class Run:
    """Days off in a row, weekends around the holiday included.

    Attributes:
        name: of the holiday that begins it.
        back: the first working day after it.
    """

    name: str
    first: date
    last: date
    back: date


def holiday_of(day: date) -> str | None:
    """The holiday for which a notice gives the day off, None for other days."""
    return _NAMES.get(day)


def next_run(after: date, within: int, calendar: WorkCalendar) -> Run | None:
    """The next holiday that has a day off from `after` on, or on it, in `within` days; None where no notice names one."""
    for ahead in range(within + 1):
        day = after + ahead * _DAY
        if (name := holiday_of(day)) is not None:
            return _run(name, day, calendar)
    return None


def _run(name: str, day: date, calendar: WorkCalendar) -> Run:
    first = last = day
    while not calendar.is_working(first - _DAY):
        first -= _DAY
    while not calendar.is_working(last + _DAY):
        last += _DAY
    return Run(name, first, last, last + _DAY)


def open_notice(after: date, within: int, calendar: WorkCalendar) -> tuple[date, tuple[str, str]] | None:
    """The first day from `after` on, in `within` days, that a notice not known yet could change, and which notice it is."""
    for ahead in range(within + 1):
        day = after + ahead * _DAY
        if (missing := calendar.judge(day).missing) is not None:
            return day, missing
    return None
