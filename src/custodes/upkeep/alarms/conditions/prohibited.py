"""Cameras that were recorded and then found to stand where nothing may be installed (S10, N8.1): told until they are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from custodes.places.models import Camera, CameraState
from custodes.upkeep.alarms.condition import CameraSince, Condition, ConditionSource
from custodes.upkeep.alarms.kinds.cameras import FORBIDDEN


def look(now: datetime) -> Iterator[Condition]:
    """Those that were connected once: one that was never recorded has nothing to be taken down for."""
    rows = Camera.objects.filter(state=CameraState.FORBIDDEN, connected_at__isnull=False)
    for camera in rows:
        since = camera.forbidden_at or now
        about = (CameraSince(camera.pk, since),)
        yield Condition(FORBIDDEN, f"camera:{camera.pk}", camera.name, since, {"count": 1}, about)


SOURCE = ConditionSource("prohibited", (FORBIDDEN,), look)
