"""A request for one's own image at the school's counter, as far as a test needs it: asked, its picture checked, answered."""

from __future__ import annotations

import datetime
from typing import Any

from custodes.access.models import Grant, OwnImageRequest, OwnOutcome, SessionKind
from custodes.access.ownimage.checked import Looked
from custodes.access.supervised import sessions
from custodes.access.supervised.sessions import AtTheScreen, begin
from custodes.people.models import Person
from custodes.places.models import Camera
from tests.access.ownimage import steps
from tests.access.ownimage.steps import said
from tests.places.stage import Stage

HOUR = datetime.timedelta(hours=1)
ASKED = {
    "claim": "self",
    "name": "卓玛",
    "document": "id_card",
    "document_number": "540102199503030044",
    "wish": "look",
    "place": "今天上午十点左右，校门口",
    "content": "穿藏装，手提保温桶",
}


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def asked(stage: Stage, at: datetime.datetime | None = None, **more: Any) -> OwnImageRequest:
    by = stage.cast.caretaker.person
    return steps.ask(ASKED | more, stage.school.unit, said(by, at or now()))


def looked(stage: Stage, at: datetime.datetime | None = None, **more: Any) -> Looked:
    at = at or now()
    told = {"cameras": (stage.gate,), "begin": at - 2 * HOUR, "end": at - HOUR, "found": "yes", "exception": "none"}
    return Looked(**(told | more))


def look_at(row: OwnImageRequest, by: Person, at: datetime.datetime, *blank: Camera, recorded: bool = True) -> None:
    """The picture checked as the request stands; the page has told of a picture of each camera but the `blank` ones.

    Args:
        recorded: the look's record is in the log.
    """
    session = begin(row, by, AtTheScreen(SessionKind.PREVIEW), at)
    cameras = list(session.cameras.all())
    grant = Grant.objects.create(
        person=by,
        unit=by.unit,
        ground="own_image",
        session=session,
        burnt=by.name,
        watermark=by.name,
        span_from=session.span_from,
        span_to=session.span_to,
        asked_at=at,
        index=1_000 + Grant.objects.count() if recorded else None,
    )
    grant.cameras.set(cameras)
    session.pictured.set([one for one in cameras if one not in blank])
    sessions.end_all(row.sessions.filter(pk=session.pk), by, at, "看完", "PIPL45")


def entered(
    stage: Stage, at: datetime.datetime | None = None, row: OwnImageRequest | None = None, **more: Any
) -> OwnImageRequest:
    """Asked, with cameras and span, before anybody looked."""
    at = at or now()
    by = said(stage.cast.caretaker.person, at)
    scope = looked(stage, at, **(more | {"found": "", "exception": ""}))
    return steps.look_up(row or asked(stage, at), scope, by)


def checked(
    stage: Stage, at: datetime.datetime | None = None, row: OwnImageRequest | None = None, **more: Any
) -> OwnImageRequest:
    """The same, and the picture of each camera was looked at."""
    at = at or now()
    row = entered(stage, at, row, **more)
    look_at(row, stage.cast.caretaker.person, at)
    return OwnImageRequest.objects.get(pk=row.pk)


def given(stage: Stage, outcome: OwnOutcome = OwnOutcome.LOOK, **more: Any) -> OwnImageRequest:
    at = now()
    row = checked(stage, at, **more)
    return steps.answer(row, outcome, looked(stage, at, **more), "", said(stage.cast.caretaker.person, at))
