"""What a node is told to record: built from the register, numbered by a generation that rises with every change."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from custodes.places.keeping import keeping_of
from custodes.places.keys import control_public_key, public_text
from custodes.places.models import Camera, CameraState, Node, SoundOrder, ThinningOrder
from custodes.settings import get_settings
from custodes.video.wire.assignment import Assignment, CameraAssignment, OnvifAssignment, SourceAssignment, Thinning


def bump(*nodes: Node) -> None:
    """Raise the generation of these nodes. Called inside the transaction of the change, so that both or neither happen.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an assignment changes in the same transaction as the register")
    Node.objects.filter(pk__in={node.pk for node in nodes}).update(generation=F("generation") + 1)


def build_assignment(node: Node) -> Assignment:
    """Everything `node` needs from the centre, as the register stands now.

    Raises:
        KeyFileError: `custodes init` was not run.
    """
    with transaction.atomic():  # generation and cameras from one state
        generation = Node.objects.values_list("generation", flat=True).get(pk=node.pk)
        cameras = list(Camera.objects.filter(node=node, state=CameraState.CONNECTED).order_by("id"))
        sounding = set(SoundOrder.objects.filter(camera__node=node, ended_at=None).values_list("camera", flat=True))
    return Assignment(
        generation=generation,
        node=node.name,
        cameras=tuple(_camera(camera, audio=camera.pk in sounding) for camera in cameras),
        origins=(get_settings().web_origin.rstrip("/"),),
        web_key=control_public_key(),
        grant_key=public_text("grant.pub"),
        thinning=_thinning(node),
    )


def _thinning(node: Node) -> Thinning | None:
    """The order that stands; one that has run out the node knows by its time."""
    order = ThinningOrder.objects.filter(node=node, ended_at__isnull=True).select_related("by__unit").first()
    if order is None:
        return None
    until_us = None if order.until is None else round(order.until.timestamp() * 1_000_000)
    return Thinning(
        grade=order.grade, by=f"{order.by.name}（{order.by.unit.name}）", reason=order.reason, until_us=until_us
    )


def _camera(camera: Camera, *, audio: bool) -> CameraAssignment:
    return CameraAssignment(
        id=camera.id,
        name=camera.name,
        main=_stream(camera, camera.main_url),
        sub=_stream(camera, camera.sub_url) if camera.sub_url else None,
        username=camera.username,
        sealed_password=camera.sealed_password,
        onvif=OnvifAssignment(port=camera.onvif_port, motion=camera.onvif_motion) if camera.onvif_port else None,
        record=camera.record,
        grade=camera.grade,
        audio=audio,
        retention_days=keeping_of(camera, timezone.now()).days,
    )


def _stream(camera: Camera, url: str) -> SourceAssignment:
    return SourceAssignment(
        url=url, transport=camera.transport, certificate=camera.certificate, reencode=camera.reencode
    )
