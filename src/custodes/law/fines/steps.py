"""One norm by itself: which of its steps the case has reached (order first, warning first, or fined at once)."""

from __future__ import annotations

from custodes.law.fines.answer import Computation, Outcome, Reason
from custodes.law.fines.case import Case
from custodes.law.fines.table import Measure, Respondent, Row

_WHO = {
    Respondent.PERSON: ("个人", "a person"),
    Respondent.UNIT: ("单位", "a unit"),
    Respondent.RESPONSIBLE: ("责任人员", "those responsible in a unit"),
}


def compute(row: Row, case: Case) -> Computation:
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
    reason = Reason(
        row.clause, f"对{who_zh}处{amount}元罚款，两端均含本数", f"{who_en} is fined {amount} yuan, both included"
    )
    # A grave result opens the fine at once; the order and the warning are given with it.
    with_it = row.first if row.first and case.ordered is None else ()
    return Computation(row.clause, Outcome.FINE, allowed, (*row.beside, *with_it), (*_opened(row, case), reason))


def _first_step(row: Row, case: Case) -> Computation | None:
    """The step before the fine, as long as the case has not passed it."""
    if case.ordered is None or case.ordered < row.since:
        zh = "、".join(measure.zh for measure in row.first)
        en = ", ".join(measure.en for measure in row.first)
        warned = Measure.WARNING in row.first
        return Computation(
            row.clause,
            Outcome.WARNING if warned else Outcome.ORDER,
            None,
            row.first,
            (
                *_too_early(row, case),
                Reason(row.clause, f"先{zh}；逾期未履行方可罚款", f"first: {en}; a fine only after the term"),
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


def _heard_first(row: Row) -> tuple[Reason, ...]:
    """What comes before a first step that is a penalty itself: notice, and the person's word."""
    penalties = [one for one in row.first if one in _PENALTIES]
    if not penalties:
        return ()
    zh = "、".join(one.zh for one in penalties)
    en = " and ".join(one.en for one in penalties)
    return (
        Reason(
            "PL44",
            f"{zh}是行政处罚（PL9），作出前须告知拟处罚的内容及事实、理由、依据和权利，未告知不得作出",
            f"{en} is a penalty (PL9): before it, notice of its content, facts, reasons and grounds and of the rights; none without",
        ),
        Reason(
            "PL45",
            f"{zh}作出前须听取陈述、申辩，不得因申辩加重",
            f"before {en}, the person may state and defend, and that makes nothing heavier",
        ),
    )


def _too_early(row: Row, case: Case) -> tuple[Reason, ...]:
    if case.ordered is None:
        return ()
    return (
        Reason(
            row.clause,
            f"{case.ordered:%Y-%m-%d}的责令早于该条施行（{row.since:%Y-%m-%d}），须依该条重新责令",
            f"the order of {case.ordered:%Y-%m-%d} is older than the clause ({row.since:%Y-%m-%d}): it has to be given anew",
        ),
    )


def _opened(row: Row, case: Case) -> tuple[Reason, ...]:
    if not row.first:
        return (Reason(row.clause, "该条不以责令为前提", "this clause needs no order first"),)
    if row.grave and case.grave:
        return (Reason(row.clause, "造成严重后果，不以拒不改正为前提", "a grave result: no refusal is needed"),)
    return (
        Reason(
            row.clause,
            f"{case.ordered:%Y-%m-%d}责令，{case.term_ends:%Y-%m-%d}期满未履行",
            f"ordered {case.ordered:%Y-%m-%d}, not done when the term ended on {case.term_ends:%Y-%m-%d}",
        ),
    )


def _refused(row: Row, zh: str, en: str) -> Computation:
    return Computation(row.clause, Outcome.REFUSED, None, (), (Reason(row.clause, zh, en),))
