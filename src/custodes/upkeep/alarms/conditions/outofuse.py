"""Cameras that are out of use past their day, or on no ground at all (S18, S34(6)): told until they are back, or removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from custodes.places.retiring import out_overdue
from custodes.upkeep.alarms.condition import CameraSince, Condition, ConditionSource
from custodes.upkeep.alarms.kinds.cameras import OUT_OVERDUE


def look(now: datetime) -> Iterator[Condition]:
    """Each for itself: they were stopped for reasons of their own."""
    for camera in out_overdue(timezone.localdate(now)):
        since = camera.retired_at or now
        about = (CameraSince(camera.pk, since),)
        yield Condition(OUT_OVERDUE, f"camera:{camera.pk}", camera.name, since, {"count": 1}, about)


SOURCE = ConditionSource("outofuse", (OUT_OVERDUE,), look)
