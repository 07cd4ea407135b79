"""How findings about pictures and events of devices become conditions (`devices.py` asks for them)."""

from __future__ import annotations

from datetime import datetime

from custodes.places.models import Camera
from custodes.upkeep.alarms.condition import CameraSince, Condition
from custodes.upkeep.alarms.kinds.cameras import DEGRADED, DEVICE_STORAGE, TAMPERED
from custodes.upkeep.pictures import PictureFinding


def picture_condition(camera: Camera, finding: PictureFinding) -> Condition:
    """A fault of a picture (dark, blurred, covered, moved…): one alarm for a camera and fault, over when it is seen no more."""
    return Condition(
        DEGRADED,
        f"picture:{camera.pk}:{finding.fault}",
        camera.name,
        finding.first_seen,
        {
            "count": 1,
            "fault": finding.fault,
            "measure": round(finding.measure, 3),
            "threshold": round(finding.threshold, 3),
            "unit": finding.unit,
        },
        (CameraSince(camera.pk, finding.first_seen),),
    )


def tamper_condition(camera: Camera, event: str, at: datetime) -> Condition:
    """A device says that it was covered, moved or opened: a person closes it, so that each event is one alarm.

    Args:
        event: the device's word, ``tns1:VideoSource/GlobalSceneChange``.
        at: when it happened, by our clock; events within one minute are one.
    """
    return Condition(
        TAMPERED,
        f"tamper:{camera.pk}@{at:%Y%m%dT%H%M}",
        camera.name,
        at,
        {"count": 1, "event": event[:120]},
        (CameraSince(camera.pk, at),),
    )


def device_storage_condition(camera: Camera, event: str, since: datetime) -> Condition:
    """A device's own card is full or broken: so until the device says that it is well."""
    return Condition(
        DEVICE_STORAGE,
        f"device-storage:{camera.pk}",
        camera.name,
        since,
        {"count": 1, "event": event[:120]},
        (CameraSince(camera.pk, since),),
    )
