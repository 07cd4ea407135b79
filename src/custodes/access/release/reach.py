"""Whose releases a person sees and works on: those of the units of their posts; oversight and audit read all within their scope.

Rows go by unit alone, of the post and of who answers for the camera: the police of a division don't take part in a school's.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from custodes.access.models import Release
from custodes.people.held import held_posts
from custodes.people.models import Person, Unit
from custodes.people.permissions import Permission
from custodes.people.scope import Scope, scope_for, within
from custodes.places.models import Camera, System, SystemRole
from custodes.places.models.roles import holding_on
from custodes.places.scope import RUNNING_ROLES, kinds_with, run_systems

_P = Permission
#: Posts to whom a page of a release may be open at all; the row decides.
ANY = (_P.PROPOSE_RELEASES, _P.REVIEW_RELEASES, _P.APPROVE_RELEASES, _P.VIEW_RELEASES)
WORKS = (_P.PROPOSE_RELEASES, _P.REVIEW_RELEASES, _P.APPROVE_RELEASES)


def worked_on(person: Person, at: datetime, *permissions: Permission) -> QuerySet[Release]:
    """Releases of the units at which a post gives one of these permissions, and of their sub-units."""
    query = Q(pk__in=[])
    for permission in permissions:
        for post in held_posts(person, at, kinds_with(permission)):
            query |= Q(unit__path__startswith=post.unit.path)
    return Release.objects.filter(query)


def visible_releases(person: Person, at: datetime) -> QuerySet[Release]:
    """All that the person may open: those they work on, those of their unit's cameras, and what they oversee."""
    mine = Q(pk__in=worked_on(person, at, *WORKS).values("pk"))
    for permission in WORKS:
        for post in held_posts(person, at, kinds_with(permission)):
            mine |= Q(camera__system__unit__path__startswith=post.unit.path)
    watched = within(scope_for(person, _P.VIEW_RELEASES, at), "unit")
    return Release.objects.filter(mine | watched)


def desk_of(person: Person, at: datetime, camera: Camera | None = None) -> Unit | None:
    """The unit in whose name the person proposes: of a camera that which answers for it or runs it, where one of theirs does."""
    units = [post.unit for post in held_posts(person, at, kinds_with(_P.PROPOSE_RELEASES))]
    theirs = [unit for unit in units if camera is not None and _runs(unit, camera, at)]
    return next(iter(theirs or units), None)


def proposes_for(person: Person, unit: Unit, camera: Camera, at: datetime) -> bool:
    """Whether the person proposes at this unit, and the unit answers for the camera or runs it."""
    posts = held_posts(person, at, kinds_with(_P.PROPOSE_RELEASES))
    return any(unit.path.startswith(post.unit.path) for post in posts) and _runs(unit, camera, at)


def _runs(unit: Unit, camera: Camera, at: datetime) -> bool:
    own = Scope(unit_paths=frozenset({unit.path}))
    held = SystemRole.objects.filter(within(own), holding_on(timezone.localdate(at)), role__in=list(RUNNING_ROLES))
    systems = System.objects.filter(Q(within(own)) | Q(pk__in=held.values("system")))
    return systems.filter(pk=camera.system_id).exists()


def choosable(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras of the systems that the person's unit answers for or runs: a contractor publishes nothing (N15.2)."""
    return Camera.objects.filter(system__in=run_systems(person, at, _P.PROPOSE_RELEASES).values("pk"))
