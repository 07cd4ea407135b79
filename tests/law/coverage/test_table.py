"""Every clause has code or a reason, the page says so, and a hole is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.law.clauses.clause import Kind
from custodes.law.clauses.registry import LHASA
from custodes.law.coverage import table
from custodes.law.coverage.deeds import deeds
from custodes.law.coverage.reasons import NOT_BY_SOFTWARE

TESTS = Path(__file__).parents[2]


def test_nothing_is_left_out_and_the_page_is_fresh() -> None:
    result = CliRunner().invoke(app, ["law", "coverage", "--check"])
    assert result.exit_code == 0, result.output


def test_a_clause_without_code_or_reason_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(NOT_BY_SOFTWARE, "S1")
    assert table.faults() == ("S1: neither code nor reason",)
    result = CliRunner().invoke(app, ["law", "coverage", "--check"])
    assert result.exit_code == 1
    assert "S1: neither code nor reason" in result.output


def test_a_module_that_is_gone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table.ELSEWHERE, "S7", ("custodes.access.gone",))
    assert table.faults() == (
        "S7: custodes.access.gone has no words for readers",
        "S7: there is no module custodes.access.gone",
    )


def test_a_reason_beside_code_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NOT_BY_SOFTWARE, "S32", ("没有", "none"))
    assert table.faults() == ("S32: has code and a reason why there is none",)


def test_every_duty_and_prohibition_with_code_has_a_test_that_names_it() -> None:
    rows = {row.clause.id: row for row in table.rows(tests=TESTS)}
    bare = [
        clause.id
        for clause in LHASA
        if clause.kind in (Kind.DUTY, Kind.PROHIBITION) and rows[clause.id].code and not rows[clause.id].tests
    ]
    assert bare == []


def test_pages_that_show_a_clause_are_found(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    (tmp_path / "places/x.html").write_text('{% clause "S34(6)" %} {% dialog clause="S28(1)" %} {% clause "Q1" %}')
    pages = {row.clause.id: row.pages for row in table.rows([tmp_path])}
    assert pages["S34(6)"] == pages["S28.1(1)"] == ("places/x.html",)
    assert pages["S1"] == ()


def test_what_is_done_for_a_clause_is_said_in_both_languages() -> None:
    for row in table.rows():
        said = deeds(row.code)
        assert bool(said) == bool(row.code)
        assert all(deed.zh and deed.en for deed in said)
    assert [deed.where for deed in deeds(["custodes.law.deadlines.table:filing", "custodes.law.fines.table:S40"])] == [
        "deadline",
        "fine",
    ]
