"""Who asks for a work list: their posts, and the rows in which they have a part. Each scope is made once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from custodes.law.duties.terms import Terms
from custodes.people.held import held_posts
from custodes.people.models import Person, Post
from custodes.people.permissions import Permission, allowed
from custodes.people.scope import Scope, within
from custodes.places.models import System
from custodes.places.scope import decided_systems, tended_systems
from custodes.upkeep.dates.reach import Standing, standing_of


@dataclass(frozen=True)
class Asking:
    """One person at one moment.

    Attributes:
        most: rows of each list that are told; the others are counted.
        classified: whether classified systems are among them, which only an isolated installation has (S20).
        division: path of the only division of which is asked; empty for all.
        personal: whether more is asked for than filings, reports and the days of systems, which is what a program is told.
    """

    person: Person
    at: datetime
    terms: Terms
    most: int
    classified: bool = True
    division: str = ""
    personal: bool = True

    @cached_property
    def today(self) -> date:
        """The local day."""
        return timezone.localdate(self.at)

    @cached_property
    def posts(self) -> tuple[Post, ...]:
        """Valid posts."""
        return held_posts(self.person, self.at)

    @cached_property
    def may(self) -> frozenset[Permission]:
        """What their posts let them do."""
        return allowed(frozenset(post.kind for post in self.posts))

    @cached_property
    def standing(self) -> Standing:
        """From which posts they act."""
        return standing_of(self.person, self.at)

    @cached_property
    def own(self) -> QuerySet[System]:
        """Systems of the units whose register they keep, or that these units build or run."""
        return System.objects.filter(self._asked(self._own(), ""))

    def built(self, path: str = "system__") -> Q:
        """Rows of systems whose life they may carry on (`built_systems`)."""
        divisions = Scope(division_paths=self.standing.governs)
        return self._asked(self._own(path) | _within(divisions, path), path)

    def handled(self, path: str = "system__") -> Q:
        """Rows of systems whose filings and reports they take (`handled_systems`).

        Said as joins, so that the database begins with the few rows that wait and not with every system of a city.
        """
        return self._asked(_within(Scope(division_paths=self.standing.handles), path), path)

    def supervised(self, acted: Q, path: str = "system__") -> Q:
        """Rows of systems that they supervise, without those for which they act themselves."""
        return self.handled(path) & ~acted if self.standing.keeps else self.handled(path)

    def decided(self) -> Q:
        """Rows of systems about whose changes they decide."""
        return self._asked(Q(system__in=decided_systems(self.person, self.at).values("pk")), "system__")

    @cached_property
    def tended(self) -> QuerySet[System]:
        """Systems of their own units whose cameras they may change: what is theirs, and not only to oversee."""
        around = within(Scope(unit_paths=self.standing.at_units))
        return tended_systems(self.person, self.at).filter(around, self._asked(Q(), ""))

    def _own(self, path: str = "") -> Q:
        own = _within(Scope(unit_paths=self.standing.keeps), path)
        return own | Q(**{f"{path}pk__in": self.standing.holds}) if self.standing.holds else own

    def _asked(self, rows: Q, path: str) -> Q:
        if not self.classified:
            rows &= Q(**{f"{path}classified": False})
        if self.division:
            rows &= Q(**{f"{path}site__division__path__startswith": self.division})
        return rows


def _within(scope: Scope, path: str) -> Q:
    return within(scope, f"{path}unit", f"{path}site__division")
