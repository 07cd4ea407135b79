"""What is said of a person's look: it is open, of this camera, and reaches over what is asked for; steering is theirs who has the helm."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from custodes.access.looks.matters import matters_of
from custodes.access.models import Grant
from custodes.places.models import Camera
from custodes.places.node_client import NodeUnreachable, worker_client
from custodes.sharing.models import Verb
from custodes.sharing.stating.saying import Said, Span, Unsaid, within


def said_of(grant: UUID, camera: Camera, verb: Verb, span: Span | None, at: datetime) -> Said | None:
    """Who looks and why; None where no look has this id.

    Raises:
        Unsaid: the look is over, of other cameras, or shows less.
    """
    row = Grant.objects.select_related("person", "unit", "post", "request").filter(pk=grant).first()
    if row is None:
        return None
    if not row.is_running or row.index is None:
        raise Unsaid("the look is over")
    if not row.cameras.filter(pk=camera.pk).exists() or str(camera.pk) in row.withheld:
        raise Unsaid("the look does not show this camera")
    if verb == Verb.STEER:
        _has_the_helm(row, camera)
    elif span is None or not any(within(span, shown) for shown in _shown(row, at)):
        raise Unsaid("the look does not reach over this span")
    return Said(
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
        raise Unsaid("the node does not say who has the helm") from error
    if stands.holder is None or stands.holder.person != str(row.person.uuid):
        raise Unsaid("whoever looks has no leave to move this camera now")


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
