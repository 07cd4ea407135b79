"""Declaring what a camera is to show, and taking it back (S15, S34(7)).

The node first, then the row and its record in one transaction: a crash between the two leaves a view that is in force on the node and
that no row knows. It is not lost: `adopt_unknown` enters it as it was declared when the camera's views are next looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog
from django.db import transaction

from custodes.people.models import Person
from custodes.places.models import Camera
from custodes.places.node_answers import NodeView
from custodes.places.node_client import worker_client
from custodes.places.register import record_change
from custodes.upkeep.models import DeclaredView, ViewLabel

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Declaration:
    """What a person declares.

    Attributes:
        picture_us: which picture was shown, µs UTC; None for what the camera shows at that moment.
    """

    label: ViewLabel
    reason: str
    picture_us: int | None


def declare(camera: Camera, declaration: Declaration, by: Person, at: datetime) -> DeclaredView:
    """Let the picture that was shown be what the camera is to show from now on; the one of the same light and place before it ends.

    Raises:
        NodeRefuses: the picture is not at hand any more, or the camera was steered and stood at no preset.
        NodeUnreachable, NodeBusy.
    """
    view = worker_client(camera.node, camera.worker).declare_view(
        camera.pk, declaration.label, str(by.uuid), declaration.reason, declaration.picture_us
    )
    return _enter(camera, view, declaration.label, declaration.reason, by, at)


def standing(camera: Camera) -> str | None:
    """The preset at which a camera stands, empty for its declared direction, None where nobody could declare what it shows.

    Raises:
        NodeUnreachable, NodeBusy.
    """
    return worker_client(camera.node, camera.worker).views(camera.pk).place if camera.steerable else ""


def withdraw(view: DeclaredView, reason: str, by: Person, at: datetime) -> None:
    """Take a declared view out of force; the node keeps its picture for as long as footage is kept.

    Raises:
        NodeUnreachable, NodeBusy.
    """
    worker_client(view.camera.node, view.camera.worker).withdraw_view(view.camera_id, view.pk)
    with transaction.atomic():
        _end(view, by, reason, at)
        changes: dict[str, list[object]] = {"declared_view": [str(view.pk), None], "reason": [None, reason]}
        record_change(by, Camera._meta.label_lower, str(view.camera_id), changes, at)


def adopt_unknown(camera: Camera, at: datetime) -> None:
    """Enter views that the node holds in force and no row knows, where the person who declared them is known.

    Raises:
        NodeUnreachable, NodeBusy.
    """
    held = worker_client(camera.node, camera.worker).views(camera.pk).references
    known = set(DeclaredView.objects.filter(camera=camera).values_list("pk", flat=True))
    for view in held:
        if view.id in known or view.label not in ViewLabel.values:
            continue
        by = Person.objects.filter(uuid=view.by).first() if _is_id(view.by) else None
        if by is None:
            log.warning("view.unknown", camera=str(camera.pk), view=str(view.id))
            continue
        _enter(camera, view, ViewLabel(view.label), view.reason, by, _moment(view.at_us))


def outdated(view: DeclaredView, camera: Camera) -> bool:
    """Whether the register has come to say something else about where the camera is and what it shows (S18, S34(7))."""
    declared, now = (view.place, view.field), (camera.place, camera.view)
    if view.preset:
        return declared != now or view.preset == camera.home_preset  # it is the declared direction itself now
    return declared != now or view.home != camera.home_preset


def _enter(camera: Camera, view: NodeView, label: ViewLabel, reason: str, by: Person, at: datetime) -> DeclaredView:
    with transaction.atomic():
        before = DeclaredView.objects.select_for_update().filter(camera=camera, label=label, preset=view.preset)
        replaced = before.filter(ended_at__isnull=True).first()
        if replaced is not None:
            _end(replaced, by, "", at)
        row = DeclaredView.objects.create(
            id=view.id,
            camera=camera,
            label=label,
            preset=view.preset,
            reason=reason[:200],
            by=by,
            at=at,
            picture_at=_moment(view.picture_us),
            place=camera.place,
            field=camera.view,
            home=camera.home_preset,
        )
        changes: dict[str, list[object]] = {
            "declared_view": [str(replaced.pk) if replaced else None, str(row.pk)],
            "label": [None, str(label)],
            "picture_at": [None, row.picture_at.isoformat()],
            "reason": [None, row.reason],
        }
        if row.preset:
            changes["preset"] = [None, row.preset]
        record_change(by, Camera._meta.label_lower, str(camera.pk), changes, at)
    return row


def _end(view: DeclaredView, by: Person, reason: str, at: datetime) -> None:
    view.ended_at, view.ended_by, view.ended_reason = at, by, reason
    view.save(update_fields=["ended_at", "ended_by", "ended_reason"])


def _moment(us: int) -> datetime:
    return datetime.fromtimestamp(us / 1_000_000, UTC)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
