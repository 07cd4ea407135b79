"""What somebody asks to see, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from custodes.access.models import AgencyRequest, SupervisedSession
from custodes.law.grounds import duty
from custodes.law.grounds.ground import Unmet
from custodes.people.models import DutySession, Post
from custodes.places.models import Camera


class LookBasis(Protocol):
    """What a look rests on, where it is not the own duty: a request, a supervised session, the one picture of a camera that is added."""

    @property
    def ground(self) -> str:
        """The ground's name, as in `law.grounds.registry`."""


@dataclass(frozen=True)
class Ask:
    """A wish to look.

    Attributes:
        cameras: named cameras, with `system` and `node`.
        live: the live picture, and the window back that goes with it.
        span: ``(from, to)``, aware, or None.
        purpose, content: 事由 and 内容 as stated, empty when not.
        asked_at: when it was asked, aware.
        basis: None rests on the own duty (S34(1)).
        handover: to hand the footage out, not to look.
        matter: that a look of the own duty names (`looks.matters`); empty where it names none.
    """

    cameras: tuple[Camera, ...]
    live: bool
    span: tuple[datetime, datetime] | None
    purpose: str
    content: str
    asked_at: datetime
    basis: LookBasis | None = None
    handover: bool = False
    matter: str = ""

    @property
    def ground(self) -> str:
        """The name of the ground that is asked."""
        return duty.NAME if self.basis is None else self.basis.ground

    @property
    def request(self) -> AgencyRequest | None:
        """The agency request that it rests on (S27)."""
        return self.basis if isinstance(self.basis, AgencyRequest) else None

    @property
    def supervised(self) -> SupervisedSession | None:
        """The session under an officer that it is of (S29, N21, PIPL 45)."""
        return self.basis if isinstance(self.basis, SupervisedSession) else None


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
