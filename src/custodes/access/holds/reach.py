"""Who sees, places and releases which hold: rows by the cameras' systems, deny by default."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from custodes.access.looks.reach import kept_from
from custodes.access.models import Hold
from custodes.access.models.hold import bare, references_of
from custodes.people.models import Person, Unit
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.people.scope import scope_for, within
from custodes.places.models import Camera
from custodes.places.scope import RUNNING_ROLES, kinds_with, systems_of_roles


def visible_holds(person: Person, at: datetime) -> QuerySet[Hold]:
    """Holds of which at least one camera is within reach of a post that lets see them; whoever has a camera has to know.

    But not yet of one that rests on a request whose looks are kept from them: it would tell of the request (decision 0287).
    """
    rows = Hold.objects.filter(pk__in=_through(camera__in=seen_cameras(person, at).values("pk")))
    return rows.alias(bare=bare()).exclude(bare__in=references_of(kept_from(person, at)))


def seen_cameras(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras whose holds the person sees: of a hold that reaches further the others are counted and not named."""
    return _cameras(person, at, Permission.VIEW_HOLDS)


def holdable_cameras(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras whose footage the person may hold: of the systems that their unit answers for or runs, or of their division.

    Whether a camera is in use does not matter: what it recorded is still there.
    """
    return _cameras(person, at, Permission.PLACE_HOLDS)


def releasable_holds(person: Person, at: datetime) -> QuerySet[Hold]:
    """Holds that the person may review and, with a second one, release: all of their cameras, and the unit that placed it, are
    within reach. So a school releases its own, and never one of the police."""
    outside = Camera.objects.exclude(pk__in=_cameras(person, at, Permission.RELEASE_HOLDS).values("pk"))
    scope = scope_for(person, Permission.RELEASE_HOLDS, at)
    rows = Hold.objects.filter(within(scope, "placed_unit"))
    return rows.exclude(pk__in=_through(camera__in=outside.values("pk")))


def placing_units(person: Person, at: datetime) -> QuerySet[Unit]:
    """Units of posts by which the person places holds."""
    posts = held_posts(person, at, kinds_with(Permission.PLACE_HOLDS))
    return Unit.objects.filter(pk__in=[post.unit_id for post in posts])


def placing_unit(person: Person, at: datetime) -> Unit:
    """The unit of the post by which the person places a hold; the police's own where there are several.

    Raises:
        PermissionError: no post of theirs does.
    """
    posts = held_posts(person, at, kinds_with(Permission.PLACE_HOLDS))
    if not posts:
        raise PermissionError("no post of this person places holds")
    return min(posts, key=lambda post: (not post.unit.is_police, post.pk)).unit


def _cameras(person: Person, at: datetime, permission: Permission) -> QuerySet[Camera]:
    return Camera.objects.filter(system__in=systems_of_roles(person, at, permission, RUNNING_ROLES).values("pk"))


def _through(**condition: Any) -> Any:
    return Hold.cameras.through.objects.filter(**condition).values("hold")
