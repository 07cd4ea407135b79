"""How a late fee grows day by day: in time, 3 % a day, stopped by review or suit, at its cap, lowered by what is paid in parts.

Each late day adds 3 % (PL72.1(1)), never more than the fine together; days of review and suit don't count (PL73.3), their first and last
included. A payment counts from the next day on: the day on which it is made still runs. It goes to the fine first and to the fee
after that, so that the fee stops as soon as it can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from custodes.law.bad_input import BadInput

_DAY = timedelta(days=1)
_CENT = Decimal("0.01")


class LateDayKind(StrEnum):
    """What the days of a step are."""

    IN_TIME = "in_time"
    COUNTED = "counted"
    SUSPENDED = "suspended"
    CAPPED = "capped"
    PAID = "paid"

    @property
    def zh(self) -> str:
        """In Chinese."""
        return _KINDS[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return _KINDS[self][1]


_KINDS = {
    LateDayKind.IN_TIME: ("缴纳期限内，不加处（PL67）", "within the term of payment: no fee (PL67)"),
    LateDayKind.COUNTED: ("逾期，计入加处（PL72）", "late: counts (PL72)"),
    LateDayKind.SUSPENDED: ("复议、诉讼期间，不计（PL73）", "review or suit: does not count (PL73)"),
    LateDayKind.CAPPED: ("已达罚款数额，不再增加（PL72）", "the fine is reached: no more (PL72)"),
    LateDayKind.PAID: ("罚款已缴清，不再加处（PL72）", "the fine is paid: no more (PL72)"),
}


@dataclass(frozen=True, slots=True)
class Payment:
    """A part that was paid: the day, and yuan to the cent."""

    day: date
    yuan: Decimal


@dataclass(frozen=True, slots=True)
class LateDayStep:
    """One late day, or a row of days of which nothing is added.

    Attributes:
        fee: what they add, yuan.
        total: the late fee at the end of the last of them, yuan.
        unpaid: what was unpaid of the fine while they ran, yuan.
    """

    first: date
    last: date
    kind: LateDayKind
    fee: Decimal
    total: Decimal
    unpaid: Decimal

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Credit:
    """What a payment was put to.

    Attributes:
        to_fine, to_fee: of the payment, yuan.
        unpaid: what is unpaid of the fine after it, yuan.
        owed: what is owed after it at the end of its day, fine and fee, yuan.
    """

    payment: Payment
    to_fine: Decimal
    to_fee: Decimal
    unpaid: Decimal
    owed: Decimal


@dataclass(frozen=True, slots=True)
class Rule:
    """What a late fee is computed from.

    Attributes:
        fine: yuan.
        due: last day in time.
        stopped: first and last days of review and suit.
        percent: a day.
        on_unpaid: it is taken of what is unpaid of the fine; otherwise of the whole fine as long as anything of it is.
    """

    fine: int
    due: date
    stopped: tuple[tuple[date, date], ...]
    percent: int
    on_unpaid: bool

    def of_a_day(self, unpaid: Decimal) -> Decimal:
        """What a late day adds while `unpaid` is open of the fine, exactly."""
        base = unpaid if self.on_unpaid or not unpaid else Decimal(self.fine)
        return base * self.percent / 100

    def kind(self, day: date, unpaid: Decimal, fee: Decimal) -> LateDayKind:
        """What the day is, with so much of the fine unpaid and so much of a fee grown before it."""
        if day <= self.due:
            return LateDayKind.IN_TIME
        if not unpaid:
            return LateDayKind.PAID
        if fee >= self.fine:
            return LateDayKind.CAPPED
        return (
            LateDayKind.SUSPENDED if any(first <= day <= last for first, last in self.stopped) else LateDayKind.COUNTED
        )


@dataclass(frozen=True, slots=True)
class Course:
    """All steps from the day after delivery, and what each payment was put to."""

    steps: tuple[LateDayStep, ...]
    credits: tuple[Credit, ...]


@dataclass(frozen=True, slots=True)
class _Balance:
    """As it stands at the end of a day: unpaid of the fine, the fee exactly, and what was paid of it."""

    unpaid: Decimal
    fee: Decimal
    paid_fee: Decimal

    @property
    def open_fee(self) -> Decimal:
        return cents(self.fee) - self.paid_fee


def cents(amount: Decimal) -> Decimal:
    """To the cent, half a cent up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def course(rule: Rule, delivered: date, until: date, payments: Sequence[Payment]) -> Course:
    """The days after `delivered` through `until` with what each adds.

    Args:
        payments: in any order, none before `delivered` or after `until`.

    Raises:
        BadInput: a payment is more than what was owed on its day; the field is ``payments``.
    """
    balance = _Balance(cents(Decimal(rule.fine)), Decimal(0), cents(Decimal(0)))
    steps: list[LateDayStep] = []
    credits_: list[Credit] = []
    waiting = sorted((Payment(one.day, cents(one.yuan)) for one in payments), key=lambda one: one.day)
    day = delivered
    while day <= until:
        if day > delivered:
            balance = _run(rule, day, balance, steps)
        while waiting and waiting[0].day <= day:
            credit, balance = _credited(waiting.pop(0), balance)
            credits_.append(credit)
        day += _DAY
    return Course(tuple(steps), tuple(credits_))


def _run(rule: Rule, day: date, before: _Balance, steps: list[LateDayStep]) -> _Balance:
    """The balance after `day`, whose step is added to `steps`."""
    kind = rule.kind(day, before.unpaid, before.fee)
    after = before
    if kind is LateDayKind.COUNTED:
        # The fee is kept exactly and only its total rounded, so that no cent is lost on the way.
        after = replace(before, fee=min(before.fee + rule.of_a_day(before.unpaid), Decimal(rule.fine)))
    total = cents(after.fee)
    last = steps[-1] if steps else None
    if last is not None and last.kind is kind is not LateDayKind.COUNTED and last.unpaid == before.unpaid:
        steps[-1] = replace(last, last=day)
    else:
        steps.append(LateDayStep(day, day, kind, total - cents(before.fee), total, before.unpaid))
    return after


def _credited(payment: Payment, before: _Balance) -> tuple[Credit, _Balance]:
    to_fine = min(payment.yuan, before.unpaid)
    to_fee = payment.yuan - to_fine
    if to_fee > before.open_fee:
        owed = cents(before.unpaid + before.open_fee)
        raise BadInput(
            "payments",
            f"{payment.yuan:,} yuan on {payment.day:%Y-%m-%d} is more than the {owed:,} yuan that was owed then",
            "check amounts and days",
        )
    after = replace(before, unpaid=before.unpaid - to_fine, paid_fee=before.paid_fee + to_fee)
    return Credit(payment, to_fine, to_fee, after.unpaid, cents(after.unpaid + after.open_fee)), after
