"""Seconds that are missing and that no reason explains (S34(6)); one alarm for a site's hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from custodes.upkeep.alarms.condition import CameraSince, Condition, ConditionSource
from custodes.upkeep.alarms.kinds.cameras import UNEXPLAINED
from custodes.upkeep.alarms.windows import Windows
from custodes.upkeep.models import HeldAlarm, HourRollup

BACK = timedelta(days=2)
LEAST_US = 60_000_000
"""Less than a minute of an hour is shown by 完整率 and asks for nobody."""


def look(now: datetime) -> Iterator[Condition]:
    """What is so. Hours are reported three minutes after their end, late segments later: each look reads two days."""
    rows = HourRollup.objects.filter(hour__gte=now - BACK, reasons__has_key="unexplained").values_list(
        "camera", "camera__name", "camera__system__site", "camera__system__site__name", "hour", "reasons"
    )
    hours: dict[tuple[str, datetime], list[tuple[Any, str, str, int]]] = defaultdict(list)
    windows = Windows.at(now)
    # What a window held back stays a cause of its own: the others' alarm may have been closed by then.
    held = set(
        HeldAlarm.objects.filter(kind=UNEXPLAINED.key, last_seen__gte=now - BACK).values_list("subject", flat=True)
    )
    for camera, name, site, site_name, hour, reasons in rows:
        length = reasons.get("unexplained")
        if isinstance(length, int) and length >= LEAST_US:
            alone = f"{site}:{camera}"
            apart = _subject(alone, hour) in held or windows.over(camera, UNEXPLAINED, hour) is not None
            hours[alone if apart else str(site), hour].append((camera, name, site_name, length))
    for (place, hour), found in hours.items():
        many = len(found) > 1
        yield Condition(
            UNEXPLAINED,
            _subject(place, hour),
            found[0][2] if many else found[0][1],
            hour,
            {
                "count": len(found),
                "missing_s": sum(length for *_who, length in found) // 1_000_000,
                "hour": timezone.localtime(hour).strftime("%Y-%m-%d %H:%M"),
            },
            tuple(CameraSince(camera, hour) for camera, *_rest in found),
        )


def _subject(place: str, hour: datetime) -> str:
    return f"gap:{place}@{hour:%Y%m%dT%H}"


SOURCE = ConditionSource("gaps", (UNEXPLAINED,), look, timedelta(minutes=5))
