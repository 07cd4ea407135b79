"""Who asks for a work list: their posts, and the rows in which they have a part. Each scope is made once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from custodes.law.duties.terms import Terms
from custodes.people.models import Person, Post
from custodes.people.permissions import Permission, allowed
from custodes.people.scope import Scope, posts_of, within
from custodes.places.models import System
from custodes.places.scope import built_systems, decided_systems, handled_systems, tended_systems
from custodes.upkeep.dates.reach import Standing, standing_of


@dataclass(frozen=True)
class Asking:
    """One person at one moment.

    Attributes:
        most: rows of each list that are told; the others are counted.
        classified: whether classified systems are among them, which only an isolated installation has (S20).
        division: path of the only division of which is asked; empty for all.
    """

    person: Person
    at: datetime
    terms: Terms
    most: int
    classified: bool = True
    division: str = ""

    @cached_property
    def today(self) -> date:
        """The local day."""
        return timezone.localdate(self.at)

    @cached_property
    def posts(self) -> list[Post]:
        """Valid posts."""
        return posts_of(self.person, self.at)

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
        return self._asked(System.objects.filter(self.standing.own_systems))

    @cached_property
    def built(self) -> QuerySet[System]:
        """Systems whose life they may carry on."""
        return self._asked(built_systems(self.person, self.at))

    @cached_property
    def handled(self) -> QuerySet[System]:
        """Systems whose filings and reports they take."""
        return self._asked(handled_systems(self.person, self.at))

    @cached_property
    def decided(self) -> QuerySet[System]:
        """Systems about whose changes they decide."""
        return self._asked(decided_systems(self.person, self.at))

    @cached_property
    def tended(self) -> QuerySet[System]:
        """Systems of their own units whose cameras they may change."""
        return self._asked(tended_systems(self.person, self.at).filter(self.around))

    def supervised(self, acted: QuerySet[System]) -> QuerySet[System]:
        """Systems that they supervise and for which they don't act themselves."""
        if not self.standing.keeps:
            return self.handled
        return self.handled.exclude(pk__in=acted.values("pk"))

    @property
    def around(self) -> Q:
        """Systems of the units at which they have any post: what is theirs, and not only to oversee."""
        return within(Scope(unit_paths=self.standing.at_units))

    def _asked(self, systems: QuerySet[System]) -> QuerySet[System]:
        if not self.classified:
            systems = systems.filter(classified=False)
        if self.division:
            systems = systems.filter(site__division__path__startswith=self.division)
        return systems
