"""What a ground asks on a day: conditions whose clause was not in force then do not exist, in one place for every ground.

A condition that an older clause carries as well names that one (`Unmet.before`). A ground whose own basis was not in force yields
nothing at all: deny by default holds on every day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from typing import TypeVar

from custodes.law.calendar.days import day_of
from custodes.law.clauses.registry import find, holds
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
            return tuple(kept for one in unmet(facts, at) if (kept := on_day(one, day)) is not None)

        return asked

    return on_its_day


def on_day(condition: Unmet, day: date) -> Unmet | None:
    """The condition as it stood on `day`: under its clause, under the one that carried it before, or not at all."""
    if holds(condition.clause, day):
        return condition
    if condition.before and holds(condition.before, day):
        return replace(condition, clause=condition.before, before="")
    return None


_NO_BASIS_YET = Unmet(
    "PIPL6",
    "该依据在这一天尚未施行，不能据此查看",
    "this ground was not in force on that day: nothing may be seen under it",
    "请以当时有效的依据办理",
    "use a ground that was in force then",
)
