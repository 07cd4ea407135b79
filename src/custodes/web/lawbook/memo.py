"""The answer of the fine calculator as it is read, copied and printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from custodes.law.fines.act import Act, assess_act
from custodes.law.fines.answer import ClauseAnswer, Computation, FineAnswer, FineOutcome, FineReason
from custodes.law.fines.case import Case, row_of
from custodes.law.fines.choice import choose
from custodes.law.fines.table import BY_CLAUSE, FineRow, Respondent
from custodes.web.lawbook.asking import answered, assumed
from custodes.web.lawbook.words import OUTCOMES


@dataclass(frozen=True)
class PartShown:
    """One clause of an act that breaks several.

    Attributes:
        row: the clause as it was asked.
        governs: the norm that was followed in its place, empty in a conflict or where none was.
        pending: it needs an order first, while another clause may fine now.
        chosen, steps: as of a memo.
    """

    row: FineRow
    answer: FineAnswer
    state: str
    outcome: Any
    governs: str
    pending: bool
    chosen: tuple[FineReason, ...]
    steps: tuple[FineReason, ...]


@dataclass(frozen=True)
class Memo:
    """An answer as it is read.

    Attributes:
        chosen: why this norm and no other.
        steps: how far the case has come; of several clauses each part has its own.
        others: what each norm says, where more than one was looked at.
        parts: of an act that breaks several clauses, what each comes to; the one that governs is named by `governing`.
        governing: the clause under which the act is fined now, empty without a fine or with one clause.
    """

    answer: FineAnswer
    state: str
    outcome: Any
    chosen: tuple[FineReason, ...]
    steps: tuple[FineReason, ...]
    others: list[dict[str, Any]]
    parts: tuple[PartShown, ...] = ()
    governing: str = ""


def memo_of(asked: dict[str, Any], also: Sequence[dict[str, Any]] = ()) -> Memo:
    """The memo of a case, or of an act that breaks several clauses.

    Args:
        asked: the first clause's facts.
        also: what each further clause has of its own, with its ``clause``.

    Raises:
        BadInput: a day can't be right; `part` says under which clause.
    """
    first = _case(asked)
    cases = (first, *(_another(first, one) for one in also))
    answer = assess_act(Act(cases), assumed=assumed())
    several = len(answer.computations) > 1 or answer.outcome is FineOutcome.CONFLICT
    state, outcome = OUTCOMES[answer.outcome]
    others = [_computed(one) for one in answer.computations] if several else []
    if len(cases) == 1:
        chosen, steps = _split(first, answer)
        return Memo(answer, state, outcome, chosen, steps, others)
    parts = tuple(_part(case, part, answer) for case, part in zip(cases, answer.parts, strict=True))
    own = {reason for part in answer.parts for reason in part.answer.reasons}
    about = tuple(reason for reason in answer.reasons if reason not in own)
    return Memo(answer, state, outcome, about, (), others, parts, _governing(answer))


def _governing(answer: FineAnswer) -> str:
    """The clause, as it was asked, whose norm fines the act: its computation stands first."""
    if answer.outcome is not FineOutcome.FINE:
        return ""
    top = answer.computations[0]
    return next(part.clause for part in answer.parts if part.answer.computations[:1] == (top,))


def _part(case: Case, part: ClauseAnswer, whole: FineAnswer) -> PartShown:
    answer = part.answer
    state, outcome = OUTCOMES[answer.outcome]
    followed = (
        answer.computations[0].clause if answer.computations and answer.outcome is not FineOutcome.CONFLICT else ""
    )
    chosen, steps = _split(case, answer)
    return PartShown(
        BY_CLAUSE[part.clause], answer, state, outcome, followed, part.clause in whole.pending, chosen, steps
    )


def _split(case: Case, answer: FineAnswer) -> tuple[tuple[FineReason, ...], tuple[FineReason, ...]]:
    """Why this norm, and the steps; what is no statement of law is shown apart."""
    reasons = choose(row_of(case), case).reasons
    # A case that is barred (too old, fined before) never came to the choice.
    chosen = reasons if answer.reasons[: len(reasons)] == reasons else ()
    return chosen, tuple(reason for reason in answer.reasons[len(chosen) :] if not reason.aside)


def _computed(one: Computation) -> dict[str, Any]:
    state, outcome = OUTCOMES[one.outcome]
    return {"norm": one, "state": state, "outcome": outcome}


def _case(asked: dict[str, Any]) -> Case:
    return Case(
        asked["clause"],
        Respondent(asked["respondent"]),
        asked["conduct_from"],
        asked["conduct_to"],
        asked["decided"],
        item=asked.get("item"),
        place_public=answered(asked.get("place_public")),
        n7_system=answered(asked.get("n7_system")),
        building_or_using_unit=answered(asked.get("building_or_using_unit")) is not False,
        ordered=asked.get("ordered"),
        term_ends=asked.get("term_ends"),
        complied=answered(asked.get("complied")),
        grave=asked.get("grave", False),
        harmed=asked.get("harmed", False),
        discovered=asked.get("discovered"),
        fined_before=asked.get("fined_before", False),
    )


def _another(first: Case, asked: dict[str, Any]) -> Case:
    """The same act under another clause: an order belongs to the clause under which it was given, the place to the act."""
    public, system = answered(asked.get("place_public")), answered(asked.get("n7_system"))
    unit = answered(asked.get("building_or_using_unit"))
    return replace(
        first,
        clause=asked["clause"],
        conduct_from=asked.get("conduct_from") or first.conduct_from,
        conduct_to=asked.get("conduct_to") or first.conduct_to,
        item=asked.get("item"),
        place_public=first.place_public if public is None else public,
        n7_system=first.n7_system if system is None else system,
        building_or_using_unit=first.building_or_using_unit if unit is None else unit,
        ordered=asked.get("ordered"),
        term_ends=asked.get("term_ends"),
        complied=answered(asked.get("complied")),
        grave=asked.get("grave", first.grave),
    )
