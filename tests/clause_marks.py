"""``@pytest.mark.clause("S7")``: the test tries code that carries the clause out, and fails where it never calls it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from types import FunctionType
from typing import Any

import pytest

from custodes.law.coverage.serving import ELSEWHERE, SERVED_BY
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.grounds.registry import GROUNDS


@pytest.fixture(autouse=True)
def _marked_clauses_are_tried(request: pytest.FixtureRequest) -> Iterator[None]:
    clauses = {str(clause) for mark in request.node.iter_markers("clause") for clause in mark.args}
    if not clauses:
        yield
        return
    with awaited({clause: functions_of(clause) for clause in clauses}) as untried:
        yield
    assert not untried, f"marked with {', '.join(sorted(untried))}, and calls none of the functions that serve it"


def functions_of(clause: str) -> set[str]:
    """What serves the clause, each as ``module:function``."""
    found = set(ELSEWHERE.get(clause, ()))
    found.update(f"{OBLIGATIONS[name].check.__module__}:{name}" for name in SERVED_BY.get(clause, ()))
    found.update(f"custodes.law.grounds.{one.name}:unmet" for one in GROUNDS.values() if clause in one.clauses)
    return found


_NOTED: dict[str, Callable[..., Any]] = {}
"""What stands in for a function that is watched, by the name of the watch; as a global of the function's module its code finds it there."""


@contextmanager
def awaited(serving: dict[str, set[str]]) -> Iterator[set[str]]:
    """Clauses of which none of the functions was called yet.

    The functions themselves are watched: to be told of every call of a test (`sys.setprofile`) took a third of its time.
    """
    untried = set(serving)

    def note(called: str) -> None:
        untried.difference_update([clause for clause in untried if called in serving[clause]])

    with ExitStack() as watched:
        for name in set[str]().union(*serving.values()):
            watched.enter_context(_watched(name, note))
        yield untried


@contextmanager
def _watched(name: str, note: Callable[[str], None]) -> Iterator[None]:
    function = _function(name)
    code, key = function.__code__, f"{name} {len(_NOTED)}"
    own = FunctionType(code, function.__globals__, function.__name__, function.__defaults__)
    own.__kwdefaults__ = function.__kwdefaults__

    def called(*args: Any, **named: Any) -> Any:
        note(name)
        return own(*args, **named)

    _NOTED[key] = called
    function.__globals__["_NOTED"] = _NOTED
    # Whoever imported the function by name has this object: only its code can be changed for everybody.
    instead = _instead.__code__
    function.__code__ = instead.replace(
        co_consts=tuple(key if one == "?" else one for one in instead.co_consts),
        co_filename=code.co_filename,
        co_firstlineno=code.co_firstlineno,
        co_name=code.co_name,
        co_qualname=code.co_qualname,
    )
    try:
        yield
    finally:
        function.__code__ = code
        del _NOTED[key]


def _instead(*args: Any, **named: Any) -> Any:
    return _NOTED["?"](*args, **named)


def _function(name: str) -> FunctionType:
    module, path = name.split(":")
    found: Any = import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    found = inspect.unwrap(found)
    found = getattr(found, "__func__", found)
    assert isinstance(found, FunctionType), f"{name} is no function"
    assert not found.__closure__, f"{name} closes over names, which the code that stands in for it does not"
    return found
