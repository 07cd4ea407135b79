"""What is said of a wish of the platform above that ends at one below: the officer is the one that was stated to us, in our own name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from custodes.places.models import Camera
from custodes.sharing.models import Served, ServedEnd, Stated, Verb
from custodes.sharing.models.served import SILENT
from custodes.sharing.stating.saying import Said, Span, Unsaid, within

_COVERED = {Verb.HISTORY: (Verb.HISTORY, Verb.DOWNLOAD), Verb.DOWNLOAD: (Verb.DOWNLOAD,), Verb.STEER: (Verb.STEER,)}
"""By which wishes each verb is had: who may download may ask what there is."""


def said_of(grant: UUID, camera: Camera, verb: Verb, span: Span | None, at: datetime) -> Said | None:
    """Who asks above and why; None where nothing was given under this id.

    Raises:
        Unsaid: it is over, of another camera, or of less; nobody stated to us who asks.
    """
    row = Served.objects.select_related("stated").filter(pk=grant).first()
    if row is None:
        return None
    if not row.given or row.until is None or at >= row.until or _over(row, at):
        raise Unsaid("what the platform above was given is over")
    if row.camera_id != camera.pk or Verb(row.verb) not in _COVERED[verb]:
        raise Unsaid("the platform above was given something else")
    if verb != Verb.STEER and (span is None or row.span is None or not within(span, row.span)):
        raise Unsaid("the platform above was given another span")
    stated = stated_of(row)
    if stated is None:
        raise Unsaid("the platform above did not state who asks, so nothing can be stated below")
    assert row.index is not None
    return Said(
        unit=stated.unit,
        person=stated.person,
        number=stated.number,
        reason=stated.reason,
        document=stated.document,
        ground=stated.ground,
        clauses=tuple(stated.clauses),
        index=row.index,
        until=row.until,
    )


def stated_of(row: Served) -> Stated | None:
    """The statement that it was given for; None where it was given without one."""
    return row.stated


def _over(row: Served, at: datetime) -> bool:
    """A question is over with its answer, and what follows from it is had until its term."""
    if row.ended_at is not None:
        return row.ended_why != ServedEnd.DONE
    return at - row.kept_at > SILENT
