"""What a module of the program defines, read and not imported: most of those that carry a clause out want Django."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[2]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def defines(module: str, name: str) -> bool:
    """Whether ``custodes.node.gate`` defines ``Gate.admit``: a function, or a method of a class."""
    *classes, function = name.split(".")
    body = _body(module)
    for part in classes:
        body = next((one.body for one in body if isinstance(one, ast.ClassDef) and one.name == part), [])
    return any(isinstance(one, _FUNCTIONS) and one.name == function for one in body)


@cache
def _body(module: str) -> list[ast.stmt]:
    path = _PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py")
    return ast.parse(path.read_text(encoding="utf-8")).body if path.is_file() else []
