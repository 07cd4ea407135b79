"""Who asks for a work list: their posts, and the rows in which they have a part, each scope made once; what a line of what waits is; and
the first of many rows with how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person, Post
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission, allowed
from custodes.people.scope import DivisionScope, within
from custodes.places.models import System
from custodes.places.scope import decided_systems, tended_systems
from custodes.upkeep.dates.reach import PostStanding, standing_of

T = TypeVar("T")


@dataclass(frozen=True)
class DateList(Generic[T]):
    """One list among several of a table: which rows it has, by joins alone, in which order (fields, none of them empty in these rows)."""

    of: Q
    order: tuple[str, ...]
    told: Callable[[Any], T]


@dataclass(frozen=True)
class Some(Generic[T]):
    """The most pressing rows of a list, and how many it has in all."""

    rows: Sequence[T] = ()
    count: int = 0

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __bool__(self) -> bool:
        return self.count > 0

    @classmethod
    def of(cls, rows: Iterable[T], most: int) -> Some[T]:
        """Of rows that are all at hand, in order."""
        found = list(rows)
        return cls(found[:most], len(found))


def first_of(rows: QuerySet[Any], most: int, told: Callable[[Any], T]) -> Some[T]:
    """The first `most` of a query, told; the rest is only counted."""
    found = list(rows[: most + 1])
    count = len(found) if len(found) <= most else rows.count()
    return Some([told(row) for row in found[:most]], count)


def split(rows: QuerySet[Any], parts: Mapping[str, DateList[T]], most: int) -> list[Some[T]]:
    """Several lists of one table, asked for by one question while they are short; each by its own where there is more.

    Args:
        rows: with all that `DateList.told` reads.
        parts: by names, which stand for themselves in the rows' annotations.
    """
    either = Q(pk__in=[])
    for part in parts.values():
        either |= part.of
    named = {name: ExpressionWrapper(part.of, BooleanField()) for name, part in parts.items()}
    limit = len(parts) * (most + 1)
    held = list(rows.filter(either).annotate(**named)[: limit + 1])
    if len(held) > limit:
        return [first_of(rows.filter(part.of).order_by(*part.order), most, part.told) for part in parts.values()]
    found = []
    for name, part in parts.items():
        mine = sorted((row for row in held if getattr(row, name)), key=attrgetter(*part.order))
        found.append(Some([part.told(row) for row in mine[:most]], len(mine)))
    return found


def together(parts: Iterable[Some[T]], most: int, pressing: Callable[[T], Any]) -> Some[T]:
    """Several lists as one. Each has its own first `most` rows, so that the first of all are among them."""
    every = list(parts)
    rows = sorted((row for part in every for row in part.rows), key=pressing)
    return Some(rows[:most], sum(part.count for part in every))


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
    terms: LegalTerms
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
    def standing(self) -> PostStanding:
        """From which posts they act."""
        return standing_of(self.person, self.at)

    @cached_property
    def own(self) -> QuerySet[System]:
        """Systems of the units whose register they keep, or that these units build or run."""
        return System.objects.filter(self._asked(self._own(), ""))

    def built(self, path: str = "system__") -> Q:
        """Rows of systems whose life they may carry on (`built_systems`)."""
        divisions = DivisionScope(division_paths=self.standing.governs)
        return self._asked(self._own(path) | _within(divisions, path), path)

    def handled(self, path: str = "system__") -> Q:
        """Rows of systems whose filings and reports they take (`handled_systems`).

        Said as joins, so that the database begins with the few rows that wait and not with every system of a city.
        """
        return self._asked(_within(DivisionScope(division_paths=self.standing.handles), path), path)

    def supervised(self, acted: Q, path: str = "system__") -> Q:
        """Rows of systems that they supervise, without those for which they act themselves."""
        return self.handled(path) & ~acted if self.standing.keeps else self.handled(path)

    def decided(self) -> Q:
        """Rows of systems about whose changes they decide."""
        return self._asked(Q(system__in=decided_systems(self.person, self.at).values("pk")), "system__")

    @cached_property
    def tended(self) -> QuerySet[System]:
        """Systems of their own units whose cameras they may change: what is theirs, and not only to oversee."""
        around = within(DivisionScope(unit_paths=self.standing.at_units))
        return tended_systems(self.person, self.at).filter(around, self._asked(Q(), ""))

    def _own(self, path: str = "") -> Q:
        own = _within(DivisionScope(unit_paths=self.standing.keeps), path)
        return own | Q(**{f"{path}pk__in": self.standing.holds}) if self.standing.holds else own

    def _asked(self, rows: Q, path: str) -> Q:
        if not self.classified:
            rows &= Q(**{f"{path}classified": False})
        if self.division:
            rows &= Q(**{f"{path}site__division__path__startswith": self.division})
        return rows


def _within(scope: DivisionScope, path: str) -> Q:
    return within(scope, f"{path}unit", f"{path}site__division")


@dataclass(frozen=True, slots=True)
class Waits:
    """Something that waits and is no date of its own in the calendar.

    Attributes:
        what: its kind, for programs.
        due: a last day, where it has one: of a draft the one on which it lapses, of what was planned the planned one.
        late: that day has passed, or it is a breach that goes on.
    """

    what: str
    name: str
    note: str
    href: str
    due: date | None = None
    late: bool = False


Gather = Callable[[Asking], list[Some[Waits]]]


def pressing(one: Waits) -> tuple[bool, bool, date]:
    """Late goes first, then what has a day, the nearest first; the rest keeps the order of its kinds."""
    return not one.late, one.due is None, one.due or date.max
