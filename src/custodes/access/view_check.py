"""Single pictures of one camera to check its view: recorded as a grant first, fetched once, passed through and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from custodes.access.ask import Ask, Granted, Refused
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
from custodes.places.scope import editable_cameras

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Wish:
    """Which pictures, and why.

    Attributes:
        reference: the declared view beside which the present is shown, or None.
        then: the moment at which a fault was seen, or None.
        declares: the look is there to declare the view.
        alarmed: an alarm about the camera's picture is open that the person may see.
        purpose: why, as the record says it.
    """

    reference: UUID | None
    then: datetime | None
    declares: bool
    alarmed: bool
    purpose: str


@dataclass(frozen=True)
class Look:
    """The pictures as they came from the node, and the ledger index under which they were looked at."""

    pictures: Pictures
    index: int
    watermark: str


def look_at_view(camera: Camera, person: Person, wish: Wish, at: datetime) -> Look | Denied:
    """Look once at what a camera was declared to show, showed, and shows.

    Raises:
        NotaryDown: not recorded, so not looked at.
        NodeUnreachable, NodeBusy: recorded, but no picture came.
    """
    ask = Ask((camera,), False, _span(wish), wish.purpose, "", at)
    unmet = view_check.unmet(_facts(camera, person, wish, at), at)
    if unmet:
        return deny(person, ask, Refused(view_check.NAME, unmet), at)
    granted = Granted(view_check.NAME, view_check.CLAUSES, None, None, 0)
    grant = store(person, ask, granted, still=True)
    opened = record_and_sign(grant, (camera,))
    then_us = None if wish.then is None else microseconds(wish.then)
    try:
        client = worker_client(camera.node, camera.worker)
        pictures = client.pictures(opened.sockets[0].token, wish.reference, then_us)
    finally:
        Grant.objects.filter(pk=grant.pk).update(ended_at=timezone.now())
    return Look(pictures, opened.index, grant.watermark)


def _span(wish: Wish) -> tuple[datetime, datetime] | None:
    return None if wish.then is None else (wish.then, wish.then + timedelta(seconds=1))


def may_look(camera: Camera, person: Person, at: datetime) -> bool:
    """Whether a look for an alarm would be worth asking for: the person tends the camera or stands duty at its system."""
    return _tends(camera, person, at) or _on_duty(camera, person, at)


def _facts(camera: Camera, person: Person, wish: Wish, at: datetime) -> view_check.ViewCheckFacts:
    looks = Grant.objects.filter(
        person=person, ground=view_check.NAME, cameras=camera, asked_at__gt=at - HOUR, index__isnull=False
    )
    return view_check.ViewCheckFacts(
        tends=_tends(camera, person, at),
        on_duty=_on_duty(camera, person, at),
        cameras=1,
        in_use=camera.in_use,
        declares=wish.declares,
        alarmed=wish.alarmed,
        looks=looks.count(),
        no_vote=not voting([camera], at),
        trial_open=not closed_trials(person, [camera], at, _span(wish)),
    )


def _tends(camera: Camera, person: Person, at: datetime) -> bool:
    return editable_cameras(person, at).filter(pk=camera.pk).exists()


def _on_duty(camera: Camera, person: Person, at: datetime) -> bool:
    session = running_session(person, at)
    return session is not None and SystemPost.objects.filter(post=session.post, system=camera.system_id).exists()
