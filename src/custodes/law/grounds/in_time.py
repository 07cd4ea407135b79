"""What a ground asks on a day: conditions whose clause does not bind then do not exist, in one place for every ground.

A clause does not bind before it was in force, and N9 takes some of Order 799 off the systems of its places: facts that can be of one
say so in a field `n9`. A condition that another clause carries as well names that one (`Unmet.otherwise`). A ground whose own basis
was not in force yields nothing at all: deny by default holds on every day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

from custodes.law.calendar.days import day_of
from custodes.law.clauses.registry import binds, find, holds
from custodes.law.grounds.ground import Unmet

_F = TypeVar("_F")
_Ask = Callable[[_F, datetime], tuple[Unmet, ...]]


def resting_on(basis: str) -> Callable[[_Ask[_F]], _Ask[_F]]:
    """The ground below rests on `basis`: before that clause was in force it opens nothing.

    Raises:
        UnknownClause: there is no such clause.
    """
    find(basis)

    def on_its_day(unmet: _Ask[_F]) -> _Ask[_F]:
        @wraps(unmet)
        def asked(facts: _F, at: datetime) -> tuple[Unmet, ...]:
            day = day_of(at)
            if not holds(basis, day):
                return (_NO_BASIS_YET,)
            n9 = of_n9(facts)
            return tuple(kept for one in unmet(facts, at) if (kept := on_day(one, day, n9)) is not None)

        return asked

    return on_its_day


def of_n9(facts: Any) -> bool:
    """Whether the facts say that all that is asked for is of systems of N9's places; nobody having said so it is not."""
    return bool(getattr(facts, "n9", False))


def on_day(condition: Unmet, day: date, n9: bool = False) -> Unmet | None:
    """The condition as it stands on `day`: under its clause, under the one that carries it otherwise, or not at all.

    Args:
        n9: all that is asked for is of systems of N9's places.
    """
    if binds(condition.clause, day, n9):
        return condition
    if condition.otherwise and binds(condition.otherwise, day, n9):
        return replace(condition, clause=condition.otherwise, otherwise="")
    return None


_NO_BASIS_YET = Unmet(
    "PIPL6",
    "该依据在这一天尚未施行，不能据此查看",
    "this ground was not in force on that day: nothing may be seen under it",
    "请以当时有效的依据办理",
    "use a ground that was in force then",
)
