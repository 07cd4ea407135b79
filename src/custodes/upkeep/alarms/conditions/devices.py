"""What cameras show and say of themselves: faults of their pictures, and their own events (ONVIF)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from custodes.places.models import Camera
from custodes.upkeep.alarms.condition import CameraSince, Condition, ConditionSource
from custodes.upkeep.alarms.conditions.findings import device_storage_condition, picture_condition, tamper_condition
from custodes.upkeep.alarms.kinds.cameras import DEGRADED, DEVICE_STORAGE, ODD_TIMES, TAMPERED
from custodes.upkeep.events import camera_events
from custodes.upkeep.models import Alarm, AlarmState, CameraStatus, EventKind, PictureFaultKind, SourceState
from custodes.upkeep.models.status import STALE
from custodes.upkeep.pictures import PictureFinding, picture_findings
from custodes.video.source.state import BY_ARRIVAL

TOLD = frozenset(PictureFaultKind)
"""Faults that raise an alarm: those whose false alarms a camera and day `bench/health.py` has shown to be few (health.md)."""

PARTLY_COVERED = timedelta(minutes=18)
"""For so long less than half of a picture is gone before it counts: the shadow of a cloud, when a camera first meets it, goes within
minutes; what was put before a lens stays."""


def look_at_pictures(now: datetime) -> Iterator[Condition]:
    """What is so of the pictures."""
    cameras = Camera.objects.taken_in().filter(record=True)
    stated = [one for one in picture_findings(cameras, now) if one.state == "faulty" and one.fault in TOLD]
    named = cameras.in_bulk([one.camera for one in stated])
    # What people were told of while more was gone stays an alarm.
    told = set(Alarm.objects.filter(kind=DEGRADED.key, state=AlarmState.OPEN).values_list("subject", flat=True))
    for one in stated:
        condition = picture_condition(named[one.camera], one)
        if condition.subject in told or not _may_be_a_shadow(one, now):
            yield condition


def _may_be_a_shadow(finding: PictureFinding, now: datetime) -> bool:
    partly = finding.fault == PictureFaultKind.COVERED and not finding.severe
    return partly and now - finding.first_seen < PARTLY_COVERED


def listen_to_devices(now: datetime) -> Iterator[Condition]:
    """What devices say of themselves. Their motion is no alarm."""
    for event in camera_events(now):
        if event.kind == EventKind.TAMPER:
            yield tamper_condition(event.camera, event.text, event.since)
        elif event.kind == EventKind.DISK and not event.over:
            yield device_storage_condition(event.camera, event.text, event.since)


def look_at_times(now: datetime) -> Iterator[Condition]:
    """Cameras that are recorded by the times of arrival, since their own stand still."""
    rows = CameraStatus.objects.filter(
        camera__in=Camera.objects.taken_in().filter(record=True),
        state=SourceState.RECORDING,
        reason=BY_ARRIVAL,
        at__gte=now - STALE,
    )
    for row in rows.select_related("camera"):
        named = CameraSince(row.camera_id, row.since)
        yield Condition(ODD_TIMES, f"times:{row.camera_id}", row.camera.name, row.since, {"count": 1}, (named,))


PICTURES = ConditionSource("pictures", (DEGRADED,), look_at_pictures)
DEVICES = ConditionSource("devices", (TAMPERED, DEVICE_STORAGE), listen_to_devices)
TIMES = ConditionSource("times", (ODD_TIMES,), look_at_times)
