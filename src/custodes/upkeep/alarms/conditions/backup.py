"""Back-up that is overdue.

Whoever makes back-ups writes ``backup/last.json`` in the data folder, whole or not at all:
``{"at": "2026-11-24T15:05:11.000000Z"}`` is when the last good one was finished; other fields are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from custodes.places.models import Camera
from custodes.settings import Settings, get_settings
from custodes.upkeep.alarms.condition import Condition, Source
from custodes.upkeep.alarms.kinds.trust import BACKUP_OVERDUE


def last_backup(settings: Settings) -> datetime | None:
    """When the last good back-up was finished; None when none is known, or the note can't be read as one."""
    try:
        note = json.loads((settings.data / "backup" / "last.json").read_bytes())
        at = datetime.fromisoformat(note["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def look(now: datetime) -> Iterator[Condition]:
    """What is so. An installation that records nothing yet has nothing to lose."""
    settings = get_settings()
    limit = timedelta(hours=settings.backup_hours)
    if not limit:
        return
    last = last_backup(settings)
    begun = (
        Camera.objects.filter(connected_at__isnull=False)
        .order_by("connected_at")
        .values_list("connected_at", flat=True)
    )
    counted_from = last or begun.first()
    if counted_from is not None and now - counted_from > limit:
        facts = {"last": last.isoformat() if last else None, "limit_hours": settings.backup_hours}
        yield Condition(BACKUP_OVERDUE, "backup", "backup", counted_from + limit, facts)


SOURCE = Source("backup", (BACKUP_OVERDUE,), look, timedelta(minutes=1))
