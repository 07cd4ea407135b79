"""What an alarm's chain will do next, and that a person has seen what they were told."""

from __future__ import annotations

from datetime import datetime

from custodes.people.models import Person
from custodes.upkeep.alarms.escalation.chain import Chains, posts_of
from custodes.upkeep.models import Alarm


def mark_read(alarm: Alarm, person: Person, at: datetime) -> None:
    """The person has the alarm's page before them."""
    alarm.tellings.filter(person=person, read_at__isnull=True).update(read_at=at)


def next_telling(alarm: Alarm) -> tuple[datetime, str] | None:
    """When it will be told again if nobody acknowledges, and to which posts; None when it will not."""
    row = getattr(alarm, "escalation", None)
    if row is None or row.next_at is None or alarm.acknowledged_at is not None or alarm.cleared_at is not None:
        return None
    posts = posts_of(Chains().of([alarm])[alarm.pk], row.position)
    return row.next_at, "、".join(str(post.label) for post in posts)
