"""Who compiles directories, who approves, who sees.

Inspectors and system administrators of the city's and a county's police compile their unit's directory (S25): a station or a squad under
that police, registered in the same division, is not it. Whoever works at the police above reads it too. What is published everybody reads, signed in or not.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from custodes.people.held import held_posts
from custodes.people.leading import leading_police
from custodes.people.models import DivisionKind, Person, Unit
from custodes.people.permissions import Permission
from custodes.people.scope import Scope, within
from custodes.places.scope import kinds_with
from custodes.sharing.models import Directory, DirectoryState, SharingStep
from custodes.sharing.models.step import NOT_COMPILING

LEVELS = (DivisionKind.CITY, DivisionKind.COUNTY)


def offices(person: Person, at: datetime) -> QuerySet[Unit]:
    """Police units for which the person compiles the directory."""
    return _police(person, at, Permission.MANAGE_SHARING)


def compiled(person: Person, at: datetime) -> QuerySet[Directory]:
    """Directories of these units."""
    return Directory.objects.filter(unit__in=offices(person, at))


def awaiting(person: Person, at: datetime) -> QuerySet[Directory]:
    """Submitted versions that wait for the person to approve them or to send them back: who took part in one does not wait for themselves."""
    part = SharingStep.objects.filter(by=person).exclude(event__in=NOT_COMPILING)
    rows = compiled(person, at).filter(state=DirectoryState.SUBMITTED)
    return rows.exclude(pk__in=part.values("directory"))


def read_directories(person: Person, at: datetime) -> QuerySet[Directory]:
    """Directories whose drafts the person reads: of the own police unit and of those below it."""
    above = Scope(frozenset(unit.division.path for unit in seeing_offices(person, at)))
    return Directory.objects.filter(within(above, "unit", "unit__division"))


def seeing_offices(person: Person, at: datetime) -> QuerySet[Unit]:
    """Police units whose sharing the person sees."""
    return _police(person, at, Permission.VIEW_SHARING)


def _police(person: Person, at: datetime, permission: Permission) -> QuerySet[Unit]:
    posts = held_posts(person, at, kinds_with(permission))
    units = leading_police(post.unit for post in posts if post.unit.division.kind in LEVELS)
    return Unit.objects.filter(pk__in=[one.pk for one in units]).select_related("division")
