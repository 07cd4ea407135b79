"""What is the sharing platform's, and whose posts serve it (S29; decision 0260).

The register of links (S23–S25) isn't there yet. Until it is, footage counts as the platform's where police answer for the system,
run it, or watch it: what police can look at from their own desks came to them over the platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from custodes.people.held import held_posts
from custodes.people.models import Person, Post, UnitKind
from custodes.people.permissions import Permission
from custodes.places.models import Camera, SystemPost, SystemRole
from custodes.places.models.roles import holding_on
from custodes.places.scope import RUNNING_ROLES, kinds_with, visible_cameras

_POLICE = UnitKind.PUBLIC_SECURITY


def platform_cameras(at: datetime | None = None) -> QuerySet[Camera]:
    """Cameras whose recordings are the platform's."""
    at = at or timezone.now()
    run = SystemRole.objects.filter(
        holding_on(timezone.localdate(at)), unit__kind=_POLICE, role__in=list(RUNNING_ROLES)
    )
    watched = SystemPost.objects.filter(post__in=Post.objects.valid(at), post__unit__kind=_POLICE)
    return Camera.objects.filter(
        Q(system__unit__kind=_POLICE) | Q(system__in=run.values("system")) | Q(system__in=watched.values("system"))
    )


def on_platform(cameras: Sequence[Any]) -> bool:
    """Whether all of these (ids) are the platform's; of none nothing is said against it."""
    wanted = set(cameras)
    return platform_cameras().filter(pk__in=wanted).count() == len(wanted)


def choosable(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras that the officer may choose for a case: the platform's, within what their posts see."""
    seen = visible_cameras(person, at, Permission.HANDLE_MISSING)
    return Camera.objects.taken_in().filter(pk__in=platform_cameras(at).values("pk")).filter(pk__in=seen.values("pk"))


def elsewhere(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras within what their posts see that are not the platform's: their units decide (N21)."""
    seen = visible_cameras(person, at, Permission.HANDLE_MISSING)
    return Camera.objects.taken_in().filter(pk__in=seen.values("pk")).exclude(pk__in=platform_cameras(at).values("pk"))


def platform_posts(person: Person, at: datetime, permission: Permission) -> tuple[Post, ...]:
    """Posts at the police that give this permission: the same kind of post at a school serves no platform."""
    posts: Iterable[Post] = held_posts(person, at, kinds_with(permission))
    return tuple(post for post in posts if post.unit.is_police)
