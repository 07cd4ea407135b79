"""The national table, day by day, against a list that others keep (`chinesecalendar`); what Lhasa has of its own is the difference.

That list knows national notices only and no region's, and a year that it does not know is an error there (decision 0082).
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from chinese_calendar.constants import holidays, workdays

from custodes.law.calendar import days as notices
from custodes.law.calendar.days import WorkCalendar

NATIONAL = WorkCalendar(local=())
LHASA = WorkCalendar()
YEARS = [notice.year for notice in notices.NATIONAL]
#: Days off of Lhasa's own that the whole country works: 藏历新年 of 2025 and 2026, without its weekend days.
OURS = {
    *(date(2025, 2, 27), date(2025, 2, 28), date(2025, 3, 3), date(2025, 3, 4)),
    *(date(2026, 2, 24), date(2026, 2, 25), date(2026, 2, 26)),
}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_a_published_year_is_judged_as_the_second_source_judges_it(year: int) -> None:
    days = days_of(year)
    assert len(days) in (365, 366)
    differ = [day for day in days if NATIONAL.is_working(day) != chinese_calendar.is_workday(day)]
    assert differ == []


@pytest.mark.parametrize("year", YEARS)
def test_the_second_source_names_the_same_days_off_and_the_same_weekend_days_worked(year: int) -> None:
    notice = next(one for one in notices.NATIONAL if one.year == year)
    assert set(notice.off) == {day for day in holidays if day.year == year}
    assert notice.worked == {day for day in workdays if day.year == year}


def test_lhasa_differs_on_its_own_days_and_on_no_other() -> None:
    days = [day for year in YEARS for day in days_of(year)]
    differ = {day for day in days if LHASA.is_working(day) != chinese_calendar.is_workday(day)}
    assert differ == OURS
    assert not any(map(LHASA.is_working, OURS))


def test_a_year_that_is_not_published_is_an_error_there_and_provisional_here() -> None:
    unknown = date(max(YEARS) + 1, 3, 3)
    assert LHASA.judge(unknown).provisional
    if unknown.year not in {day.year for day in holidays}:
        with pytest.raises(NotImplementedError):
            chinese_calendar.is_workday(unknown)
