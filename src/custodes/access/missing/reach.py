"""Whose cases a person sees: those of the police units at which they stand duty or review. Rows go by unit, never by division (S33.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from custodes.access.missing.platform import platform_posts
from custodes.access.models import MissingCase
from custodes.people.models import Person, Unit
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer

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
