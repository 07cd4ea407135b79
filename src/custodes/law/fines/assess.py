"""From the facts of a breach to what may be done: limitation, one fine for one act, the norm, its steps, the procedure."""

from __future__ import annotations

from dataclasses import replace

from custodes.law.assumptions import AS_SHIPPED, Assumptions, Caveat, caveats
from custodes.law.calendar.terms import add_months
from custodes.law.fines.answer import Computation, FineAnswer, FineOutcome, FineReason
from custodes.law.fines.case import ORDER_799, Case, check, row_of
from custodes.law.fines.choice import choose
from custodes.law.fines.table import CONTINUING, FineRange, FineRow, Measure, ProcedureLines, Respondent

_WHO = {
    Respondent.PERSON: ("个人", "a person"),
    Respondent.UNIT: ("单位", "a unit"),
    Respondent.RESPONSIBLE: ("责任人员", "those responsible in a unit"),
}


def compute(row: FineRow, case: Case) -> Computation:
    """What `row` says of the case, as if it were the only norm."""
    who_zh, who_en = _WHO[case.respondent]
    allowed = row.ranges.get(case.respondent)
    if allowed is None:
        return _refused(row, f"该条不对{who_zh}罚款", f"this clause does not fine {who_en}")
    if row.clause == "S40" and not case.building_or_using_unit:
        return _refused(
            row,
            "该条只适用于建设单位、使用单位；其他人依第三十五条、第四十一条",
            "only building and using units are fined; others fall under S35 and S41",
        )
    if row.first and not (row.grave and case.grave):
        before = _first_step(row, case)
        if before is not None:
            return before
    amount = f"{allowed.least:,}–{allowed.most:,}"
    reason = FineReason(
        row.clause, f"对{who_zh}处{amount}元罚款，两端均含本数", f"{who_en} is fined {amount} yuan, both included"
    )
    # A grave result opens the fine at once; the order and the warning are given with it.
    with_it = row.first if row.first and case.ordered is None else ()
    return Computation(row.clause, FineOutcome.FINE, allowed, (*row.beside, *with_it), (*_opened(row, case), reason))


def _first_step(row: FineRow, case: Case) -> Computation | None:
    """The step before the fine, as long as the case has not passed it."""
    if case.ordered is None or case.ordered < row.since:
        zh = "、".join(measure.zh for measure in row.first)
        en = ", ".join(measure.en for measure in row.first)
        warned = Measure.WARNING in row.first
        return Computation(
            row.clause,
            FineOutcome.WARNING if warned else FineOutcome.ORDER,
            None,
            row.first,
            (
                *_too_early(row, case),
                FineReason(row.clause, f"先{zh}；逾期未履行方可罚款", f"first: {en}; a fine only after the term"),
                *_heard_first(row),
            ),
        )
    if case.term_ends is None:
        return _refused(row, "责令未载明期限，不能认定逾期", "the order set no term: it can't have passed")
    if case.decided <= case.term_ends:
        return _refused(
            row,
            f"期限至{case.term_ends:%Y-%m-%d}，尚未届满，不得罚款",
            f"the term runs through {case.term_ends:%Y-%m-%d}: no fine while it runs",
        )
    if case.complied is None:
        return _refused(row, "期满后尚未复查", "nobody has rechecked after the term")
    if case.complied:
        return _refused(row, "已按期改正，不予罚款", "it was put right: no fine")
    return None


_PENALTIES = (Measure.CRITICISM, Measure.WARNING)
"""Measures of a first step that are penalties themselves (PL9)."""


def _heard_first(row: FineRow) -> tuple[FineReason, ...]:
    """What comes before a first step that is a penalty itself: notice, and the person's word."""
    penalties = [one for one in row.first if one in _PENALTIES]
    if not penalties:
        return ()
    zh = "、".join(one.zh for one in penalties)
    en = " and ".join(one.en for one in penalties)
    return (
        FineReason(
            "PL44",
            f"{zh}是行政处罚（PL9），作出前须告知拟处罚的内容及事实、理由、依据和权利，未告知不得作出",
            f"{en} is a penalty (PL9): before it, notice of its content, facts, reasons and grounds and of the rights; none without",
        ),
        FineReason(
            "PL45",
            f"{zh}作出前须听取陈述、申辩，不得因申辩加重",
            f"before {en}, the person may state and defend, and that makes nothing heavier",
        ),
    )


def _too_early(row: FineRow, case: Case) -> tuple[FineReason, ...]:
    if case.ordered is None:
        return ()
    return (
        FineReason(
            row.clause,
            f"{case.ordered:%Y-%m-%d}的责令早于该条施行（{row.since:%Y-%m-%d}），须依该条重新责令",
            f"the order of {case.ordered:%Y-%m-%d} is older than the clause ({row.since:%Y-%m-%d}): it has to be given anew",
        ),
    )


def _opened(row: FineRow, case: Case) -> tuple[FineReason, ...]:
    if not row.first:
        return (FineReason(row.clause, "该条不以责令为前提", "this clause needs no order first"),)
    if row.grave and case.grave:
        return (FineReason(row.clause, "造成严重后果，不以拒不改正为前提", "a grave result: no refusal is needed"),)
    return (
        FineReason(
            row.clause,
            f"{case.ordered:%Y-%m-%d}责令，{case.term_ends:%Y-%m-%d}期满未履行",
            f"ordered {case.ordered:%Y-%m-%d}, not done when the term ended on {case.term_ends:%Y-%m-%d}",
        ),
    )


def _refused(row: FineRow, zh: str, en: str) -> Computation:
    return Computation(row.clause, FineOutcome.REFUSED, None, (), (FineReason(row.clause, zh, en),))


AS_ENACTED = ProcedureLines()
"""The lines as the laws set them."""


def assess(case: Case, lines: ProcedureLines = AS_ENACTED, assumed: Assumptions = AS_SHIPPED) -> FineAnswer:
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


def _went_on(row: FineRow, case: Case) -> bool:
    """Whether the recheck suggests that the breach went on into the time of Order 799, beyond the last day that was given."""
    if row.clause not in CONTINUING or case.complied is not False or case.term_ends is None:
        return False
    return case.conduct_to < ORDER_799 <= case.term_ends < case.decided


def _check_end(case: Case) -> FineReason:
    return FineReason(
        "PL36",
        f"期满（{case.term_ends:%Y-%m-%d}）复查仍未改正，行为可能持续到{ORDER_799:%Y-%m-%d}以后，请核对行为终了之日后再决定",
        f"not put right when the term ended on {case.term_ends:%Y-%m-%d}: the breach may have gone on beyond {ORDER_799:%Y-%m-%d};"
        " its last day has to be checked before it is decided",
    )


def _assess(row: FineRow, case: Case, lines: ProcedureLines, assumed: Assumptions) -> FineAnswer:
    barred = _barred(case, lines)
    if barred is not None:
        return _answer(FineOutcome.REFUSED, (), (barred,), case, lines, assumed)
    choice = choose(row, case)
    if choice.followed is not None:
        followed = compute(choice.followed, case)
        kept = tuple(compute(other, case) for other in choice.others)
        capped = _above_cap(followed, assumed)
        if capped is not None:
            reasons = (*choice.reasons, capped)
            review = tuple(dict.fromkeys((*choice.review, "PL14")))
            return _answer(FineOutcome.CONFLICT, (followed, *kept), reasons, case, lines, assumed, review)
        return _answer(followed.outcome, (followed, *kept), choice.reasons, case, lines, assumed, choice.review)
    kept = tuple(compute(other, case) for other in choice.others)
    outcome = FineOutcome.CONFLICT if kept else FineOutcome.REFUSED
    return _answer(outcome, kept, choice.reasons, case, lines, assumed, choice.review)


def _barred(case: Case, lines: ProcedureLines) -> FineReason | None:
    if case.fined_before:
        return FineReason(
            "PL29",
            "同一行为已经罚款，不得再次罚款；不影响责令改正（PL28）",
            "this act was fined already: one act, one fine; an order to correct stays possible (PL28)",
        )
    months = lines.grave_limitation_months if case.harmed else lines.limitation_months
    last = add_months(case.conduct_to, months)
    # Who gave an order had found it out by then.
    found = case.discovered or case.ordered or case.decided
    if found > last:
        return FineReason(
            "PL36",
            f"自行为终了（{case.conduct_to:%Y-%m-%d}）已逾{months // 12}年未被发现，不再处罚",
            f"not found out within {months // 12} years of its end ({case.conduct_to:%Y-%m-%d}): no penalty any more",
        )
    return None


def _answer(
    outcome: FineOutcome,
    computations: tuple[Computation, ...],
    reasons: tuple[FineReason, ...],
    case: Case,
    lines: ProcedureLines,
    assumed: Assumptions,
    review: tuple[str, ...] = (),
) -> FineAnswer:
    followed = computations[0] if computations and outcome is not FineOutcome.CONFLICT else None
    amount = followed.range if followed else None
    said = _caveats((followed,) if followed else computations, case.respondent, assumed)
    days = _suggested(followed, assumed)
    told = (*reasons, *(followed.reasons if followed else ()), *_term(days, followed), *map(_as_reason, said))
    every = (*reasons, *(reason for one in computations for reason in one.reasons))
    clauses = dict.fromkeys((*(one.clause for one in computations), *(reason.clause for reason in every), *review))
    return FineAnswer(
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
    amount: FineRange, respondent: Respondent, clause: str, lines: ProcedureLines, assumed: Assumptions = AS_SHIPPED
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


def _above_cap(followed: Computation, assumed: Assumptions) -> FineReason | None:
    """Why a fine of the city's rule needs a person: its range goes beyond what the region allows local rules (PL14)."""
    cap = assumed.local_rule_cap
    amount = followed.range
    if cap is None or amount is None or not followed.clause.startswith("S") or amount.most <= cap:
        return None
    return FineReason(
        "PL14",
        f"{followed.clause}的罚款上限{amount.most:,}元超过自治区规定的规章罚款限额{cap:,}元，能否适用由法制审核决定",
        f"the upper end of {followed.clause}, {amount.most:,} yuan, is above the region's cap for local rules, {cap:,} yuan: a"
        " legal reviewer decides",
    )


def _caveats(looked_at: tuple[Computation, ...], respondent: Respondent, assumed: Assumptions) -> tuple[Caveat, ...]:
    if not any(one.range is not None and one.clause.startswith("S") for one in looked_at):
        return ()
    return caveats(assumed, "local_rule_cap", _local_line(respondent))


def _as_reason(said: Caveat) -> FineReason:
    return FineReason(said.clause, said.zh, said.en, aside=True)


_TERMS = {
    Measure.ORDER_BUILD: "order_build_days",
    Measure.ORDER_REMOVE: "order_remove_days",
    Measure.ORDER_CORRECT: "order_correct_days",
}


def _suggested(followed: Computation | None, assumed: Assumptions) -> int | None:
    """The term that the installation suggests for the order; None where none is ordered."""
    if followed is None or followed.outcome not in (FineOutcome.ORDER, FineOutcome.WARNING):
        return None
    return max((getattr(assumed, _TERMS[one]) for one in followed.measures if one in _TERMS), default=None)


def _term(days: int | None, followed: Computation | None) -> tuple[FineReason, ...]:
    if days is None or followed is None:
        return ()
    zh = f"期限长短法律未规定，由承办人依案情确定；本单位建议{days}日"
    en = f"the law names no length of the term, the officer sets it; {days} days are the installation's own suggestion"
    return (FineReason(followed.clause, zh, en, aside=True),)


def _on_the_spot(amount: FineRange, respondent: Respondent, lines: ProcedureLines) -> bool:
    line = lines.spot_unit if respondent is Respondent.UNIT else lines.spot_person
    return amount.most <= line
