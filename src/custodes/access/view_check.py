"""Single pictures of one camera to check its view: recorded as a grant first, fetched once, passed through and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from custodes.access.ask import Ask, Granted, Refused
from custodes.access.decision import GatheredFacts, decide, gathers
from custodes.access.grants import Denied, deny, record_and_sign, store
from custodes.access.models import Grant
from custodes.access.papers import microseconds
from custodes.law.grounds import view_check
from custodes.people.duty import running_session
from custodes.people.models import Person
from custodes.places.lifecycle.trial import closed_trials
from custodes.places.models import Camera, SystemPost
from custodes.places.node_answers import Pictures
from custodes.places.node_client import worker_client
from custodes.places.planning import voting
from custodes.places.scope import checkable_cameras

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class ViewCheckWish:
    """Which pictures, and why.

    Attributes:
        reference: the declared view beside which the present is shown, or None.
        then: the moment at which a fault was seen, or None.
        declares: the look is there to declare the view.
        alarmed: an alarm about the camera's picture is open that the person may see.
        purpose: why, as the record says it; a look without one is refused.
    """

    reference: UUID | None
    then: datetime | None
    declares: bool
    alarmed: bool
    purpose: str

    @property
    def ground(self) -> str:
        """That of checking a view."""
        return view_check.NAME


@dataclass(frozen=True)
class ViewCheckLook:
    """The pictures as they came from the node, and the ledger index under which they were looked at."""

    pictures: Pictures
    index: int
    watermark: str


def look_at_view(camera: Camera, person: Person, wish: ViewCheckWish, at: datetime) -> ViewCheckLook | Denied:
    """Look once at what a camera was declared to show, showed, and shows.

    Raises:
        NotaryDown: not recorded, so not looked at.
        NodeUnreachable, NodeBusy: recorded, but no picture came.
    """
    ask = Ask((camera,), False, _span(wish), wish.purpose, "", at, wish)
    grant = _claim(person, ask, at)
    if isinstance(grant, Refused):
        return deny(person, ask, grant, at)
    opened = record_and_sign(grant, (camera,))
    then_us = None if wish.then is None else microseconds(wish.then)
    try:
        client = worker_client(camera.node, camera.worker)
        pictures = client.pictures(opened.sockets[0].token, wish.reference, then_us)
    finally:
        Grant.objects.filter(pk=grant.pk).update(ended_at=timezone.now())
    return ViewCheckLook(pictures, opened.index, grant.watermark)


def _claim(person: Person, ask: Ask, at: datetime) -> Grant | Refused:
    """Decide, and take one of the hour's looks in the same transaction: looks that are asked for at once are counted one by one."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        verdict = decide(person, ask, at)
        return verdict if isinstance(verdict, Refused) else store(person, ask, verdict, still=True)


def gather(person: Person, ask: Ask, at: datetime) -> GatheredFacts:
    """The facts of one look at what a camera shows."""
    assert isinstance(ask.basis, ViewCheckWish)
    [camera] = ask.cameras
    granted = Granted(view_check.NAME, view_check.CLAUSES, None, None, 0)
    return GatheredFacts(_facts(camera, person, ask.basis, at), lambda: granted)


def _span(wish: ViewCheckWish) -> tuple[datetime, datetime] | None:
    return None if wish.then is None else (wish.then, wish.then + timedelta(seconds=1))


def may_look(camera: Camera, person: Person, at: datetime) -> bool:
    """Whether a look for an alarm would be worth asking for: the person tends the camera or stands duty at its system."""
    return _tends(camera, person, at) or _on_duty(camera, person, at)


def _facts(camera: Camera, person: Person, wish: ViewCheckWish, at: datetime) -> view_check.ViewCheckFacts:
    # One that is on its way to the log counts; one that never came there showed nothing.
    taken = Q(index__isnull=False) | Q(ended_at__isnull=True)
    looks = Grant.objects.filter(taken, person=person, ground=view_check.NAME, cameras=camera, asked_at__gt=at - HOUR)
    return view_check.ViewCheckFacts(
        tends=_tends(camera, person, at),
        on_duty=_on_duty(camera, person, at),
        cameras=1,
        purpose=wish.purpose,
        in_use=camera.in_use,
        declares=wish.declares,
        alarmed=wish.alarmed,
        looks=looks.count(),
        no_vote=not voting([camera], at),
        trial_open=not closed_trials(person, [camera], at, _span(wish)),
    )


def _tends(camera: Camera, person: Person, at: datetime) -> bool:
    return checkable_cameras(person, at).filter(pk=camera.pk).exists()


def _on_duty(camera: Camera, person: Person, at: datetime) -> bool:
    session = running_session(person, at)
    links = SystemPost.objects.in_force().filter(system=camera.system_id)
    return session is not None and links.filter(post=session.post).exists()


gathers(view_check.NAME, gather)
