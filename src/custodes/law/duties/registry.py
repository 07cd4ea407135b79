"""Obligations by clause: each function that checks one says so with `@obligation`.

Every check takes ``(facts, conduct, today, terms)``, so that any of them can be called alike. What is not in force on the day of
conduct is taken out here, in one place: a check that rests on nothing that was in force is not applicable, and no finding names a
clause that was not. So is what N9 takes off the systems of its places: facts that can be of one say so in a field `n9`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from custodes.law.clauses.regime import binds
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
            n9 = bool(getattr(facts, "n9", False))
            if not any(holds(clause, conduct) for clause in clauses):
                return _not_yet()
            if not any(binds(clause, conduct, n9) for clause in clauses):
                return _n9()
            return _binding(check(facts, conduct, today, terms), conduct, n9)

        OBLIGATIONS[check.__name__] = Obligation(check.__name__, clauses, on_its_day)
        return on_its_day

    return register


def of_clause(clause: str) -> tuple[Obligation, ...]:
    """The functions that check this clause."""
    return tuple(one for one in OBLIGATIONS.values() if clause in one.clauses)


def _binding(finding: Finding, day: date, n9: bool) -> Finding:
    if not any(holds(clause, day) for clause in finding.clauses):
        return _not_yet()
    bound = tuple(clause for clause in finding.clauses if binds(clause, day, n9))
    return replace(finding, clauses=bound) if bound else _n9()


def _not_yet() -> Finding:
    return not_applicable((), "该义务的依据在该日尚未施行", "what it rests on was not in force on that day")


def _n9() -> Finding:
    return not_applicable(
        ("N9",), "属于条例第九条的场所，条例的该项要求不适用", "a place of N9: Order 799 does not ask this of it"
    )
