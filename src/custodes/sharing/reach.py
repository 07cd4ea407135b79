"""Who compiles directories, who approves, who sees; whose platforms, links and cooperation requests somebody handles, reads, answers.

Inspectors and system administrators of the city's and a county's police compile their unit's directory (S25): a station or a squad under
that police, registered in the same division, is not it. Whoever works at the police above reads it too. What is published everybody reads, signed in or not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.people.held import held_posts
from custodes.people.leading import leading_police
from custodes.people.models import DivisionKind, Person, Unit
from custodes.people.permissions import Permission
from custodes.people.scope import Scope, within
from custodes.places.models import System
from custodes.places.scope import kinds_with
from custodes.sharing.letters.issued import EVENTS, addressed_to
from custodes.sharing.models import Cooperation, Directory, DirectoryState, Link, Platform, SharingStep
from custodes.sharing.models.step import NOT_COMPILING

LEVELS = (DivisionKind.CITY, DivisionKind.COUNTY)
JOINING = (DivisionKind.REGION, *LEVELS)
"""Levels whose police keep a platform and its links (S22); the region's compiles no directory (S25)."""


def offices(person: Person, at: datetime) -> QuerySet[Unit]:
    """Police units for which the person compiles the directory."""
    return _police(person, at, Permission.MANAGE_SHARING)


def joining_offices(person: Person, at: datetime) -> QuerySet[Unit]:
    """Police units whose platforms and links the person keeps."""
    return _police(person, at, Permission.MANAGE_SHARING, JOINING)


def compiled(person: Person, at: datetime) -> QuerySet[Directory]:
    """Directories of these units."""
    return Directory.objects.filter(unit__in=offices(person, at))


def awaiting(person: Person, at: datetime, mine: QuerySet[Unit] | None = None) -> QuerySet[Directory]:
    """Submitted versions that wait for the person to approve them or to send them back: who took part in one does not wait for themselves.

    Args:
        mine: the person's offices, where they are known already.
    """
    # Steps of links and grants name no directory; one NULL among those left out would leave out all.
    part = SharingStep.objects.filter(by=person, directory__isnull=False).exclude(event__in=NOT_COMPILING)
    rows = Directory.objects.filter(unit__in=offices(person, at) if mine is None else mine)
    rows = rows.filter(state=DirectoryState.SUBMITTED)
    return rows.exclude(pk__in=part.values("directory"))


def read_directories(person: Person, at: datetime) -> QuerySet[Directory]:
    """Directories whose drafts the person reads: of the own police unit and of those below it."""
    above = Scope(frozenset(unit.division.path for unit in seeing_offices(person, at)))
    return Directory.objects.filter(within(above, "unit", "unit__division"))


def seeing_offices(person: Person, at: datetime) -> QuerySet[Unit]:
    """Police units whose sharing the person sees."""
    return _police(person, at, Permission.VIEW_SHARING)


def kept_platforms(person: Person, at: datetime) -> QuerySet[Platform]:
    """Platforms that the person may enter and change: of their offices."""
    return Platform.objects.filter(office__in=joining_offices(person, at))


def read_platforms(person: Person, at: datetime) -> QuerySet[Platform]:
    """Platforms of the own police unit and of those below it."""
    return Platform.objects.filter(office__in=_read_offices(person, at))


def handled_links(person: Person, at: datetime) -> QuerySet[Link]:
    """Links that the person examines, tests, puts in force, grants by."""
    return Link.objects.filter(office__in=joining_offices(person, at))


def read_links(person: Person, at: datetime) -> QuerySet[Link]:
    """Links of the own police unit and of those below it; for a unit those of its systems."""
    own = Q(system__in=linkable_systems(person, at).values("pk"))
    return Link.objects.filter(Q(office__in=_read_offices(person, at)) | own)


def linkable_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems for which the person may ask for a link: of who answers for them."""
    return System.objects.filter(within(_answering(person, at), "unit"))


def handled_cooperations(person: Person, at: datetime) -> QuerySet[Cooperation]:
    """Cooperation requests of the person's offices."""
    return Cooperation.objects.filter(office__in=offices(person, at))


def answered_cooperations(person: Person, at: datetime) -> QuerySet[Cooperation]:
    """Those that the person may answer for their unit."""
    return Cooperation.objects.filter(within(_answering(person, at), "unit"))


def read_cooperations(person: Person, at: datetime) -> QuerySet[Cooperation]:
    """Those of the own police unit and of those below it, and those that the own unit answers."""
    own = Q(pk__in=answered_cooperations(person, at).values("pk"))
    return Cooperation.objects.filter(Q(office__in=_read_offices(person, at)) | own)


def read_letters(person: Person, at: datetime) -> QuerySet[SharingStep]:
    """Steps that issued letters: of the own police unit and of those below it, and those to the own units."""
    own = addressed_to(Unit.objects.filter(within(_answering(person, at), "")))
    rows = SharingStep.objects.filter(event__in=EVENTS, directory__isnull=False)
    return rows.filter(Q(directory__unit__in=_read_offices(person, at)) | own)


def _answering(person: Person, at: datetime) -> Scope:
    """The own units, never a division: nobody answers for others."""
    posts = held_posts(person, at, kinds_with(Permission.ANSWER_SHARING))
    return Scope(unit_paths=frozenset(post.unit.path for post in posts))


def _read_offices(person: Person, at: datetime) -> QuerySet[Unit]:
    seeing = _police(person, at, Permission.VIEW_SHARING, JOINING)
    above = Scope(frozenset(unit.division.path for unit in seeing))
    return Unit.objects.filter(within(above, ""))


def _police(
    person: Person, at: datetime, permission: Permission, levels: Collection[DivisionKind] = LEVELS
) -> QuerySet[Unit]:
    posts = held_posts(person, at, kinds_with(permission))
    units = leading_police(post.unit for post in posts if post.unit.division.kind in levels)
    return Unit.objects.filter(pk__in=[one.pk for one in units]).select_related("division")
