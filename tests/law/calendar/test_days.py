"""Working days in Lhasa: the week, national and local notices, and years whose notice is not known."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from custodes.law.calendar import days as notices
from custodes.law.calendar.days import WorkCalendar, day_of

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("day", "working"),
    [
        pytest.param(date(2026, 3, 4), True, id="平常周三"),
        pytest.param(date(2026, 3, 7), False, id="平常周六"),
        pytest.param(date(2026, 2, 28), True, id="调休上班的周六"),
        pytest.param(date(2026, 1, 4), True, id="调休上班的周日"),
        pytest.param(date(2026, 10, 7), False, id="国庆节末日"),
        pytest.param(date(2026, 10, 8), True, id="国庆节后首日"),
        pytest.param(date(2025, 2, 27), False, id="2025年藏历新年首日，全国上班"),
        pytest.param(date(2025, 3, 4), False, id="2025年藏历新年末日"),
        pytest.param(date(2025, 3, 5), True, id="2025年藏历新年后首日"),
        pytest.param(date(2026, 2, 24), False, id="2026年春节接藏历新年，全国上班"),
        pytest.param(date(2026, 2, 27), True, id="2026年藏历新年后首日"),
    ],
)
def test_days_of_published_years_are_settled(day: date, working: bool) -> None:
    judged = CALENDAR.judge(day)
    assert (judged.working, judged.provisional) == (working, False)


def test_a_day_off_names_the_paper() -> None:
    assert "拉萨市人民政府办公室关于2025年藏历新年放假安排的通知" in CALENDAR.judge(date(2025, 2, 28)).zh
    assert "国务院办公厅关于2026年部分节假日安排的通知" in CALENDAR.judge(date(2026, 5, 9)).zh


@pytest.mark.parametrize("day", [date(2027, 1, 4), date(2030, 6, 5), date(2023, 5, 4)])
def test_a_year_without_a_notice_is_provisional_and_no_error(day: date) -> None:
    judged = CALENDAR.judge(day)
    assert judged.working == (day.weekday() < 5)
    assert judged.provisional
    assert judged.missing is not None
    assert str(day.year) in judged.missing[0]


def test_the_season_of_a_holiday_without_notice_is_provisional_only_there() -> None:
    assert CALENDAR.judge(date(2026, 8, 12)).provisional
    assert not CALENDAR.judge(date(2026, 7, 31)).provisional
    assert not CALENDAR.judge(date(2026, 9, 21)).provisional
    entered = notices.CalendarNotice(2026, "通知", date(2026, 7, 1), {date(2026, 8, 12): notices.SHOTON}, frozenset())
    known = WorkCalendar(local=(*notices.LHASA, entered))
    assert not known.judge(date(2026, 8, 12)).working
    assert not known.judge(date(2026, 8, 13)).provisional


def test_an_unconfirmed_notice_holds_but_says_so() -> None:
    heard = notices.CalendarNotice(
        2026, "通知", date(2026, 7, 1), {date(2026, 8, 12): notices.SHOTON}, frozenset(), "未见原文"
    )
    judged = WorkCalendar(local=(*notices.LHASA, heard)).judge(date(2026, 8, 12))
    assert (judged.working, judged.missing) == (False, ("未见原文", "that notice is unconfirmed"))


def test_a_notice_arranges_its_own_year_and_the_last_days_before_it_and_only_weekends_are_worked() -> None:
    for notice in (*notices.NATIONAL, *notices.LHASA):
        days = {*notice.off, *notice.worked}
        assert {day.year for day in days} <= {notice.year - 1, notice.year}
        assert all(day >= date(notice.year - 1, 12, 28) for day in days)
        assert all(day.weekday() >= 5 for day in notice.worked)
        assert not notice.worked & notice.off.keys()
        assert notice.issued < min(notice.off)


def test_midnight_is_lhasas() -> None:
    assert day_of(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert day_of(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)
    assert day_of(datetime(2026, 3, 1, 23, 59, tzinfo=timezone(timedelta(hours=8)))) == date(2026, 3, 1)
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2026, 3, 1))  # noqa: DTZ001


NEW_YEAR_2019 = notices.CalendarNotice(
    2019,
    "国务院办公厅关于2019年部分节假日安排的通知",
    date(2018, 12, 6),
    {date(2018, 12, 30): "元旦", date(2018, 12, 31): "元旦", date(2019, 1, 1): "元旦"},
    frozenset((date(2018, 12, 29),)),
)
YEAR_2018 = notices.CalendarNotice(
    2018, "国务院办公厅关于2018年部分节假日安排的通知", date(2017, 11, 30), {}, frozenset()
)


def test_a_notice_holds_for_the_days_of_the_year_before_that_it_names() -> None:
    calendar = WorkCalendar(national=(YEAR_2018, NEW_YEAR_2019), local=())
    worked, off = calendar.judge(date(2018, 12, 29)), calendar.judge(date(2018, 12, 31))
    assert (worked.working, worked.provisional) == (True, False)
    assert (off.working, off.provisional) == (False, False)


@pytest.mark.parametrize(("day", "provisional"), [(27, False), (28, True), (31, True)])
def test_the_last_days_of_a_year_wait_for_the_notice_of_the_next(day: int, provisional: bool) -> None:
    judged = WorkCalendar(national=(YEAR_2018,), local=()).judge(date(2018, 12, day))
    assert judged.provisional is provisional
    assert (judged.missing is None) or "2019" in judged.missing[0]


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2027, 1, 1), True),
        (date(2030, 5, 1), True),
        (date(2030, 5, 2), True),
        (date(2030, 10, 3), True),
        (date(2023, 5, 1), True),
        (date(2023, 5, 2), False),
        (date(2030, 10, 4), False),
    ],
)
def test_a_statutory_day_of_fixed_date_is_off_whatever_is_published(day: date, off: bool) -> None:
    judged = WorkCalendar(national=(), local=()).judge(day)
    assert (not judged.working and not judged.provisional) is off


def test_no_term_ends_on_new_years_day() -> None:
    assert CALENDAR.on_or_after(date(2027, 1, 1)) > date(2027, 1, 1)


@pytest.mark.parametrize(
    ("year", "counts", "worked"),
    [
        (2024, {"元旦": 1, "春节": 8, "清明节": 3, "劳动节": 5, "端午节": 1, "中秋节": 3, "国庆节": 7}, 8),
        (2025, {"元旦": 1, "春节": 8, "清明节": 3, "劳动节": 5, "端午节": 3, "国庆节、中秋节": 8}, 5),
        (2026, {"元旦": 3, "春节": 9, "清明节": 3, "劳动节": 5, "端午节": 3, "中秋节": 3, "国庆节": 7}, 6),
    ],
)
def test_a_national_notice_has_as_many_days_as_it_announces(year: int, counts: dict[str, int], worked: int) -> None:
    notice = next(one for one in notices.NATIONAL if one.year == year)
    assert Counter(notice.off.values()) == counts
    assert len(notice.worked) == worked
