"""From the rows of a change to what its guards ask about, and what the register says of a camera in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from custodes.places.changes.gate import held_of
from custodes.places.changes.guards import ChangeFacts, Changing
from custodes.places.fields import CAMERA
from custodes.places.models import (
    Camera,
    CameraState,
    ChangeCase,
    ChangedCamera,
    Doubt,
    DoubtState,
    Moment,
    Removal,
    RemovalState,
)


def facts_of(case: ChangeCase) -> ChangeFacts:
    """All that the guards need to know of this change, as the rows stand now."""
    pictures = list(case.pictures.values_list("moment", "camera"))
    shown = {(moment, camera) for moment, camera in pictures}
    rows = case.cameras.select_related("camera")
    return ChangeFacts(
        kind=case.kind,
        decided_on=case.decided_on,
        cameras=tuple(_changing(row, shown) for row in rows),
        after=sum(1 for moment, _camera in pictures if moment == Moment.AFTER),
        added=Camera.objects.filter(
            system=case.system_id, created_at__gte=case.asked_at, state=CameraState.CONNECTED
        ).count(),
    )


#: Fields that `in_words` puts into a sentence; others follow by their heading.
_WORDED = {
    *("place", "view", "longitude", "latitude", "mount_height", "azimuth", "angle", "reach"),
    *("tilt_low", "tilt_high", "home_preset", "maker", "model", "turns_pan", "turns_low", "turns_high"),
}


def in_words(held: dict[str, Any]) -> str:
    """What the register says of a camera, of `gate.HELD`; empty for nothing."""
    parts = [held.get("place") or "", held.get("view") or ""]
    if held.get("longitude") and held.get("latitude"):
        parts.append(f"{held['longitude']}, {held['latitude']}")
    if held.get("mount_height"):
        parts.append(_("安装高度 %(height)s 米") % {"height": held["mount_height"]})
    if held.get("azimuth"):
        parts.append(_("方位角 %(azimuth)s°") % {"azimuth": held["azimuth"]})
    if held.get("angle"):
        parts.append(_("视角 %(angle)s°") % {"angle": held["angle"]})
    if held.get("reach"):
        parts.append(_("可视距离 %(reach)s 米") % {"reach": held["reach"]})
    if held.get("tilt_low"):
        parts.append(_("俯仰角 %(tilt_low)s° 至 %(tilt_high)s°") % held)
    if held.get("home_preset"):
        parts.append(_("规定预置位 %(preset)s") % {"preset": held["home_preset"]})
    parts.append(" ".join(filter(None, (held.get("maker"), held.get("model")))))
    if held.get("turns_pan"):
        parts.append(_("水平转动 %(turns_pan)s°，垂直转动 %(turns_low)s° 至 %(turns_high)s°") % held)
    parts += [f"{_(field.label)} {held[field.name]}" for field in CAMERA if field.name in held.keys() - _WORDED]
    return _("；").join(part for part in parts if part)


def _changing(row: ChangedCamera, shown: set[tuple[str, Any]]) -> Changing:
    camera = row.camera
    return Changing(
        name=camera.name,
        before=(Moment.BEFORE.value, camera.pk) in shown,
        after=(Moment.AFTER.value, camera.pk) in shown,
        updated=row.before != held_of(camera),
        doubted=camera.state == CameraState.FORBIDDEN
        or Doubt.objects.filter(camera=camera, state=DoubtState.WAITING).exists(),
        gone=Removal.objects.filter(cameras=camera, state=RemovalState.REMOVED).exists()
        or Removal.objects.filter(system=camera.system_id, whole=True, state=RemovalState.REMOVED).exists(),
    )
