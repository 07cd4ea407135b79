"""What is owed for a fine on a day, and how it came to that day by day, also in sentences, Chinese and English.

Fifteen days to pay (PL67), unless leave was given to pay later (PL66); after that a late fee (`late_days`), lowered by what was paid in
parts. Where the law leaves two readings, the one that costs the person less is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from custodes.law.assumptions import AS_SHIPPED, Assumptions, Caveat, caveats
from custodes.law.bad_input import BadInput, Implausible, plausible_day
from custodes.law.calendar.days import WorkCalendar
from custodes.law.deadlines.answer import Due
from custodes.law.deadlines.counting import due as due_of
from custodes.law.deadlines.table import BY_KIND
from custodes.law.fines.late_days import Course, Credit, LateDayKind, LateDayStep, Payment, Rule, cents, course
from custodes.law.fines.table import ProcedureLines

_Line = tuple[str, str]


def explained(
    rule: Rule, until: date, run: Course, days: int, capped_on: date | None, *, put_off: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of an account.

    Args:
        days: late days that add something.
        capped_on: the day on which the fee reached the fine.
        put_off: leave was given to pay until `rule.due`.
    """
    zh, en = zip(*_lines(rule, until, run, days, capped_on, put_off), strict=True)
    return zh, en


def _lines(rule: Rule, until: date, run: Course, days: int, capped_on: date | None, put_off: bool) -> Iterator[_Line]:
    due = rule.due
    if put_off:
        yield f"经批准延期至{due:%Y-%m-%d}缴纳（PL66）", f"leave was given to pay until {due:%Y-%m-%d} (PL66)"
    early = [one for one in run.credits if one.payment.day <= due]
    yield from (_paid(one) for one in early)
    unpaid = early[-1].unpaid if early else Decimal(rule.fine)
    if not unpaid:
        yield "期限内已缴清罚款，不加处罚款", "the fine was paid within the term: no late fee"
        return
    if until <= due:
        yield (
            f"{until:%Y-%m-%d}尚在缴纳期限内，不加处罚款",
            f"{until:%Y-%m-%d} is within the term of payment: no late fee",
        )
        return
    yield _a_day(rule, due + _DAY, unpaid)
    yield from _on_the_way(rule, run)
    total = run.steps[-1].total
    yield (
        f"至{until:%Y-%m-%d}计{days}日，加处{total:,}元",
        f"through {until:%Y-%m-%d} {days} days count: a late fee of {total:,} yuan",
    )
    if capped_on is not None:
        yield (
            f"{capped_on:%Y-%m-%d}达到罚款数额{rule.fine:,}元，此后不再增加（PL72）",
            f"on {capped_on:%Y-%m-%d} it reached the fine, {rule.fine:,} yuan, and grows no more (PL72)",
        )


def _a_day(rule: Rule, first: date, unpaid: Decimal) -> _Line:
    base, daily = _yuan(unpaid if rule.on_unpaid else Decimal(rule.fine)), cents(rule.of_a_day(unpaid))
    of_zh, of_en = ("尚未缴纳的", " that is unpaid") if rule.on_unpaid and unpaid < rule.fine else ("", "")
    return (
        f"自{first:%Y-%m-%d}起每日加处{of_zh}{base}元的{rule.percent}%，即{daily:,}元（PL72）",
        f"from {first:%Y-%m-%d} {rule.percent} % of {base} yuan{of_en} a day, {daily:,} yuan (PL72)",
    )


def _on_the_way(rule: Rule, run: Course) -> Iterator[_Line]:
    """What stopped or lowered it after the last day in time, by day."""
    stops = [(step.first, _stopped(step)) for step in run.steps if step.kind is LateDayKind.SUSPENDED]
    parts: list[tuple[date, _Line]] = []
    for one in run.credits:
        day = one.payment.day
        if day > rule.due:
            parts.append((day, _paid(one)))
            if rule.on_unpaid and one.to_fine and one.unpaid:
                parts.append((day, _a_day(rule, day + _DAY, one.unpaid)))
    for _, line in sorted((*stops, *parts), key=lambda found: found[0]):
        yield line


def _stopped(step: LateDayStep) -> _Line:
    return (
        f"{step.first:%Y-%m-%d}至{step.last:%Y-%m-%d}复议、诉讼期间，{step.days}日不计（PL73）",
        f"{step.first:%Y-%m-%d} to {step.last:%Y-%m-%d}: review or suit, {step.days} days don't count (PL73)",
    )


def _paid(one: Credit) -> _Line:
    day, whole = f"{one.payment.day:%Y-%m-%d}", _yuan(one.payment.yuan)
    to_zh, to_en = "", ""
    if one.to_fee:
        to_zh = f"，其中抵罚款{_yuan(one.to_fine)}元、抵加处罚款{_yuan(one.to_fee)}元"
        to_en = f", {_yuan(one.to_fine)} of them to the fine and {_yuan(one.to_fee)} to the late fee"
    return (
        f"{day}缴纳{whole}元{to_zh}，罚款尚欠{_yuan(one.unpaid)}元",
        f"{day}: {whole} yuan were paid{to_en}; {_yuan(one.unpaid)} yuan of the fine are unpaid",
    )


def _yuan(amount: Decimal) -> str:
    """Whole yuan without cents."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{cents(amount):,}"


_DAY = timedelta(days=1)
MOST_YUAN = 1_000_000_000
"""No fine of this library comes near it; beyond it an amount is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class SuitSpan:
    """Days of review or suit, both included.

    Attributes:
        last: None while it still runs.
    """

    first: date
    last: date | None


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


@dataclass(frozen=True, slots=True)
class FineAccount:
    """What is owed.

    Attributes:
        fine: yuan.
        delivered: the day on which the decision was received.
        payment: the term of payment as the law counts it.
        due: last day in time: its end, or the day to which payment was put off.
        until: the day for which it is computed, of payment or today.
        unpaid: what is unpaid of the fine at its end, yuan.
        daily: what one more late day would add, yuan, the cap aside.
        fee: the late fee, paid or not.
        capped_on: the day on which it reached the fine; None before it has.
        steps: from the day after delivery to `until`, without a gap.
        credits: what was paid in parts, by day.
        caveats: what it rests on and could not be checked.
    """

    fine: int
    delivered: date
    payment: Due
    due: date
    until: date
    unpaid: Decimal
    daily: Decimal
    fee: LateFee
    capped_on: date | None
    steps: tuple[LateDayStep, ...]
    credits: tuple[Credit, ...]
    clauses: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    caveats: tuple[Caveat, ...]

    @property
    def days(self) -> int:
        """Late days that add something."""
        return self.fee.days

    @property
    def paid(self) -> Decimal:
        """What was paid in parts, yuan."""
        return sum((one.payment.yuan for one in self.credits), Decimal(0))

    @property
    def owed(self) -> Decimal:
        """Fine and late fee together, less what was paid, yuan."""
        return self.fine + self.fee.yuan - self.paid

    @property
    def provisional(self) -> bool:
        """Whether a holiday notice that is not known may move the last day in time, and with it the fee."""
        return self.payment.provisional and self.due == self.payment.due


def account(
    fine: int,
    delivered: date,
    until: date,
    suspended: Sequence[SuitSpan] = (),
    deferred: date | None = None,
    calendar: WorkCalendar | None = None,
    assumed: Assumptions = AS_SHIPPED,
    lines: ProcedureLines | None = None,
    payments: Sequence[Payment] = (),
) -> FineAccount:
    """What is owed at the end of `until` for a fine of `fine` yuan whose decision was received on `delivered`.

    Args:
        until: the day of payment, or today.
        suspended: days of review and suit, in any order; where they meet a day is left out once.
        deferred: the day to which payment was put off (PL66).
        payments: parts that were paid, in any order.

    Raises:
        BadInput: an amount or a day can't be right; its field is named as this function names it.
    """
    _check(fine, delivered, until)
    payment = due_of("payment", delivered, calendar or WorkCalendar(), assumed)
    due = _due(payment, deferred)
    stopped = tuple(_checked(span, delivered, until) for span in suspended)
    for one in payments:
        _check_payment(one, fine, delivered, until)
    rule = Rule(fine, due, stopped, (lines or ProcedureLines()).late_percent, assumed.late_fee_on_unpaid)
    run = course(rule, delivered, until, payments)
    unpaid = run.credits[-1].unpaid if run.credits else Decimal(fine)
    fee = _fee(fine, run.steps)
    capped_on = next((step.last for step in run.steps if step.kind is LateDayKind.COUNTED and step.total == fine), None)
    said = caveats(assumed, "late_fee_on_unpaid") if payments else ()
    zh, en = explained(rule, until, run, fee.days, capped_on, put_off=deferred is not None)
    own = ("PL72", *(("PL73",) if stopped else ()), *(("PL66",) if deferred else ()))
    return FineAccount(
        fine,
        delivered,
        payment,
        due,
        until,
        unpaid,
        cents(rule.of_a_day(unpaid)),
        fee,
        capped_on,
        run.steps,
        run.credits,
        tuple(dict.fromkeys((*own, *payment.clauses))),
        (*payment.zh, *zh, *(one.zh for one in said)),
        (*payment.en, *en, *(one.en for one in said)),
        said,
    )


def _fee(fine: int, steps: tuple[LateDayStep, ...]) -> LateFee:
    total = steps[-1].total if steps else cents(Decimal(0))
    return LateFee(sum(step.days for step in steps if step.kind is LateDayKind.COUNTED), total, total == fine)


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


def _checked(span: SuitSpan, delivered: date, until: date) -> tuple[date, date]:
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


def _check_payment(payment: Payment, fine: int, delivered: date, until: date) -> None:
    """A part can be more than the fine once a fee has grown, never more than the fine and the highest fee."""
    plausible_day("payments", payment.day)
    if not payment.yuan.is_finite() or not 0 < payment.yuan <= 2 * fine:
        raise BadInput("payments", "a payment lies above zero, and is no more than can be owed", "check the amount")
    if payment.yuan != cents(payment.yuan):
        raise BadInput("payments", f"{payment.yuan} yuan has parts of a cent", "give it to the cent")
    if payment.day < delivered:
        raise BadInput("payments", f"the decision was received on {delivered:%Y-%m-%d} only", "check both days")
    if payment.day > until:
        raise BadInput("payments", f"it lies after {until:%Y-%m-%d}, the day that is asked about", "leave it out")
