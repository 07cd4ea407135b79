"""The fee for paying a fine late: 3 % a day, never more than the fine, not while review or suit runs (PL72, PL73.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from custodes.law.bad_input import BadInput, plausible_day
from custodes.law.fines.table import Lines


@dataclass(frozen=True, slots=True)
class LateFee:
    """What is owed beside the fine.

    Attributes:
        days: that count.
        yuan: the fee, to the cent.
        capped: it has reached the fine.
    """

    days: int
    yuan: Decimal
    capped: bool


def late_fee(
    fine: int, due: date, paid: date, suspended: Sequence[tuple[date, date]] = (), lines: Lines | None = None
) -> LateFee:
    """The fee when a fine of `fine` yuan that was due on `due` is paid on `paid`.

    Args:
        fine: yuan.
        due: last day in time.
        paid: the day of payment, or today.
        suspended: first and last days of review and suit; they don't count.

    Raises:
        BadInput: a negative fine, or a span that ends before it begins.
    """
    if fine < 0:
        raise BadInput("fine", "a fine is not negative", "give the amount in yuan")
    plausible_day("due", due)
    plausible_day("paid", paid)
    for first, last in suspended:
        if last < first:
            raise BadInput("suspended", "a span ends on or after its first day", "check both days")
    percent = (lines or Lines()).late_percent
    days = 0
    day = due + timedelta(days=1)
    while day <= paid:
        days += not any(first <= day <= last for first, last in suspended)
        day += timedelta(days=1)
    fee = Decimal(fine) * days * percent / 100
    return LateFee(days, min(fee, Decimal(fine)).quantize(Decimal("0.01")), fine > 0 and fee >= fine)
