"""What the sources say: that something is so. Whether it becomes an alarm is `keeping.py`'s."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from custodes.upkeep.alarms.kinds import AlarmKind

Fact = str | int | float | bool | None


class CannotTell(Exception):
    """The source has nobody to ask just now, and another source says so: what it said before stands."""


@dataclass(frozen=True)
class CameraSince:
    """A camera that a condition is about, and since when."""

    camera: UUID
    since: datetime


@dataclass(frozen=True)
class Condition:
    """Something that is so now.

    Attributes:
        kind: which kind of alarm it would be.
        subject: what it is about, ``volume:node-1/footage``; kind and subject together are its identity.
        name: the subject as people call it, at most 200 characters.
        since: since when, as far as the source knows.
        facts: numbers and words that help whoever acts; keys as in `words.FACTS`.
        cameras: the cameras it is about, where it is about some.
        node: the node's primary key, for kinds that reach a node's cameras.
        ripe: it has lasted long enough already: a maintenance window kept it back until now.
    """

    kind: AlarmKind
    subject: str
    name: str
    since: datetime
    facts: Mapping[str, Fact] = field(default_factory=dict)
    cameras: tuple[CameraSince, ...] = ()
    node: int | None = None
    ripe: bool = False

    @property
    def identity(self) -> tuple[str, str]:
        """Which alarm it belongs to."""
        return self.kind.key, self.subject


@dataclass(frozen=True)
class ConditionSource:
    """One way to look.

    Attributes:
        name: in a log line and in the alarm that says that the look failed.
        kinds: all that it can say. What it does not say any more is over, unless the look failed.
        look: what is so at a moment; raises when it can't tell.
        every: it is asked at most this often.
    """

    name: str
    kinds: tuple[AlarmKind, ...]
    look: Callable[[datetime], Iterable[Condition]]
    every: timedelta = timedelta(0)
