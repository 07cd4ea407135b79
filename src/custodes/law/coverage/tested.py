"""Which tests try what carries a clause out: told by what they ask, not by words that happen to stand in a file.

- A test of a duty names its function as a string, because it asks `duties.all.OBLIGATIONS` for it; so does a case of a table.
- A test of a ground names the clause under which the ground refuses; one of fines the clause that fines; one of deadlines the kind.
- Code outside of this library has no such name: its tests are marked ``@pytest.mark.clause("S7")``, and the suite fails where a
  marked test never calls the function that `elsewhere` declares (tests/clause_marks.py).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

_GROUNDS = ("tests/law/grounds/",)
_DUTIES = ("tests/law/duties/", "tests/law/tables/duties.yaml")
_FINES = ("tests/law/fines/", "tests/law/tables/fines.yaml", "tests/law/tables/acts.yaml")
_DEADLINES = ("tests/law/deadlines/", "tests/law/tables/deadlines.yaml")
_RETENTION = ("tests/law/retention/",)
_LEFT_OUT = ("law/clauses/", "law/coverage/")
"""These name every clause and prove nothing about any."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One test function, or one case of a table.

    Attributes:
        path: from the folder above the tests.
        name: of the test or the case.
        asks: strings that it names, itself or through a table of its file.
        marked: clauses with which it is marked.
    """

    path: str
    name: str
    asks: frozenset[str]
    marked: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """``tests/law/duties/test_x.py::test_y``."""
        return f"{self.path}::{self.name}"


def read_trials(tests: Path) -> tuple[Trial, ...]:
    """Every test below the folder of the tests, and every case of the law's tables, in order."""
    found: list[Trial] = []
    for path in sorted(tests.rglob("test_*.py")):
        if not any(part in path.as_posix() for part in _LEFT_OUT):
            found += _of_file(path, path.relative_to(tests.parent).as_posix())
    for path in sorted((tests / "law/tables").rglob("*.yaml")):
        found += _of_table(path, path.relative_to(tests.parent).as_posix())
    return tuple(found)


def that_try(clause: str, code: Sequence[str], trials: Sequence[Trial]) -> tuple[str, ...]:
    """Ids of the tests that try the clause through this code of it."""
    wanted = [_asked(name, clause) for name in code]
    return tuple(
        trial.id
        for trial in trials
        if clause in trial.marked
        or any(word in trial.asks and trial.path.startswith(rooms) for word, rooms in wanted if word)
    )


def _asked(name: str, clause: str) -> tuple[str, tuple[str, ...]]:
    """By which word a test asks for this code, and where such tests are."""
    table, _, key = name.partition(":")
    if name.startswith("custodes.law.duties."):
        return name.rpartition(".")[2], _DUTIES
    if name.startswith("custodes.law.grounds.") and not key:
        return clause, _GROUNDS
    if name.startswith("custodes.law.retention."):
        return clause, _RETENTION
    return {
        "custodes.law.grounds.agency": (clause, _GROUNDS),
        "custodes.law.fines.table": (key, _FINES),
        "custodes.law.deadlines.table": (key, _DEADLINES),
    }.get(table, ("", ()))


def _of_file(path: Path, shown: str) -> Iterator[Trial]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tables = {
        target.id: _strings(node)
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    whole = frozenset().union(*(_marks(node.value) for node in tree.body if _is_pytestmark(node)))  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
            used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            asks = _strings(node).union(*(tables[name] for name in used & tables.keys()))
            yield Trial(shown, node.name, asks, whole.union(*map(_marks, node.decorator_list)))


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
    )


def _strings(node: ast.AST) -> frozenset[str]:
    return frozenset(
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


def _marks(node: ast.AST) -> frozenset[str]:
    """Clauses of ``pytest.mark.clause(...)`` in a decorator or in ``pytestmark``."""
    calls = (one for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute))
    return frozenset().union(*(_strings(one) for one in calls if one.func.attr == "clause"))  # type: ignore[attr-defined]


def _of_table(path: Path, shown: str) -> Iterator[Trial]:
    rows = msgspec.yaml.decode(path.read_bytes())
    for row in rows if isinstance(rows, list) else []:
        parts = [row, *(one for one in row.get("条款", []) if isinstance(one, dict))]
        name = next((str(value) for key, value in row.items() if key in ("案例", "描述", "文本")), "")
        yield Trial(shown, name, frozenset(word for part in parts for word in _named(part)))


def _named(row: dict[str, Any]) -> Iterator[str]:
    for key in ("义务", "种类", "条"):
        if key in row:
            yield str(row[key])
    if "条" in row and "项" in row:
        yield f"{row['条']}({row['项']})"
