"""What the gateway is told: which devices may register, which channels a node may call, and whose signatures count.

Admitted is what is not retired, of no classified system (S20) and no platform below without a link (S22); of platforms below a room above
this one says once what it knows. The gateway hears of a change because the generation rises in the change's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from custodes.places.devices.channel import PREFIX, Channel, channel_of
from custodes.places.keys import control_public_key
from custodes.places.models import (
    CONNECTABLE,
    Camera,
    CameraState,
    DoubtState,
    Gateway,
    GbDevice,
    GbMobile,
    Node,
    SpeechForm,
    System,
)
from custodes.places.voice_output import targets_of
from custodes.settings import get_settings
from custodes.video.wire.gateway_assignment import (
    GatewayAssignment,
    GatewayChannel,
    GatewayDevice,
    GatewayMobile,
    GatewayNode,
)
from custodes.video.wire.statements import StatementsAt

Stated = Callable[[Sequence[str]], Mapping[str, StatementsAt]]
_stated: list[Stated] = []


def with_statements(source: Stated) -> None:
    """Where it comes from: of the given device IDs those to which is stated who asks and why, and where."""
    _stated[:] = [source]


def statements_at(ids: Sequence[str]) -> dict[str, StatementsAt]:
    """Those of these devices to which is stated who asks and why before their recordings are called for or their cameras moved."""
    return {id: at for source in _stated for id, at in source(ids).items()}


Unjoined = Callable[[], "QuerySet[Any, str]"]
_unjoined: list[Unjoined] = []


def with_unjoined(source: Unjoined) -> None:
    """Where it comes from: device IDs, as a query, of platforms below with which no link is under way or in force."""
    _unjoined[:] = [source]


def unjoined() -> list[QuerySet[Any, str]]:
    """Queries of device IDs that may not register; none where nobody knows of platforms."""
    return [source() for source in _unjoined]


def bump_gateways() -> None:
    """Raise the generation. Called inside the transaction of the change, so that both or neither happen.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an assignment changes in the same transaction as the register")
    Gateway.objects.update(generation=F("generation") + 1)


def tell_of(*urls: str) -> None:
    """Raise it where one of these addresses, which are on trial now, is a channel: a node is to probe it."""
    if any(url.startswith(PREFIX) for url in urls):
        with transaction.atomic():
            bump_gateways()


def build_gateway_assignment(gateway: Gateway) -> GatewayAssignment:
    """Everything that `gateway` needs from the centre, as the register stands now.

    Raises:
        KeyFileError: `custodes init` was not run.
    """
    with transaction.atomic():  # generation, devices and channels from one state
        generation = Gateway.objects.values_list("generation", flat=True).get(pk=gateway.pk)
        devices = list(admitted().order_by("gb_id"))
        channels = _channels({device.gb_id: device for device in devices})
        mobiles = list(GbMobile.objects.filter(device__in=admitted()).select_related("device").order_by("pk"))
        nodes = list(Node.objects.order_by("name"))
        stated = statements_at([device.gb_id for device in devices])
    return GatewayAssignment(
        generation=generation,
        gateway=gateway.name,
        devices=tuple(_device(device, stated.get(device.gb_id)) for device in devices),
        channels=channels,
        mobiles=tuple(_mobile(one) for one in mobiles),
        nodes=tuple(GatewayNode(name=node.name, key=node.public_key) for node in nodes),
        networks=tuple(str(network) for network in get_settings().camera_networks),
        web_key=control_public_key(),
    )


def _device(device: GbDevice, statements: StatementsAt | None) -> GatewayDevice:
    return GatewayDevice.model_validate(
        {
            "id": device.gb_id,
            **{name: getattr(device, name) for name in ("sealed_password", "edition", "charset")},
            **{name: getattr(device, name) for name in ("keepalive_s", "misses", "follow_port")},
            "statements": statements,
        }
    )


def _mobile(one: GbMobile) -> GatewayMobile:
    return GatewayMobile(device=one.device.gb_id, channel=one.channel_id, interval_s=one.interval_s)


def _channels(devices: dict[str, GbDevice]) -> tuple[GatewayChannel, ...]:
    """Channels that are cameras that a node takes in, and those whose address is on trial, so that the node can probe it.

    A camera has no channel of another system's device, whatever its address says.
    """
    taken = Camera.objects.taken_in().filter(main_url__startswith=PREFIX)
    doubted = Q(doubts__state=DoubtState.WAITING)
    tried = Camera.objects.filter(trial__main_url__startswith=PREFIX, system__state__in=CONNECTABLE).exclude(
        Q(state=CameraState.FORBIDDEN) | doubted
    )
    # Of a camera that is moved from one channel to another the one that it has comes last.
    pairs = [
        *((camera, camera.trial.main_url) for camera in tried.select_related("node", "trial", "system").order_by("pk")),
        *((camera, camera.main_url) for camera in taken.select_related("node", "system").order_by("pk")),
    ]
    found = {}
    for camera, url in pairs:
        channel = channel_of(url)
        device = devices.get(channel.device) if channel is not None else None
        if channel is not None and device is not None and device.system_id == camera.system_id:
            found[camera.pk, channel] = _channel(camera, channel, SpeechForm(device.speech))
    return tuple(found.values())


def _channel(camera: Camera, channel: Channel, speech: SpeechForm) -> GatewayChannel:
    able = camera.steering or {}
    own = channel_of(camera.main_url) == channel
    return GatewayChannel(
        camera=camera.pk,
        device=channel.device,
        channel=channel.channel,
        node=camera.node.name,
        turns=camera.in_use and any(able.get(name) for name in ("move", "zoom", "presets")),
        # By the address that the camera has: one that is on trial is looked at, not spoken through.
        speaker=targets_of(camera.voice_output, camera.main_url) if camera.in_use and own else (),
        speech=speech.value,
    )


def admitted() -> QuerySet[GbDevice]:
    """They, in no order."""
    rows = GbDevice.objects.filter(retired_at__isnull=True, system__classified=False).order_by()
    for ids in unjoined():
        rows = rows.exclude(gb_id__in=ids)
    return rows


def devices_of(system: System) -> frozenset[str]:
    """IDs of a system's devices of which channels may be its cameras."""
    return frozenset(admitted().filter(system=system).values_list("gb_id", flat=True))


def media_ways(system: System, urls: Iterable[str]) -> dict[str, str]:
    """How the media of these channels is to come, by their address, as it was entered of their device; of other addresses nothing."""
    channels = {url: channel for url in urls if (channel := channel_of(url)) is not None}
    if not channels:
        return {}
    ways = dict(admitted().filter(system=system).values_list("gb_id", "media"))
    return {url: ways[channel.device] for url, channel in channels.items() if channel.device in ways}
