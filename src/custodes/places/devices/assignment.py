"""What the gateway is told: which devices may register, which channels a node may call, and whose signatures count."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from custodes.places.devices.admitted import admitted
from custodes.places.devices.channel import PREFIX, Channel, channel_of
from custodes.places.devices.stated import statements_at
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
