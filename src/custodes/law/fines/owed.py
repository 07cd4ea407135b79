"""What is owed for a fine on a day, and how it came to that day by day: in time, 3 % a day, stopped by review or suit, at its cap.

Fifteen days to pay (PL67), unless leave was given to pay later (PL66); from the next day 3 % of the fine a day (PL72.1(1)), never more than
the fine; days of review and suit don't count (PL73.3), their first and last included, the reading that costs the person less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from custodes.law.assumptions.model import AS_SHIPPED, Assumptions
from custodes.law.bad_input import BadInput, Implausible, plausible_day
from custodes.law.calendar.days import WorkCalendar
from custodes.law.deadlines.answer import Due
from custodes.law.deadlines.counting import due as due_of
from custodes.law.deadlines.table import BY_KIND
from custodes.law.fines.late_fee import LateFee, late_fee
from custodes.law.fines.table import Lines

_DAY = timedelta(days=1)
_CENT = Decimal("0.01")
MOST_YUAN = 1_000_000_000
"""No fine of this library comes near it; beyond it an amount is a slip of the hand."""


class Kind(StrEnum):
    """What the days of a step are."""

    IN_TIME = "in_time"
    COUNTED = "counted"
    SUSPENDED = "suspended"
    CAPPED = "capped"

    @property
    def zh(self) -> str:
        """In Chinese."""
        return _KINDS[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return _KINDS[self][1]


_KINDS = {
    Kind.IN_TIME: ("缴纳期限内，不加处（PL67）", "within the term of payment: no fee (PL67)"),
    Kind.COUNTED: ("逾期，计入加处（PL72）", "late: counts (PL72)"),
    Kind.SUSPENDED: ("复议、诉讼期间，不计（PL73）", "review or suit: does not count (PL73)"),
    Kind.CAPPED: ("已达罚款数额，不再增加（PL72）", "the fine is reached: no more (PL72)"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days of review or suit, both included.

    Attributes:
        last: None while it still runs.
    """

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Step:
    """One late day, or a row of days of which nothing is added.

    Attributes:
        fee: what they add, yuan.
        total: the late fee at the end of the last of them, yuan.
    """

    first: date
    last: date
    kind: Kind
    fee: Decimal
    total: Decimal

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Account:
    """What is owed.

    Attributes:
        fine: yuan.
        delivered: the day on which the decision was received.
        payment: the term of payment as the law counts it.
        due: last day in time: its end, or the day to which payment was put off.
        until: the day for which it is computed, of payment or today.
        daily: what each late day adds, yuan.
        fee: the late fee.
        capped_on: the day on which it reached the fine; None before it has.
        steps: from the day after delivery to `until`, without a gap.
    """

    fine: int
    delivered: date
    payment: Due
    due: date
    until: date
    daily: Decimal
    fee: LateFee
    capped_on: date | None
    steps: tuple[Step, ...]
    clauses: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def days(self) -> int:
        """Late days that add something."""
        return _adding(self.steps)

    @property
    def owed(self) -> Decimal:
        """Fine and late fee together, yuan."""
        return self.fine + self.fee.yuan

    @property
    def provisional(self) -> bool:
        """Whether a holiday notice that is not known may move the last day in time, and with it the fee."""
        return self.payment.provisional and self.due == self.payment.due


def account(
    fine: int,
    delivered: date,
    until: date,
    suspended: Sequence[Span] = (),
    deferred: date | None = None,
    calendar: WorkCalendar | None = None,
    assumed: Assumptions = AS_SHIPPED,
    lines: Lines | None = None,
) -> Account:
    """What is owed at the end of `until` for a fine of `fine` yuan whose decision was received on `delivered`.

    Args:
        until: the day of payment, or today.
        suspended: days of review and suit, in any order; where they meet a day is left out once.
        deferred: the day to which payment was put off (PL66).

    Raises:
        BadInput: an amount or a day can't be right; its field is named as this function names it.
    """
    _check(fine, delivered, until)
    payment = due_of("payment", delivered, calendar or WorkCalendar(), assumed)
    due = _due(payment, deferred)
    stopped = tuple(_checked(span, delivered, until) for span in suspended)
    lines = lines or Lines()
    fee = late_fee(fine, due, until, stopped, lines)
    steps = _steps(fine, delivered, due, until, stopped, lines)
    capped_on = next((step.last for step in steps if step.kind is Kind.COUNTED and step.total == fine), None)
    daily = _cents(Decimal(fine) * lines.late_percent / 100)
    zh, en = _explained(fine, due, until, daily, fee, steps, capped_on, deferred, lines)
    return Account(
        fine,
        delivered,
        payment,
        due,
        until,
        daily,
        fee,
        capped_on,
        steps,
        tuple(
            dict.fromkeys(("PL72", *(("PL73",) if stopped else ()), *(("PL66",) if deferred else ()), *payment.clauses))
        ),
        (*payment.zh, *zh),
        (*payment.en, *en),
    )


def _check(fine: int, delivered: date, until: date) -> None:
    if fine < 1:
        raise BadInput("fine", "a fine is at least one yuan", "give the amount of the decision in yuan")
    if fine > MOST_YUAN:
        raise Implausible("fine", f"{fine} yuan is out of range", f"give at most {MOST_YUAN:,}")
    plausible_day("delivered", delivered)
    plausible_day("until", until)
    since = BY_KIND["payment"].since
    if delivered < since:
        raise BadInput("delivered", f"PL67 is in force from {since:%Y-%m-%d}", "check the day")
    if until < delivered:
        raise BadInput("until", f"the decision was received on {delivered:%Y-%m-%d} only", "check both days")


def _due(payment: Due, deferred: date | None) -> date:
    if deferred is None:
        return payment.due
    plausible_day("deferred", deferred)
    if deferred <= payment.due:
        raise BadInput("deferred", f"without leave it may be paid until {payment.due:%Y-%m-%d}", "give a later day")
    return deferred


def _checked(span: Span, delivered: date, until: date) -> tuple[date, date]:
    """The span as far as it lies before the end of `until`."""
    plausible_day("suspended", span.first)
    if span.last is not None:
        plausible_day("suspended", span.last)
        if span.last < span.first:
            raise BadInput("suspended", "a span ends on or after its first day", "check both days")
    if span.first < delivered:
        raise BadInput("suspended", f"the decision was received on {delivered:%Y-%m-%d} only", "check both days")
    if span.first > until:
        raise BadInput("suspended", f"it begins after {until:%Y-%m-%d}, the day that is asked about", "leave it out")
    return span.first, min(span.last or until, until)


def _steps(
    fine: int, delivered: date, due: date, until: date, stopped: Sequence[tuple[date, date]], lines: Lines
) -> tuple[Step, ...]:
    found: list[Step] = []
    counted, total, most = 0, _cents(Decimal(0)), _cents(Decimal(fine))
    day = delivered + _DAY
    while day <= until:
        kind = _kind(day, due, total >= most, stopped)
        before = total
        if kind is Kind.COUNTED:
            # From the count and not by adding up, so that no cent is lost on the way.
            counted += 1
            total = min(_cents(Decimal(fine) * counted * lines.late_percent / 100), most)
        last = found[-1] if found else None
        if last is not None and last.kind is kind and kind is not Kind.COUNTED:
            found[-1] = Step(last.first, day, kind, last.fee, total)
        else:
            found.append(Step(day, day, kind, total - before, total))
        day += _DAY
    return tuple(found)


def _kind(day: date, due: date, capped: bool, stopped: Sequence[tuple[date, date]]) -> Kind:
    if day <= due:
        return Kind.IN_TIME
    if capped:
        return Kind.CAPPED
    return Kind.SUSPENDED if any(first <= day <= last for first, last in stopped) else Kind.COUNTED


def _adding(steps: tuple[Step, ...]) -> int:
    return sum(step.days for step in steps if step.kind is Kind.COUNTED)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT)


def _explained(
    fine: int,
    due: date,
    until: date,
    daily: Decimal,
    fee: LateFee,
    steps: tuple[Step, ...],
    capped_on: date | None,
    deferred: date | None,
    lines: Lines,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    zh, en = [], []
    if deferred is not None:
        zh.append(f"经批准延期至{due:%Y-%m-%d}缴纳（PL66）")
        en.append(f"leave was given to pay until {due:%Y-%m-%d} (PL66)")
    if until <= due:
        zh.append(f"{until:%Y-%m-%d}尚在缴纳期限内，不加处罚款")
        en.append(f"{until:%Y-%m-%d} is within the term of payment: no late fee")
        return tuple(zh), tuple(en)
    zh.append(f"自{due + _DAY:%Y-%m-%d}起每日加处{fine:,}元的{lines.late_percent}%，即{daily:,}元（PL72）")
    en.append(f"from {due + _DAY:%Y-%m-%d} {lines.late_percent} % of {fine:,} yuan a day, {daily:,} yuan (PL72)")
    for step in steps:
        if step.kind is Kind.SUSPENDED:
            zh.append(f"{step.first:%Y-%m-%d}至{step.last:%Y-%m-%d}复议、诉讼期间，{step.days}日不计（PL73）")
            en.append(
                f"{step.first:%Y-%m-%d} to {step.last:%Y-%m-%d}: review or suit, {step.days} days don't count (PL73)"
            )
    zh.append(f"至{until:%Y-%m-%d}计{_adding(steps)}日，加处{fee.yuan:,}元")
    en.append(f"through {until:%Y-%m-%d} {_adding(steps)} days count: a late fee of {fee.yuan:,} yuan")
    if capped_on is not None:
        zh.append(f"{capped_on:%Y-%m-%d}达到罚款数额{fine:,}元，此后不再增加（PL72）")
        en.append(f"on {capped_on:%Y-%m-%d} it reached the fine, {fine:,} yuan, and grows no more (PL72)")
    return tuple(zh), tuple(en)
