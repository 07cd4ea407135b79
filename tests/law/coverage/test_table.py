"""That a hole in the coverage of the law is found. That there is none, and its page is fresh, is a step of the check: `custodes law coverage --check`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.commands.law import coverage as command
from custodes.commands.law.coverage import ParsedProgram
from custodes.law.coverage import serving, table
from custodes.law.coverage.deeds import deeds
from custodes.law.coverage.serving import NOT_BY_SOFTWARE, CoverageReason
from custodes.law.coverage.table import callers, read_trials, that_try
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.grounds.registry import GROUNDS
from custodes.law.retention import keeping
from tests.clause_marks import awaited, functions_of

TESTS = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def read_once() -> tuple[table.CoverageRow, ...]:
    """The table with everything in place: reading every test and template takes seconds."""
    return table.rows(tests=TESTS)


def test_a_clause_without_code_or_reason_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(NOT_BY_SOFTWARE, "S1")
    assert table.faults() == ("S1: neither code nor reason",)
    monkeypatch.setattr(command, "called", lambda _root: {})  # who calls what is another question, and takes seconds
    result = CliRunner().invoke(app, ["law", "coverage", "--check"])
    assert result.exit_code == 1
    assert "S1: neither code nor reason" in result.output


def test_a_module_that_is_gone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table.ELSEWHERE, "S7", ("custodes.access.gone:decide", "custodes.access.decision:gone"))
    assert table.faults() == (
        "S7: custodes.access.gone has no words for readers",
        "S7: there is no custodes.access.decision:gone",
    )


def test_code_elsewhere_is_named_down_to_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table.ELSEWHERE, "S7", ("custodes.access.decision", "custodes.node.gate:Gate"))
    assert table.faults() == (
        "S7: custodes.access.decision names no function",
        "S7: there is no custodes.node.gate:Gate",
    )


@pytest.mark.parametrize("name", OBLIGATIONS)
def test_a_duty_that_is_gone_is_missed_by_its_clauses(
    name: str, read_once: tuple[table.CoverageRow, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    clauses = OBLIGATIONS[name].clauses
    monkeypatch.setattr(command, "rows", lambda *_: read_once)
    monkeypatch.setattr(command, "called", lambda _: callers())
    monkeypatch.delitem(OBLIGATIONS, name)
    result = CliRunner().invoke(app, ["law", "coverage", "--check"])
    assert result.exit_code == 1
    for clause in clauses:
        assert f"{clause}: {name} is declared to serve it and does not" in result.output


def test_a_clause_that_only_a_ground_serves_misses_it_when_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(GROUNDS, "maintenance")
    assert "N19: no function, no substitute and no reason is declared for it" in table.faults()


def test_a_duty_that_drops_or_takes_up_a_clause_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = OBLIGATIONS["s18a_removal"]
    monkeypatch.setitem(OBLIGATIONS, "s18a_removal", replace(whole, clauses=("S18a", "S19")))
    assert table.faults() == (
        "N23(2): s18a_removal is declared to serve it and does not",
        "S19: s18a_removal serves it and is not declared",
    )


def test_a_duty_that_nothing_serves_is_found_whatever_else_speaks_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # S16.2c has a deadline all the same, and S9 pages: neither is what serves it.
    for clause in ("S16.2c", "S9"):
        monkeypatch.delitem(serving.SERVED_BY, clause)
        monkeypatch.delitem(table.ELSEWHERE, clause, raising=False)
    said = table.faults()
    assert "S16.2c: no function, no substitute and no reason is declared for it" in said
    assert "S9: no function, no substitute and no reason is declared for it" in said


def test_a_reason_beside_code_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NOT_BY_SOFTWARE, "S32", CoverageReason("没有", "none"))
    assert table.faults() == ("S32: has code and a reason why there is none",)


def test_what_nothing_in_the_product_calls_carries_nothing_out(
    read_once: tuple[table.CoverageRow, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_clause = {row.clause.id: row for row in read_once}
    assert by_clause["S34(8)"].code
    assert not by_clause["S34(8)"].product
    assert by_clause["S18b"].product
    monkeypatch.setitem(table.ELSEWHERE, "S7", ("custodes.sharing.tree.showing:shown",))
    monkeypatch.setitem(table.MODULES, "custodes.sharing.tree.showing", table.MODULES["custodes.people.scope"])
    assert table.faults() == ("S7: nothing in the product calls custodes.sharing.tree.showing:shown",)


def test_a_reason_that_says_something_is_kept_names_a_model_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NOT_BY_SOFTWARE, "S4.1", CoverageReason("系统记录结果", "it is recorded"))
    monkeypatch.setitem(
        NOT_BY_SOFTWARE, "S4.2", CoverageReason("系统记录结果", "recorded", "custodes.places.models.decided:Gone")
    )
    assert table.faults() == (
        "S4.1: the reason says that something is kept and names no model",
        "S4.2: there is no custodes.places.models.decided:Gone",
    )


def test_who_calls_a_function_of_the_library_is_read_from_the_text(tmp_path: Path) -> None:
    duty = "def asked(): ...\ndef through(): ...\ndef told(): ...\ndef unasked(): ...\nEVERY = (asked, unasked)\n"
    texts = {
        "law/duty.py": duty,
        "law/helping.py": "from custodes.law import duty\ndef help(): return duty.through()\ndef idle(): return duty.unasked()\n",
        "places/__init__.py": "from custodes.places.work import Work as Labour\n",
        "places/work.py": "from custodes.law.duty import asked as ask\nclass Work:\n    def go(self): ...\n    def rest(self): ...\nask()\n",
        "places/page.py": "# unasked()\nfrom custodes.places import Labour\nfrom custodes.law import helping\n"
        "helping.help()\nLabour().go()\n'unasked'\ndef view(unasked): return unasked\n",
        "web/lawbook/page.py": "from custodes.law.duty import told, unasked\ntold(unasked())\n",
        "demo/story.py": "from custodes.law.duty import unasked\nunasked()\n",
        "access/acts.py": "def approve(): ...\n",
        "access/views.py": "from custodes.access import acts\ndef act(event): return getattr(acts, event)()\n",
    }
    for name, text in texts.items():
        path = tmp_path / "custodes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = ParsedProgram(tmp_path / "custodes").callers()
    asked = {name: found.of("custodes.law.duty", name) for name in ("asked", "through", "told", "unasked")}
    assert asked == {"asked": "custodes.places.work", "through": "custodes.places.page", "told": "", "unasked": ""}
    assert found.of("custodes.places.work", "Work.go")
    assert not found.of("custodes.places.work", "Work.rest")
    assert found.of("custodes.access.acts", "approve") == "custodes.access.views"


def test_every_duty_and_prohibition_with_code_has_a_test_that_tries_it(
    read_once: tuple[table.CoverageRow, ...],
) -> None:
    assert table.untried(read_once) == ()
    bare = [replace(row, tests=()) for row in read_once]
    assert "S16.2a: no test tries it" in table.untried(bare)


def test_a_word_in_a_comment_a_name_or_a_string_tries_nothing(tmp_path: Path) -> None:
    (tmp_path / "tests/law/duties").mkdir(parents=True)
    (tmp_path / "tests/law/duties/test_some.py").write_text(
        '"""S18a: s18a_removal."""\n'
        "from x import s18a_removal\n"
        "def test_s18a_removal():\n"
        '    # s18a_removal\n    assert "s18a_removal is S18a" and s18a_removal\n'
    )
    assert that_try("S18a", ["custodes.law.duties.filing.s18a_removal"], read_trials(tmp_path / "tests")) == ()


def test_what_asks_for_the_function_tries_it_also_through_a_table_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "tests/law/duties").mkdir(parents=True)
    (tmp_path / "tests/law/duties/test_some.py").write_text(
        'import pytest\nCASES = [("s18a_removal", 1)]\n'
        '@pytest.mark.parametrize("case", CASES)\ndef test_it(case):\n    ...\n'
        "def test_other():\n    ...\n"
    )
    found = that_try("S18a", ["custodes.law.duties.filing.s18a_removal"], read_trials(tmp_path / "tests"))
    assert found == ("tests/law/duties/test_some.py::test_it",)


def test_a_mark_tries_the_clause_and_the_suite_sees_that_it_calls_what_serves_it(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_some.py").write_text('import pytest\n@pytest.mark.clause("S7")\ndef test_it():\n    ...\n')
    found = that_try("S7", ["custodes.people.scope:within"], read_trials(tmp_path / "tests"))
    assert found == ("tests/test_some.py::test_it",)
    code, kept = keeping.__code__, keeping(date(2026, 3, 1))
    serving = {"S7": functions_of("S7"), "S1": {"custodes.law.retention:keeping"}}
    with awaited(serving) as untried, awaited({"S1": serving["S1"]}) as untried_within:
        assert keeping(date(2026, 3, 1)) == kept
    assert untried == {"S7"}
    assert untried_within == set()
    assert keeping.__code__ is code, "it is not watched any longer"
    with awaited({"S1": serving["S1"]}) as untried:
        ...
    assert untried == {"S1"}


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


@pytest.mark.parametrize(
    ("clause", "lacks"), [("S22", "不试画面；测得的结果与人登记的测试结果一并存证"), ("S23", "本表不汇总")]
)
def test_what_is_done_in_part_says_which_part(
    clause: str, lacks: str, read_once: tuple[table.CoverageRow, ...]
) -> None:
    row = next(one for one in read_once if one.clause.id == clause)
    said = deeds([name for name in row.code if name.startswith("custodes.sharing")])
    assert said
    assert any(lacks in deed.zh for deed in said), "what is not there yet is said"
