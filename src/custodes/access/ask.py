"""What somebody asks to see, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from custodes.access.models import AgencyRequest, SupervisedSession
from custodes.law.grounds.ground import Unmet
from custodes.people.models import DutySession, Post
from custodes.places.models import Camera


@dataclass(frozen=True)
class Ask:
    """A wish to look.

    Attributes:
        cameras: named cameras, with `system` and `node`.
        live: the live picture, and the window back that goes with it.
        span: ``(from, to)``, aware, or None.
        purpose, content: 事由 and 内容 as stated, empty when not.
        asked_at: when it was asked, aware.
        request: the agency request that it rests on; None where it rests on none.
        supervised: the session under an officer that it is of (S29, N21); None rests on the own duty.
        matter: that a look of the own duty names (`looks.matters`); empty where it names none.
    """

    cameras: tuple[Camera, ...]
    live: bool
    span: tuple[datetime, datetime] | None
    purpose: str
    content: str
    asked_at: datetime
    request: AgencyRequest | None = None
    supervised: SupervisedSession | None = None
    matter: str = ""


@dataclass(frozen=True)
class Granted:
    """The look may proceed: under which ground and clauses, how far it reaches, who looks with the person, whose name is burnt in."""

    ground: str
    clauses: tuple[str, ...]
    post: Post | None
    session: DutySession | None
    back_seconds: int
    beside: tuple[str, ...] = ()
    burnt: str = ""


@dataclass(frozen=True)
class Refused:
    """The look may not proceed, and why."""

    ground: str
    unmet: tuple[Unmet, ...]
