"""The lease to speak through a camera's loudspeaker: a right of its own beside looking, on record before the device is called (S34(1)).

The regulation says nothing of speaking. What it takes is that somebody answers for it: whoever is on duty there, sees the place while
speaking, and says why. How a lease is given, and ends, is `control.lease`'s; sound goes from the browser to the node
(docs/design/speaking.md). That a camera is spoken through lets nobody hear it: listening has a reason and a right of its own (N8.1(4)).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from custodes.access.control.lease import ControlLease, Given, Held, LeaseKind, Look
from custodes.access.grants import Denied
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.ledger import records
from custodes.people.models import DutySession, Post
from custodes.people.permissions import Permission
from custodes.places.models import Camera
from custodes.places.node_client import WorkerClient
from custodes.video.wire.control_leases import Speaker, SpeechAnswer, SpeechBegin

CLAUSES = ("S34(1)",)

SPEAK = LeaseKind(
    Permission.SPEAK,
    lambda camera: camera.speaks,
    no_post=Unmet(
        "S34(1)",
        "本岗位不能通过点位喊话",
        "this post may not speak through cameras",
        "请由值班监看员或者值班长喊话",
        "ask the officer or the lead on duty",
    ),
    unable=Unmet(
        "S34(1)",
        "该点位没有登记语音输出",
        "no loudspeaker is registered for the camera",
        "设备有扬声器的，请系统管理人在点位登记中填写语音输出编码",
        "if it has one, have its caretaker enter the code of its voice output",
    ),
)


class NoReason(Exception):
    """Nobody said why."""


def may_speak(session: DutySession | None, camera: Camera) -> bool:
    """Whether the button is offered."""
    return not SPEAK.unmet(session, camera)


def begin(look: Look, reason: str) -> Given | Held[Speaker] | Denied:
    """Give the lease to speak through a camera that the person looks at. Nobody's place is taken.

    Args:
        reason: why; it is on record.

    Raises:
        NoReason: `reason` says nothing.
        As `ControlLease.answer`.
    """
    reason = " ".join(reason.split())
    if not says_something(reason):
        raise NoReason
    return SpeechLease(look, reason).answer()


@dataclass(frozen=True)
class SpeechLease(ControlLease[Speaker]):
    """A lease to speak, and why."""

    reason: str

    kind = SPEAK

    def stands(self, client: WorkerClient) -> SpeechAnswer:
        return client.speech(self.look.camera.pk)

    def record(self, lease: UUID, post: Post, holder: Speaker | None) -> records.SpeechBegun:
        return records.SpeechBegun(**self._record(post), speech=lease, clauses=CLAUSES, reason=self.reason)

    def tell(self, client: WorkerClient, lease: UUID, index: int, post: Post, holder: Speaker | None) -> SpeechAnswer:
        output = self.look.camera.voice_output
        return client.begin_speech(SpeechBegin(**self._begun(index, post), speech=lease, output=output))
