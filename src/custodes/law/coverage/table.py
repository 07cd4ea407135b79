"""What the program does for each clause of the two regulations: code, pages, tests; or why software can't."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from custodes.law.clauses.clause import Clause, Kind
from custodes.law.clauses.registry import LHASA, NATIONAL, UnknownClause, find
from custodes.law.coverage.deeds import MODULES
from custodes.law.coverage.elsewhere import ELSEWHERE
from custodes.law.coverage.reasons import NOT_BY_SOFTWARE
from custodes.law.coverage.serving import serving_faults
from custodes.law.coverage.sources import defines
from custodes.law.coverage.tested import read_trials, that_try
from custodes.law.deadlines.table import EVERY
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.fines.table import ROWS
from custodes.law.grounds.registry import GROUNDS
from custodes.law.retention.rules import CEILING, FLOOR, KEY_TARGET, NATIONAL_FLOOR

_CHIP = re.compile(r"""clause[ =]["'](?P<id>[A-Z]+\d[^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Row:
    """One clause.

    Attributes:
        code: what carries it out: a duty or a ground as a dotted name, ``module:function`` elsewhere, or ``table:row``.
        pages: templates that show it.
        tests: ids of the tests that try its code (`tested`).
        reason: why software can't, Chinese and English; None when it can.
    """

    clause: Clause
    code: tuple[str, ...]
    pages: tuple[str, ...]
    tests: tuple[str, ...]
    reason: tuple[str, str] | None

    @property
    def covered(self) -> bool:
        """Whether there is code or a reason."""
        return bool(self.code) or self.reason is not None


def rows(templates: Iterable[Path] = (), tests: Path | None = None) -> tuple[Row, ...]:
    """The table, in the order of the clauses.

    Args:
        templates: folders that hold pages.
        tests: the folder of the tests, None where there is no checkout.
    """
    code = _code()
    pages = _pages(templates)
    trials = () if tests is None else read_trials(tests)
    found = []
    for clause in (*LHASA, *NATIONAL):
        names = tuple(dict.fromkeys(code.get(clause.id, ())))
        found.append(
            Row(
                clause,
                names,
                tuple(sorted(pages.get(clause.id, ()))),
                that_try(clause.id, names, trials),
                NOT_BY_SOFTWARE.get(clause.id),
            )
        )
    return tuple(found)


def untried(table: Iterable[Row]) -> tuple[str, ...]:
    """Duties and prohibitions that code carries out and no test tries."""
    binding = (Kind.DUTY, Kind.PROHIBITION)
    return tuple(
        f"{row.clause.id}: no test tries it"
        for row in table
        if row.code and not row.tests and row.clause.kind in binding
    )


def faults() -> tuple[str, ...]:
    """What is wrong with the tables: a clause with neither code nor reason or with both, names that lead nowhere, and what
    `serving` misses: a duty or a ground that is gone, or that nobody declared."""
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
    for clause, names in ELSEWHERE.items():
        found += [f"{clause}: {fault}" for name in names if (fault := _fault_of(name))]
    return (*found, *serving_faults())


def _fault_of(name: str) -> str:
    module, _, function = name.partition(":")
    if not function:
        return f"{name} names no function"
    if module not in MODULES:
        return f"{module} has no words for readers"
    return "" if defines(module, function) else f"there is no {name}"


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
        add((rule.clause,), "custodes.law.retention.keeping.keeping")
    add(CEILING, "custodes.law.retention.keeping.keeping")
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
    return found
