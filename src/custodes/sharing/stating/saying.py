"""What is said of a wish, and why nothing can be said of it: of a person's look, which is open, of this camera, and reaches over what is asked
for, steering theirs who has the helm; and of a wish of the platform above that ends at one below, whose officer is the one that was stated to us, in our own name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from custodes.access.looks.matters import matters_of
from custodes.access.models import Grant
from custodes.places.models import Camera
from custodes.places.node_client import NodeUnreachable, worker_client
from custodes.sharing.models import Served, ServedEnd, Stated, Verb
from custodes.sharing.models.served import SILENT

SLACK = timedelta(minutes=1)
"""So much may a span reach over what a look shows: a device's clock is another, and times are cut to seconds."""
Span = tuple[datetime, datetime]


class NothingStated(Exception):
    """Nothing may be stated; the message says why, for the gateway's log and whoever looks."""


@dataclass(frozen=True, slots=True)
class StatedReason:
    """Who asks and why.

    Attributes:
        unit, person, number: the officer's; document: number of the letter or case.
        ground, clauses: on which it was decided; index: of that decision's record in this log.
        until: when the leave ends at the latest; None where it ends when it is taken back.
    """

    unit: str
    person: str
    number: str
    reason: str
    document: str
    ground: str
    clauses: tuple[str, ...]
    index: int
    until: datetime | None = None


def span_of(start: int, end: int) -> Span | None:
    """Of what was asked for, seconds since 1970; None of steering.

    Raises:
        Unsaid: it is none.
    """
    if start == end == 0:
        return None
    if start >= end:
        raise NothingStated("the span ends before it begins")
    return datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)


def within(span: Span, shown: Span) -> bool:
    """Whether a span lies in what is shown, but for `SLACK`."""
    return shown[0] - SLACK <= span[0] and span[1] <= shown[1] + SLACK


def said_of_look(grant: UUID, camera: Camera, verb: Verb, span: Span | None, at: datetime) -> StatedReason | None:
    """Who looks and why; None where no look has this id.

    Raises:
        Unsaid: the look is over, of other cameras, or shows less.
    """
    row = Grant.objects.select_related("person", "unit", "post", "request").filter(pk=grant).first()
    if row is None:
        return None
    if not row.is_running or row.index is None:
        raise NothingStated("the look is over")
    if not row.cameras.filter(pk=camera.pk).exists() or str(camera.pk) in row.withheld:
        raise NothingStated("the look does not show this camera")
    if verb == Verb.STEER:
        _has_the_helm(row, camera)
    elif span is None or not any(within(span, shown) for shown in _shown(row, at)):
        raise NothingStated("the look does not reach over this span")
    return StatedReason(
        unit=row.unit.name,
        person=row.person.name,
        number=row.person.work_number,
        reason=_reason(row),
        document=_document(row),
        ground=row.ground,
        clauses=tuple(row.clauses),
        index=row.index,
    )


def _shown(row: Grant, at: datetime) -> list[Span]:
    back = [(at - timedelta(seconds=row.back_seconds), at)] if row.back_seconds else []
    return back + ([row.span] if row.span is not None else [])


def _has_the_helm(row: Grant, camera: Camera) -> None:
    """Who has it is known to the node alone: leave to steer ends there with the hand."""
    try:
        stands = worker_client(camera.node, camera.worker).steering(camera.pk)
    except NodeUnreachable as error:
        raise NothingStated("the node does not say who has the helm") from error
    if stands.holder is None or stands.holder.person != str(row.person.uuid):
        raise NothingStated("whoever looks has no leave to move this camera now")


def _reason(row: Grant) -> str:
    """事由 as it was given with the look, else with the request that it rests on, else the ground that it is of."""
    told = (row.purpose, row.content)
    if not any(told) and row.request is not None:
        told = (row.request.purpose, row.request.content)
    post = row.post.get_kind_display() if row.post is not None else ""
    return "；".join(part.strip() for part in told if part.strip()) or " ".join(
        str(part) for part in (row.get_ground_display(), post) if part
    )


def _document(row: Grant) -> str:
    if row.request is not None:
        return row.request.letter_number or row.request.approval_number or row.request.number
    found = matters_of([row.matter]).get(row.matter) if row.matter else None
    return found.number if found is not None else ""


_COVERED = {Verb.HISTORY: (Verb.HISTORY, Verb.DOWNLOAD), Verb.DOWNLOAD: (Verb.DOWNLOAD,), Verb.STEER: (Verb.STEER,)}
"""By which wishes each verb is had: who may download may ask what there is."""


def said_of_passed_on(grant: UUID, camera: Camera, verb: Verb, span: Span | None, at: datetime) -> StatedReason | None:
    """Who asks above and why; None where nothing was given under this id.

    Raises:
        Unsaid: it is over, of another camera, or of less; nobody stated to us who asks.
    """
    row = Served.objects.select_related("stated").filter(pk=grant).first()
    if row is None:
        return None
    if not row.given or row.until is None or at >= row.until or _over(row, at):
        raise NothingStated("what the platform above was given is over")
    if row.camera_id != camera.pk or Verb(row.verb) not in _COVERED[verb]:
        raise NothingStated("the platform above was given something else")
    if verb != Verb.STEER and (span is None or row.span is None or not within(span, row.span)):
        raise NothingStated("the platform above was given another span")
    stated = stated_of(row)
    if stated is None:
        raise NothingStated("the platform above did not state who asks, so nothing can be stated below")
    assert row.index is not None
    return StatedReason(
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
