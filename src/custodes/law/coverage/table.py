"""What the program does for each clause of the two regulations: code, who calls it, pages, tests; or why software can't. And docs/law-coverage.md."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from custodes.law.clauses.clause import Clause, ClauseKind
from custodes.law.clauses.registry import LHASA, NATIONAL, UnknownClause, find
from custodes.law.coverage.deeds import MODULES
from custodes.law.coverage.serving import ELSEWHERE, NOT_BY_SOFTWARE, CoverageReason, serving_faults
from custodes.law.deadlines.table import EVERY
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.fines.table import ROWS
from custodes.law.grounds.registry import GROUNDS
from custodes.law.retention import CEILING, FLOOR, KEY_TARGET, NATIONAL_FLOOR

_GROUNDS = ("tests/law/grounds/",)
_DUTIES = ("tests/law/duties/", "tests/law/tables/duties.yaml")
_FINES = ("tests/law/fines/", "tests/law/tables/fines.yaml", "tests/law/tables/acts.yaml")
_DEADLINES = ("tests/law/deadlines/", "tests/law/tables/deadlines.yaml")
_RETENTION = ("tests/law/retention/",)
_LIBRARY = "tests/law/"
_LEFT_OUT = ("law/clauses/", "law/coverage/")
"""These name every clause and prove nothing about any."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One test function, or one case of a table.

    Attributes:
        path: from the folder above the tests.
        name: of the test or the case.
        asks: strings that it names, itself or through a table of its file; of tests of the library alone, for elsewhere a mark counts.
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
    """Every test of the library, every marked one elsewhere below the folder of the tests, and every case of the law's tables, in order."""
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
    text = path.read_text(encoding="utf-8")
    asked = shown.startswith(_LIBRARY)
    if not asked and ".clause(" not in text:  # most files: to read them as programs takes seconds
        return
    tree = ast.parse(text)
    tables = {
        target.id: _strings(node)
        for node in tree.body
        if asked and isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    whole = frozenset().union(*(_marks(node.value) for node in tree.body if _is_pytestmark(node)))  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
            asks = _asks(node, tables) if asked else frozenset()
            yield Trial(shown, node.name, asks, whole.union(*map(_marks, node.decorator_list)))


def _asks(test: ast.AST, tables: Mapping[str, frozenset[str]]) -> frozenset[str]:
    used = {one.id for one in ast.walk(test) if isinstance(one, ast.Name)}
    return _strings(test).union(*(tables[name] for name in used & tables.keys()))


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


_PACKAGE = Path(__file__).parents[2]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def defines(module: str, name: str) -> bool:
    """Whether ``custodes.node.gate`` defines ``Gate.admit``: a function, or a method of a class."""
    *classes, function = name.split(".")
    body = _body(module)
    for part in classes:
        body = next((one.body for one in body if isinstance(one, ast.ClassDef) and one.name == part), [])
    return any(isinstance(one, _FUNCTIONS) and one.name == function for one in body)


def keeps(module: str, name: str) -> bool:
    """Whether ``custodes.people.models.unit`` defines the class ``Unit``."""
    return any(isinstance(one, ast.ClassDef) and one.name == name for one in _body(module))


@cache
def _body(module: str) -> list[ast.stmt]:
    path = _PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py")
    return ast.parse(path.read_text(encoding="utf-8")).body if path.is_file() else []


CALLED = Path(__file__).with_name("called.json")


@cache
def callers() -> dict[str, str]:
    """By the name that `table.Row.code` gives it, the module of an app, a process or a command that calls it."""
    return dict(json.loads(CALLED.read_text(encoding="utf-8")))


_KEPT = re.compile("(?<!不)(?:登记|记录|记载)")
_CHIP = re.compile(r"""clause[ =]["'](?P<id>[A-Z]+\d[^"']*)["']""")
_WRITTEN = re.compile(r"(?:S|N|PL|PIPL|GB)\d[\w.()]*")


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One clause.

    Attributes:
        code: what speaks of it: a duty or a ground as a dotted name, ``module:function`` elsewhere, or ``table:row``.
        product: those of `code` that the product calls; a clause without any is not carried out, however much the library knows of it.
        pages: templates that show it.
        tests: ids of the tests that try its code (`tested`).
        reason: why software can't; None when it can.
    """

    clause: Clause
    code: tuple[str, ...]
    product: tuple[str, ...]
    pages: tuple[str, ...]
    tests: tuple[str, ...]
    reason: CoverageReason | None

    @property
    def covered(self) -> bool:
        """Whether there is code or a reason."""
        return bool(self.code) or self.reason is not None


def rows(templates: Iterable[Path] = (), tests: Path | None = None) -> tuple[CoverageRow, ...]:
    """The table, in the order of the clauses.

    Args:
        templates: folders that hold pages.
        tests: the folder of the tests, None where there is no checkout.
    """
    code, called = _code(), callers()
    pages = _pages(templates)
    trials = () if tests is None else read_trials(tests)
    found = []
    for clause in (*LHASA, *NATIONAL):
        names = tuple(dict.fromkeys(code.get(clause.id, ())))
        found.append(
            CoverageRow(
                clause,
                names,
                tuple(name for name in names if name in called),
                tuple(sorted(pages.get(clause.id, ()))),
                that_try(clause.id, names, trials),
                NOT_BY_SOFTWARE.get(clause.id),
            )
        )
    return tuple(found)


def untried(table: Iterable[CoverageRow]) -> tuple[str, ...]:
    """Duties and prohibitions that code carries out and no test tries."""
    binding = (ClauseKind.DUTY, ClauseKind.PROHIBITION)
    return tuple(
        f"{row.clause.id}: no test tries it"
        for row in table
        if row.code and not row.tests and row.clause.kind in binding
    )


def faults() -> tuple[str, ...]:
    """What is wrong with the tables: a clause with neither code nor reason or with both, names that lead nowhere, code elsewhere that
    nobody calls, a reason that says something is kept and not by which model, and what `serving` misses: a duty or a ground that is gone, or that nobody declared."""
    found = []
    for row in rows():
        if not row.covered:
            found.append(f"{row.clause.id}: neither code nor reason")
        elif row.code and row.reason:
            found.append(f"{row.clause.id}: has code and a reason why there is none")
    for clause in (*NOT_BY_SOFTWARE, *ELSEWHERE):
        try:
            find(clause)
        except UnknownClause as error:
            found.append(str(error))
    for clause, reason in NOT_BY_SOFTWARE.items():
        if _KEPT.search(reason[0]) and not reason.model:
            found.append(f"{clause}: the reason says that something is kept and names no model")
        elif (model := reason.model) and not keeps(*model.split(":")):
            found.append(f"{clause}: there is no {model}")
    for clause, names in ELSEWHERE.items():
        found += [f"{clause}: {fault}" for name in names if (fault := _fault_of(name))]
    return (*found, *serving_faults())


def _fault_of(name: str) -> str:
    module, _, function = name.partition(":")
    if not function:
        return f"{name} names no function"
    if module not in MODULES:
        return f"{module} has no words for readers"
    if not defines(module, function):
        return f"there is no {name}"
    return "" if name in callers() else f"nothing in the product calls {name}"


def _code() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}

    def add(clauses: Iterable[str], name: str) -> None:
        for clause in clauses:
            found.setdefault(clause, []).append(name)

    # By name: in which order the modules came to be imported is nobody's business here.
    for obligation in sorted(OBLIGATIONS.values(), key=lambda one: (one.check.__module__, one.name)):
        add(obligation.clauses, f"{obligation.check.__module__}.{obligation.name}")
    for entry in GROUNDS.values():
        add(entry.clauses, f"{entry.unmet.__module__}.unmet")
    for row in ROWS:
        add({row.clause, row.clause.partition("(")[0]}, f"custodes.law.fines.table:{row.clause}")
    for deadline in EVERY:
        add(deadline.clauses, f"custodes.law.deadlines.table:{deadline.kind}")
    for rule in (FLOOR, NATIONAL_FLOOR, KEY_TARGET):
        add((rule.clause,), "custodes.law.retention.keeping")
    add(CEILING, "custodes.law.retention.keeping")
    for clause, modules in ELSEWHERE.items():
        found.setdefault(clause, []).extend(modules)
    return found


def _pages(templates: Iterable[Path]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for folder in templates:
        for path in sorted(folder.rglob("*.html")):
            for chip in _CHIP.finditer(path.read_text(encoding="utf-8")):
                try:
                    clause = find(chip["id"]).id
                except UnknownClause:
                    continue
                found.setdefault(clause, set()).add(path.relative_to(folder).as_posix())
        room = folder.parent
        for path in sorted(room.rglob("case.py")):
            for clause in _declared(path):
                found.setdefault(clause, set()).add(f"{room.name}/{path.relative_to(room).as_posix()}")
    return found


def _declared(path: Path) -> Iterator[str]:
    """Clauses that a declared kind of case names: its pages show them beside each step."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _WRITTEN.fullmatch(node.value):
            try:
                yield find(node.value).id
            except UnknownClause:
                continue


_HEAD = """# What the program does for each clause

Generated by `custodes law coverage --write`; `custodes law coverage --check` fails when a clause has neither code nor a reason, when a substitute is called by nothing, when a function that is declared to serve it (`law/coverage/serving.py`, `serving.py`) is gone or serves nothing, when no test tries a duty or a prohibition, or when this page is old.
*Library* is what the pure library of the law knows of a clause, as `module.function`, `module:function` or `table:row`; *not called* is what only the pages about the law, `custodes law` and tests ask. *Product* is what carries the clause out: the app, process or command that calls the library, or the function elsewhere that does it. A clause with nothing there is not carried out, though it can be asked about. Who calls what is read from the program's text (`commands/law/coverage.py`); that an answer is heeded is for the tests. A fine counts where the law's pages compute it. Pages are templates, and `case.py` of declared kinds of case, whose pages show the clauses of each step. A test is one that asks for that very function, ground or row, or is marked with the clause and calls the function (`law/coverage/table.py`); two are listed, and how many there are. It grows as parts are built.

"""
_COLUMNS = (
    "| clause | text | library | product | pages | tests | why not |\n| --- | --- | --- | --- | --- | --- | --- |\n"
)
_ALL, _LAW = "custodes.", "custodes.law."
_LONGEST = 28
_MOST_TESTS = 2


def page(rows: Sequence[CoverageRow]) -> str:
    """The Markdown page."""
    product, with_code = sum(bool(row.product) for row in rows), sum(bool(row.code) for row in rows)
    counted = (
        f"{len(rows)} clauses: {product} carried out by the product, {with_code - product} known to the library alone, "
        f"{len(rows) - with_code} with a reason.\n\n"
    )
    return _HEAD + counted + _COLUMNS + "".join(_line(row) for row in rows)


def _line(row: CoverageRow) -> str:
    text = row.clause.zh if len(row.clause.zh) <= _LONGEST else f"{row.clause.zh[:_LONGEST]}…"
    cells = (
        row.clause.id,
        text,
        "<br>".join(_library(row)),
        "<br>".join(_product(row)),
        "<br>".join(f"`{name}`" for name in row.pages),
        _tests(row.tests),
        _reason(row),
    )
    return f"| {' | '.join(cells)} |\n"


def _library(row: CoverageRow) -> list[str]:
    names = [name for name in row.code if name.startswith(_LAW)]
    return [f"`{name.removeprefix(_ALL)}`{'' if name in row.product else ' (not called)'}" for name in names]


def _product(row: CoverageRow) -> list[str]:
    """Functions elsewhere, and the modules that call the library's."""
    called = callers()
    named = (called[name] if name.startswith(_LAW) else name for name in row.product)
    return [f"`{name.removeprefix(_ALL)}`" for name in dict.fromkeys(named)]


def _reason(row: CoverageRow) -> str:
    if row.reason is None:
        return ""
    kept = f" (`{row.reason.model.removeprefix(_ALL)}`)" if row.reason.model else ""
    return f"{row.reason.zh} {row.reason.en}{kept}"


def _tests(names: Sequence[str]) -> str:
    """The first ones, of different files where there are such, and how many more."""
    by_file = {name.partition("::")[0]: name for name in reversed(names)}
    first = list(reversed(by_file.values()))[:_MOST_TESTS]
    more = len(names) - len(first)
    shown = [f"`{name.removeprefix('tests/')}`" for name in first]
    return "<br>".join([*shown, *([f"and {more} more"] if more else [])])
