"""What the tours of `access` share: a look in a session, and releases whose clock goes on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from custodes.access.ask import Ask
from custodes.access.grants import Opened, open_view
from custodes.access.models import Release, SupervisedSession
from custodes.access.supervised import sessions
from custodes.cases.step import StepInput
from custodes.people.models import Person
from custodes.places.models import Camera
from tests.access.release.flow import CopyFlow, Flow
from tests.cast import Cast
from tests.golden.tour import Clock

PICTURES = (0, 45_000, 180_000)
"""Ticks of a film so short that each of its pictures is a sample: `tests.access.release.node.TIMES` of a tour."""
AT_THE_SCREEN = {
    "name": "多布杰",
    "document": "id_card",
    "number": "540102198803030033",
    "identified": "",
    "read_aloud": "zh",
    "accepted": "signed",
}
"""Who looks beside staff, as the form says it."""


def without(cast: Cast, *names: str) -> Cast:
    """The cast without these, who are told no other than somebody who stays."""
    return replace(cast, members={name: one for name, one in cast.members.items() if name not in names})


def look(session: SupervisedSession, clock: Clock, *blank: Camera) -> None:
    """The officer of a session opens its pictures, on record; the page tells of each but the `blank` ones."""
    cameras = tuple(session.cameras.order_by("number"))
    span = (session.span_from, session.span_to)
    ask = Ask(cameras, live=False, span=span, purpose="", content="", asked_at=clock.later(), basis=session)
    assert isinstance(open_view(session.officer, ask, clock.at), Opened)
    for camera in cameras:
        if camera not in blank:
            sessions.tell(session, camera, clock.later())


def at_once(by: Person, at: datetime, words: str) -> StepInput:
    return StepInput(by, at, timezone.localdate(at), words)


@dataclass
class Walk(Flow):
    """`Flow` on a tour: each step a minute later.

    Attributes:
        there: the release that goes on, in place of one that is proposed.
    """

    clock: Clock = field(default_factory=Clock)
    there: Release | None = None

    def taken(self, by: Person, words: str = "") -> StepInput:
        return at_once(by, self.clock.later(), words)

    def proposed(self, **changed: Any) -> Release:
        return self.there or super().proposed(**changed)


@dataclass
class CopyWalk(CopyFlow):
    """`CopyFlow` on a tour."""

    clock: Clock = field(default_factory=Clock)

    def taken(self, by: Person, words: str = "") -> StepInput:
        return at_once(by, self.clock.later(), words)
