"""What reaches the end of its term before it is decided, and is not held (S32, S33.2a)."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.access.choosing.ending import endings, uncovered
from custodes.access.holds.placing import PlacingBasis, hold
from custodes.access.models import HoldBasis

LHASA = ZoneInfo("Asia/Shanghai")
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
NOW = datetime.datetime(2026, 6, 10, 9, tzinfo=LHASA)
BY = NOW + 2 * DAY


def span(day, hours=1):
    begin = datetime.datetime(2026, 5, day, 8, tzinfo=LHASA)
    return begin, begin + hours * HOUR


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=6))
def test_uncovered_says_whether_an_hour_is_missing(parts):
    held = [(NOW + begin * HOUR, NOW + (begin + length) * HOUR) for begin, length in parts]
    covered = {begin + each for begin, length in parts for each in range(length)}
    assert uncovered((NOW + 5 * HOUR, NOW + 12 * HOUR), held) == (not set(range(5, 12)) <= covered)


@pytest.mark.clause("S32")
def test_what_goes_before_the_decision_is_named_with_its_day(stage):
    # Thirty days behind its own day: the 11th of May is kept through the 10th of June, and goes on the 11th.
    (one,) = endings([stage.gate], span(11), BY, NOW, stage.cast.caretaker.person)
    assert (one.camera, one.gone) == (stage.gate, False)
    assert one.goes == datetime.datetime(2026, 6, 11, tzinfo=LHASA)
    assert endings([stage.gate], span(20), BY, NOW, stage.cast.caretaker.person) == []
    assert endings([stage.gate], span(2), BY, NOW, stage.cast.caretaker.person)[0].gone


def test_what_is_held_is_not_named_and_half_of_it_is(stage, notary):
    begin, end = span(11, 4)

    def place(ends):
        why = PlacingBasis(HoldBasis.CASE, "案件", "取证", number="1", asked_by="分局")
        hold([stage.gate], (begin, ends), why, stage.cast.lead.person, NOW, unit=stage.cast.units["a"])

    place(begin + HOUR)
    assert len(endings([stage.gate, stage.yard], (begin, end), BY, NOW, stage.cast.caretaker.person)) == 2
    place(end)
    assert [
        one.camera for one in endings([stage.gate, stage.yard], (begin, end), BY, NOW, stage.cast.caretaker.person)
    ] == [stage.yard]


def test_the_desk_is_told_on_both_pages_and_who_asks_is_not(stage, client_of):
    from tests.access.agency.asked import Asked

    asked = Asked.on(stage)
    old = {"span_from": asked.at - 30 * DAY, "span_to": asked.at - 30 * DAY + HOUR}
    row = asked.checking(**old)
    for address in (f"/requests/{row.pk}/", f"/requests/{row.pk}/cameras/"):
        page = client_of("caretaker").get(address).content.decode()
        assert "有录像将在办结前到期" in page
        assert "请值班负责人或者审批人设定保全" in page, "a caretaker places no hold"
    page = client_of("lead").get(f"/requests/{row.pk}/").content.decode()
    assert f"/holds/new/?camera={stage.gate.pk}&amp;from=" in page
    online = asked.checking("online", letter_number="20 号", **old)
    assert "到期" not in client_of("officer").get(f"/requests/{online.pk}/").content.decode()
