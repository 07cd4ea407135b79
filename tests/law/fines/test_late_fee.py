"""Three percent a day, capped at the fine, not while review or suit runs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.bad_input import BadInput
from custodes.law.fines.late_fee import late_fee


@pytest.mark.parametrize(
    ("paid", "days", "yuan", "capped"),
    [
        pytest.param(date(2026, 3, 17), 0, "0.00", False, id="按期"),
        pytest.param(date(2026, 3, 18), 1, "300.00", False, id="逾期一日"),
        pytest.param(date(2026, 4, 19), 33, "9900.00", False, id="三十三日未达上限"),
        pytest.param(date(2026, 4, 20), 34, "10000.00", True, id="三十四日达到上限"),
        pytest.param(date(2027, 4, 20), 399, "10000.00", True, id="一年仍为上限"),
    ],
)
def test_it_grows_by_the_day_up_to_the_fine(paid: date, days: int, yuan: str, capped: bool) -> None:
    fee = late_fee(10_000, date(2026, 3, 17), paid)
    assert (fee.days, fee.yuan, fee.capped) == (days, Decimal(yuan), capped)


def test_days_of_review_do_not_count() -> None:
    fee = late_fee(10_000, date(2026, 3, 17), date(2026, 3, 27), [(date(2026, 3, 20), date(2026, 3, 25))])
    assert (fee.days, fee.yuan) == (4, Decimal("1200.00"))


@given(st.integers(0, 50_000), st.integers(0, 400))
def test_it_is_never_more_than_the_fine(fine: int, days: int) -> None:
    paid = date.fromordinal(date(2026, 1, 1).toordinal() + days)
    assert 0 <= late_fee(fine, date(2026, 1, 1), paid).yuan <= fine


def test_what_cannot_be_right_names_its_field() -> None:
    with pytest.raises(BadInput, match="fine"):
        late_fee(-1, date(2026, 1, 1), date(2026, 1, 2))
    with pytest.raises(BadInput, match="suspended"):
        late_fee(1, date(2026, 1, 1), date(2026, 1, 2), [(date(2026, 1, 2), date(2026, 1, 1))])
