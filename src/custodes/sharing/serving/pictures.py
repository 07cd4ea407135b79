"""From which cameras no pictures come: known to a room above this one, which says once how to ask it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from custodes.places.models import Camera
from custodes.sharing.models import Link
from custodes.sharing.tree.showing import cameras_shown

Dark = Callable[[QuerySet[Camera], datetime], QuerySet[Camera]]
_source: list[Dark] = []


def with_dark(source: Dark) -> None:
    """Where it comes from: those of the given cameras that are down at a moment."""
    _source[:] = [source]


def dark(cameras: Collection[UUID], at: datetime) -> frozenset[UUID]:
    """Those of these cameras from which no pictures come."""
    rows = Camera.objects.filter(pk__in=cameras)
    return frozenset(pk for source in _source for pk in source(rows, at).values_list("pk", flat=True))


def channels_off(link: Link, at: datetime) -> list[str]:
    """Ids of a link's channels from which no pictures come."""
    rows = Camera.objects.filter(pk__in=cameras_shown(link).values("camera"))
    found: list[str] = []
    for source in _source:
        found += cameras_shown(link).filter(camera__in=source(rows, at).values("pk")).values_list("channel", flat=True)
    return found
