"""One act, several clauses: the table in Chinese, what can't be one act, and that no act is ever fined twice or too low."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.bad_input import BadInput
from custodes.law.clauses.registry import find
from custodes.law.fines.act import Act, Earlier, assess_act
from custodes.law.fines.answer import FineOutcome
from custodes.law.fines.assess import assess
from custodes.law.fines.case import Case
from custodes.law.fines.table import Respondent
from tests.law.fines.test_properties import cases
from tests.law.fines.test_table import OUTCOMES, case_of, yes

TABLE = Path(__file__).parents[1] / "tables/acts.yaml"
ROWS = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
MAIN = Case("N28", Respondent.UNIT, date(2025, 7, 1), date(2025, 9, 1), date(2025, 10, 20))


def act_of(row: dict[str, Any]) -> Act:
    shared = {key: value for key, value in row.items() if key not in ("案例", "条款", "结果", "幅度", "依据", "听证")}
    return Act(tuple(case_of(shared | part) for part in row["条款"]))


@pytest.mark.parametrize("row", [pytest.param(row, id=row["案例"]) for row in ROWS])
def test_an_act_comes_out_as_the_table_says(row: dict[str, Any]) -> None:
    answer = assess_act(act_of(row))
    assert answer.outcome is OUTCOMES[row["结果"]]
    assert (answer.range and [answer.range.least, answer.range.most]) == row.get("幅度")
    assert answer.hearing == bool(yes(row.get("听证")))
    assert list(answer.pending) == row.get("先责令", [])
    if "审核" in row:
        assert list(answer.review) == row["审核"]
    if "依据" in row:
        assert answer.computations[0].clause == row["依据"]
    assert len(answer.parts) == len(row["条款"])
    if answer.outcome is not FineOutcome.REFUSED:
        assert answer.reasons[0].clause == "PL29"
    for clause in answer.clauses:
        find(clause)


def test_the_answer_says_why_one_range_governs_and_keeps_the_others() -> None:
    act = act_of(next(row for row in ROWS if row["案例"].startswith("条例施行前擅自拆除并妨碍")))
    answer = assess_act(act)
    why = next(reason for reason in answer.reasons if reason.clause == "PL29")
    assert "S40（10,000–30,000元）不低于S39(3)（1,000–5,000元）" in why.zh
    assert "S40 (10,000–30,000 yuan)" in why.en
    assert {one.clause: one.range for one in answer.computations}["S39(3)"] is not None


def test_clauses_that_one_higher_norm_displaces_are_not_compared_with_it() -> None:
    case = replace(MAIN, clause="S38", item=1, place_public=True)
    answer = assess_act(Act((case, replace(case, clause="N27"))))
    assert answer.outcome is FineOutcome.FINE
    assert "现在只有N27（S38）可以罚款" in answer.reasons[0].zh


def test_equal_ranges_are_told_apart_by_the_rank_of_the_norm_or_by_order() -> None:
    answer = assess_act(Act((MAIN, replace(MAIN, clause="N27", item=1, place_public=True))))
    assert answer.computations[0].clause == "N28"
    assert any("幅度相同" in reason.zh for reason in answer.reasons)


def test_a_second_case_on_the_same_act_is_refused_by_pl29_with_its_decision() -> None:
    act = Act((MAIN,), "XW-2025-17", (Earlier("XW-2025-17", "城公行罚决字〔2025〕8号"),))
    answer = assess_act(act)
    assert (answer.outcome, answer.range, answer.clauses) == (FineOutcome.REFUSED, None, ("PL29", "PL28"))
    assert "城公行罚决字〔2025〕8号" in answer.reasons[0].zh
    assert "城公行罚决字〔2025〕8号" in answer.reasons[0].en
    other = Act((MAIN,), "XW-2025-17", (Earlier("XW-2025-16", "城公行罚决字〔2025〕7号"),))
    assert assess_act(other).outcome is FineOutcome.FINE


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (Act(()), "clause"),
        (Act((MAIN, MAIN)), "also"),
        (Act((MAIN, replace(MAIN, clause="N27", respondent=Respondent.PERSON))), "also"),
        (Act((MAIN, replace(MAIN, clause="N27", decided=date(2025, 10, 21)))), "also"),
        (Act((MAIN, replace(MAIN, clause="N27", conduct_from=date(2025, 9, 2), conduct_to=date(2025, 9, 3)))), "also"),
        (Act((MAIN,), "", (Earlier("x", "y"),)), "act"),
    ],
)
def test_what_is_not_one_act_names_its_field(act: Act, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        assess_act(act)
    assert caught.value.field == field


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """Two or three clauses of one act, each with an order of its own."""
    first = draw(cases())
    several = [first]
    for _ in range(draw(st.integers(1, 2))):
        other = draw(cases())
        ordered = other.ordered if other.ordered and first.conduct_from <= other.ordered <= first.decided else None
        ends = other.term_ends if ordered else None
        taken = replace(
            other,
            respondent=first.respondent,
            conduct_from=first.conduct_from,
            conduct_to=first.conduct_to,
            decided=first.decided,
            ordered=ordered,
            term_ends=ends,
            complied=other.complied if ordered else None,
            fined_before=first.fined_before,
        )
        if taken.clause_with_item not in {one.clause_with_item for one in several}:
            several.append(taken)
    return Act(tuple(several))


@given(acts())
def test_an_act_is_fined_once_under_the_highest_range_that_applies_or_not_at_all(act: Act) -> None:
    answer = assess_act(act)
    alone = [assess(case) for case in act.cases]
    outcomes = {one.outcome for one in alone}
    if answer.outcome is FineOutcome.FINE:
        assert FineOutcome.CONFLICT not in outcomes
        ranges = [one.range for one in alone if one.range is not None]
        assert answer.range in ranges
        assert all((one.most, one.least) <= (answer.range.most, answer.range.least) for one in ranges)
        assert not any(case.fined_before for case in act.cases)
    else:
        assert answer.range is None
    if FineOutcome.CONFLICT in outcomes:
        assert answer.outcome is FineOutcome.CONFLICT
        assert answer.review
    elif FineOutcome.FINE in outcomes:
        assert answer.outcome is FineOutcome.FINE
    # What each clause says by itself is kept.
    assert {one.clause for part in alone for one in part.computations} <= {one.clause for one in answer.computations}


def test_a_single_clause_is_answered_as_before() -> None:
    assert replace(assess_act(Act((MAIN,))), parts=()) == assess(MAIN)


def test_conducts_of_one_act_may_differ_as_long_as_they_meet() -> None:
    longer = replace(MAIN, clause="N27", item=1, place_public=True, conduct_to=MAIN.conduct_to + timedelta(days=9))
    assert assess_act(Act((MAIN, longer))).outcome is FineOutcome.FINE


def test_bad_input_says_under_which_clause_of_the_act_it_is() -> None:
    second, third = replace(MAIN, clause="N29"), replace(MAIN, clause="N26", term_ends=date(2025, 9, 30))
    with pytest.raises(BadInput) as caught:
        assess_act(Act((MAIN, second, third)))
    assert (caught.value.field, caught.value.part) == ("also.term-ends", 2)
    with pytest.raises(BadInput) as caught:
        assess_act(Act((MAIN, second, second)))
    assert (caught.value.field, caught.value.part) == ("also", 2)


def test_days_of_the_first_clause_that_cannot_be_right_are_its_own_fault() -> None:
    wrong = replace(MAIN, conduct_from=date(2025, 9, 1), conduct_to=date(2025, 7, 1))
    with pytest.raises(BadInput) as caught:
        assess_act(Act((wrong,)))
    assert (caught.value.field, caught.value.part) == ("conduct-to", 0)


def test_what_is_no_statement_of_law_is_marked_among_the_reasons() -> None:
    answer = assess_act(Act((replace(MAIN, clause="N29"),)))
    assert [reason.aside for reason in answer.reasons if "建议" in reason.zh] == [True]
    local = replace(MAIN, clause="S38", item=2, ordered=date(2025, 9, 2), term_ends=date(2025, 9, 20), complied=False)
    answer = assess_act(Act((local,)))
    assert answer.caveats
    assert {reason.zh for reason in answer.reasons if reason.aside} == {one.zh for one in answer.caveats}


def test_an_act_that_was_fined_under_one_clause_is_refused_without_measures_and_amounts() -> None:
    answer = assess_act(Act((replace(MAIN, fined_before=True), replace(MAIN, clause="N27", item=1, place_public=True))))
    assert (answer.outcome, answer.range, answer.measures, answer.hearing) == (FineOutcome.REFUSED, None, (), False)
    assert {reason.clause for reason in answer.reasons} == {"PL29"}
    assert not any("10,000" in reason.zh for reason in answer.reasons)
