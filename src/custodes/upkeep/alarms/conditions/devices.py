"""What cameras show and say of themselves: faults of their pictures, and their own events (ONVIF)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from custodes.places.models import Camera
from custodes.upkeep.alarms.condition import Condition, Source
from custodes.upkeep.alarms.conditions.findings import device_storage_condition, picture_condition, tamper_condition
from custodes.upkeep.alarms.kinds.cameras import DEGRADED, DEVICE_STORAGE, TAMPERED
from custodes.upkeep.events import camera_events
from custodes.upkeep.models import EventKind, PictureFaultKind
from custodes.upkeep.pictures import picture_findings

TOLD = frozenset(PictureFaultKind)
"""Faults that raise an alarm: those whose false alarms a camera and day `bench/health.py` has shown to be few (health.md)."""


def look_at_pictures(now: datetime) -> Iterator[Condition]:
    """What is so of the pictures."""
    cameras = Camera.objects.taken_in().filter(record=True)
    found = [one for one in picture_findings(cameras, now) if one.state == "faulty" and one.fault in TOLD]
    named = cameras.in_bulk([one.camera for one in found])
    for one in found:
        yield picture_condition(named[one.camera], one)


def listen_to_devices(now: datetime) -> Iterator[Condition]:
    """What devices say of themselves. Their motion is no alarm."""
    for event in camera_events(now):
        if event.kind == EventKind.TAMPER:
            yield tamper_condition(event.camera, event.text, event.since)
        elif event.kind == EventKind.DISK and not event.over:
            yield device_storage_condition(event.camera, event.text, event.since)


PICTURES = Source("pictures", (DEGRADED,), look_at_pictures)
DEVICES = Source("devices", (TAMPERED, DEVICE_STORAGE), listen_to_devices)
