"""What moves on the map: where it was last, with a mark of its own, for who may read where it stands (R9, S33.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from custodes.places.devices.channel import channel_of
from custodes.places.devices.moving import cameras_of_mobiles
from custodes.places.geometry.plane import MICRO, Box
from custodes.places.models import Camera, CameraState, GbMobile, System

MOST = 200
"""Last places that are drawn of one window, those that were heard of last."""


def moving_in(systems: QuerySet[System], states: frozenset[str], box: Box) -> list[tuple[Camera, System, GbMobile]]:
    """Cameras whose last place is in the window, with their systems: of what moves it does not matter where it is declared to stand."""
    west, south, east, north = (edge / MICRO for edge in (box.west, box.south, box.east, box.north))
    rows = list(
        GbMobile.objects.filter(
            longitude__range=(west, east),
            latitude__range=(south, north),
            device__system__in=systems.order_by().values("pk"),
            device__retired_at__isnull=True,
        )
        .select_related("device")
        .order_by("-heard_at")[:MOST]
    )
    if not rows:
        return []
    held = systems.filter(pk__in={row.device.system_id for row in rows}).select_related("site__division", "unit")
    known = {row.pk: row for row in held}
    cameras = Camera.objects.filter(state__in=states)
    pairs = cameras_of_mobiles(rows, cameras)
    return [(camera, known[camera.system_id], row) for camera, row in pairs if camera.system_id in known]


def elsewhere(cameras: list[Camera], at: datetime) -> frozenset[Any]:
    """Which of these are not where they are declared to stand: a place of theirs was heard of lately."""
    devices = {channel.device for camera in cameras if (channel := channel_of(camera.main_url)) is not None}
    if not devices:
        return frozenset()
    rows = GbMobile.objects.filter(device__gb_id__in=devices, device__retired_at__isnull=True, heard_at__isnull=False)
    fresh = [row for row in rows.select_related("device") if not row.late(at)]
    found = cameras_of_mobiles(fresh, Camera.objects.filter(pk__in=[one.pk for one in cameras]))
    return frozenset(camera.pk for camera, _row in found)


def only_in_use(states: frozenset[str]) -> frozenset[str]:
    """States of cameras whose last place is drawn: of one that is out of use nothing is heard that would count."""
    return states & {CameraState.CONNECTED.value}
