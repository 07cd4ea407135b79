"""Which test files try a clause: those that name it, the function that checks it, or a module that carries it out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_ID = re.compile(r"(?<![\w.])[A-Z]+\d+(?:\.\d+)?[a-z]?(?:\(\d+\))?(?![\w(])")
_FROM = re.compile(r"^\s*from (?P<package>[\w.]+) import (?P<names>\([^)]*\)|[^\n]+)", re.MULTILINE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class TestFile:
    """One test file.

    Attributes:
        path: from the folder above the tests.
        ids: clauses that it names.
        words: words in it.
        modules: what it imports: packages, and packages with what is taken from them.
    """

    path: str
    ids: frozenset[str]
    words: frozenset[str]
    modules: frozenset[str]


def read_tests(tests: Path) -> tuple[TestFile, ...]:
    """Every file below the folder of the tests, in order."""
    return tuple(
        _read(path, tests.parent)
        for path in sorted((*tests.rglob("*.py"), *tests.rglob("*.yaml")))
        # These name every clause and prove nothing about any.
        if not any(part in path.as_posix() for part in ("law/clauses", "law/coverage"))
    )


def _read(path: Path, root: Path) -> TestFile:
    text = path.read_text(encoding="utf-8")
    modules = set()
    for found in _FROM.finditer(text):
        modules.add(found["package"])
        modules |= {f"{found['package']}.{name}" for name in _WORD.findall(found["names"])}
    return TestFile(
        path.relative_to(root).as_posix(),
        frozenset(_ID.findall(text)),
        frozenset(_WORD.findall(text)),
        frozenset(modules),
    )


def files_that_try(clause: str, code: Sequence[str], files: Sequence[TestFile]) -> tuple[str, ...]:
    """Paths of the files that try the clause."""
    functions = {name.rpartition(".")[2] for name in code if name.startswith("custodes.law.duties.")}
    modules = {name.removesuffix(".unmet") for name in code if ":" not in name}
    return tuple(file.path for file in files if clause in file.ids or functions & file.words or modules & file.modules)
