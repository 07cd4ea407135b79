"""The reminder plan, the month and a date: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from custodes.law.calendar.days import WorkCalendar
from custodes.people.permissions import Permission
from custodes.upkeep.dates.dated import Dated, DateStage, lead_days, reminder_of
from custodes.upkeep.dates.month import month_of
from custodes.upkeep.dates.sorts import What, sorts

DUE = date(2026, 10, 10)
ONE = Dated(
    What.FILING, "s", DUE, DUE, "n", "", "/", reminders=lead_days(DUE, (15, 7, 3, 0)), unit="1/", division="540000/"
)


def test_nothing_is_said_before_the_first_lead_day() -> None:
    assert reminder_of(ONE, DUE - timedelta(days=16)) is None


def test_a_lead_day_that_no_round_was_made_on_is_made_up_for_once() -> None:
    marks = [reminder_of(ONE, DUE - timedelta(days=days)).mark for days in (15, 14, 8, 7, 6, 3, 1)]  # type: ignore[union-attr]
    assert marks == ["ahead15", "ahead15", "ahead15", "ahead7", "ahead7", "ahead3", "ahead3"]


def test_the_day_itself_and_being_late_are_stages_of_their_own() -> None:
    assert reminder_of(ONE, DUE).stage is DateStage.DAY  # type: ignore[union-attr]
    late = reminder_of(ONE, DUE + timedelta(days=400))
    assert late is not None
    assert (late.stage, late.mark, late.days) == (DateStage.LATE, "late", -400)


def test_what_cannot_be_late_is_not_reminded_of() -> None:
    assert reminder_of(replace(ONE, what=What.INTERRUPTION), DUE) is None
    assert not replace(ONE, what=What.REMOVAL_FROM).late(DUE + timedelta(days=1))


@given(st.integers(-400, 400))
def test_a_mark_never_goes_back_as_days_pass(days: int) -> None:
    order = [None, "ahead15", "ahead7", "ahead3", "ahead0", "day", "late"]
    today = DUE + timedelta(days=days)
    now, then = reminder_of(ONE, today), reminder_of(ONE, today + timedelta(days=1))
    assert order.index(now.mark if now else None) <= order.index(then.mark if then else None)


def test_a_month_marks_holidays_and_make_up_workdays_as_the_law_does() -> None:
    month = month_of(date(2026, 10, 1), [ONE], WorkCalendar(), date(2026, 10, 9))
    kinds = {day.day: day.kind for week in month.weeks for day in week}
    assert kinds[date(2026, 10, 1)] == "holiday"
    assert kinds[date(2026, 10, 10)] == "makeup"
    assert kinds[date(2026, 10, 9)] == "working"
    assert kinds[date(2026, 10, 11)] == "off"
    found = {day.day: day for week in month.weeks for day in week}
    assert found[DUE].dates == (ONE,)
    assert [day.day for day in found.values() if day.today] == [date(2026, 10, 9)]
    assert DUE in [day.day for day in month.listed]


def test_what_lasts_several_days_stands_on_each_of_them_also_over_the_end_of_a_month() -> None:
    long = replace(ONE, what=What.INTERRUPTION, day=date(2026, 9, 20), last=date(2026, 10, 2))
    month = month_of(date(2026, 10, 1), [long], WorkCalendar(), date(2026, 10, 9))
    days = [day.day for week in month.weeks for day in week if day.dates]
    assert days == [date(2026, 9, 28) + timedelta(days=each) for each in range(5)]
    assert month.before == date(2026, 9, 1)
    assert month.after == date(2026, 11, 1)


def test_which_post_acts_on_each_sort_and_who_else_is_told() -> None:
    keepers = {
        What.TRAINING: Permission.MANAGE_CREDENTIALS,
        What.CREDENTIAL: Permission.MANAGE_CREDENTIALS,
        What.CAMERA: Permission.MANAGE_CAMERAS,
        What.OWN_IMAGE: Permission.HANDLE_INDIVIDUAL,
        What.LOOK_REVIEW: Permission.REVIEW_LOOKS,
        What.EMBARGO: Permission.APPROVE_REQUESTS,
        What.HOLD_REVIEW: Permission.RELEASE_HOLDS,
        What.COOPERATION: Permission.ANSWER_SHARING,
        What.LINK_TEST: Permission.MANAGE_SHARING,
        **dict.fromkeys((What.POST, What.INTERRUPTION)),
    }
    found = sorts()
    assert set(found) == {*What, "upgrade"}
    assert {what: sort.acts for what, sort in found.items()} == {
        what: keepers.get(what, Permission.MANAGE_PLACES) for what in found
    }
    supervised = {What.FILING, What.REMOVAL_REPORT, What.CHANGE_FILING, "upgrade"}
    assert {what for what, sort in found.items() if sort.supervised} == supervised
    assert {what for what, sort in found.items() if not sort.mailbox} == {What.LOOK_REVIEW, What.EMBARGO}
