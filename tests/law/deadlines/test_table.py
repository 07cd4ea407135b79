"""Deadlines as a lawyer writes them down: one case a row, in Chinese, in tables/*.yaml."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from custodes.law.calendar.days import WorkCalendar
from custodes.law.clauses.registry import find
from custodes.law.deadlines.counting import due, hearing_notice, removal_report
from custodes.law.deadlines.table import BACKWARD, FORWARD

TABLES = Path(__file__).parents[1] / "tables"
CALENDAR = WorkCalendar()


def rows(name: str) -> list[Any]:
    return [pytest.param(row, id=row["案例"]) for row in yaml.safe_load((TABLES / name).read_text(encoding="utf-8"))]


@pytest.mark.parametrize("row", rows("deadlines.yaml"))
def test_a_term_ends_as_the_table_says(row: dict[str, Any]) -> None:
    at = time.fromisoformat(row["时刻"]) if "时刻" in row else None
    answer = due(row["种类"], row["起"], CALENDAR, at=at)
    assert answer.due == row["到期"]
    assert answer.unrolled == row.get("原到期", row["到期"])
    assert answer.provisional == ("暂定" in row)
    assert len(answer.zh) == len(answer.en) >= 2
    assert (f"{answer.moment:%Y-%m-%d %H:%M}" if answer.moment else None) == row.get("到时")
    assert ("PL64" in answer.clauses and row["种类"] == "hearing-day") == ("不能兼顾" in row)


@pytest.mark.parametrize("row", rows("removals.yaml"))
def test_a_removal_is_reported_as_the_table_says(row: dict[str, Any]) -> None:
    answer = removal_report(row["拆除"], CALENDAR)
    assert (answer.latest, answer.advised) == (row["最迟"], row["建议"])
    assert answer.provisional == ("暂定" in row)
    assert answer.in_time(answer.latest)
    assert not answer.in_time(date.fromordinal(answer.latest.toordinal() + 1))


@pytest.mark.parametrize("row", rows("hearings.yaml"))
def test_a_hearing_is_told_as_the_table_says(row: dict[str, Any]) -> None:
    answer = hearing_notice(row["听证"], CALENDAR)
    assert (answer.latest, answer.advised) == (row["最迟"], row["建议"])
    assert answer.provisional == ("暂定" in row)
    assert answer.in_time(answer.latest)
    assert not answer.in_time(date.fromordinal(answer.latest.toordinal() + 1))
    assert len(answer.zh) == len(answer.en) >= 2


@pytest.mark.parametrize("row", rows("hours.yaml"))
def test_a_term_of_hours_is_kept_to_the_minute(row: dict[str, Any]) -> None:
    answer = due("spot-report", row["起"], CALENDAR, at=time.fromisoformat(row["时刻"]) if "时刻" in row else None)
    done = row["办理"]
    assert answer.in_time(done) is {"是": True, "否": False, "看时刻": None}[row["按时"]]
    if isinstance(done, datetime):
        assert answer.minutes_late(done) == row.get("迟")


def test_every_kind_has_a_row_or_a_length_that_an_officer_sets() -> None:
    seen = {row.values[0]["种类"] for row in rows("deadlines.yaml")}
    assert {d.kind for d in FORWARD} - seen == {"upgrade", "order"}


def test_every_clause_of_a_deadline_exists() -> None:
    for deadline in FORWARD:
        for clause in (*deadline.clauses, *(deadline.term.clauses + deadline.term.basis if deadline.term else ())):
            find(clause)
    for backward in BACKWARD:
        for clause in backward.clauses:
            find(clause)
