"""All grounds by name: what they ask, what they can never yield, and the ways that are open instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from custodes.law.clauses.regime import binds
from custodes.law.clauses.registry import holds
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
from custodes.law.grounds.ground import Never, Unmet, Way


@dataclass(frozen=True, slots=True)
class Entry:
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
    ways: tuple[Way, ...] = ()
    awaiting: Callable[[Any], tuple[Unmet, ...]] = lambda _: ()
    filled: tuple[tuple[str, str], ...] = ()
    rests_on: Callable[[Any], tuple[str, ...]] = lambda _: ()

    def clauses_on(self, day: date, n9: bool = False) -> tuple[str, ...]:
        """Those of its clauses that bind on `day`, and N9 where it takes one off.

        Args:
            n9: all that is asked for is of systems of N9's places.
        """
        in_force = tuple(clause for clause in self.clauses if holds(clause, day))
        bound = tuple(clause for clause in in_force if binds(clause, day, n9))
        return bound if bound == in_force else (*bound, "N9")

    def ways_on(self, day: date) -> tuple[Way, ...]:
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
        Entry("duty", "值班监看", "duty monitoring", duty.CLAUSES, duty.DutyFacts, duty.unmet, duty.NEVER),
        Entry(
            "commissioning",
            "接入核对",
            "commissioning",
            commissioning.CLAUSES,
            commissioning.CommissioningFacts,
            commissioning.unmet,
            commissioning.NEVER,
        ),
        Entry(
            "view_check",
            "视场核对",
            "view check",
            view_check.CLAUSES,
            view_check.ViewCheckFacts,
            view_check.unmet,
            view_check.NEVER,
        ),
        Entry(
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
        ),
        Entry(
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
        ),
        Entry(
            "individual",
            "个人查阅",
            "individual",
            individual.CLAUSES,
            individual.IndividualFacts,
            individual.unmet,
            individual.NEVER,
            individual.WAYS,
            filled=(_SPAN,),
        ),
        Entry(
            "own_image",
            "本人影像",
            "own image",
            own_image.CLAUSES,
            own_image.OwnImageFacts,
            own_image.unmet,
            own_image.NEVER,
            own_image.WAYS,
            filled=(_SPAN,),
        ),
        Entry(
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
        Entry(
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
        Entry(
            "release",
            "公共传播",
            "public release",
            release.CLAUSES,
            release.ReleaseFacts,
            release.unmet,
            release.NEVER,
            release.WAYS,
        ),
    )
}
