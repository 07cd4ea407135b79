"""Three percent a day: capped at the fine, lowered by what is paid, and against the formula for one payment written out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.assumptions import Assumptions
from custodes.law.bad_input import BadInput
from custodes.law.fines.late_days import LateDayKind, Payment
from custodes.law.fines.owed import account

DELIVERED = date(2026, 3, 2)
DUE = date(2026, 3, 17)
ON_THE_WHOLE = Assumptions(late_fee_on_unpaid=False)


def formula(fine: int, days_late: int) -> Decimal:
    """The fee of a fine of which nothing was paid, and nothing stopped it."""
    return min(Decimal(fine) * 3 * days_late / 100, Decimal(fine)).quantize(Decimal("0.01"))


@given(st.integers(1, 50_000), st.integers(0, 400))
def test_without_payments_it_is_three_percent_a_day_up_to_the_fine(fine: int, days: int) -> None:
    found = account(fine, DELIVERED, DUE + timedelta(days=days))
    assert found.fee.yuan == formula(fine, days)
    assert found.owed == fine + found.fee.yuan


@st.composite
def paid_in_parts(draw: st.DrawFn) -> tuple[int, date, tuple[Payment, ...]]:
    """A fine, a day, and payments that leave something of the fine unpaid."""
    fine = draw(st.integers(10, 50_000))
    until = DUE + timedelta(days=draw(st.integers(0, 120)))
    left = Decimal(fine)
    payments = []
    for _ in range(draw(st.integers(1, 5))):
        yuan = draw(st.decimals(Decimal("0.01"), left - Decimal("0.01"), places=2)) if left > Decimal("0.02") else None
        if yuan is None:
            break
        left -= yuan
        days = draw(st.integers(0, (until - DELIVERED).days))
        payments.append(Payment(DELIVERED + timedelta(days=days), yuan))
    return fine, until, tuple(payments)


@given(paid_in_parts())
def test_a_payment_never_raises_the_fee_and_nothing_gets_lost(case: tuple[int, date, tuple[Payment, ...]]) -> None:
    fine, until, payments = case
    whole, found = account(fine, DELIVERED, until), account(fine, DELIVERED, until, payments=payments)
    assert Decimal(0) <= found.fee.yuan <= whole.fee.yuan
    assert found.paid == sum(one.yuan for one in payments)
    assert found.unpaid == fine - found.paid > 0
    assert found.owed == fine + found.fee.yuan - found.paid
    assert sum(step.fee for step in found.steps) == found.fee.yuan
    assert all(one.to_fee == 0 for one in found.credits)


@given(paid_in_parts())
def test_paying_the_same_part_a_day_later_never_costs_less(case: tuple[int, date, tuple[Payment, ...]]) -> None:
    fine, until, payments = case
    later = tuple(Payment(min(one.day + timedelta(days=1), until), one.yuan) for one in payments)
    sooner = account(fine, DELIVERED, until, payments=payments).fee.yuan
    assert sooner <= account(fine, DELIVERED, until, payments=later).fee.yuan


@given(paid_in_parts())
def test_taken_of_the_whole_fine_a_part_changes_nothing_while_something_is_unpaid(
    case: tuple[int, date, tuple[Payment, ...]],
) -> None:
    fine, until, payments = case
    found = account(fine, DELIVERED, until, assumed=ON_THE_WHOLE, payments=payments)
    assert found.fee.yuan == account(fine, DELIVERED, until).fee.yuan


@given(st.integers(1, 50_000), st.integers(0, 100), st.integers(0, 100))
def test_once_all_is_paid_nothing_is_added_any_more(fine: int, late: int, after: int) -> None:
    day = DUE + timedelta(days=late)
    then = account(fine, DELIVERED, day)
    found = account(fine, DELIVERED, day + timedelta(days=after), payments=[Payment(day, then.owed)])
    assert (found.owed, found.unpaid, found.fee.yuan) == (0, 0, then.fee.yuan)
    assert all(step.kind is LateDayKind.PAID for step in found.steps if step.first > day and step.first > DUE)
    with pytest.raises(BadInput, match="more than"):
        account(fine, DELIVERED, day, payments=[Payment(day, then.owed + Decimal("0.01"))])


@pytest.mark.parametrize(
    ("payment", "rule"),
    [
        (Payment(date(2026, 3, 1), Decimal(1)), "received on 2026-03-02"),
        (Payment(date(2026, 5, 2), Decimal(1)), "lies after 2026-05-01"),
        (Payment(date(2026, 4, 1), Decimal(0)), "above zero"),
        (Payment(date(2026, 4, 1), Decimal(-5)), "above zero"),
        (Payment(date(2026, 4, 1), Decimal("0.001")), "parts of a cent"),
        (Payment(date(2026, 4, 1), Decimal("NaN")), "above zero"),
        (Payment(date(2026, 4, 1), Decimal("Infinity")), "above zero"),
        (Payment(date(2026, 4, 1), Decimal("20000.01")), "no more than can be owed"),
        (Payment(date(2026, 3, 10), Decimal("10000.01")), "more than the 10,000"),
        (Payment(date.max, Decimal(1)), "out of range"),
    ],
)
def test_a_payment_that_cannot_be_right_is_refused(payment: Payment, rule: str) -> None:
    with pytest.raises(BadInput, match=rule) as caught:
        account(10_000, DELIVERED, date(2026, 5, 1), payments=[payment])
    assert caught.value.field == "payments"
