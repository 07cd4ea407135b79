"""Which rows a person sees.

Posts at a police unit see their unit's division and everything under it; all others see their own unit
and its sub-units. An officer of an agency (办案人员) sees only the own unit, police or not: footage comes to them by
request (S27, S28), not by browsing. Without a valid post there is nothing to see.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from custodes.people.models import Division, Person, Post, PostKind, Unit
from custodes.people.models.account import held_posts
from custodes.people.permissions import POST_PERMISSIONS, Permission


@dataclass(frozen=True)
class DivisionScope:
    """Subtrees that a person sees, by materialised path."""

    division_paths: frozenset[str] = frozenset()
    unit_paths: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.division_paths or self.unit_paths)

    def sees_unit(self, unit: Unit) -> bool:
        """Whether rows of this unit are within the scope."""
        return any(unit.path.startswith(path) for path in self.unit_paths) or self.sees_division(unit.division)

    def sees_division(self, division: Division) -> bool:
        """Whether rows of this division are within the scope, whoever's they are."""
        return any(division.path.startswith(path) for path in self.division_paths)


def sees_its_division(kind: str, unit: Unit) -> bool:
    """Whether a post of this kind at this unit sees the unit's whole division."""
    return kind != PostKind.AGENCY_OFFICER and unit.is_police


def scope_of_posts(posts: Iterable[Post]) -> DivisionScope:
    """The scope that these posts give together; they come with `unit` and `unit__division`."""
    divisions: set[str] = set()
    units: set[str] = set()
    for post in posts:
        if sees_its_division(post.kind, post.unit):
            divisions.add(post.unit.division.path)
        else:
            units.add(post.unit.path)
    return DivisionScope(frozenset(divisions), frozenset(units))


def scope_of(person: Person | int, at: datetime.datetime, *, kinds: Iterable[str] | None = None) -> DivisionScope:
    """The scope of a person's posts that are valid at `at`, or of only those of the given kinds."""
    return scope_of_posts(held_posts(person, at, None if kinds is None else frozenset(kinds)))


def within(scope: DivisionScope, unit: str = "unit", division: str | None = None) -> Q:
    """A filter for rows whose `unit` field (a lookup path to a Unit; empty for Unit itself) is within the scope.

    `division` is the lookup path to the Division that counts for the wide posts; by default the unit's own. A place in
    a county belongs to that county's police even when its owner sits elsewhere: pass the place's division then.
    """
    prefix = f"{unit}__" if unit else ""
    place = f"{division}__" if division else f"{prefix}division__"
    query = Q(pk__in=[])
    for path in scope.division_paths:
        query |= Q(**{f"{place}path__startswith": path})
    for path in scope.unit_paths:
        query |= Q(**{f"{prefix}path__startswith": path})
    return query


def units_in(scope: DivisionScope) -> QuerySet[Unit]:
    """Units within the scope."""
    return Unit.objects.filter(within(scope, unit=""))


def persons_in(scope: DivisionScope) -> QuerySet[Person]:
    """Persons whose own unit, or the unit of an open post, is within the scope."""
    return Person.objects.filter(
        Q(within(scope)) | Q(pk__in=Post.objects.open().filter(within(scope)).values("person_id"))
    )


def answers_for(scope: DivisionScope, person: Person, at: datetime.datetime) -> bool:
    """Whether all that the person may reach lies within the scope, now and by posts that are still to come.

    Only then may the scope's holder touch the account: whoever gives out its password could sign in as the person.
    """
    posts = Post.objects.open().filter(person=person).exclude(valid_until__lte=at).select_related("unit__division")
    return scope.sees_unit(person.unit) and all(
        scope.sees_division(post.unit.division)
        if sees_its_division(post.kind, post.unit)
        else scope.sees_unit(post.unit)
        for post in posts
    )


def scope_for(person: Person | int, permission: Permission, at: datetime.datetime) -> DivisionScope:
    """The scope of those valid posts of a person that give this permission."""
    kinds = [kind for kind, permissions in POST_PERMISSIONS.items() if permission in permissions]
    return scope_of(person, at, kinds=kinds)
