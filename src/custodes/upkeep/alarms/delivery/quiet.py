"""Quiet hours: local times of the installation between which a recipient is not told of what can wait."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(begin: time | None, end: time | None, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that hold at `at` are over; None when they don't.

    Args:
        begin, end: local times; `begin` later than `end` spans midnight, equal or missing means none.
        at: aware.
        zone: whose local time.
    """
    if begin is None or end is None or begin == end:
        return None
    local = at.astimezone(zone)
    clock = local.time()
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not inside:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone)
