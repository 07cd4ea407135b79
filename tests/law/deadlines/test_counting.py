"""What a deadline says beside its day: how late, when to remind; and days that can't be right."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.assumptions import Assumptions
from custodes.law.bad_input import BadInput
from custodes.law.calendar.days import ZONE, WorkCalendar
from custodes.law.calendar.terms import TermUnit
from custodes.law.deadlines.counting import before, due, filing, hearing_notice, removal_report, set_term
from custodes.law.deadlines.table import BY_KIND

CALENDAR = WorkCalendar()
DAYS = st.dates(date(2025, 4, 1), date(2028, 12, 31))


def test_it_is_late_only_after_the_last_day() -> None:
    answer = due("filing", date(2025, 6, 2), CALENDAR)
    assert answer.days_late(date(2025, 7, 2)) == 0
    assert answer.days_late(date(2025, 7, 3)) == 1
    assert answer.days_late(date(2025, 8, 1), done=date(2025, 7, 4)) == 2


def test_reminders_go_by_the_day_before_it_moved() -> None:
    answer = due("filing", date(2024, 5, 2), CALENDAR)
    assert answer.reminders() == (date(2024, 5, 17), date(2024, 5, 25), date(2024, 5, 29), date(2024, 6, 1))


def test_no_reminder_comes_before_the_term_begins() -> None:
    assert due("payment", date(2026, 3, 2), CALENDAR).reminders() == (
        date(2026, 3, 10),
        date(2026, 3, 14),
        date(2026, 3, 17),
    )
    assert set_term("order", date(2026, 3, 2), 5, CALENDAR).reminders() == (date(2026, 3, 4), date(2026, 3, 7))


def test_both_clocks_of_filing_are_shown_the_earlier_first() -> None:
    clocks = filing(date(2026, 4, 20), date(2026, 4, 7), CALENDAR)
    assert [clock.deadline.kind for clock in clocks] == ["filing-national", "filing"]
    assert filing(None, None, CALENDAR) == ()
    assert [c.deadline.kind for c in filing(date(2025, 3, 3), date(2025, 3, 10), CALENDAR)] == ["filing"]


def test_a_term_that_an_officer_set_is_counted_from_its_delivery() -> None:
    answer = set_term("upgrade", date(2026, 3, 2), 30, CALENDAR)
    assert (answer.due, answer.clauses[0]) == (date(2026, 4, 1), "S16.2c")


@pytest.mark.parametrize(
    ("kind", "event", "field"),
    [
        ("filing", date(2024, 4, 30), "from"),
        ("filing-national", date(2025, 3, 31), "from"),
        ("legacy-filing", date(2024, 5, 2), "from"),
        ("upgrade", date(2025, 1, 1), "kind"),
        ("nothing", date(2025, 1, 1), "kind"),
    ],
)
def test_a_day_that_cannot_be_right_names_its_field_rule_and_remedy(kind: str, event: date, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        due(kind, event, CALENDAR)
    assert caught.value.field == field
    assert caught.value.rule
    assert caught.value.remedy


def test_an_old_system_is_sent_to_its_own_kind() -> None:
    with pytest.raises(BadInput, match="legacy-filing"):
        due("filing", date(2020, 1, 1), CALENDAR)
    with pytest.raises(BadInput, match="'filing'"):
        due("legacy-filing", date(2024, 6, 1), CALENDAR)


@pytest.mark.parametrize(("kind", "days", "field"), [("filing", 5, "kind"), ("order", 0, "days")])
def test_only_open_terms_are_set_and_never_to_nothing(kind: str, days: int, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        set_term(kind, date(2026, 1, 5), days, CALENDAR)
    assert caught.value.field == field


def test_a_removal_that_has_passed_is_no_plan() -> None:
    with pytest.raises(BadInput) as caught:
        removal_report(date(2026, 3, 1), CALENDAR, today=date(2026, 3, 2))
    assert caught.value.field == "removal"
    assert removal_report(date(2026, 3, 2), CALENDAR, today=date(2026, 3, 2)).latest == date(2026, 2, 15)


@given(DAYS, st.sampled_from([kind for kind, d in BY_KIND.items() if d.term and d.starts is None]))
def test_a_term_never_ends_before_its_length_nor_where_it_rolls_on_a_day_off(event: date, kind: str) -> None:
    answer = due(kind, event, CALENDAR)
    assert answer.start < answer.unrolled <= answer.due
    term = answer.deadline.term
    assert term is not None
    if term.rolls or term.unit is TermUnit.WORKING_DAY:
        assert CALENDAR.is_working(answer.due)
    else:
        assert answer.due == answer.unrolled
    # Between the last day of the term and the day that it moved to lie days off only.
    day = answer.unrolled
    while day < answer.due:
        assert not CALENDAR.is_working(day)
        day += timedelta(days=1)


@given(DAYS)
def test_a_report_before_removal_is_never_shorter_than_fifteen_days(removal: date) -> None:
    answer = removal_report(removal, CALENDAR)
    assert (removal - answer.latest).days == 15
    assert answer.advised <= answer.latest
    assert CALENDAR.is_working(answer.advised)
    assert answer.warn_from < answer.latest


@given(DAYS)
def test_between_the_notice_of_a_hearing_and_the_hearing_lie_seven_working_days_the_last_its_own(hearing: date) -> None:
    answer = hearing_notice(hearing, CALENDAR)
    days = [answer.latest + timedelta(days=n) for n in range((hearing - answer.latest).days)]
    assert sum(map(CALENDAR.is_working, days)) == 7
    assert answer.advised < answer.latest
    assert CALENDAR.is_working(answer.advised)
    # A strict reader's seven clear days are what is advised otherwise.
    strict = hearing_notice(hearing, CALENDAR, Assumptions(hearing_clear_days=True))
    assert strict.latest == strict.advised == answer.advised


@given(DAYS)
def test_a_hearing_that_cannot_be_told_in_time_says_so_and_no_other_does(asked: date) -> None:
    answer = due("hearing-day", asked, CALENDAR)
    fits = hearing_notice(answer.due, CALENDAR).latest >= asked
    assert ("PL64" in answer.clauses) is not fits
    assert any("不足7个工作日" in line for line in answer.zh) is not fits


def test_a_term_of_hours_ends_by_the_clock_of_lhasa_and_without_an_hour_on_the_next_day() -> None:
    answer = due("spot-report", date(2026, 3, 6), CALENDAR, at=time(9, 30))
    assert answer.moment == datetime(2026, 3, 7, 9, 30, tzinfo=ZONE)
    assert (answer.days_late(date(2026, 3, 7)), answer.days_late(date(2026, 3, 8))) == (0, 1)
    assert due("spot-report", date(2026, 3, 6), CALENDAR).moment is None
    with pytest.raises(BadInput) as caught:
        due("payment", date(2026, 3, 6), CALENDAR, at=time(9, 30))
    assert caught.value.field == "at"


def test_a_least_length_is_never_late_and_through_its_last_day_too_early() -> None:
    answer = due("public-notice", date(2026, 3, 2), CALENDAR)
    assert answer.days_late(date(2030, 1, 1)) == 0
    assert [answer.days_early(date(2026, day[0], day[1])) for day in ((4, 30), (5, 1), (5, 2))] == [2, 1, 0]
    assert due("payment", date(2026, 3, 2), CALENDAR).days_early(date(2026, 3, 3)) == 0


def test_a_notice_before_the_law_or_of_no_kind_names_its_field() -> None:
    for kind, event, field in (("hearing-notice", date(2021, 7, 14), "from"), ("filing", date(2026, 1, 5), "kind")):
        with pytest.raises(BadInput) as caught:
            before(kind, event, CALENDAR, None, Assumptions())
        assert caught.value.field == field


@pytest.mark.parametrize("event", [date.min, date(1949, 9, 30), date(2200, 1, 1), date.max])
def test_a_day_beyond_counting_names_its_field(event: date) -> None:
    for kind in BY_KIND:
        with pytest.raises(BadInput):
            due(kind, event, CALENDAR) if BY_KIND[kind].term else set_term(kind, event, 5, CALENDAR)
    with pytest.raises(BadInput, match="removal"):
        removal_report(event, CALENDAR)
    with pytest.raises(BadInput, match="days"):
        set_term("order", date(2026, 1, 5), 36_501, CALENDAR)


@given(st.dates(), st.sampled_from(list(BY_KIND)), st.integers(-5, 10**9))
def test_nothing_but_bad_input_is_ever_raised(event: date, kind: str, days: int) -> None:
    with contextlib.suppress(BadInput):
        due(kind, event, CALENDAR)
    with contextlib.suppress(BadInput):
        set_term(kind, event, days, CALENDAR)
    with contextlib.suppress(BadInput):
        removal_report(event, CALENDAR)
    with contextlib.suppress(BadInput):
        hearing_notice(event, CALENDAR)
