"""`custodes law fine`: what may be done about a breach."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from custodes.commands.law.also import another
from custodes.commands.law.answering import Json, as_written, assumed, day, needed_day, refusing, say, unconfirmed
from custodes.law.bad_input import BadInput
from custodes.law.fines.act import Act, Earlier, assess_act
from custodes.law.fines.answer import Answer, Computation, Outcome, Part, Reason
from custodes.law.fines.case import Case
from custodes.law.fines.table import Respondent


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


def _assessed(whole: Act, last_day: str) -> Answer:
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


def document_of(found: Answer) -> dict[str, Any]:
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


def _part(part: Part) -> dict[str, Any]:
    answer = part.answer
    return {
        "clause": part.clause,
        "outcome": answer.outcome.value,
        "governs": answer.computations[0].clause
        if answer.computations and answer.outcome is not Outcome.CONFLICT
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


def _reasons(reasons: tuple[Reason, ...]) -> dict[str, list[str]]:
    return {
        "zh": [f"{one.zh}（{one.clause}）" for one in reasons],
        "en": [f"{one.en} ({one.clause})" for one in reasons],
    }


def _lines(found: Answer) -> list[str]:
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


def _part_line(part: Part) -> str:
    answer = part.answer
    amount = f" {answer.range.least:,}–{answer.range.most:,} 元 · yuan" if answer.range else ""
    return f"· {part.clause}: {answer.outcome.value}{amount}"
