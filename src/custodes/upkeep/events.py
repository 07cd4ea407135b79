"""Events of cameras: to be read by whoever raises alarms or lists them, and as upper platforms are told them (`sharing.serving.alarms`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from custodes.sharing.serving.alarms import Happened, Source
from custodes.upkeep.models import CameraEvent, EventKind
from custodes.upkeep.models.status import STALE

RECENT = timedelta(minutes=10)
"""An event that is over is still told for this long: whoever looks once a minute must not miss it."""

KEPT = timedelta(days=90)


def camera_events(now: datetime) -> QuerySet[CameraEvent]:
    """What goes on at cameras at `now`, and what ended within `RECENT`; newest first.

    An event that its node no longer reports is not known to go on: the camera or the node is away, which is an alarm of its own.
    """
    going_on = Q(over=False, at__gt=now - STALE)
    ended = Q(over=True, last__gt=now - RECENT)
    return CameraEvent.objects.filter(going_on | ended).select_related("camera__system__unit")


def forget_old_events(now: datetime) -> int:
    """Delete events that were last reported more than `KEPT` ago; returns how many."""
    return CameraEvent.objects.filter(at__lt=now - KEPT).delete()[0]


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
