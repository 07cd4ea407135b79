"""How a late fee came about, in sentences, Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from custodes.law.fines.late_days import Course, Credit, Kind, Rule, Step, cents

_DAY = timedelta(days=1)
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
    stops = [(step.first, _stopped(step)) for step in run.steps if step.kind is Kind.SUSPENDED]
    parts: list[tuple[date, _Line]] = []
    for one in run.credits:
        day = one.payment.day
        if day > rule.due:
            parts.append((day, _paid(one)))
            if rule.on_unpaid and one.to_fine and one.unpaid:
                parts.append((day, _a_day(rule, day + _DAY, one.unpaid)))
    for _, line in sorted((*stops, *parts), key=lambda found: found[0]):
        yield line


def _stopped(step: Step) -> _Line:
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
