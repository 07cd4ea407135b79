"""`custodes law coverage`: what the program does for each clause, or why software can't.

Who calls what carries a clause out, read from the program's own text (`ast`): a function that only tests and commands ask serves nobody.

Apps, processes and commands are read whole; a library's function counts when one of them refers to it, itself or through other
functions of the libraries. Left out are what only explains the law (its pages, `custodes law`), which asks everything, and the demo's
story. Registries are not followed either: they name each function there is.

What is read is text: a name that is looked up by a string is not seen, but for ``getattr(module, …)``, which counts for each name of
that module. That a function is referred to does not prove that its answer is heeded: the tests of its clause do (`coverage/table.py`).
"""

from __future__ import annotations

import ast
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from custodes.commands.law.answering import Json, say
from custodes.law.coverage.serving import ELSEWHERE
from custodes.law.coverage.table import CALLED, callers, faults, page, rows, untried
from custodes.law.deadlines.table import EVERY
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.fines.table import ROWS
from custodes.law.grounds.registry import GROUNDS

SOURCE = Path(__file__).parents[2]
CHECKOUT = SOURCE.parents[1]
PAGE = CHECKOUT / "docs/law-coverage.md"


def coverage(
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Fail when a clause has neither code nor reason, what serves it is gone, untried or not called, or the page is old.",
        ),
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write docs/law-coverage.md and who calls what (in a checkout).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Clause by clause: code, pages, tests, or the reason why there is none.

    Exit code 0: shown, written, or nothing wrong. 1: `--check` found something.
    """
    tests, in_checkout = CHECKOUT / "tests", PAGE.parent.is_dir()
    calls = called(SOURCE) if in_checkout and (check or write) else callers()
    if write and in_checkout:
        CALLED.write_text(json.dumps(calls, indent=1) + "\n", encoding="utf-8")
        callers.cache_clear()
    table = rows(sorted(SOURCE.glob("*/templates")), tests if tests.is_dir() else None)
    wrong = [*faults(), *(untried(table) if tests.is_dir() else ())]
    if calls != callers():
        wrong.append("law/coverage/called.json is old: run custodes law coverage --write")
    if write and in_checkout:
        PAGE.write_text(page(table), encoding="utf-8")
    if in_checkout and (not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page(table)):
        wrong.append("docs/law-coverage.md is old: run custodes law coverage --write")
    with_code, product = sum(bool(row.code) for row in table), sum(bool(row.product) for row in table)
    document = {
        "clauses": len(table),
        "with_code": with_code,
        "by_product": product,
        "with_reason": len(table) - with_code,
        "faults": wrong,
        "rows": [
            {
                "clause": row.clause.id,
                "code": list(row.code),
                "product": list(row.product),
                "pages": list(row.pages),
                "tests": list(row.tests),
                "reason": row.reason._asdict() if row.reason else None,
            }
            for row in table
        ],
    }
    lines = (
        wrong
        if check
        else [f"{row.clause.id}\t{', '.join(row.code) or (row.reason.zh if row.reason else '')}" for row in table]
    )
    say(
        document,
        [*lines, f"{len(table)} clauses, {with_code} with code, {product} carried out by the product"],
        as_json,
    )
    raise typer.Exit(1 if check and wrong else 0)


PRODUCT = (
    "people",
    "places",
    "access",
    "sharing",
    "upkeep",
    "oversight",
    "web",
    "node",
    "gateway",
    "notary",
    "witness",
    "commands",
)
LIBRARIES = ("law", "ledger", "video", "documents", "evidence", "gb28181")
_LEFT_OUT = ("custodes.web.lawbook", "custodes.commands.law")
_COUNTS = "custodes.law.deadlines.counting"
_DEADLINES = "custodes.law.deadlines.table"
_REGISTRIES = frozenset(
    {
        ("custodes.law.grounds.registry", "GROUNDS"),
        ("custodes.law.duties.registry", "OBLIGATIONS"),
        (_DEADLINES, "EVERY"),
        (_DEADLINES, "BY_KIND"),
        (_DEADLINES, "BACKWARD_BY_KIND"),
    }
)
_FINES = ("custodes.law.fines.act", "assess_act")
_RETENTION = ("custodes.law.retention", "keeping")

Name = tuple[str, str]
"""Module, and a name at its top."""


@dataclass
class _Text:
    """What one statement, or a whole module, says: ``a.b.c`` as a tuple, attributes of whatever, strings, looked-up modules."""

    chains: set[tuple[str, ...]] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    wholes: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, other: _Text) -> None:
        """Say that as well."""
        self.chains |= other.chains
        self.attributes |= other.attributes
        self.strings |= other.strings
        self.wholes |= other.wholes


class _Module:
    def __init__(self, name: str, path: Path) -> None:
        self.package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        self.imports: dict[str, Name] = {}
        self.tops: dict[str, list[_Text]] = {}
        self.whole = _Text()
        texts = [(statement, self._read(statement)) for statement in ast.parse(path.read_text(encoding="utf-8")).body]
        for statement, text in texts:
            for top in _defined(statement):
                self.tops.setdefault(top, []).append(text)
        for _statement, text in texts:
            text.chains = {chain for chain in text.chains if chain[0] in self.tops or chain[0] in self.imports}
            self.whole.add(text)
        self.counts = any(source == _COUNTS for source, _name in self.imports.values())

    def _read(self, statement: ast.stmt) -> _Text:
        text = _Text()
        for node in ast.walk(statement):
            if isinstance(node, (ast.Name, ast.Attribute)):
                if isinstance(node, ast.Attribute):
                    text.attributes.add(node.attr)
                text.chains.update(_chain(node))
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    text.strings.add(node.value)
            elif isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name) and node.func.id == "getattr":
                    text.wholes.update(_chain(node.args[0]))
                elif (
                    isinstance(node.func, ast.Name) and node.func.id == "gathers"
                ):  # the door asks the ground of that name
                    text.chains.update((*chain[:-1], "unmet") for chain in _chain(node.args[0]))
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
        return text

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                self.imports[alias.asname or first] = (alias.name if alias.asname else first, "")
            return
        above = self.package.split(".")
        up = above[: len(above) - node.level + 1] if node.level else []
        source = ".".join([*up, *([node.module] if node.module else [])])
        for alias in node.names:
            self.imports[alias.asname or alias.name] = (source, alias.name)


@dataclass
class Callers:
    """What is referred to, each with the first module that leads there."""

    names: dict[Name, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def of(self, module: str, name: str) -> str:
        """The module that calls ``function`` or ``Class.method``; empty where none does."""
        top, _, method = name.partition(".")
        return self.names.get((module, top), "") if not method or method in self.attributes else ""


class ParsedProgram:
    """The modules of the program, parsed.

    Args:
        root: the folder ``custodes``.
    """

    def __init__(self, root: Path) -> None:
        self._modules = {
            _dotted(root, path): _Module(_dotted(root, path), path)
            for room in (*PRODUCT, *LIBRARIES)
            for path in sorted((root / room).rglob("*.py"))
            if "migrations" not in path.parts
        }

    def callers(self, *packages: str) -> Callers:
        """What is referred to from these packages; without any, from all of the product but what is left out."""
        found = Callers()
        waiting: deque[Name] = deque()

        def take(module: str, text: _Text, by: str) -> None:
            for attribute in text.attributes:
                found.attributes.setdefault(attribute, by)
            if self._modules[module].counts or module == _DEADLINES:  # due("filing", …), REMOVAL
                for word in text.strings:
                    found.kinds.setdefault(word, by)
            for name in sorted(self._names(module, text) - found.names.keys() - _REGISTRIES):
                found.names[name] = by
                waiting.append(name)

        for module, known in sorted(self._modules.items()):
            if _within(module, packages) if packages else _room(module) in PRODUCT and not _within(module, _LEFT_OUT):
                take(module, known.whole, module)
        while waiting:
            module, top = waiting.popleft()
            if _room(module) in LIBRARIES:
                for text in self._modules[module].tops[top]:
                    take(module, text, found.names[module, top])
        return found

    def _names(self, module: str, text: _Text) -> set[Name]:
        found = {name for chain in text.chains if (name := self._lead(module, chain)) and name[1]}
        for chain in text.wholes:
            whole = self._lead(module, chain)
            if whole and not whole[1]:
                found |= {(whole[0], top) for top in self._modules[whole[0]].tops}
        return found

    def _lead(self, module: str, chain: tuple[str, ...]) -> Name | None:
        """Where ``x`` or ``x.y`` of a module leads: ``(module, name)``, ``(module, "")`` for a module, None for a name of its own."""
        found = self._top(module, chain[0])
        for part in chain[1:]:
            if found is None or found[1]:
                break
            found = self._top(found[0], part)
        return found

    def _top(self, module: str, name: str) -> Name | None:
        while (known := self._modules.get(module)) is not None:
            if name in known.tops:
                return module, name
            if name not in known.imports or known.imports[name] == (module, name):
                break
            module, name = known.imports[name]
            if not name:
                return (module, "") if module in self._modules else None
        below = f"{module}.{name}"
        return (below, "") if below in self._modules else None


def called(root: Path) -> dict[str, str]:
    """By the name that the table of coverage gives it: the module of the product that calls it. What nobody calls is left out.

    A deadline counts where its kind is counted, by an app or by a duty that one asks. A fine counts where the law's pages compute
    it: to count it is all that a program can do about a penalty.
    """
    apps, pages = _read(root)
    found: dict[str, str] = {}
    for duty in OBLIGATIONS.values():
        found[f"{duty.check.__module__}.{duty.name}"] = apps.of(duty.check.__module__, duty.name)
    for ground in GROUNDS.values():
        found[f"{ground.unmet.__module__}.unmet"] = apps.of(ground.unmet.__module__, "unmet")
    found[".".join(_RETENTION)] = apps.of(*_RETENTION)
    for deadline in EVERY:
        found[f"custodes.law.deadlines.table:{deadline.kind}"] = apps.kinds.get(deadline.kind, "")
    for row in ROWS:
        found[f"custodes.law.fines.table:{row.clause}"] = pages.of(*_FINES)
    for names in ELSEWHERE.values():
        for name in names:
            module, _, function = name.partition(":")
            found[name] = apps.of(module, function)
    return {name: by for name, by in sorted(found.items()) if by}


@cache
def _read(root: Path) -> tuple[Callers, Callers]:
    tree = ParsedProgram(root)
    return tree.callers(), tree.callers("custodes.web.lawbook")


def _chain(node: ast.expr) -> Iterator[tuple[str, ...]]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield (node.id, *reversed(parts))


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(f"{module}.".startswith(f"{one}.") for one in packages)


def _room(module: str) -> str:
    return module.split(".")[1]


def _dotted(root: Path, path: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
