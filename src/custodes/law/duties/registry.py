"""Obligations by clause: each function that checks one says so with `@obligation`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from custodes.law.clauses.registry import find
from custodes.law.duties.finding import Finding

Check = Callable[..., Finding]
_C = TypeVar("_C", bound=Check)


@dataclass(frozen=True, slots=True)
class Obligation:
    """One function and the clauses that it checks."""

    name: str
    clauses: tuple[str, ...]
    check: Callable[..., Any]


OBLIGATIONS: dict[str, Obligation] = {}
"""By name of the function, in the order in which the modules were read."""


def obligation(*clauses: str) -> Callable[[_C], _C]:
    """Register the function below as the check of these clauses.

    Raises:
        UnknownClause: one of them does not exist.
    """
    for clause in clauses:
        find(clause)

    def register(check: _C) -> _C:
        OBLIGATIONS[check.__name__] = Obligation(check.__name__, clauses, check)
        return check

    return register


def of_clause(clause: str) -> tuple[Obligation, ...]:
    """The functions that check this clause."""
    return tuple(one for one in OBLIGATIONS.values() if clause in one.clauses)
