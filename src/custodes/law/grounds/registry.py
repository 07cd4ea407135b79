"""All grounds by name: what they ask, what they can never yield, the ways that are open instead; and that facts only narrow what an installation allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from custodes.law.assumptions import Assumptions, items
from custodes.law.bad_input import BadInput
from custodes.law.clauses.registry import binds, holds
from custodes.law.grounds import (
    agency,
    commissioning,
    duty,
    individual,
    inspection,
    maintenance,
    missing_person,
    own_image,
    release,
    view_check,
)
from custodes.law.grounds.ground import Never, OtherWay, Unmet


@dataclass(frozen=True, slots=True)
class GroundEntry:
    """One ground.

    Attributes:
        name: as in grants, records and commands.
        zh, en: its name for people.
        clauses: on which it rests.
        facts: the type of its input.
        unmet: the ground itself.
        awaiting: what the holder still owes besides; nothing is shown before.
        filled: fields of the facts (with a dot inside of one) that are assumed where nobody gives them, by the assumption's name;
            facts may narrow such a value and never widen it.
        rests_on: names of the assumptions on which the answer about given facts rests.
        granted: what a grant under it is called in lists, Chinese and English; None where no room grants looks under it.
        never: what it can't yield.
        ways: what is open instead.
    """

    name: str
    zh: str
    en: str
    clauses: tuple[str, ...]
    facts: type[Any]
    unmet: Callable[[Any, datetime], tuple[Unmet, ...]]
    never: tuple[Never, ...]
    ways: tuple[OtherWay, ...] = ()
    awaiting: Callable[[Any], tuple[Unmet, ...]] = lambda _: ()
    filled: tuple[tuple[str, str], ...] = ()
    rests_on: Callable[[Any], tuple[str, ...]] = lambda _: ()
    granted: tuple[str, str] | None = None

    def clauses_on(self, day: date, n9: bool = False) -> tuple[str, ...]:
        """Those of its clauses that bind on `day`, and N9 where it takes one off.

        Args:
            n9: all that is asked for is of systems of N9's places.
        """
        in_force = tuple(clause for clause in self.clauses if holds(clause, day))
        bound = tuple(clause for clause in in_force if binds(clause, day, n9))
        return bound if bound == in_force else (*bound, "N9")

    def ways_on(self, day: date) -> tuple[OtherWay, ...]:
        """The ways that were open on `day`."""
        return tuple(way for way in self.ways if holds(way.clause, day))

    def never_on(self, day: date) -> tuple[Never, ...]:
        """What it could never yield on `day`, each under a clause that was in force; without one it is still excluded."""
        return tuple(_never(one, day) for one in self.never)


def _never(one: Never, day: date) -> Never:
    for clause in (one.clause, one.otherwise):
        if clause and holds(clause, day):
            return replace(one, clause=clause)
    return replace(one, clause="")


_SPAN = ("scope.longest", "request_hours")

GROUNDS = {
    entry.name: entry
    for entry in (
        GroundEntry(
            "duty",
            "值班监看",
            "duty monitoring",
            duty.CLAUSES,
            duty.DutyFacts,
            duty.unmet,
            duty.NEVER,
            granted=("值班监看", "Duty monitoring"),
        ),
        GroundEntry(
            "commissioning",
            "接入核对",
            "commissioning",
            commissioning.CLAUSES,
            commissioning.CommissioningFacts,
            commissioning.unmet,
            commissioning.NEVER,
            granted=("接入核对", "Commissioning check"),
        ),
        GroundEntry(
            "view_check",
            "视场核对",
            "view check",
            view_check.CLAUSES,
            view_check.ViewCheckFacts,
            view_check.unmet,
            view_check.NEVER,
            granted=("视场核对", "View check"),
        ),
        GroundEntry(
            "agency",
            "查阅、调取、复制",
            "agency request",
            agency.CLAUSES,
            agency.AgencyFacts,
            agency.unmet,
            agency.NEVER,
            agency.WAYS,
            agency.awaiting,
            filled=(_SPAN, ("approvals_needed", "holder_approvals")),
            granted=("查阅调取", "Requests"),
        ),
        GroundEntry(
            "missing_person",
            "走失人员查看",
            "missing person",
            missing_person.CLAUSES,
            missing_person.MissingPersonFacts,
            missing_person.unmet,
            missing_person.NEVER,
            missing_person.WAYS,
            filled=(
                _SPAN,
                ("provisional", "provisional_minutes"),
                ("elderly_from", "elderly_from"),
                ("child_below", "child_below"),
            ),
            rests_on=missing_person.rests_on,
            granted=("走失人员查看", "Missing persons"),
        ),
        GroundEntry(
            "individual",
            "个人查阅",
            "individual",
            individual.CLAUSES,
            individual.IndividualFacts,
            individual.unmet,
            individual.NEVER,
            individual.WAYS,
            filled=(_SPAN,),
            granted=("个人查阅", "Individual's look"),
        ),
        GroundEntry(
            "own_image",
            "本人影像",
            "own image",
            own_image.CLAUSES,
            own_image.OwnImageFacts,
            own_image.unmet,
            own_image.NEVER,
            own_image.WAYS,
            filled=(_SPAN,),
            granted=("本人影像", "Own image"),
        ),
        GroundEntry(
            "maintenance",
            "维护",
            "maintenance",
            maintenance.CLAUSES,
            maintenance.MaintenanceFacts,
            maintenance.unmet,
            maintenance.NEVER,
            maintenance.WAYS,
            filled=(("furthest", "repair_back_minutes"),),
        ),
        GroundEntry(
            "inspection",
            "监督检查",
            "inspection",
            inspection.CLAUSES,
            inspection.InspectionFacts,
            inspection.unmet,
            inspection.NEVER,
            inspection.WAYS,
            filled=(("longest_test", "playback_test_minutes"),),
        ),
        GroundEntry(
            "release",
            "公共传播",
            "public release",
            release.CLAUSES,
            release.ReleaseFacts,
            release.unmet,
            release.NEVER,
            release.WAYS,
            granted=("公共传播", "Public release"),
        ),
    )
}


_LEAST = frozenset({"elderly_from", "holder_approvals"})
"""Assumptions of which a smaller value opens more; of all others a greater one does."""


def refuse_wider(
    entry: GroundEntry, facts: Any, assumed: Assumptions, limits: Mapping[str, timedelta] | None = None
) -> None:
    """Facts may narrow what the installation allows; who writes them can't open more.

    Args:
        limits: of fields that no assumption sets, the longest length, by their name.

    Raises:
        BadInput: a value is wider than what is assumed, or than its limit.
    """
    for field, name in entry.filled:
        _refuse(field, _given(facts, field), assumed, name)
    for field, longest in (limits or {}).items():
        given = _given(facts, field)
        _refuse_longer(field, given if isinstance(given, timedelta) else timedelta(seconds=given), longest)


def _given(facts: Any, field: str) -> Any:
    for name in field.split("."):
        facts = getattr(facts, name)
    return facts


def _refuse(field: str, given: Any, assumed: Assumptions, name: str) -> None:
    allowed = getattr(assumed, name)
    if isinstance(given, timedelta):
        _refuse_longer(field, given, timedelta(**{items()[name].unit: allowed}))
    elif given < allowed if name in _LEAST else given > allowed:
        bound = "at least" if name in _LEAST else "at most"
        raise BadInput(
            f"facts.{field}",
            f"{given} opens more than this installation allows",
            f"give {bound} {allowed}, or leave it out",
        )


def _refuse_longer(field: str, given: timedelta, allowed: timedelta) -> None:
    if given > allowed:
        rule = f"{given} opens more than this installation allows ({allowed})"
        raise BadInput(f"facts.{field}", rule, f"give at most {allowed}, or leave it out where it may be")
