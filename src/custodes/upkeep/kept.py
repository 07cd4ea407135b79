"""How far back footage reaches, as workers say it each day, for pages that ask (S32)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from custodes.places.keeping import keeping_of
from custodes.upkeep.models import HourRollup, KeptDay

SHOWN = timedelta(days=2)
"""An account that is older says nothing of today."""
_HOUR = timedelta(hours=1)
_SURE = timedelta(minutes=1)
"""Less than this is no picture to count on, nor a loss."""


def latest_of(cameras: Iterable[UUID], today: date) -> dict[UUID, KeptDay]:
    """The newest account of each camera, where there is one of these days."""
    rows = KeptDay.objects.filter(camera__in=list(cameras), day__gt=today - SHOWN, day__lte=today).order_by("day")
    return {row.camera_id: row for row in rows}


def playable(cameras: Iterable[UUID], begin: datetime, end: datetime, at: datetime) -> frozenset[UUID]:
    """Those of these cameras of which footage of this span was recorded and can still be played, both beyond doubt.

    An hour that the span cuts counts for what can't lie outside. A camera whose worker gave no account of these days, or told of losses,
    is none of them; nor is what is past its term, though it may be held.
    """
    today = timezone.localdate(at)
    begins = {
        pk: one.begins for pk, one in latest_of(cameras, today).items() if one.begins is not None and one.lost < _SURE
    }
    rows = HourRollup.objects.filter(camera__in=begins, hour__gt=begin - _HOUR, hour__lt=end)
    found = set()
    for row in rows.select_related("camera__system__site"):
        inside = min(end, row.hour + _HOUR) - max(begin, row.hour, begins[row.camera_id])
        through = keeping_of(row.camera, row.hour).keep_through
        sure = timedelta(microseconds=row.recorded_us) - (_HOUR - inside)
        if (through is None or through >= today) and sure >= min(_SURE, inside) > timedelta():
            found.add(row.camera_id)
    return frozenset(found)
