"""Grounds as a lawyer writes them down: one case a row, in Chinese, in tables/grounds.yaml."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.clauses.registry import exempted
from custodes.law.grounds.in_time import of_n9
from custodes.law.grounds.registry import GROUNDS
from tests.law.grounds.table import AT, ROWS, TABLE, facts_of


def moment(row: dict[str, Any]) -> datetime:
    found: datetime = row.get("时刻", AT)
    return found.astimezone(UTC)


@pytest.mark.parametrize("row", ROWS, ids=[row["案例"] for row in ROWS])
def test_a_ground_asks_what_the_table_says(row: dict[str, Any]) -> None:
    entry, facts = GROUNDS[row["依据"]], facts_of(row)
    unmet = entry.unmet(facts, moment(row))
    assert [one.clause for one in unmet] == row["条件"]
    assert [one.clause for one in entry.awaiting(facts)] == row.get("待办", [])
    if "说明" in row:
        assert unmet[0].reason_zh == row["说明"]


def test_every_ground_has_rows_that_pass_and_rows_that_are_refused() -> None:
    for name in GROUNDS:
        answers = {bool(row["条件"]) for row in ROWS if row["依据"] == name}
        assert answers == {True, False}, name


def test_each_ground_rests_on_the_clauses_that_the_table_says() -> None:
    assert {name: list(entry.clauses) for name, entry in GROUNDS.items()} == TABLE["条款"]


def test_each_ground_that_names_what_n9_takes_off_is_tried_under_n9() -> None:
    asked = {name for name, entry in GROUNDS.items() if any(exempted(clause) for clause in entry.clauses)}
    by_condition = {row["依据"] for row in ROWS if any(exempted(clause) for clause in row["条件"])}
    # The sharing platform is no system of N9: its ground has no such facts.
    knows = {name for name, entry in GROUNDS.items() if "n9" in entry.facts.__dataclass_fields__}
    assert asked | by_condition == knows | {"missing_person"}
    assert {row["依据"] for row in ROWS if row.get("改动", {}).get("n9")} == knows


N9_ROWS = [row for row in ROWS if "n9" in GROUNDS[row["依据"]].facts.__dataclass_fields__]


@given(st.sampled_from(N9_ROWS))
def test_n9_takes_off_what_it_lists_and_nothing_else(row: dict[str, Any]) -> None:
    entry, at = GROUNDS[row["依据"]], moment(row)
    other = entry.unmet(facts_of(row, n9=False), at)
    under = entry.unmet(facts_of(row, n9=True), at)
    assert not any(exempted(one.clause) for one in under)
    assert [one for one in other if not exempted(one.clause)] == [
        one for one in under if one.reason_zh not in {two.reason_zh for two in other if exempted(two.clause)}
    ]
    # The agreement on security alone is asked of nobody there.
    gone = {one.reason_zh for one in other} - {one.reason_zh for one in under}
    assert gone <= {"合同缺少：安全保密协议"}


def test_the_clauses_told_with_an_answer_say_that_n9_took_some_off() -> None:
    day = date(2026, 6, 3)
    assert GROUNDS["individual"].clauses_on(day) == ("N21", "N16.2(3)", "S33.1")
    assert GROUNDS["individual"].clauses_on(day, n9=True) == ("N21", "S33.1", "N9")
    assert GROUNDS["release"].clauses_on(day, n9=True) == GROUNDS["release"].clauses_on(day)
    assert GROUNDS["maintenance"].clauses_on(date(2025, 3, 31), n9=True) == ("S31.2a", "S31.2b", "S33.1")


def test_nobody_having_said_so_a_system_is_not_one_of_n9() -> None:
    assert not of_n9(facts_of({"依据": "agency"}))
    assert not of_n9(facts_of({"依据": "missing_person"}))
