"""``@pytest.mark.clause("S7")``: the test tries code that carries the clause out, and fails where it never calls it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from custodes.law.coverage.elsewhere import ELSEWHERE
from custodes.law.coverage.serving import SERVED_BY
from custodes.law.duties.all import OBLIGATIONS


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
    for name in SERVED_BY.get(clause, ()):
        ground = name.removeprefix("ground:")
        found.add(
            f"{OBLIGATIONS[name].check.__module__}:{name}"
            if name in OBLIGATIONS
            else f"custodes.law.grounds.{ground}:unmet"
        )
    return found


@contextmanager
def awaited(serving: dict[str, set[str]]) -> Iterator[set[str]]:
    """Clauses of which this thread has called none of the functions yet; it is not watched any longer once that is none."""
    untried = set(serving)
    before = sys.getprofile()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        del argument
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith("custodes."):
            called = f"{module}:{frame.f_code.co_qualname}"
            untried.difference_update([clause for clause in untried if called in serving[clause]])
            if not untried:  # watching costs more than most of what is watched
                sys.setprofile(before)

    sys.setprofile(note)
    try:
        yield untried
    finally:
        sys.setprofile(before)
