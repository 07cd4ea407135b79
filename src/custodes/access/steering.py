"""Leave to steer a camera: a verb of its own beside looking, decided and on record before the first command (S34(1), S34(7)).

Order, and what a crash between two steps leaves: decide; ask the node who steers; the record, durable; tell the node. After
the record and before the node knows of it, there is leave that nobody used: true and harmless. Commands go from the browser
to the node, on the socket that shows the picture; the steering ends with the look (docs/design/steering.md).
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
from custodes.ledger import records
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people.models import DutySession, Person, PostKind
from custodes.people.permissions import Permission, allowed
from custodes.people.records import timestamp
from custodes.places.models import Camera
from custodes.places.node_client import worker_client
from custodes.video.wire.steering import Holder, SteerBegin

RANKS: dict[str, int] = {PostKind.DUTY_OFFICER: 1, PostKind.DUTY_LEAD: 2}
"""Who may take a camera over from whom: the higher from the lower, with a reason."""

CLAUSES = ("S34(1)", "S34(7)")


@dataclass(frozen=True)
class Begun:
    """Leave was given and the node knows it.

    Attributes:
        presets: presets and the home position may be set too.
    """

    steering: UUID
    index: int
    presets: bool


@dataclass(frozen=True)
class Held:
    """Somebody else steers; `may_take_over` with a reason."""

    holder: Holder | None
    may_take_over: bool


class NotShown(Exception):
    """The look that was named does not show the camera, or not any more."""


def begin(person: Person, camera: Camera, grant: Grant, reason: str, at: datetime) -> Begun | Held | Denied:
    """Give leave to steer a camera that the person looks at.

    Args:
        grant: the person's own open look.
        reason: why the camera is taken over from whoever steers it; empty when it is not.

    Raises:
        NotaryDown: the record could not be made durable, so nothing was begun.
        NotShown: the look is over, or shows another camera.
        custodes.places.node_client.NodeUnreachable, NodeBusy.
    """
    ask = Ask((camera,), live=True, span=None, purpose="", content="", asked_at=at)
    verdict = decide(person, ask, at)
    unmet = verdict.unmet if isinstance(verdict, Refused) else _unmet(verdict.session, camera)
    if unmet or isinstance(verdict, Refused) or verdict.session is None:
        return deny(person, ask, Refused(duty.NAME, unmet), at)
    post = verdict.session.post
    rank, reason = RANKS.get(post.kind, 0), reason.strip()
    client = worker_client(camera.node, camera.worker)
    stands = client.steering(camera.pk)
    if not stands.ok:
        return deny(person, ask, Refused(duty.NAME, (_FIXED,)), at)
    holder = stands.holder if stands.holder is not None and stands.holder.person != str(person.uuid) else None
    # Whoever is on duty here goes before an upper platform, and says no reason (S2.2).
    if holder is not None and holder.rank >= 0 and not (reason and rank > holder.rank):
        return Held(holder, rank > holder.rank)
    steering = uuid4()
    index = _record(steering, person, post.unit.name, str(post.uuid), camera, grant, holder, reason, at)
    presets = Permission.SET_PRESETS in allowed(frozenset({post.kind}))
    answer = client.begin_steering(
        SteerBegin(
            steering=steering,
            index=index,
            grant=grant.pk,
            camera=camera.pk,
            person=str(person.uuid),
            person_name=person.name,
            unit=post.unit.name,
            rank=rank,
            presets=presets,
            over=holder is not None,
        )
    )
    if answer.failure == "held":
        return Held(answer.holder, answer.holder is not None and rank > answer.holder.rank)
    if not answer.ok:
        raise NotShown(answer.failure)
    return Begun(steering, index, presets)


def _unmet(session: DutySession | None, camera: Camera) -> tuple[Unmet, ...]:
    """What steering asks beyond looking."""
    found = []
    if session is None or Permission.STEER not in allowed(frozenset({session.post.kind})):
        found.append(_NO_POST)
    if not camera.steerable:
        found.append(_FIXED)
    return tuple(found)


def _record(
    steering: UUID,
    person: Person,
    unit: str,
    post: str,
    camera: Camera,
    grant: Grant,
    holder: Holder | None,
    reason: str,
    at: datetime,
) -> int:
    record = records.ControlBegun(
        id=records.new_id(),
        at=timestamp(at),
        steering=steering,
        grant=grant.pk,
        person=str(person.uuid),
        person_name=person.name,
        unit=unit,
        post=post,
        ground=duty.NAME,
        clauses=CLAUSES,
        camera=camera.pk,
        over=holder.person_name if holder is not None else "",
        reason=reason if holder is not None else "",
    )
    try:
        [index] = line.notary().append([record])
    except (NotaryUnavailable, NotaryRefused) as error:
        raise NotaryDown(str(error)) from error
    return int(index)


_NO_POST = Unmet(
    "S34(7)",
    "本岗位不能操控摄像机的指向",
    "this post may not turn cameras",
    "请由值班监看员或者值班长操控",
    "ask the officer or the lead on duty",
)
_FIXED = Unmet(
    "S34(7)",
    "该点位没有登记云台能力，指向固定",
    "the camera is not registered as one that turns",
    "设备带云台的，请系统管理人在点位页检测云台",
    "if it does turn, have its caretaker look at it on the camera's page",
)
