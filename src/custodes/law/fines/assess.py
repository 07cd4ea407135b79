"""From the facts of a breach to what may be done: limitation, one fine for one act, the norm, its steps, the procedure."""

from __future__ import annotations

from custodes.law.calendar.terms import add_months
from custodes.law.fines.answer import Answer, Computation, Outcome, Reason
from custodes.law.fines.case import Case, check, row_of
from custodes.law.fines.choice import choose
from custodes.law.fines.steps import compute
from custodes.law.fines.table import Lines, Range, Respondent

DEFAULT_LINES = Lines()


def assess(case: Case, lines: Lines = DEFAULT_LINES) -> Answer:
    """What the law says of `case`.

    Raises:
        BadInput: a day can't be right, or the clause fines nobody.
    """
    row = row_of(case)
    check(case)
    barred = _barred(case, lines)
    if barred is not None:
        return _answer(Outcome.REFUSED, (), (barred,), case, lines)
    choice = choose(row, case)
    if choice.followed is not None:
        followed = compute(choice.followed, case)
        kept = tuple(compute(other, case) for other in choice.others)
        return _answer(followed.outcome, (followed, *kept), choice.reasons, case, lines, choice.review)
    kept = tuple(compute(other, case) for other in choice.others)
    outcome = Outcome.CONFLICT if kept else Outcome.REFUSED
    return _answer(outcome, kept, choice.reasons, case, lines, choice.review)


def _barred(case: Case, lines: Lines) -> Reason | None:
    if case.fined_before:
        return Reason("PL29", "同一行为已经罚款，不得再次罚款", "this act was fined already: one act, one fine")
    months = lines.grave_limitation_months if case.harmed else lines.limitation_months
    last = add_months(case.conduct_to, months)
    found = case.discovered or case.decided
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
    review: tuple[str, ...] = (),
) -> Answer:
    followed = computations[0] if computations and outcome is not Outcome.CONFLICT else None
    amount = followed.range if followed else None
    every = (*reasons, *(reason for one in computations for reason in one.reasons))
    clauses = dict.fromkeys((*(one.clause for one in computations), *(reason.clause for reason in every), *review))
    return Answer(
        outcome,
        amount,
        followed.measures if followed else (),
        computations,
        # In a conflict no norm was followed: what each says stays with its computation.
        reasons if followed is None else (*reasons, *followed.reasons),
        tuple(clauses),
        amount is not None and hearing_offered(amount, case.respondent, followed.clause if followed else "", lines),
        amount is not None and _on_the_spot(amount, case.respondent, lines),
        review,
    )


def hearing_offered(amount: Range, respondent: Respondent, clause: str, lines: Lines) -> bool:
    """Whether a hearing is offered: by the line of PP123; under the city's own rules by the lower one while unconfirmed."""
    line = lines.hearing_unit if respondent is Respondent.UNIT else lines.hearing_person
    if clause.startswith("S") and not lines.local_confirmed:
        line = min(lines.hearing_person, lines.hearing_unit)
    return amount.most >= line


def _on_the_spot(amount: Range, respondent: Respondent, lines: Lines) -> bool:
    line = lines.spot_unit if respondent is Respondent.UNIT else lines.spot_person
    return amount.most <= line
