"""Whose cases a person sees: those of the police units at which they stand duty or review. Rows go by unit, never by division (S33.1).
And what is the sharing platform's, and whose posts serve it (S29; decision 0254).

Footage is the platform's where a link in force brings it there (S22–S24), or where police answer for the system, run it, or watch it:
what police can look at from their own desks came to them over the platform. The register of links is a room above this one, which
says once which cameras they bring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from custodes.access.models import MissingCase
from custodes.law.retention import KEY_TARGET
from custodes.people.models import Person, Post, Unit, UnitKind
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places.models import Camera, SystemPost, SystemRole
from custodes.places.models.site import holding_on
from custodes.places.scope import RUNNING_ROLES, kinds_with, visible_cameras

STOPPED_FOR = timedelta(days=KEY_TARGET.days)
"""Cameras that are out of use for longer are not offered: who is missing is missing now, and by law nothing is kept for longer."""
_POLICE = UnitKind.PUBLIC_SECURITY
Source = Callable[[], "QuerySet[Camera]"]
_linked: list[Source] = []


def with_links(source: Source) -> None:
    """Where it comes from: cameras that a link in force brings to the platform."""
    _linked[:] = [source]


def platform_cameras(at: datetime | None = None) -> QuerySet[Camera]:
    """Cameras whose recordings are the platform's."""
    theirs = _by_police(at or timezone.now())
    for source in _linked:
        theirs |= Q(pk__in=source().values("pk"))
    return Camera.objects.filter(theirs)


def _by_police(at: datetime) -> Q:
    """Those for which police answer, which they run, or which they watch."""
    run = SystemRole.objects.filter(
        holding_on(timezone.localdate(at)), unit__kind=_POLICE, role__in=list(RUNNING_ROLES)
    )
    watched = SystemPost.objects.in_force().filter(post__in=Post.objects.valid(at), post__unit__kind=_POLICE)
    return Q(system__unit__kind=_POLICE) | Q(system__in=run.values("system")) | Q(system__in=watched.values("system"))


def on_platform(cameras: Sequence[Any]) -> bool:
    """Whether all of these (ids) are the platform's; of none nothing is said against it."""
    wanted = set(cameras)
    # Most are by police alone; what links bring is asked of a register of its own.
    by_police = Camera.objects.filter(_by_police(timezone.now()), pk__in=wanted)
    return by_police.count() == len(wanted) or platform_cameras().filter(pk__in=wanted).count() == len(wanted)


def choosable(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras that the officer may choose for a case: the platform's, within what their posts see."""
    return _recorded_lately(person, at).filter(pk__in=platform_cameras(at).values("pk"))


def elsewhere(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras within what their posts see that are not the platform's: their units decide (N21)."""
    return _recorded_lately(person, at).exclude(pk__in=platform_cameras(at).values("pk"))


def _recorded_lately(person: Person, at: datetime) -> QuerySet[Camera]:
    """Within what their posts see: in use, or stopped since so lately that somebody missing may have passed it."""
    lately = Q(retired_at__isnull=True) | Q(retired_at__gt=at - STOPPED_FOR)
    seen = visible_cameras(person, at, Permission.HANDLE_MISSING)
    return Camera.objects.once_taken_in().filter(lately, pk__in=seen.values("pk"))


def platform_posts(person: Person, at: datetime, permission: Permission) -> tuple[Post, ...]:
    """Posts at the police that give this permission: the same kind of post at a school serves no platform."""
    posts: Iterable[Post] = held_posts(person, at, kinds_with(permission))
    return tuple(post for post in posts if post.unit.is_police)


_P = Permission


def _of(person: Person, at: datetime, *permissions: Permission) -> QuerySet[MissingCase]:
    query = Q(pk__in=[])
    for permission in permissions:
        for post in platform_posts(person, at, permission):
            query |= Q(unit__path__startswith=post.unit.path)
    return MissingCase.objects.filter(query)


def handled_cases(person: Person, at: datetime) -> QuerySet[MissingCase]:
    """Cases that the person takes further."""
    return _of(person, at, _P.HANDLE_MISSING)


def reviewed_cases(person: Person, at: datetime) -> QuerySet[MissingCase]:
    """Cases that the person may review; that it is another than who took them is asked by the guard."""
    return _of(person, at, _P.REVIEW_MISSING)


def visible_cases(person: Person, at: datetime) -> QuerySet[MissingCase]:
    """All that the person may open."""
    return _of(person, at, _P.HANDLE_MISSING, _P.REVIEW_MISSING)


def desk_of(person: Person, at: datetime) -> Unit | None:
    """The unit for which the person opens cases."""
    return next((post.unit for post in platform_posts(person, at, _P.HANDLE_MISSING)), None)


def desks(person: Person, at: datetime) -> QuerySet[Unit]:
    """The same, as rows on which a case may begin."""
    desk = desk_of(person, at)
    return Unit.objects.filter(pk=desk.pk) if desk is not None else Unit.objects.none()


def at_the_platform(
    *permissions: Permission,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A view for who holds one of these permissions at a police unit; everybody else gets 403."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            viewer = Viewer.of(request)
            may = [one for one in permissions if viewer.may(one) and platform_posts(viewer.person, viewer.at, one)]
            if not may:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
