"""Recording hours on the calendar: across midnight, across a week, and where clocks are put forward."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from custodes.video.plan import off_spans, on_spans
from custodes.video.wire.assignment import RecordingWeek, SpecialDay, WeekHours

LHASA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, tzinfo=LHASA)
HOUR_US = 3_600_000_000
WORKDAYS = (1, 2, 3, 4, 5)


def week(*hours: WeekHours, zone: str = "Asia/Shanghai") -> RecordingWeek:
    return RecordingWeek(id=UUID(int=9), zone=zone, hours=hours)


def us(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def local(spans: list[tuple[int, int]]) -> list[str]:
    def clock(at: int) -> str:
        return f"{datetime.fromtimestamp(at / 1e6, LHASA):%a %H:%M}"

    return [f"{clock(start)}-{clock(end)}" for start, end in spans]


def test_a_special_day_has_the_hours_of_the_day_that_it_is_recorded_as():
    """Tuesday is a holiday, Saturday is worked; the night that began on Monday goes on into the holiday."""
    day = MONDAY.date()
    special = (
        SpecialDay(day=day + timedelta(days=1), as_day=7),
        SpecialDay(day=day + timedelta(days=5), as_day=1),
    )
    nights = WeekHours(days=WORKDAYS, begin=22 * 60, end=6 * 60)
    sundays = WeekHours(days=(7,), begin=12 * 60, end=13 * 60)
    shop = week(nights, sundays).model_copy(update={"special": special})
    found = local(on_spans(shop, us(MONDAY), us(MONDAY + timedelta(days=7))))
    assert found == [
        "Mon 22:00-Tue 06:00",
        "Tue 12:00-Tue 13:00",
        "Wed 22:00-Thu 06:00",
        "Thu 22:00-Fri 06:00",
        "Fri 22:00-Sat 06:00",
        "Sat 22:00-Sun 06:00",
        "Sun 12:00-Sun 13:00",
    ]


def test_hours_are_local_hours_on_the_days_that_are_named():
    shop = week(WeekHours(days=WORKDAYS, begin=8 * 60, end=20 * 60))
    found = local(on_spans(shop, us(MONDAY), us(MONDAY + timedelta(days=7))))
    assert found == [f"{day} 08:00-{day} 20:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")]


def test_hours_that_cross_midnight_belong_to_the_day_on_which_they_begin():
    night = week(WeekHours(days=(5,), begin=22 * 60, end=6 * 60))
    assert local(on_spans(night, us(MONDAY), us(MONDAY + timedelta(days=7)))) == ["Fri 22:00-Sat 06:00"]
    saturday = MONDAY + timedelta(days=5)
    assert local(on_spans(night, us(saturday), us(saturday + timedelta(days=1)))) == ["Sat 00:00-Sat 06:00"]
    assert local(off_spans(night, us(saturday), us(saturday + timedelta(days=1)))) == ["Sat 06:00-Sun 00:00"]


def test_the_utc_day_does_not_matter():
    """00:00 UTC is 08:00 here: a span around it is one span."""
    early = week(WeekHours(days=(1,), begin=7 * 60, end=9 * 60))
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    assert local(on_spans(early, us(midnight) - 2 * HOUR_US, us(midnight) + 2 * HOUR_US)) == ["Mon 07:00-Mon 09:00"]


def test_sunday_night_goes_on_into_monday_and_hours_that_touch_are_one():
    always = week(*(WeekHours(days=(day,), begin=0, end=0) for day in range(1, 8)))
    span = us(MONDAY), us(MONDAY + timedelta(days=9))
    assert on_spans(always, *span) == [span]
    assert off_spans(always, *span) == []


def test_where_clocks_are_put_forward_the_clock_on_the_wall_counts():
    berlin = week(WeekHours(days=(7,), begin=0, end=6 * 60), zone="Europe/Berlin")
    day = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin"))  # 02:00 becomes 03:00
    [(start, end)] = on_spans(berlin, us(day) - HOUR_US, us(day) + 24 * HOUR_US)
    assert end - start == 5 * HOUR_US


@given(
    st.lists(
        st.builds(
            WeekHours,
            days=st.sets(st.integers(1, 7), min_size=1).map(tuple),
            begin=st.integers(0, 1439),
            end=st.integers(0, 1440),
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(0, 20_000),
    st.integers(1, 20_000),
)
def test_on_and_off_are_all_the_time_and_never_both(hours, after, minutes):
    made = week(*hours)
    begin = us(MONDAY) + after * 60_000_000
    end = begin + minutes * 60_000_000
    spans = sorted([*on_spans(made, begin, end), *off_spans(made, begin, end)])
    assert spans[0][0] == begin
    assert spans[-1][1] == end
    assert all(one[1] == two[0] for one, two in pairwise(spans))


@pytest.mark.parametrize(
    "bad", [{"days": ()}, {"days": (8,)}, {"begin": 1440}, {"end": 1441}, {"begin": -1}], ids=lambda bad: str(bad)
)
def test_hours_that_are_none_are_refused(bad):
    with pytest.raises(ValidationError):
        WeekHours(**{"days": (1,), "begin": 0, "end": 60, **bad})


def test_an_unknown_zone_is_refused():
    with pytest.raises(ValidationError, match="no time zone"):
        week(WeekHours(days=(1,), begin=0, end=60), zone="Asia/Nowhere")
