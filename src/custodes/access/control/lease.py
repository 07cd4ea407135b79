"""A control lease: one person's, over one camera, for as long as they look at it. A right of its own beside looking.

Order, and what a crash between two steps leaves: decide; ask the node who has it; the record, durable; tell the node. After
the record and before the node knows of it, there is a lease that nobody used: true and harmless. What is done then goes from
the browser to the node, on the socket that shows the picture, and ends with the look (docs/design/steering.md, speaking.md).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypedDict, TypeVar
from uuid import UUID, uuid4

from custodes.access.ask import Ask, Refused
from custodes.access.decision import decide
from custodes.access.grants import Denied, NotaryDown, deny
from custodes.access.models import Grant
from custodes.law.grounds import duty
from custodes.law.grounds.ground import Unmet
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.ledger.records import Record, new_id
from custodes.people import delivery as line
from custodes.people.models import DutySession, Person, Post
from custodes.people.permissions import Permission, allowed
from custodes.people.records import timestamp
from custodes.places.models import Camera
from custodes.places.node_client import WorkerClient, worker_client
from custodes.video.wire.control_leases import LeaveAnswer, Tenant

Has = TypeVar("Has", bound=Tenant)
"""Whoever has the camera, as its node says it of this kind."""


@dataclass(frozen=True)
class LeaseKind:
    """What is done through a camera, and what it asks beyond looking.

    Attributes:
        permission: that the post must have, else `no_post` is unmet.
        able: whether the register says that the camera can; else, or where its node knows better, `unable` is unmet.
    """

    permission: Permission
    able: Callable[[Camera], bool]
    no_post: Unmet
    unable: Unmet

    def unmet(self, session: DutySession | None, camera: Camera) -> tuple[Unmet, ...]:
        """What is missing for whoever stands this duty."""
        found = []
        if session is None or self.permission not in allowed(frozenset({session.post.kind})):
            found.append(self.no_post)
        if not self.able(camera):
            found.append(self.unable)
        return tuple(found)


@dataclass(frozen=True)
class Look:
    """Somebody looks at a camera.

    Attributes:
        grant: the person's own, open.
        at: now.
    """

    person: Person
    camera: Camera
    grant: Grant
    at: datetime


@dataclass(frozen=True)
class Given:
    """The lease was given and the node knows it; `post` is that of the duty on which it rests."""

    lease: UUID
    index: int
    post: Post


@dataclass(frozen=True)
class Held(Generic[Has]):
    """Somebody else has the camera, for all that whoever asked has `post`."""

    holder: Has | None
    post: Post


class NotShown(Exception):
    """The look that was named does not show the camera, or not any more."""


class LeaseRecord(TypedDict):
    """What the record of every lease says."""

    id: UUID
    at: str
    grant: UUID
    person: str
    person_name: str
    unit: str
    post: str
    ground: str
    camera: UUID


class LeaseBegun(TypedDict):
    """What the node is told of every lease."""

    index: int
    grant: UUID
    camera: UUID
    person: str
    person_name: str
    unit: str


@dataclass(frozen=True)
class ControlLease(ABC, Generic[Has]):
    """A lease that somebody asks for by a look; each kind has a class of its own."""

    look: Look

    kind: ClassVar[LeaseKind]

    def answer(self) -> Given | Held[Has] | Denied:
        """Decide, record, and tell the node.

        Raises:
            NotaryDown: the record could not be made durable, so nothing was begun.
            NotShown: the look is over, or shows another camera.
            custodes.places.node_client.NodeUnreachable, NodeBusy.
        """
        person, camera, at = self.look.person, self.look.camera, self.look.at
        ask = Ask((camera,), live=True, span=None, purpose="", content="", asked_at=at)
        verdict = decide(person, ask, at)
        unmet = verdict.unmet if isinstance(verdict, Refused) else self.kind.unmet(verdict.session, camera)
        if unmet or isinstance(verdict, Refused) or verdict.session is None:
            return deny(person, ask, Refused(duty.NAME, unmet), at)
        post = verdict.session.post
        client = worker_client(camera.node, camera.worker)
        stands = self.stands(client)
        if not stands.ok:
            return deny(person, ask, Refused(duty.NAME, (self.kind.unable,)), at)
        holder = stands.tenant
        if holder is not None and holder.person == str(person.uuid):
            holder = None
        if holder is not None and not self.goes_before(holder, post):
            return Held(holder, post)
        lease = uuid4()
        index = _enter(self.record(lease, post, holder))
        answer = self.tell(client, lease, index, post, holder)
        if answer.failure == "held":
            return Held(answer.tenant, post)
        if not answer.ok:
            raise NotShown(answer.failure)
        return Given(lease, index, post)

    @abstractmethod
    def stands(self, client: WorkerClient) -> LeaveAnswer[Has]:
        """Ask the node who has the camera."""

    def goes_before(self, holder: Has, post: Post) -> bool:
        """Whether whoever has this post may take the camera from `holder`; nobody, where the kind does not say so."""
        return False

    @abstractmethod
    def record(self, lease: UUID, post: Post, holder: Has | None) -> Record:
        """The record; `holder` is whom the camera is taken from."""

    @abstractmethod
    def tell(self, client: WorkerClient, lease: UUID, index: int, post: Post, holder: Has | None) -> LeaveAnswer[Has]:
        """Tell the node what is on record."""

    def _record(self, post: Post) -> LeaseRecord:
        look = self.look
        return LeaseRecord(
            id=new_id(),
            at=timestamp(look.at),
            grant=look.grant.pk,
            person=str(look.person.uuid),
            person_name=look.person.name,
            unit=post.unit.name,
            post=str(post.uuid),
            ground=duty.NAME,
            camera=look.camera.pk,
        )

    def _begun(self, index: int, post: Post) -> LeaseBegun:
        look = self.look
        return LeaseBegun(
            index=index,
            grant=look.grant.pk,
            camera=look.camera.pk,
            person=str(look.person.uuid),
            person_name=look.person.name,
            unit=post.unit.name,
        )


def _enter(record: Record) -> int:
    try:
        [index] = line.notary().append([record])
    except (NotaryUnavailable, NotaryRefused) as error:
        raise NotaryDown(str(error)) from error
    return int(index)
