"""Obligations by clause: each function that checks one says so with `@obligation`.

Every check takes ``(facts, conduct, today, terms)``, so that any of them can be called alike. What is not in force on the day of
conduct is taken out here, in one place: a check that rests on nothing that was in force is not applicable, and no finding names a
clause that was not. So is what N9 takes off the systems of its places: facts that can be of one say so in a field `n9`.

What an obligation is told has to be possible: nothing is done before what it answers, nor on a day that has not come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

from custodes.law.bad_input import BadInput
from custodes.law.clauses.registry import binds, find, holds
from custodes.law.duties.finding import DutyFinding, LegalTerms, not_applicable


def done_by(field: str, day: date | None, today: date, after: date | None = None) -> None:
    """Whether something can have been done on `day`, which is None while it was not.

    Args:
        after: the day of what it answers, where it can't come before it.

    Raises:
        BadInput: it lies before `after`, or in the future.
    """
    if day is None:
        return
    if after is not None and day < after:
        raise BadInput(field, f"it can't come before {after:%Y-%m-%d}, the day of what it answers", "check both days")
    if day > today:
        raise BadInput(field, f"{day:%Y-%m-%d} has not come: what was done lies in the past", "check the day")


def not_before(field: str, moment: datetime | None, first: datetime) -> None:
    """Whether `moment`, which is None while it has not come, can follow `first`.

    Raises:
        BadInput: it lies before.
    """
    if moment is not None and moment < first:
        raise BadInput(field, "it can't come before what it answers", "check both times")


def counted(field: str, number: int) -> None:
    """Whether something was counted: no number of things or seconds is below none.

    Raises:
        BadInput: it is negative.
    """
    if number < 0:
        raise BadInput(field, "there are not less than none", "check the number")


Check = Callable[[Any, date, date, LegalTerms], DutyFinding]
_C = TypeVar("_C", bound=Callable[..., DutyFinding])


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
        def on_its_day(facts: Any, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
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


def _binding(finding: DutyFinding, day: date, n9: bool) -> DutyFinding:
    if not any(holds(clause, day) for clause in finding.clauses):
        return _not_yet()
    bound = tuple(clause for clause in finding.clauses if binds(clause, day, n9))
    return replace(finding, clauses=bound) if bound else _n9()


def _not_yet() -> DutyFinding:
    return not_applicable((), "该义务的依据在该日尚未施行", "what it rests on was not in force on that day")


def _n9() -> DutyFinding:
    return not_applicable(
        ("N9",), "属于条例第九条的场所，条例的该项要求不适用", "a place of N9: Order 799 does not ask this of it"
    )
