"""What a node is told to record: built from the register, numbered by a generation that rises with every change."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from custodes.places.devices.assignment import bump_gateways
from custodes.places.devices.channel import channel_of
from custodes.places.keeping import keeping_of
from custodes.places.keys import control_public_key, public_text
from custodes.places.models import Camera, Decision, Gateway, Node, SoundOrder, ThinningOrder, VolumeOrder
from custodes.places.planned import planned_stops, recording_weeks
from custodes.places.voice_output import targets_of
from custodes.settings import get_settings
from custodes.video.wire.archive import HoldOrder
from custodes.video.wire.archive import VolumeOrder as OrderedVolume
from custodes.video.wire.assignment import (
    Assignment,
    CameraAssignment,
    GatewayAddress,
    OnvifAssignment,
    PlannedStop,
    RecordingWeek,
    SourceAssignment,
    Thinning,
    TurningRange,
)

Holds = Callable[[Node], tuple[HoldOrder, ...]]
_holds: list[Holds] = []


def with_holds(source: Holds) -> None:
    """Where the holds of a node's cameras come from: the app that knows them stands above this one and says so once."""
    _holds[:] = [source]


def bump(*nodes: Node) -> None:
    """Raise the generation of these nodes. Called inside the transaction of the change, so that both or neither happen.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an assignment changes in the same transaction as the register")
    # Which channels a node may call follows from the same cameras. Gateways before nodes, nodes by their ids: see `places.deciding`.
    bump_gateways()
    rows = Node.objects.filter(pk__in={node.pk for node in nodes})
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    rows.update(generation=F("generation") + 1)


def build_assignment(node: Node) -> Assignment:
    """Everything `node` needs from the centre, as the register stands now.

    Raises:
        KeyFileError: `custodes init` was not run.
    """
    with transaction.atomic():  # generation and cameras from one state
        generation = Node.objects.values_list("generation", flat=True).get(pk=node.pk)
        cameras = list(Camera.objects.taken_in().filter(node=node).select_related("system__site").order_by("id"))
        now = timezone.now()
        plans, weeks = planned_stops(node, now), recording_weeks(node, now)
        sounding = set(
            SoundOrder.objects.filter(camera__node=node, state=Decision.APPROVED).values_list("camera", flat=True)
        )
        gateway = Gateway.objects.first()
    return Assignment(
        generation=generation,
        node=node.name,
        cameras=tuple(
            _camera(camera, plans.get(camera.pk, ()), weeks.get(camera.pk), audio=camera.pk in sounding)
            for camera in cameras
        ),
        origins=(get_settings().web_origin.rstrip("/"),),
        web_key=control_public_key(),
        grant_key=public_text("grant.pub"),
        thinning=_thinning(node),
        volume_orders=_volume_orders(node),
        holds=tuple(order for source in _holds for order in source(node)),
        gateway=None if gateway is None else _address(gateway),
    )


def _address(gateway: Gateway) -> GatewayAddress:
    return GatewayAddress(name=gateway.name, url=gateway.url, key=gateway.public_key)


def _thinning(node: Node) -> Thinning | None:
    """The order that stands; one that has run out the node knows by its time."""
    order = ThinningOrder.objects.filter(node=node, ended_at__isnull=True).select_related("by__unit").first()
    if order is None:
        return None
    until_us = None if order.until is None else round(order.until.timestamp() * 1_000_000)
    return Thinning(
        grade=order.grade, by=f"{order.by.name}（{order.by.unit.name}）", reason=order.reason, until_us=until_us
    )


def _volume_orders(node: Node) -> tuple[OrderedVolume, ...]:
    """Those that a worker has still to answer, oldest first."""
    waiting = VolumeOrder.objects.filter(node=node, ended_at__isnull=True).select_related("by__unit").order_by("at")
    return tuple(
        OrderedVolume.model_validate(
            {
                **{name: getattr(order, name) for name in ("id", "action", "path", "volume", "shared_disk", "reason")},
                "by": f"{order.by.name}（{order.by.unit.name}）",
                "at_us": round(order.at.timestamp() * 1_000_000),
            }
        )
        for order in waiting
    )


def _camera(
    camera: Camera, planned: tuple[PlannedStop, ...], week: RecordingWeek | None, *, audio: bool
) -> CameraAssignment:
    channel = channel_of(camera.main_url) is not None
    return CameraAssignment(
        id=camera.id,
        name=camera.name,
        main=_stream(camera, camera.main_url),
        sub=_stream(camera, camera.sub_url) if camera.sub_url else None,
        username=camera.username,
        sealed_password=camera.sealed_password,
        onvif=_onvif(camera),
        record=camera.record,
        grade=camera.grade,
        audio=audio,
        retention_days=keeping_of(camera, timezone.now()).days,
        planned=planned,
        week=week,
        turns=channel and camera.steerable,
        home=camera.home_preset if channel else "",
        spread=float(camera.angle) if camera.steerable and camera.angle is not None else None,
        rise=_ends(camera.tilt_low, camera.tilt_high) if camera.steerable else None,
        presets_only=camera.steerable and camera.presets_only,
        speaker=targets_of(camera.voice_output, camera.main_url),
    )


def _ends(low: Decimal | None, high: Decimal | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (float(low), float(high))


def _range(camera: Camera) -> TurningRange | None:
    ends = _ends(camera.turns_low, camera.turns_high)
    if camera.turns_pan is None or ends is None:
        return None
    return TurningRange(pan=float(camera.turns_pan), low=ends[0], high=ends[1])


def _onvif(camera: Camera) -> OnvifAssignment | None:
    if not camera.onvif_port:
        return None
    return OnvifAssignment(
        port=camera.onvif_port,
        motion=camera.onvif_motion,
        profile=camera.onvif_profile,
        turns=camera.steerable,
        home=camera.home_preset,
        range=_range(camera),
    )


def _stream(camera: Camera, url: str) -> SourceAssignment:
    return SourceAssignment(
        url=url, transport=camera.transport, certificate=camera.certificate, reencode=camera.reencode
    )
