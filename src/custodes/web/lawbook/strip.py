"""The days of a count as small months: what is off, what is worked, what is left out, where the last day lies; and the calendar's holidays."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from custodes.law.calendar.days import LHASA, NATIONAL, WorkCalendar
from custodes.web.lawbook.words import DAY_OFF, HOLIDAYS, MAKE_UP, OPEN_DAY

_NAMES = {day: name for notice in (*NATIONAL, *LHASA) for day, name in notice.off.items()}


@dataclass(frozen=True)
class HolidayRun:
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


def next_run(after: date, within: int, calendar: WorkCalendar) -> HolidayRun | None:
    """The next holiday that has a day off from `after` on, or on it, in `within` days; None where no notice names one."""
    for ahead in range(within + 1):
        day = after + ahead * _DAY
        if (name := holiday_of(day)) is not None:
            return _run(name, day, calendar)
    return None


def _run(name: str, day: date, calendar: WorkCalendar) -> HolidayRun:
    first = last = day
    while not calendar.is_working(first - _DAY):
        first -= _DAY
    while not calendar.is_working(last + _DAY):
        last += _DAY
    return HolidayRun(name, first, last, last + _DAY)


def open_notice(after: date, within: int, calendar: WorkCalendar) -> tuple[date, tuple[str, str]] | None:
    """The first day from `after` on, in `within` days, that a notice not known yet could change, and which notice it is."""
    for ahead in range(within + 1):
        day = after + ahead * _DAY
        if (missing := calendar.judge(day).missing) is not None:
            return day, missing
    return None


_DAY = timedelta(days=1)
#: More months than these are not drawn: of a longer count the first and the last ones.
_MOST, _HEAD, _TAIL = 4, 1, 2


@dataclass(frozen=True)
class DayMark:
    """What a day is in this count: `word` in its cell, `about` in the list."""

    word: Any
    about: Any
    key: str


@dataclass(frozen=True)
class DayCell:
    """One day.

    Attributes:
        kind: working, off, holiday, makeup.
        word: the holiday's name, or that it is worked though a weekend day.
        counted: whether it lies within the count.
        open: a notice that is not known could change it.
    """

    day: date
    kind: str
    word: Any
    counted: bool
    open: bool
    marks: tuple[DayMark, ...]


@dataclass(frozen=True)
class MonthStrip:
    """One month: weeks of seven cells, None for days of the month before or after."""

    first: date
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True)
class DayLine:
    """Days in a row of which the same is to be said."""

    first: date
    last: date
    words: tuple[Any, ...]


@dataclass(frozen=True)
class Strip:
    """The months of a count; `left_out` months lie between the first and the others."""

    head: tuple[MonthStrip, ...]
    left_out: int
    tail: tuple[MonthStrip, ...]
    lines: tuple[DayLine, ...]


def strip(marks: Mapping[date, Iterable[DayMark]], days: WorkCalendar, english: bool) -> Strip:
    """The months from the first to the last marked day."""
    first, last = min(marks), max(marks)
    every = [
        (year, month)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if (first.year, first.month) <= (year, month) <= (last.year, last.month)
    ]
    wide = len(every) > _MOST
    head, tail = (every[:_HEAD], every[-_TAIL:]) if wide else (every, [])
    drawn = [_month(year, month, first, last, marks, days) for year, month in (*head, *tail)]
    return Strip(
        tuple(drawn[: len(head)]),
        len(every) - len(drawn),
        tuple(drawn[len(head) :]),
        _lines(drawn, days, english),
    )


def _month(
    year: int, month: int, first: date, last: date, marks: Mapping[date, Iterable[DayMark]], days: WorkCalendar
) -> MonthStrip:
    def cell(day: date) -> DayCell | None:
        if day.month != month:
            return None
        judged = days.judge(day)
        kind, word = _kind(day, judged.working)
        return DayCell(day, kind, word, first <= day <= last, judged.provisional, tuple(marks.get(day, ())))

    weeks = months.Calendar().monthdatescalendar(year, month)
    return MonthStrip(date(year, month, 1), tuple(tuple(cell(day) for day in week) for week in weeks))


def _kind(day: date, working: bool) -> tuple[str, Any]:
    weekend = day.weekday() >= months.SATURDAY
    if working:
        return ("makeup", MAKE_UP) if weekend else ("working", "")
    name = holiday_of(day)
    return ("holiday", HOLIDAYS.get(name, name)) if name else ("off", DAY_OFF)


def _lines(drawn: list[MonthStrip], days: WorkCalendar, english: bool) -> tuple[DayLine, ...]:
    """What is to be said of marked days, holidays, make-up workdays and days that may still change, in order."""
    found: list[DayLine] = []
    for cell in (cell for month in drawn for week in month.weeks for cell in week if cell and cell.counted):
        words = _words(cell, days, english)
        if not words:
            continue
        before = found[-1] if found else None
        if before and before.words == words and before.last + _DAY == cell.day:
            found[-1] = DayLine(before.first, cell.day, words)
        else:
            found.append(DayLine(cell.day, cell.day, words))
    return tuple(found)


def _words(cell: DayCell, days: WorkCalendar, english: bool) -> tuple[Any, ...]:
    judged = days.judge(cell.day)
    words = [mark.about for mark in cell.marks]
    if cell.kind in ("holiday", "makeup") or (cell.marks and not judged.working):
        words.append(judged.en if english else judged.zh)
    # A whole year without its notice is said once above; here only where the count touches it.
    if cell.marks and judged.missing:
        words += [OPEN_DAY, judged.missing[1] if english else judged.missing[0]]
    return tuple(words)
