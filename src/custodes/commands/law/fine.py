"""`custodes law fine` and `late-fee`: what a violation costs, and what paying late adds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer

from custodes.commands.law.answering import (
    Json,
    as_written,
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
from custodes.law.fines.act import Act, Earlier, assess_act
from custodes.law.fines.answer import ClauseAnswer, Computation, FineAnswer, FineOutcome, FineReason
from custodes.law.fines.case import Case
from custodes.law.fines.late_days import Credit, LateDayStep, Payment, cents
from custodes.law.fines.owed import FineAccount, SuitSpan, account
from custodes.law.fines.table import ProcedureLines, Respondent

_DAYS = {
    "ordered": "ordered",
    "term-ends": "term_ends",
    "discovered": "discovered",
    "conduct-from": "conduct_from",
    "conduct-to": "conduct_to",
}
_ANSWERS = {
    "complied": "complied",
    "place-public": "place_public",
    "n7-system": "n7_system",
    "grave": "grave",
}
_KEYS = ", ".join(("item", *_DAYS, *_ANSWERS))


def another(first: Case, text: str) -> Case:
    """The same act under another clause.

    What is the act's (who, conduct, decision, harm, the place) is taken over; an order, its term and the recheck are not: they were
    given under the first clause.

    Raises:
        BadInput: a key is unknown, or a value can't be right; the field is ``also`` with the key.
    """
    clause, _, rest = text.partition(":")
    own: dict[str, Any] = {"clause": as_written(clause), "ordered": None, "term_ends": None, "complied": None}
    own["item"] = None
    for part in filter(None, (one.strip() for one in rest.split(","))):
        key, _, value = part.partition("=")
        own |= _read(key.strip(), value.strip())
    return replace(first, **own)


def _read(key: str, value: str) -> dict[str, Any]:
    field = f"also.{key}"
    if key == "item":
        if not value.isascii() or not value.isdigit():
            raise BadInput(field, f"{value!r} is no item", "give its number, for example item=2")
        return {"item": int(value)}
    if key in _DAYS:
        found: date = needed_day(value, field)
        return {_DAYS[key]: found}
    if key in _ANSWERS:
        if value not in ("yes", "no"):
            raise BadInput(field, f"{value!r} is neither yes nor no", f"write {key}=yes or {key}=no")
        return {_ANSWERS[key]: value == "yes"}
    raise BadInput(field, "there is no such key", f"one of {_KEYS}")


def fine(
    clause: Annotated[str, typer.Argument(help="S37 to S40, or N26 to N30.")],
    respondent: Annotated[Respondent, typer.Option("--respondent", help="Who is to be fined.")],
    decided: Annotated[str, typer.Option("--decided", help="Day of the decision.")],
    conduct: Annotated[
        str | None, typer.Option("--conduct", help="Day of the conduct, when it was done at once.")
    ] = None,
    conduct_from: Annotated[
        str | None, typer.Option("--conduct-from", help="First day of a conduct that lasted.")
    ] = None,
    conduct_to: Annotated[str | None, typer.Option("--conduct-to", help="Its last day.")] = None,
    item: Annotated[
        int | None, typer.Option("--item", help="Item of S39 (1 to 3), or item of S10 for S38, N27 and N27.2 (1 to 4).")
    ] = None,
    place_public: Annotated[
        bool | None, typer.Option("--place-public/--place-not-public", help="Whether the place is a public one.")
    ] = None,
    n7_system: Annotated[
        bool | None, typer.Option("--n7-system/--not-n7-system", help="Whether it is a system of N7 (S40).")
    ] = None,
    other_unit: Annotated[
        bool, typer.Option("--other-unit", help="The unit is neither building nor using unit (S40).")
    ] = False,
    ordered: Annotated[str | None, typer.Option("--ordered", help="Day on which the order was delivered.")] = None,
    term_ends: Annotated[str | None, typer.Option("--term-ends", help="Last day of the term that it set.")] = None,
    complied: Annotated[
        bool | None, typer.Option("--complied/--not-complied", help="What the recheck after the term found.")
    ] = None,
    grave: Annotated[bool, typer.Option("--grave", help="A grave result (N30).")] = False,
    harmed: Annotated[bool, typer.Option("--harmed", help="Life or health was harmed (limitation).")] = False,
    discovered: Annotated[str | None, typer.Option("--discovered", help="Day on which it was found out.")] = None,
    fined_before: Annotated[bool, typer.Option("--fined-before", help="This act was fined already.")] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also",
            help="Another clause that the same act breaks, with what is its own:"
            " 'N29:ordered=2025-09-01,term-ends=2025-09-30,complied=no'. May be given several times.",
        ),
    ] = None,
    act: Annotated[str, typer.Option("--act", help="Identity of the act, the same in every case about it.")] = "",
    fined: Annotated[
        list[str] | None,
        typer.Option("--fined", help="An earlier fine as ACT=DECISION; the act of this identity is not fined again."),
    ] = None,
    as_json: Json = False,
) -> None:
    """What the law says of a breach: a fine and its range, the step that has to come first, a refusal, or a conflict.

    A conflict is for a legal reviewer: norms overlap and nothing is picked silently. Both computations are shown.
    With `--also` one act breaks several clauses: it is fined once, under the highest range that applies (PL29). An order belongs to
    the clause under which it was given: `--ordered`, `--term-ends` and `--complied` are the first clause's alone.
    Exit code 0: answered. 2: the input can't be right.
    """
    with refusing(as_json):
        first, last = _conduct(conduct, conduct_from, conduct_to)
        case = Case(
            as_written(clause),
            respondent,
            needed_day(first, "conduct-from" if conduct is None else "conduct"),
            needed_day(last, "conduct-to" if conduct is None else "conduct"),
            needed_day(decided, "decided"),
            item=item,
            place_public=place_public,
            n7_system=n7_system,
            building_or_using_unit=not other_unit,
            ordered=day(ordered, "ordered"),
            term_ends=day(term_ends, "term-ends"),
            complied=complied,
            grave=grave,
            harmed=harmed,
            discovered=day(discovered, "discovered"),
            fined_before=fined_before,
        )
        cases = (case, *(another(case, text) for text in also or ()))
        whole = Act(cases, act.strip(), tuple(_earlier(text) for text in fined or ()))
        found = _assessed(whole, "conduct" if conduct is not None else "conduct-to")
        say(document_of(found), _lines(found), as_json)


def _assessed(whole: Act, last_day: str) -> FineAnswer:
    """The answer; what is wrong with the conduct is said of the option that gave its last day."""
    try:
        return assess_act(whole, assumed=assumed())
    except BadInput as error:
        if error.field != "conduct":
            raise
        raise BadInput(last_day, error.rule, error.remedy) from error


def _earlier(text: str) -> Earlier:
    identity, _, decision = text.partition("=")
    if not identity.strip() or not decision.strip():
        raise BadInput("fined", f"{text!r} names no act and decision", "write it as ACT=DECISION")
    return Earlier(identity.strip(), decision.strip())


def _conduct(conduct: str | None, first: str | None, last: str | None) -> tuple[str | None, str | None]:
    if conduct is not None and (first is not None or last is not None):
        raise BadInput(
            "conduct", "a conduct is a day or a span, not both", "give --conduct, or --conduct-from and --conduct-to"
        )
    if conduct is None and (first is None or last is None):
        raise BadInput(
            "conduct", "the day of the conduct is needed", "give --conduct, or both --conduct-from and --conduct-to"
        )
    return (conduct, conduct) if conduct is not None else (first, last)


def document_of(found: FineAnswer) -> dict[str, Any]:
    """An answer as JSON."""
    return {
        "outcome": found.outcome.value,
        "min": found.range.least if found.range else None,
        "max": found.range.most if found.range else None,
        "measures": [{"measure": one.value, "zh": one.zh, "en": one.en} for one in found.measures],
        "hearing": found.hearing,
        "on_the_spot": found.on_the_spot,
        "review": list(found.review),
        "clauses": list(found.clauses),
        "explain": _reasons(found.reasons),
        "computations": [_computation(one) for one in found.computations],
        "suggested_term_days": found.suggested_days,
        "parts": [_part(part) for part in found.parts],
        "pending": list(found.pending),
        "unconfirmed": unconfirmed(found.caveats),
    }


def _part(part: ClauseAnswer) -> dict[str, Any]:
    answer = part.answer
    return {
        "clause": part.clause,
        "outcome": answer.outcome.value,
        "governs": answer.computations[0].clause
        if answer.computations and answer.outcome is not FineOutcome.CONFLICT
        else None,
        "min": answer.range.least if answer.range else None,
        "max": answer.range.most if answer.range else None,
        "explain": _reasons(answer.reasons),
    }


def _computation(one: Computation) -> dict[str, Any]:
    return {
        "clause": one.clause,
        "outcome": one.outcome.value,
        "min": one.range.least if one.range else None,
        "max": one.range.most if one.range else None,
        "measures": [measure.value for measure in one.measures],
        "explain": _reasons(one.reasons),
    }


def _reasons(reasons: tuple[FineReason, ...]) -> dict[str, list[str]]:
    return {
        "zh": [f"{one.zh}（{one.clause}）" for one in reasons],
        "en": [f"{one.en} ({one.clause})" for one in reasons],
    }


def _lines(found: FineAnswer) -> list[str]:
    amount = f" {found.range.least:,}–{found.range.most:,} 元 · yuan" if found.range else ""
    explained = _reasons(found.reasons)
    lines = [f"{found.outcome.value}{amount}"]
    lines += [f"{one.zh} · {one.en}" for one in found.measures]
    lines += [*explained["zh"], *explained["en"]]
    if len(found.parts) > 1:
        lines += [_part_line(part) for part in found.parts]
    if found.hearing:
        lines.append("应当告知听证权利 · a hearing has to be offered（PL63, PP123）")
    if found.review:
        lines.append(f"须法制审核 · a legal reviewer has to look at it: {', '.join(found.review)}")
    return lines


def _part_line(part: ClauseAnswer) -> str:
    answer = part.answer
    amount = f" {answer.range.least:,}–{answer.range.most:,} 元 · yuan" if answer.range else ""
    return f"· {part.clause}: {answer.outcome.value}{amount}"


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
        say(late_fee_document(found), _late_fee_lines(found), as_json)


def _account(
    fine: int,
    delivered: date,
    until: date,
    suspended: tuple[SuitSpan, ...],
    deferred: date | None,
    payments: tuple[Payment, ...],
    until_is: str,
) -> FineAccount:
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


def _span(text: str) -> SuitSpan:
    first, dots, last = text.partition("..")
    if not dots:
        raise BadInput("suspended", f"{text!r} is no span", "write it as FROM..TO, for example 2026-04-01..2026-05-10")
    return SuitSpan(needed_day(first or None, "suspended"), day(last.strip() or None, "suspended"))


def _payment(text: str) -> Payment:
    first, equals, amount = text.partition("=")
    cleaned = amount.strip().replace(",", "")
    if not equals or not _AMOUNT.fullmatch(cleaned):
        raise BadInput("payment", f"{text!r} is no payment", "write it as DAY=YUAN, for example 2026-04-01=3000")
    return Payment(needed_day(first or None, "payment"), Decimal(cleaned))


def late_fee_document(found: FineAccount) -> dict[str, Any]:
    """An account as JSON."""
    return {
        "fine": found.fine,
        "delivered": found.delivered.isoformat(),
        "due": found.due.isoformat(),
        "provisional": found.provisional,
        "until": found.until.isoformat(),
        "percent_a_day": ProcedureLines().late_percent,
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


def _step(step: LateDayStep) -> dict[str, Any]:
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


def _late_fee_lines(found: FineAccount) -> list[str]:
    owed = f"加处罚款 · late fee: {found.fee.yuan:,} 元 · yuan；应缴 · owed: {found.owed:,} 元 · yuan"
    steps = [
        f"{step.first:%Y-%m-%d}{f' – {step.last:%Y-%m-%d}' if step.days > 1 else ''}\t+{step.fee:,}\t{step.total:,}"
        f"\t{step.kind.zh} · {step.kind.en}"
        for step in found.steps
    ]
    return [owed, *found.zh, *found.en, *steps, ", ".join(found.clauses)]
