"""The archive's cutoff and the law's answer are the same moment, on every day and term (S32, N17)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from custodes.law.clauses.clause import Rank
from custodes.law.retention import OtherTerm, keeping
from custodes.video.archive.retention import Retention

DAYS = st.dates(date(2026, 3, 1), date(2035, 12, 31))


@given(DAYS, st.integers(30, 400))
def test_footage_of_a_day_may_go_from_the_moment_that_the_law_names_and_not_a_microsecond_before(
    day: date, days: int
) -> None:
    term = OtherTerm(days, "登记的存储期限", Rank.STANDARD)
    lawful = keeping(day, others=(term,)).delete_not_before
    assert lawful is not None
    moment = round(lawful.timestamp() * 1_000_000)
    end_of_day = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC) - timedelta(hours=8)
    ended_us = round(end_of_day.timestamp() * 1_000_000)
    rule = Retention()
    assert rule.cutoff_us(days, moment) >= ended_us
    assert rule.cutoff_us(days, moment - 1) < ended_us
