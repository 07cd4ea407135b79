"""Obligations by clause: each function that checks one says so with `@obligation`.

Every check takes ``(facts, conduct, today, terms)``, so that any of them can be called alike. What is not in force on the day of
conduct is taken out here, in one place: a check that rests on nothing that was in force is not applicable, and no finding names a
clause that was not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from custodes.law.clauses.registry import find, holds
from custodes.law.duties.finding import Finding, not_applicable
from custodes.law.duties.terms import Terms

Check = Callable[[Any, date, date, Terms], Finding]
_C = TypeVar("_C", bound=Callable[..., Finding])


@dataclass(frozen=True, slots=True)
class Obligation:
    """One function and the clauses that it checks."""

    name: str
    clauses: tuple[str, ...]
    check: Check


OBLIGATIONS: dict[str, Obligation] = {}
"""By name of the function, in the order in which the modules were read."""


def obligation(*clauses: str) -> Callable[[_C], Check]:
    """Register the function below as the check of these clauses.

    Raises:
        UnknownClause: one of them does not exist.
    """
    for clause in clauses:
        find(clause)

    def register(check: _C) -> Check:
        @wraps(check)
        def on_its_day(facts: Any, conduct: date, today: date, terms: Terms) -> Finding:
            if not any(holds(clause, conduct) for clause in clauses):
                return _not_yet()
            return _in_force(check(facts, conduct, today, terms), conduct)

        OBLIGATIONS[check.__name__] = Obligation(check.__name__, clauses, on_its_day)
        return on_its_day

    return register


def of_clause(clause: str) -> tuple[Obligation, ...]:
    """The functions that check this clause."""
    return tuple(one for one in OBLIGATIONS.values() if clause in one.clauses)


def _in_force(finding: Finding, day: date) -> Finding:
    held = tuple(clause for clause in finding.clauses if holds(clause, day))
    return replace(finding, clauses=held) if held else _not_yet()


def _not_yet() -> Finding:
    return not_applicable((), "该义务的依据在该日尚未施行", "what it rests on was not in force on that day")
