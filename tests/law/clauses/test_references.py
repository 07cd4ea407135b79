"""Every requirement of other laws and standards that the program follows has its clauses in the data: tables/references.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from custodes.law.clauses.clause import Rank
from custodes.law.clauses.registry import OTHERS, find, norm_of

TABLE = Path(__file__).parents[1] / "tables/references.yaml"
ROWS = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
#: Clauses that the library itself needs and that no requirement of the table names.
OF_THE_LIBRARY = {
    *("LL99", "LL104", "CC1045", "CC1259", "MPL2", "EPL2"),
    *("PL9", "PL29", "PL36", "PL37"),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=row["要求"]) for row in ROWS])
def test_a_requirement_has_its_clauses_with_what_follows_for_the_program(row: dict[str, Any]) -> None:
    for name in row["条款"]:
        clause = find(name)
        assert clause.zh
        assert clause.en
        assert clause.requires is not None
        assert all(clause.requires)
        if "未核实" in row:
            assert clause.unconfirmed, f"{name} was not seen and has to say so"


def test_every_clause_of_another_norm_answers_a_requirement() -> None:
    named = {name for row in ROWS for name in row["条款"]}
    assert {clause.id for clause in OTHERS} == named | OF_THE_LIBRARY


def test_the_ministrys_rules_of_2025_are_a_norm_of_their_own_of_which_only_the_first_article_is_known() -> None:
    clause = find("SVR1")
    norm = norm_of(clause)
    assert "公通字〔2025〕11号" in norm.issued
    assert norm.rank is Rank.DOCUMENT
    assert "第二条以下" in clause.unconfirmed


def test_what_is_not_implemented_says_so() -> None:
    requires = find("GA1400").requires
    assert requires is not None
    assert "不实现" in requires[0]
    assert "not implemented" in requires[1]
