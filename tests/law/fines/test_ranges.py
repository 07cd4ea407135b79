"""Each range and each measure of each clause, for each kind of respondent, as a lawyer writes them down: tables/fine-ranges.yaml.

The numbers of the test come from that table and not from the library's.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.law.bad_input import BadInput
from custodes.law.fines.answer import FineOutcome
from custodes.law.fines.assess import assess
from custodes.law.fines.case import ORDER_799, Case
from custodes.law.fines.table import ROWS, Respondent
from tests.law.fines.test_properties import CLAUSES, cases

TABLE = Path(__file__).parents[1] / "tables/fine-ranges.yaml"
WRITTEN = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
ROUTED = [row for row in WRITTEN if "转致" in row]
BY_CLAUSE = {row["条"]: row for row in WRITTEN if "转致" not in row}
WHO = {"个人": Respondent.PERSON, "单位": Respondent.UNIT, "责任人员": Respondent.RESPONSIBLE}
NAMES = {kind: name for name, kind in WHO.items()}
NOT_FINED = "不罚"

EACH = [pytest.param(row, name, id=f"{row['条']} {name}") for row in BY_CLAUSE.values() for name in WHO]
FINED = [one for one in EACH if one.values[0][one.values[1]] != NOT_FINED]
ORDERED_FIRST = [one for one in FINED if one.values[0]["先行"]]
DAY = date(2024, 7, 1)
LATER = date(2025, 7, 1)


def ripe(row: dict[str, Any], name: str) -> Case:
    """A case in which everything that has to come first has come, under this clause alone."""
    clause = row["条"]
    first = DAY if clause.startswith("S") else LATER
    case = Case(
        "S39" if clause.startswith("S39") else clause,
        WHO[name],
        first,
        first,
        first.replace(month=10),
        item=int(clause[4]) if clause.startswith("S39") else row.get("项"),
        place_public=True,
        n7_system=True,
    )
    if not row["先行"]:
        return case
    return replace(case, ordered=first.replace(month=8), term_ends=first.replace(month=9), complied=False)


def test_every_clause_that_fines_stands_in_the_table() -> None:
    assert list(BY_CLAUSE) == [row.clause for row in ROWS]


@pytest.mark.parametrize(("row", "name"), FINED)
def test_a_range_has_the_ends_that_the_clause_names_and_both_are_lawful(row: dict[str, Any], name: str) -> None:
    answer = assess(ripe(row, name))
    assert answer.outcome is FineOutcome.FINE
    assert answer.range is not None
    least, most = row[name]
    assert (answer.range.least, answer.range.most) == (least, most)
    assert [answer.range.holds(yuan) for yuan in (least - 1, least, most, most + 1)] == [False, True, True, False]
    assert any(f"{least:,}–{most:,}元" in reason.zh and "含本数" in reason.zh for reason in answer.reasons)


@pytest.mark.parametrize(("row", "name"), FINED)
def test_a_fine_comes_with_the_measures_that_the_clause_names(row: dict[str, Any], name: str) -> None:
    assert [one.zh for one in assess(ripe(row, name)).measures] == row["并处"]


@pytest.mark.parametrize(("row", "name"), [one for one in EACH if one not in FINED])
def test_whom_a_clause_does_not_name_it_does_not_fine(row: dict[str, Any], name: str) -> None:
    answer = assess(ripe(row, name))
    assert (answer.outcome, answer.range, answer.measures) == (FineOutcome.REFUSED, None, ())


@pytest.mark.parametrize(("row", "name"), ORDERED_FIRST)
def test_what_comes_first_is_said_before_any_fine(row: dict[str, Any], name: str) -> None:
    answer = assess(replace(ripe(row, name), ordered=None, term_ends=None, complied=None))
    assert answer.outcome is (FineOutcome.WARNING if "警告" in row["先行"] else FineOutcome.ORDER)
    assert [one.zh for one in answer.measures] == row["先行"]
    assert answer.range is None


@pytest.mark.parametrize(("row", "name"), ORDERED_FIRST)
def test_a_step_that_is_missing_keeps_the_fine_away(row: dict[str, Any], name: str) -> None:
    case = ripe(row, name)
    assert case.ordered is not None
    assert case.term_ends is not None
    before = (
        replace(case, term_ends=None),
        replace(case, decided=case.term_ends),
        replace(case, complied=None),
        replace(case, complied=True),
        replace(case, fined_before=True),
    )
    for one in before:
        answer = assess(one)
        assert (answer.outcome, answer.range) == (FineOutcome.REFUSED, None)
    # The day after the term is the first on which it may be fined.
    assert assess(replace(case, decided=date.fromordinal(case.term_ends.toordinal() + 1))).outcome is FineOutcome.FINE


@pytest.mark.parametrize(("row", "name"), FINED)
def test_a_grave_result_opens_the_fine_where_the_clause_says_so_and_nowhere_else(
    row: dict[str, Any], name: str
) -> None:
    answer = assess(replace(ripe(row, name), ordered=None, term_ends=None, complied=None, grave=True))
    if "严重后果" in row:
        assert answer.outcome is FineOutcome.FINE
        assert [one.zh for one in answer.measures] == [*row["并处"], *row["先行"]]
    else:
        assert (answer.outcome is FineOutcome.FINE) == (not row["先行"])


@pytest.mark.parametrize("row", [pytest.param(row, id=row["条"]) for row in ROUTED])
@pytest.mark.parametrize("name", WHO)
def test_a_clause_that_sends_on_fines_nobody(row: dict[str, Any], name: str) -> None:
    with pytest.raises(BadInput, match="sends on to other laws"):
        assess(Case(row["条"], WHO[name], LATER, LATER, LATER))


@pytest.mark.parametrize("respondent", [pytest.param(one, id=NAMES[one]) for one in Respondent])
@pytest.mark.parametrize("clause", CLAUSES)
@settings(max_examples=60)
@given(data=st.data())
def test_no_fine_is_outside_of_its_written_range_nor_before_what_comes_first(
    data: st.DataObject, clause: str, respondent: Respondent
) -> None:
    case = data.draw(cases((clause,), (respondent,)))
    answer = assess(case)
    if answer.outcome is not FineOutcome.FINE:
        assert answer.range is None
        return
    row = BY_CLAUSE[answer.computations[0].clause]
    assert answer.range is not None
    assert [answer.range.least, answer.range.most] == row[NAMES[respondent]]
    assert not case.fined_before
    if row["先行"] and not ("严重后果" in row and case.grave):
        assert case.ordered is not None
        assert case.term_ends is not None
        assert case.ordered < case.term_ends < case.decided
        assert case.complied is False
        # An order under the city's rule is none under Order 799, and the other way round.
        assert (case.ordered >= ORDER_799) or row["条"].startswith("S")
