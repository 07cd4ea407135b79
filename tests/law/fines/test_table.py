"""Fines as a lawyer writes them down: one case a row, in Chinese, in tables/fines.yaml."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from custodes.law.bad_input import BadInput
from custodes.law.clauses.registry import find
from custodes.law.fines.answer import FineOutcome
from custodes.law.fines.assess import assess
from custodes.law.fines.case import Case
from custodes.law.fines.table import NO_FINE, ROWS, Respondent

TABLE = Path(__file__).parents[1] / "tables/fines.yaml"
OUTCOMES = {
    "罚款": FineOutcome.FINE,
    "责令": FineOutcome.ORDER,
    "警告": FineOutcome.WARNING,
    "不予": FineOutcome.REFUSED,
    "冲突": FineOutcome.CONFLICT,
}


def yes(value: bool | str | None) -> bool | None:
    return None if value is None else {"是": True, "否": False}[str(value)]


def case_of(row: dict[str, Any]) -> Case:
    first, last = (date.fromisoformat(str(day)) for day in row["行为"])
    return Case(
        row["条"],
        Respondent(row["对象"]),
        first,
        last,
        row["决定"],
        item=row.get("项"),
        place_public=yes(row.get("公共场所")),
        n7_system=yes(row.get("七条系统")),
        ordered=row.get("责令"),
        term_ends=row.get("期满"),
        complied=yes(row.get("改正")),
        grave=bool(yes(row.get("严重"))),
        discovered=row.get("发现"),
        building_or_using_unit=not yes(row.get("其他单位")),
        fined_before=bool(yes(row.get("已罚"))),
    )


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row["案例"]) for row in yaml.safe_load(TABLE.read_text(encoding="utf-8"))]
)
def test_a_case_comes_out_as_the_table_says(row: dict[str, Any]) -> None:
    answer = assess(case_of(row))
    assert answer.outcome is OUTCOMES[row["结果"]]
    found = answer.range and [answer.range.least, answer.range.most]
    assert found == row.get("幅度")
    assert answer.hearing == bool(yes(row.get("听证")))
    if "审核" in row:
        assert list(answer.review) == row["审核"]
    if "措施" in row:
        assert [one.value for one in answer.measures] == row["措施"]
    if "先告知" in row:
        told = {reason.clause for reason in answer.reasons}
        assert ({"PL44", "PL45"} <= told) == yes(row["先告知"])
    if "计算" in row:
        assert [one.clause for one in answer.computations] == row["计算"]
    if "说明" in row:
        assert answer.reasons[0].zh == row["说明"]
    if "依据" in row:
        assert answer.computations[0].clause == row["依据"]
    assert answer.reasons
    assert all(reason.zh and reason.en for reason in answer.reasons)
    for clause in answer.clauses:
        find(clause)


def test_the_table_reaches_a_fine_under_every_clause_that_has_one() -> None:
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    assert {row["依据"] for row in rows if row["结果"] == "罚款"} == {row.clause for row in ROWS}


def test_every_row_names_a_clause_of_the_law() -> None:
    for row in ROWS:
        find(row.clause)
    for of, to in NO_FINE.items():
        assert not to or find(to)
        assert of


@pytest.mark.parametrize("clause", ["N31", "S41"])
def test_a_clause_that_sends_on_names_the_law_that_governs_each_breach(clause: str) -> None:
    day = date(2025, 6, 1)
    with pytest.raises(BadInput) as caught:
        assess(Case(clause, Respondent.UNIT, day, day, day))
    for law in ("CSL 61", "DSL 45", "PIPL 66", "治安管理处罚法 50.1(6)"):
        assert law in caught.value.remedy
