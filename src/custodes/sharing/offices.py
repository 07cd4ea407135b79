"""Which police units compile directories, keep platforms and links, see them; for whom a unit's people answer. Which rows follow from that, each
model says: `visible_to`, `handled_by`.

Inspectors and system administrators of the city's and a county's police compile their unit's directory (S25): a station or a squad under
that police, registered in the same division, is not it. Whoever works at the police above reads it too. What is published everybody reads, signed in or not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from custodes.people.models import DivisionKind, Person, Unit
from custodes.people.models.account import held_posts
from custodes.people.models.unit import leading_police
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, within
from custodes.places.models import System
from custodes.places.scope import kinds_with

LEVELS = (DivisionKind.CITY, DivisionKind.COUNTY)
JOINING = (DivisionKind.REGION, *LEVELS)
"""Levels whose police keep a platform and its links (S22); the region's compiles no directory (S25)."""


def offices(person: Person, at: datetime) -> QuerySet[Unit]:
    """Police units for which the person compiles the directory."""
    return _police(person, at, Permission.MANAGE_SHARING)


def joining_offices(person: Person, at: datetime) -> QuerySet[Unit]:
    """Police units whose platforms and links the person keeps."""
    return _police(person, at, Permission.MANAGE_SHARING, JOINING)


def seeing_offices(person: Person, at: datetime) -> QuerySet[Unit]:
    """Police units whose sharing the person sees."""
    return _police(person, at, Permission.VIEW_SHARING)


def linkable_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems for which the person may ask for a link: of who answers for them."""
    return System.objects.filter(within(answering(person, at), "unit"))


def answering(person: Person, at: datetime) -> DivisionScope:
    """The own units, never a division: nobody answers for others."""
    posts = held_posts(person, at, kinds_with(Permission.ANSWER_SHARING))
    return DivisionScope(unit_paths=frozenset(post.unit.path for post in posts))


def read_offices(person: Person, at: datetime) -> QuerySet[Unit]:
    """Units whose sharing the person reads: the own police unit and all that lie below it."""
    seeing = _police(person, at, Permission.VIEW_SHARING, JOINING)
    above = DivisionScope(frozenset(unit.division.path for unit in seeing))
    return Unit.objects.filter(within(above, ""))


def _police(
    person: Person, at: datetime, permission: Permission, levels: Collection[DivisionKind] = LEVELS
) -> QuerySet[Unit]:
    posts = held_posts(person, at, kinds_with(permission))
    units = leading_police(post.unit for post in posts if post.unit.division.kind in levels)
    return Unit.objects.filter(pk__in=[one.pk for one in units]).select_related("division")
