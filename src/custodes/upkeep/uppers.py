"""What cameras say of themselves over ONVIF, as upper platforms are told it (`sharing.serving.alarms`)."""

from __future__ import annotations

from custodes.sharing.serving.alarms import Happened, Source
from custodes.upkeep.models import CameraEvent, EventKind

_CALLED = {
    EventKind.TAMPER: (5, 11, 2),
    EventKind.DISK: (6, 1, 3),
}
"""Method, type (GB/T 28181-2016 A.2.5) and priority. Motion is no alarm here, and goes to nobody."""


def _newest() -> int:
    return CameraEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _behind(place: int, most: int) -> list[Happened]:
    rows = CameraEvent.objects.filter(pk__gt=place).order_by("pk")[:most]
    found = []
    for row in rows.values_list("pk", "at", "since", "camera", "kind"):
        pk, kept_at, since, camera, kind = row
        method, type_, priority = _CALLED.get(EventKind(kind), (0, None, None))
        found.append(Happened(pk, kept_at, since, camera if method else None, method, type_, priority))
    return found


EVENTS = Source("e", _newest, _behind)
