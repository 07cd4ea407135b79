"""What the bell of every page shows, at a price that every open page can pay every few seconds.

The alarms that a person sees are worked out anew only when a step has been taken in some alarm's life, when the person's
posts have changed, or after `KEEP`; in between the answer of before is given.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from custodes.people.models import Person, Post
from custodes.upkeep.alarms.visible import open_alarms
from custodes.upkeep.models import Alarm, AlarmEvent, AlarmState, AlarmTelling, Severity

KEEP = timedelta(seconds=30)
MOST = 2000


@dataclass(frozen=True)
class Ringing:
    """Open alarms in numbers, and the newest.

    Attributes:
        critical, serious, notice: how many of each.
        pressing: critical ones that nobody has acknowledged.
        newest: the one raised last, or told again to this person.
        told_at: when that was.
    """

    critical: int = 0
    serious: int = 0
    notice: int = 0
    pressing: int = 0
    newest: Alarm | None = None
    told_at: datetime | None = None


_lock = threading.Lock()
_kept: dict[int, tuple[Hashable, datetime, Ringing]] = {}


def ringing(person: Person, at: datetime) -> Ringing:
    """What rings for this person now."""
    last = AlarmEvent.objects.order_by("-pk").values_list("pk", "at").first()
    if last is None:
        return Ringing()
    posts = tuple(Post.objects.valid(at).filter(person=person).order_by("pk").values_list("pk", flat=True))
    state = (last, posts)
    with _lock:
        kept = _kept.get(person.pk)
    if kept is not None and kept[0] == state and timedelta(0) <= at - kept[1] < KEEP:
        return kept[2]
    found = _count(person, at)
    with _lock:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[person.pk] = (state, at, found)
    return found


def _count(person: Person, at: datetime) -> Ringing:
    rows = list(open_alarms(person, at))
    severities = [row.severity for row in rows]
    again = _told_again(person, rows)
    told = {row.pk: max(row.raised_at or row.first_seen, again.get(row.pk, row.first_seen)) for row in rows}
    newest = max(rows, key=lambda row: (told[row.pk], str(row.pk)), default=None)
    return Ringing(
        critical=severities.count(Severity.CRITICAL),
        serious=severities.count(Severity.SERIOUS),
        notice=severities.count(Severity.NOTICE),
        pressing=sum(row.severity == Severity.CRITICAL and row.acknowledged_at is None for row in rows),
        newest=newest,
        told_at=told[newest.pk] if newest is not None else None,
    )


def _told_again(person: Person, rows: list[Alarm]) -> dict[UUID, datetime]:
    """When this person was last told again of alarms that nobody has acknowledged."""
    waiting = {row.pk for row in rows if row.acknowledged_at is None}
    again = AlarmTelling.objects.filter(person=person, round__gt=0, alarm__state=AlarmState.OPEN).order_by("at")
    return {pk: at for pk, at in again.values_list("alarm", "at") if pk in waiting}
