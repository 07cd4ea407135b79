"""From the facts of a breach to what may be done: limitation, one fine for one act, the norm, its steps, the procedure."""

from __future__ import annotations

from dataclasses import replace

from custodes.law.assumptions.model import AS_SHIPPED, Assumptions
from custodes.law.assumptions.telling import Caveat, caveats
from custodes.law.calendar.terms import add_months
from custodes.law.fines.answer import Answer, Computation, Outcome, Reason
from custodes.law.fines.case import ORDER_799, Case, check, row_of
from custodes.law.fines.choice import choose
from custodes.law.fines.steps import compute
from custodes.law.fines.table import CONTINUING, Lines, Measure, Range, Respondent, Row

AS_ENACTED = Lines()
"""The lines as the laws set them."""


def assess(case: Case, lines: Lines = AS_ENACTED, assumed: Assumptions = AS_SHIPPED) -> Answer:
    """What the law says of `case`.

    Raises:
        BadInput: a day can't be right, or the clause fines nobody.
    """
    row = row_of(case)
    check(case)
    answer = _assess(row, case, lines, assumed)
    if not _went_on(row, case):
        return answer
    return replace(
        answer,
        reasons=(*answer.reasons, _check_end(case)),
        clauses=tuple(dict.fromkeys((*answer.clauses, "PL36"))),
        review=tuple(dict.fromkeys((*answer.review, "PL36"))),
    )


def _went_on(row: Row, case: Case) -> bool:
    """Whether the recheck suggests that the breach went on into the time of Order 799, beyond the last day that was given."""
    if row.clause not in CONTINUING or case.complied is not False or case.term_ends is None:
        return False
    return case.conduct_to < ORDER_799 <= case.term_ends < case.decided


def _check_end(case: Case) -> Reason:
    return Reason(
        "PL36",
        f"期满（{case.term_ends:%Y-%m-%d}）复查仍未改正，行为可能持续到{ORDER_799:%Y-%m-%d}以后，请核对行为终了之日后再决定",
        f"not put right when the term ended on {case.term_ends:%Y-%m-%d}: the breach may have gone on beyond {ORDER_799:%Y-%m-%d};"
        " its last day has to be checked before it is decided",
    )


def _assess(row: Row, case: Case, lines: Lines, assumed: Assumptions) -> Answer:
    barred = _barred(case, lines)
    if barred is not None:
        return _answer(Outcome.REFUSED, (), (barred,), case, lines, assumed)
    choice = choose(row, case)
    if choice.followed is not None:
        followed = compute(choice.followed, case)
        kept = tuple(compute(other, case) for other in choice.others)
        capped = _above_cap(followed, assumed)
        if capped is not None:
            reasons = (*choice.reasons, capped)
            review = tuple(dict.fromkeys((*choice.review, "PL14")))
            return _answer(Outcome.CONFLICT, (followed, *kept), reasons, case, lines, assumed, review)
        return _answer(followed.outcome, (followed, *kept), choice.reasons, case, lines, assumed, choice.review)
    kept = tuple(compute(other, case) for other in choice.others)
    outcome = Outcome.CONFLICT if kept else Outcome.REFUSED
    return _answer(outcome, kept, choice.reasons, case, lines, assumed, choice.review)


def _barred(case: Case, lines: Lines) -> Reason | None:
    if case.fined_before:
        return Reason(
            "PL29",
            "同一行为已经罚款，不得再次罚款；不影响责令改正（PL28）",
            "this act was fined already: one act, one fine; an order to correct stays possible (PL28)",
        )
    months = lines.grave_limitation_months if case.harmed else lines.limitation_months
    last = add_months(case.conduct_to, months)
    # Who gave an order had found it out by then.
    found = case.discovered or case.ordered or case.decided
    if found > last:
        return Reason(
            "PL36",
            f"自行为终了（{case.conduct_to:%Y-%m-%d}）已逾{months // 12}年未被发现，不再处罚",
            f"not found out within {months // 12} years of its end ({case.conduct_to:%Y-%m-%d}): no penalty any more",
        )
    return None


def _answer(
    outcome: Outcome,
    computations: tuple[Computation, ...],
    reasons: tuple[Reason, ...],
    case: Case,
    lines: Lines,
    assumed: Assumptions,
    review: tuple[str, ...] = (),
) -> Answer:
    followed = computations[0] if computations and outcome is not Outcome.CONFLICT else None
    amount = followed.range if followed else None
    said = _caveats((followed,) if followed else computations, case.respondent, assumed)
    days = _suggested(followed, assumed)
    told = (*reasons, *(followed.reasons if followed else ()), *_term(days, followed), *map(_as_reason, said))
    every = (*reasons, *(reason for one in computations for reason in one.reasons))
    clauses = dict.fromkeys((*(one.clause for one in computations), *(reason.clause for reason in every), *review))
    return Answer(
        outcome,
        amount,
        followed.measures if followed else (),
        computations,
        # In a conflict no norm was followed: what each says stays with its computation.
        told,
        tuple(clauses),
        amount is not None
        and hearing_offered(amount, case.respondent, followed.clause if followed else "", lines, assumed),
        amount is not None and _on_the_spot(amount, case.respondent, lines),
        review,
        said,
        days,
    )


def hearing_offered(
    amount: Range, respondent: Respondent, clause: str, lines: Lines, assumed: Assumptions = AS_SHIPPED
) -> bool:
    """Whether a hearing is offered: by the line of PP123; under the city's own rules by the local one.

    While that is not confirmed the lowest of all lines counts, so that nobody loses a hearing.
    """
    by_unit = respondent is Respondent.UNIT
    line = lines.hearing_unit if by_unit else lines.hearing_person
    if not clause.startswith("S"):
        return amount.most >= line
    local = assumed.local_hearing_unit if by_unit else assumed.local_hearing_person
    if local is not None and not assumed.open(_local_line(respondent)):
        return amount.most >= local
    lowest = min(lines.hearing_person, lines.hearing_unit)
    return amount.most >= (lowest if local is None else min(lowest, local))


def _local_line(respondent: Respondent) -> str:
    return "local_hearing_unit" if respondent is Respondent.UNIT else "local_hearing_person"


def _above_cap(followed: Computation, assumed: Assumptions) -> Reason | None:
    """Why a fine of the city's rule needs a person: its range goes beyond what the region allows local rules (PL14)."""
    cap = assumed.local_rule_cap
    amount = followed.range
    if cap is None or amount is None or not followed.clause.startswith("S") or amount.most <= cap:
        return None
    return Reason(
        "PL14",
        f"{followed.clause}的罚款上限{amount.most:,}元超过自治区规定的规章罚款限额{cap:,}元，能否适用由法制审核决定",
        f"the upper end of {followed.clause}, {amount.most:,} yuan, is above the region's cap for local rules, {cap:,} yuan: a"
        " legal reviewer decides",
    )


def _caveats(looked_at: tuple[Computation, ...], respondent: Respondent, assumed: Assumptions) -> tuple[Caveat, ...]:
    if not any(one.range is not None and one.clause.startswith("S") for one in looked_at):
        return ()
    return caveats(assumed, "local_rule_cap", _local_line(respondent))


def _as_reason(said: Caveat) -> Reason:
    return Reason(said.clause, said.zh, said.en, aside=True)


_TERMS = {
    Measure.ORDER_BUILD: "order_build_days",
    Measure.ORDER_REMOVE: "order_remove_days",
    Measure.ORDER_CORRECT: "order_correct_days",
}


def _suggested(followed: Computation | None, assumed: Assumptions) -> int | None:
    """The term that the installation suggests for the order; None where none is ordered."""
    if followed is None or followed.outcome not in (Outcome.ORDER, Outcome.WARNING):
        return None
    return max((getattr(assumed, _TERMS[one]) for one in followed.measures if one in _TERMS), default=None)


def _term(days: int | None, followed: Computation | None) -> tuple[Reason, ...]:
    if days is None or followed is None:
        return ()
    zh = f"期限长短法律未规定，由承办人依案情确定；本单位建议{days}日"
    en = f"the law names no length of the term, the officer sets it; {days} days are the installation's own suggestion"
    return (Reason(followed.clause, zh, en, aside=True),)


def _on_the_spot(amount: Range, respondent: Respondent, lines: Lines) -> bool:
    line = lines.spot_unit if respondent is Respondent.UNIT else lines.spot_person
    return amount.most <= line
