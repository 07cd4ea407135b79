"""One act that breaks several clauses is fined once, under the highest range that applies (PL29).

Each clause is answered by itself, with its own steps and its own conflict of norms; only what governs there is compared, so that a
range which a higher norm has displaced never wins by being higher. Where one clause is a conflict, the act is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from custodes.law.assumptions import AS_SHIPPED, Assumptions
from custodes.law.bad_input import BadInput
from custodes.law.clauses.registry import find, norm_of
from custodes.law.fines.answer import ClauseAnswer, FineAnswer, FineOutcome, FineReason
from custodes.law.fines.assess import AS_ENACTED, assess
from custodes.law.fines.case import Case
from custodes.law.fines.table import BY_CLAUSE, FineRange, ProcedureLines

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A fine that was decided before.

    Attributes:
        act: identity of the act that it was for.
        decision: number of the decision.
    """

    act: str
    decision: str


@dataclass(frozen=True, slots=True)
class Act:
    """One act, as each clause that it breaks sees it.

    Attributes:
        cases: one a clause; all of one respondent and one day of decision.
        id: identity of the act, the same in every case about it; empty while nobody has given one.
        earlier: fines that were decided before, for this act or others.
    """

    cases: tuple[Case, ...]
    id: str = ""
    earlier: tuple[Earlier, ...] = ()


def assess_act(act: Act, lines: ProcedureLines = AS_ENACTED, assumed: Assumptions = AS_SHIPPED) -> FineAnswer:
    """What the law says of an act: one fine at most, and what else each clause asks.

    Raises:
        BadInput: a day can't be right, a clause fines nobody or is given twice, or the cases are not of one act; ``also.`` stands before
            the field of another clause than the first.
    """
    _check(act)
    fined = next((one for one in act.earlier if act.id and one.act == act.id), None)
    if fined is not None:
        return _fined(act, fined)
    parts = tuple(_part(case, number, lines, assumed) for number, case in enumerate(act.cases))
    if len(parts) == 1:
        return replace(parts[0].answer, parts=parts)
    barred = [part for case, part in zip(act.cases, parts, strict=True) if case.fined_before]
    if barred:
        # The act was fined: what the other clauses would have asked or fined is said with them, not as the answer of the act.
        return replace(_merged(FineOutcome.REFUSED, parts, barred, ()), measures=(), review=())
    conflicts = [part for part in parts if part.answer.outcome is FineOutcome.CONFLICT]
    if conflicts:
        return _conflict(parts, conflicts)
    fines = sorted(_norms(parts, FineOutcome.FINE), key=_height, reverse=True)
    first = [part for part in parts if part.answer.outcome in (FineOutcome.ORDER, FineOutcome.WARNING)]
    if fines:
        return _highest(act, parts, fines, first)
    if first:
        warned = any(part.answer.outcome is FineOutcome.WARNING for part in first)
        return _merged(FineOutcome.WARNING if warned else FineOutcome.ORDER, parts, first, (_one_fine_later(first),))
    return _merged(FineOutcome.REFUSED, parts, parts, ())


def _part(case: Case, number: int, lines: ProcedureLines, assumed: Assumptions) -> ClauseAnswer:
    try:
        return ClauseAnswer(case.clause_with_item, assess(case, lines, assumed))
    except BadInput as error:
        if not number:
            raise
        # An implausible day stays one.
        raise type(error)(f"also.{error.field}", error.rule, error.remedy, number) from error


def _check(act: Act) -> None:
    if not act.cases:
        raise BadInput("clause", "an act breaks at least one clause", "name the clause")
    main = act.cases[0]
    seen: set[str] = set()
    for number, case in enumerate(act.cases):
        if case.clause_with_item in seen:
            raise BadInput(
                "also", f"{case.clause_with_item} is given twice", "name each clause of the act once", number
            )
        seen.add(case.clause_with_item)
        if (case.respondent, case.decided) != (main.respondent, main.decided):
            raise BadInput(
                "also", "one act has one respondent and one day of decision", "make two cases of two acts", number
            )
        # The first case's own days are looked at with the case.
        if number and (case.conduct_from > main.conduct_to or case.conduct_to < main.conduct_from):
            raise BadInput(
                "also",
                f"the conduct under {case.clause_with_item} does not meet that under {main.clause_with_item}",
                "two acts are two cases (PL29 is about one)",
                number,
            )
    if act.earlier and not act.id.strip():
        raise BadInput("act", "an earlier fine is compared by the identity of the act", "give the act's identity")


def _norms(parts: Sequence[ClauseAnswer], outcome: FineOutcome) -> list[ClauseAnswer]:
    """The parts of this outcome, one a norm that governs: two clauses that a higher norm has displaced alike are not compared."""
    found = {_governs(part): part for part in reversed(parts) if part.answer.outcome is outcome}
    return [part for part in parts if part in found.values()]


def _governs(part: ClauseAnswer) -> str:
    return part.answer.computations[0].clause


def _named(part: ClauseAnswer) -> str:
    """The clause as it was asked, with the norm that governs in its place."""
    return part.clause if _governs(part) == part.clause else f"{_governs(part)}（{part.clause}）"


def _height(part: ClauseAnswer) -> tuple[int, int, int]:
    """By the upper end, then the lower, then the rank of the norm."""
    amount = part.answer.range
    assert amount is not None
    return amount.most, amount.least, norm_of(find(_governs(part))).rank


def _fined(act: Act, fined: Earlier) -> FineAnswer:
    reason = FineReason(
        "PL29",
        f"同一行为（{act.id}）已由{fined.decision}决定罚款，不得再次罚款；不影响责令改正（PL28）",
        f"this act ({act.id}) was fined by {fined.decision}: one act, one fine; an order to correct stays possible (PL28)",
    )
    return FineAnswer(FineOutcome.REFUSED, None, (), (), (reason,), ("PL29", "PL28"), False, False, ())


def _conflict(parts: tuple[ClauseAnswer, ...], conflicts: Sequence[ClauseAnswer]) -> FineAnswer:
    names = "、".join(part.clause for part in conflicts)
    reason = FineReason(
        "PL29",
        f"{names}的适用须先由法制审核决定；审核前不能比较各条罚款的高低",
        f"which norm governs under {names} is for a legal reviewer: until then the ranges can't be compared",
    )
    answer = _merged(FineOutcome.CONFLICT, parts, conflicts, (reason,))
    return replace(answer, measures=(), review=_unique(("PL29",), answer.review))


def _highest(
    act: Act, parts: tuple[ClauseAnswer, ...], fines: Sequence[ClauseAnswer], first: Sequence[ClauseAnswer]
) -> FineAnswer:
    governing = fines[0]
    reasons = [_why(governing, fines[1:]) if len(fines) > 1 else _alone(governing)]
    reasons += [_pending(part) for part in first]
    respondent = act.cases[0].respondent
    higher = [
        part for part in first if _higher(BY_CLAUSE[part.answer.computations[0].clause].ranges[respondent], governing)
    ]
    reasons += [_barred_later(governing, part) for part in higher]
    answer = _merged(FineOutcome.FINE, parts, [*fines, *first], tuple(reasons))
    top = governing.answer
    return replace(
        answer,
        range=top.range,
        computations=(*top.computations, *(one for one in answer.computations if one not in top.computations)),
        hearing=top.hearing,
        on_the_spot=top.on_the_spot and not first,
        review=_unique(answer.review, ("PL29",) if higher else ()),
        pending=tuple(part.clause for part in first),
    )


def _merged(
    outcome: FineOutcome, parts: tuple[ClauseAnswer, ...], told: Sequence[ClauseAnswer], reasons: tuple[FineReason, ...]
) -> FineAnswer:
    """The answer of the act: what `told` say, and the computations of all."""
    every = (*reasons, *(reason for part in told for reason in part.answer.reasons))
    days = [part.answer.suggested_days for part in told if part.answer.suggested_days is not None]
    return FineAnswer(
        outcome,
        None,
        _unique(*(part.answer.measures for part in told)),
        _unique(*(part.answer.computations for part in parts)),
        _unique(every),
        _unique(*(part.answer.clauses for part in parts), tuple(reason.clause for reason in reasons)),
        False,
        False,
        _unique(*(part.answer.review for part in told)),
        _unique(*(part.answer.caveats for part in told)),
        max(days, default=None),
        parts,
    )


def _unique(*lists: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(one for each in lists for one in each))


def _higher(amount: FineRange, governing: ClauseAnswer) -> bool:
    top = governing.answer.range
    assert top is not None
    return (amount.most, amount.least) > (top.most, top.least)


def _said(amount: FineRange | None) -> str:
    assert amount is not None
    return f"{amount.least:,}–{amount.most:,}"


def _why(governing: ClauseAnswer, others: Sequence[ClauseAnswer]) -> FineReason:
    lower_zh = "、".join(f"{_named(part)}（{_said(part.answer.range)}元）" for part in others)
    lower_en = ", ".join(f"{_named(part)} ({_said(part.answer.range)} yuan)" for part in others)
    top = governing.answer.range
    tied = any(part.answer.range == top for part in others)
    zh = "；幅度相同的，从位阶高者" if tied else ""
    en = "; of equal ranges the higher norm's" if tied else ""
    return FineReason(
        "PL29",
        f"同一行为只罚一次，按罚款数额高的规定处罚：{_named(governing)}（{_said(top)}元）不低于{lower_zh}，先比上限，再比下限{zh}；"
        "其他条款的非罚款措施仍可并用",
        f"one act is fined once, under the highest range: {_named(governing)} ({_said(top)} yuan) is not below {lower_en}, by the"
        f" upper end, then the lower{en}; measures of the others that are no fines may be taken beside",
    )


def _alone(governing: ClauseAnswer) -> FineReason:
    return FineReason(
        "PL29",
        f"同一行为只罚一次；各条之中现在只有{_named(governing)}可以罚款",
        f"one act is fined once; of its clauses {_named(governing)} alone may fine now",
    )


def _pending(part: ClauseAnswer) -> FineReason:
    return FineReason(
        _governs(part),
        f"{part.clause}现在只能先责令，尚不能罚款",
        f"under {part.clause} an order has to come first: no fine under it now",
    )


def _barred_later(governing: ClauseAnswer, part: ClauseAnswer) -> FineReason:
    return FineReason(
        "PL29",
        f"{part.clause}的罚款幅度更高；现在依{governing.clause}罚款后，同一行为不得再依{part.clause}罚款，先后由法制审核决定",
        f"the range under {part.clause} is higher; once fined under {governing.clause}, this act can't be fined under"
        f" {part.clause} later: a legal reviewer decides the order",
    )


def _one_fine_later(first: Sequence[ClauseAnswer]) -> FineReason:
    names = "、".join(part.clause for part in first)
    return FineReason(
        "PL29",
        f"{names}均须先责令；逾期后同一行为也只罚一次，按罚款数额高的规定",
        f"under {names} an order comes first; after the terms the act is still fined once, under the highest range",
    )
