"""Leave to speak through a camera's loudspeaker: a right of its own beside looking, on record before the device is called (S34(1)).

The regulation says nothing of speaking. What it takes is that somebody answers for it: whoever is on duty there, sees the place while
speaking, and says why; the record is durable, then the node is told. A crash between both leaves leave that nobody used: true and
harmless. Sound goes from the browser to the node, on the socket that shows the picture; the speech ends with the look
(docs/design/speaking.md). That a camera is spoken through lets nobody hear it: listening has a reason and a right of its own (N8.1(4)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from custodes.access import notary as line
from custodes.access.ask import Ask, Refused
from custodes.access.decision import decide
from custodes.access.grants import Denied, NotaryDown, deny
from custodes.access.models import Grant
from custodes.law.grounds import duty
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.ledger import records
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people.models import DutySession, Person
from custodes.people.permissions import Permission, allowed
from custodes.people.records import timestamp
from custodes.places.models import Camera
from custodes.places.node_client import worker_client
from custodes.video.wire.speech import Speaker, SpeechBegin

CLAUSES = ("S34(1)",)


@dataclass(frozen=True)
class Begun:
    """Leave was given and the node is calling the device."""

    speech: UUID
    index: int


@dataclass(frozen=True)
class Held:
    """Somebody else speaks."""

    speaker: Speaker | None


class NotShown(Exception):
    """The look that was named does not show the camera, or not any more."""


class NoReason(Exception):
    """Nobody said why."""


def may_speak(session: DutySession | None, camera: Camera) -> bool:
    """Whether the button is offered."""
    return not _unmet(session, camera)


def begin(person: Person, camera: Camera, grant: Grant, reason: str, at: datetime) -> Begun | Held | Denied:
    """Give leave to speak through a camera that the person looks at.

    Args:
        grant: the person's own open look.
        reason: why; it is on record.

    Raises:
        NoReason: `reason` says nothing.
        NotaryDown: the record could not be made durable, so nothing was begun.
        NotShown: the look is over, or shows another camera.
        custodes.places.node_client.NodeUnreachable, NodeBusy.
    """
    reason = " ".join(reason.split())
    if not says_something(reason):
        raise NoReason
    ask = Ask((camera,), live=True, span=None, purpose="", content="", asked_at=at)
    verdict = decide(person, ask, at)
    unmet = verdict.unmet if isinstance(verdict, Refused) else _unmet(verdict.session, camera)
    if unmet or isinstance(verdict, Refused) or verdict.session is None:
        return deny(person, ask, Refused(duty.NAME, unmet), at)
    post = verdict.session.post
    client = worker_client(camera.node, camera.worker)
    stands = client.speech(camera.pk)
    if not stands.ok:
        return deny(person, ask, Refused(duty.NAME, (_NO_SPEAKER,)), at)
    if stands.speaker is not None and stands.speaker.person != str(person.uuid):
        return Held(stands.speaker)
    speech = uuid4()
    index = _record(speech, person, post.unit.name, str(post.uuid), camera, grant, reason, at)
    answer = client.begin_speech(
        SpeechBegin(
            speech=speech,
            index=index,
            grant=grant.pk,
            camera=camera.pk,
            person=str(person.uuid),
            person_name=person.name,
            unit=post.unit.name,
            output=camera.voice_output,
        )
    )
    if answer.failure == "held":
        return Held(answer.speaker)
    if not answer.ok:
        raise NotShown(answer.failure)
    return Begun(speech, index)


def _unmet(session: DutySession | None, camera: Camera) -> tuple[Unmet, ...]:
    """What speaking asks beyond looking."""
    found = []
    if session is None or Permission.SPEAK not in allowed(frozenset({session.post.kind})):
        found.append(_NO_POST)
    if not camera.speaks:
        found.append(_NO_SPEAKER)
    return tuple(found)


def _record(
    speech: UUID, person: Person, unit: str, post: str, camera: Camera, grant: Grant, reason: str, at: datetime
) -> int:
    record = records.SpeechBegun(
        id=records.new_id(),
        at=timestamp(at),
        speech=speech,
        grant=grant.pk,
        person=str(person.uuid),
        person_name=person.name,
        unit=unit,
        post=post,
        ground=duty.NAME,
        clauses=CLAUSES,
        camera=camera.pk,
        reason=reason,
    )
    try:
        [index] = line.notary().append([record])
    except (NotaryUnavailable, NotaryRefused) as error:
        raise NotaryDown(str(error)) from error
    return int(index)


_NO_POST = Unmet(
    "S34(1)",
    "本岗位不能通过点位喊话",
    "this post may not speak through cameras",
    "请由值班监看员或者值班长喊话",
    "ask the officer or the lead on duty",
)
_NO_SPEAKER = Unmet(
    "S34(1)",
    "该点位没有登记语音输出",
    "no loudspeaker is registered for the camera",
    "设备有扬声器的，请系统管理人在点位登记中填写语音输出编码",
    "if it has one, have its caretaker enter the code of its voice output",
)
