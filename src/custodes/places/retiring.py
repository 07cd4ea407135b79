"""A camera that is taken out of use, and what ends with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from custodes.people.models import Person
from custodes.places.assignment import bump
from custodes.places.models import Camera, CameraState
from custodes.places.register import record_change
from custodes.places.signals import camera_retired
from custodes.places.sound import switch_off


def retire(camera: Camera, by: Person, reason: str, at: datetime) -> None:
    """Take a camera out of use: the node stops taking it in; what was recorded stays to the end of its term (S32).

    Leave to record sound was for what stood there: a camera that comes back is asked for it anew.
    """
    with transaction.atomic():
        switch_off(camera, by, at)
        before, camera.state = camera.state, CameraState.RETIRED
        camera.retired_at = at
        camera.save(update_fields=["state", "retired_at"])
        changes: dict[str, list[Any]] = {
            "state": [before, CameraState.RETIRED.value],
            "reason": [None, reason],
        }
        record_change(by, camera._meta.label_lower, str(camera.pk), changes, at)
        bump(camera.node)
        camera_retired.send(sender=Camera, camera=camera, at=at)
