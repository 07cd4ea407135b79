"""Records of `custodes.upkeep`: the life of an alarm."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from .base import Count, Name, Record, Text


class AlarmRaised(Record, frozen=True, kw_only=True, gc=False, tag="alarm.raised"):
    """Something needs a person. `subject` names what it is about, `count` how many cameras; `cameras` when they are few."""

    alarm: UUID
    kind: Name
    severity: Literal["serious", "critical"]
    subject: Name
    name: Text
    since: Text
    count: Count
    cameras: tuple[UUID, ...]


class AlarmAcknowledged(Record, frozen=True, kw_only=True, gc=False, tag="alarm.acknowledged"):
    """A person says that they know of an alarm, and what they do."""

    alarm: UUID
    kind: Name
    subject: Name
    name: Text
    person: Name
    words: Text


class AlarmCleared(Record, frozen=True, kw_only=True, gc=False, tag="alarm.cleared"):
    """An alarm is over: by itself (`by` is ``system``), or closed by a person with words. `raises` counts how often its cause came."""

    alarm: UUID
    kind: Name
    subject: Name
    name: Text
    by: Name
    words: Text
    raises: Count
