"""Events of cameras, to be read by whoever raises alarms or lists them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from custodes.upkeep.models import CameraEvent
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
