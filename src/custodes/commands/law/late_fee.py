"""`custodes law late-fee`: what is owed for a fine that is paid late."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer

from custodes.commands.law.answering import (
    Json,
    assumed,
    both,
    day,
    needed_day,
    refusing,
    say,
    today_in_lhasa,
    unconfirmed,
)
from custodes.law.bad_input import BadInput
from custodes.law.fines.late_days import Credit, Payment, Step, cents
from custodes.law.fines.owed import Account, Span, account
from custodes.law.fines.table import Lines

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_DIGITS = 12
"""More than the library takes: a longer number is cut here and refused there."""


def late_fee(
    fine: Annotated[str, typer.Option("--fine", help="The fine of the decision, whole yuan.")],
    delivered: Annotated[str, typer.Option("--delivered", help="Day on which the decision was received.")],
    today: Annotated[
        str | None, typer.Option("--today", help="Count through this day instead of today in Lhasa.")
    ] = None,
    paid: Annotated[str | None, typer.Option("--paid", help="Day of payment, when it was paid.")] = None,
    suspended: Annotated[
        list[str] | None,
        typer.Option(
            "--suspended",
            help="Days of review or suit as FROM..TO, or FROM.. while it runs. May be given several times.",
        ),
    ] = None,
    deferred: Annotated[
        str | None, typer.Option("--deferred", help="Day to which payment was put off with leave (PL66).")
    ] = None,
    payment: Annotated[
        list[str] | None,
        typer.Option("--payment", help="A part that was paid, as DAY=YUAN. May be given several times."),
    ] = None,
    as_json: Json = False,
) -> None:
    """What is owed: the fine, and 3 % of it for each day after the fifteen, capped at the fine, without days of review and suit.

    Each `--payment` lowers what is owed, from the next day on what the 3 % are taken of; it goes to the fine first, then to the fee.
    `--paid` is the day on which all the rest was paid.
    Exit code 0: computed. 2: the input can't be right.
    """
    with refusing(as_json):
        now = day(today, "today") or today_in_lhasa()
        settled = day(paid, "paid")
        if settled is not None and settled > now:
            raise BadInput("paid", f"it lies after {now:%Y-%m-%d}", "leave it out until it is paid")
        found = _account(
            _yuan(fine),
            needed_day(delivered, "delivered"),
            now if settled is None else settled,
            tuple(_span(text) for text in suspended or ()),
            day(deferred, "deferred"),
            tuple(_payment(text) for text in payment or ()),
            "today" if settled is None else "paid",
        )
        say(document_of(found), _lines(found), as_json)


def _account(
    fine: int,
    delivered: date,
    until: date,
    suspended: tuple[Span, ...],
    deferred: date | None,
    payments: tuple[Payment, ...],
    until_is: str,
) -> Account:
    try:
        return account(fine, delivered, until, suspended, deferred, assumed=assumed(), payments=payments)
    except BadInput as error:
        names = {"until": until_is, "payments": "payment"}
        if error.field not in names:
            raise
        raise BadInput(names[error.field], error.rule, error.remedy) from error


def _yuan(text: str) -> int:
    cleaned = text.strip().replace(",", "")
    if not cleaned.isascii() or not cleaned.isdigit():
        raise BadInput("fine", f"{text!r} is no amount of whole yuan", "write it as digits, for example 10000")
    return int(cleaned[:_DIGITS])


def _span(text: str) -> Span:
    first, dots, last = text.partition("..")
    if not dots:
        raise BadInput("suspended", f"{text!r} is no span", "write it as FROM..TO, for example 2026-04-01..2026-05-10")
    return Span(needed_day(first or None, "suspended"), day(last.strip() or None, "suspended"))


def _payment(text: str) -> Payment:
    first, equals, amount = text.partition("=")
    cleaned = amount.strip().replace(",", "")
    if not equals or not _AMOUNT.fullmatch(cleaned):
        raise BadInput("payment", f"{text!r} is no payment", "write it as DAY=YUAN, for example 2026-04-01=3000")
    return Payment(needed_day(first or None, "payment"), Decimal(cleaned))


def document_of(found: Account) -> dict[str, Any]:
    """An account as JSON."""
    return {
        "fine": found.fine,
        "delivered": found.delivered.isoformat(),
        "due": found.due.isoformat(),
        "provisional": found.provisional,
        "until": found.until.isoformat(),
        "percent_a_day": Lines().late_percent,
        "daily": str(found.daily),
        "days": found.days,
        "late_fee": str(found.fee.yuan),
        "paid": str(cents(found.paid)),
        "unpaid": str(cents(found.unpaid)),
        "owed": str(found.owed),
        "capped": found.fee.capped,
        "capped_on": found.capped_on.isoformat() if found.capped_on else None,
        "payments": [_credit(one) for one in found.credits],
        "steps": [_step(step) for step in found.steps],
        "clauses": list(found.clauses),
        "explain": both(found.zh, found.en),
        "unconfirmed": unconfirmed(found.caveats),
    }


def _credit(one: Credit) -> dict[str, Any]:
    return {
        "day": one.payment.day.isoformat(),
        "yuan": str(cents(one.payment.yuan)),
        "to_fine": str(cents(one.to_fine)),
        "to_fee": str(cents(one.to_fee)),
        "unpaid": str(cents(one.unpaid)),
        "owed": str(one.owed),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "from": step.first.isoformat(),
        "to": step.last.isoformat(),
        "kind": step.kind.value,
        "days": step.days,
        "fee": str(step.fee),
        "total": str(step.total),
        "unpaid": str(cents(step.unpaid)),
        "zh": step.kind.zh,
        "en": step.kind.en,
    }


def _lines(found: Account) -> list[str]:
    owed = f"加处罚款 · late fee: {found.fee.yuan:,} 元 · yuan；应缴 · owed: {found.owed:,} 元 · yuan"
    steps = [
        f"{step.first:%Y-%m-%d}{f' – {step.last:%Y-%m-%d}' if step.days > 1 else ''}\t+{step.fee:,}\t{step.total:,}"
        f"\t{step.kind.zh} · {step.kind.en}"
        for step in found.steps
    ]
    return [owed, *found.zh, *found.en, *steps, ", ".join(found.clauses)]
