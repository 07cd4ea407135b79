"""A camera that is taken out of use, and what ends with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.places.assignment import bump
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, CameraState
from custodes.places.register import keep_edit, record_change
from custodes.places.signals import camera_retired
from custodes.places.sound import switch_off

REASON = 200
"""Characters of the reason."""


def take_out(camera: Camera, by: Person, reason: str, at: datetime) -> Camera:
    """Take a camera out of use because somebody wants it, with the reason (S34(6) wants one for every interruption).

    Raises:
        StepRefused: it is not connected, or there is no reason.
    """
    with transaction.atomic():
        row = Camera.objects.select_for_update(of=("self",)).select_related("node", "system").get(pk=camera.pk)
        if row.state not in (CameraState.CONNECTED, CameraState.FORBIDDEN):
            raise StepRefused(_("该点位没有接入，无需停用。"), clause="S34(6)", remedy=_("不用办理。"))
        if not reason:
            said = _("停用点位应当说明理由（第三十四条第六项）。请填写理由后再停用。")
            raise StepRefused(said, clause="S34(6)", remedy=_("请写明理由。"))
        retire(row, by, reason, at)
    return row


def retire(camera: Camera, by: Person, reason: str, at: datetime) -> None:
    """Take a camera out of use: the node stops taking it in; what was recorded stays to the end of its term (S32).

    Leave to record sound was for what stood there: a camera that comes back is asked for it anew.
    """
    with transaction.atomic():
        switch_off(camera, by, at)
        # Whoever read it as connected rests on what is no more (R8).
        camera.revision = Camera.objects.select_for_update(of=("self",)).get(pk=camera.pk).revision + 1
        before, camera.state = camera.state, CameraState.RETIRED
        camera.retired_at = at
        camera.save(update_fields=["state", "retired_at", "revision"])
        keep_edit(camera, {"state": [before, CameraState.RETIRED.value]}, by, at)
        changes: dict[str, list[Any]] = {
            "state": [before, CameraState.RETIRED.value],
            "reason": [None, reason],
        }
        record_change(by, camera._meta.label_lower, str(camera.pk), changes, at)
        bump(camera.node)
        camera_retired.send(sender=Camera, camera=camera, at=at)
