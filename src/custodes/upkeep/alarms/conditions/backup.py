"""Back-up that is overdue, by the note that `custodes backup` leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from custodes.backupnote import last_made
from custodes.places.models import Camera
from custodes.settings import get_settings
from custodes.upkeep.alarms.condition import Condition, ConditionSource
from custodes.upkeep.alarms.kinds.trust import BACKUP_OVERDUE


def look(now: datetime) -> Iterator[Condition]:
    """What is so. An installation that records nothing yet has nothing to lose."""
    settings = get_settings()
    limit = timedelta(days=settings.backup_every_days)
    if not limit:
        return
    last = last_made(settings.data)
    begun = (
        Camera.objects.filter(connected_at__isnull=False)
        .order_by("connected_at")
        .values_list("connected_at", flat=True)
    )
    counted_from = last or begun.first()
    if counted_from is not None and now - counted_from > limit:
        facts = {"last": last.isoformat() if last else None, "limit_days": settings.backup_every_days}
        yield Condition(BACKUP_OVERDUE, "backup", "backup", counted_from + limit, facts)


SOURCE = ConditionSource("backup", (BACKUP_OVERDUE,), look, timedelta(minutes=1))
