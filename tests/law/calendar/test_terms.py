"""Counting: months and their ends, and that nothing depends on more than it says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.calendar.days import WorkCalendar
from custodes.law.calendar.terms import Term, TermUnit, add_months, count

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("day", "amount", "expected"),
    [
        pytest.param(date(2024, 8, 31), 6, date(2025, 2, 28), id="平年二月末"),
        pytest.param(date(2027, 8, 31), 6, date(2028, 2, 29), id="闰年二月末"),
        pytest.param(date(2026, 11, 30), 3, date(2027, 2, 28), id="跨年"),
        pytest.param(date(2026, 12, 15), 1, date(2027, 1, 15), id="十二月之后是一月"),
    ],
)
def test_a_month_ends_on_the_day_of_the_same_number_or_its_last(day: date, amount: int, expected: date) -> None:
    assert add_months(day, amount) == expected


@given(st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(1, 90))
def test_natural_days_are_natural_days(start: date, amount: int) -> None:
    counted = count(Term(amount, TermUnit.NATURAL_DAY, False, ("S18b",)), start, CALENDAR)
    assert (counted.due - start).days == amount
    assert not counted.provisional


@given(st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(1, 10))
def test_of_working_days_exactly_so_many_are_worked(start: date, amount: int) -> None:
    counted = count(Term(amount, TermUnit.WORKING_DAY, False, ("PL85",)), start, CALENDAR)
    worked = [
        n for n in range(start.toordinal() + 1, counted.due.toordinal() + 1) if CALENDAR.is_working(date.fromordinal(n))
    ]
    assert len(worked) == amount
    assert worked[-1] == counted.due.toordinal()
