"""Every regular expression of the product, found in its source, with the ways in which it is used."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SRC = Path(__file__).resolve().parents[2] / "src"
WAYS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")
_AS = {"finditer": "search", "findall": "search", "sub": "search", "subn": "search", "split": "search"}
_FLAGS = {
    "compile": 1,
    "match": 2,
    "fullmatch": 2,
    "search": 2,
    "finditer": 2,
    "findall": 2,
    "split": 3,
    "sub": 4,
    "subn": 4,
}
"""Which argument the flags are."""
_MAY_CALL = re.compile(rf"\bre\.(?:{'|'.join(_FLAGS)})\b")


@dataclass(frozen=True)
class Found:
    """One expression.

    Attributes:
        name: ``module:NAME``, or ``module:function`` where it stands within one; a further one there has ``#2``.
        pattern: None where its text depends on what is known only when it runs.
        ways: ``match``, ``fullmatch`` and ``search`` (which stands for all that look for a place), those that it is used in.
    """

    name: str
    pattern: re.Pattern[Any] | None
    ways: frozenset[str]


def find_all() -> dict[str, Found]:
    """All of them by name."""
    found: dict[str, Found] = {}
    texts = {
        path: path.read_text(encoding="utf-8") for path in sorted(SRC.rglob("*.py")) if "migrations" not in path.parts
    }
    used = _uses(texts.values())
    for path, text in texts.items():
        if not _MAY_CALL.search(text):
            continue
        here = _uses([text])
        module = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
        for where, call in _calls(ast.parse(text)):
            name, number = f"{module}:{where}", 2
            while name.removeprefix("custodes.") in found:
                name, number = f"{module}:{where}#{number}", number + 1
            # A name with an underscore is used where it stands; another module may have one that is called the same.
            by_name = here if where.startswith("_") else used
            ways = by_name.get(where, frozenset()) if call.func.attr == "compile" else frozenset([call.func.attr])  # type: ignore[attr-defined]
            found[name.removeprefix("custodes.")] = Found(
                name, _pattern(module, call), frozenset(_AS.get(way, way) for way in ways or WAYS[:3])
            )
    return found


def _uses(texts: Any) -> dict[str, frozenset[str]]:
    """How each name is used, wherever it is imported to."""
    use = re.compile(rf"(\w+)\.({'|'.join(WAYS)})\b")
    ways: dict[str, set[str]] = {}
    for text in texts:
        for name, way in use.findall(text):
            ways.setdefault(name, set()).add(way)
    return {name: frozenset(found) for name, found in ways.items()}


def _calls(tree: ast.AST, where: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Calls of `re`'s functions, with the name that they are assigned to or the function that they stand in."""
    for node in ast.iter_child_nodes(tree):
        here = where
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            here = node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and not where:
            here = node.targets[0].id
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and not where:
            here = node.target.id
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _FLAGS
        ):
            yield here, node
        yield from _calls(node, here)


def _pattern(module: str, call: ast.Call) -> re.Pattern[Any] | None:
    assert isinstance(call.func, ast.Attribute)
    at = _FLAGS[call.func.attr]
    flags = next(
        (one.value for one in call.keywords if one.arg == "flags"), call.args[at] if len(call.args) > at else None
    )
    names = vars(importlib.import_module(module))
    try:
        text, options = (
            eval(compile(ast.Expression(part), module, "eval"), dict(names)) if part is not None else 0
            for part in (call.args[0], flags)
        )
    except NameError:
        return None
    return re.compile(text, options) if isinstance(text, str | bytes) else None
