"""The whole way of a call and of a command: a node signs, the gateway calls, a device answers and sends."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.gb28181.ptz.command import STOP, Move
from custodes.gb28181.sip.peer import Carrier
from custodes.keyfile import public_line
from custodes.node.gb28181.gateway_client import GatewayClient
from custodes.video.clock import SystemClock
from custodes.video.wire.assignment import GatewayAddress
from custodes.video.wire.calls import CallAsk, CallsKept
from custodes.video.wire.commands import GatewaySteer, PresetsAsk
from custodes.video.wire.gateway_assignment import GatewayNode
from tests.gateway.world import NVR, Running, World, channel, running_device
from tests.patience import until_async
from tests.ports import free_port

CHANNEL = "54010000001320000001"


class Datagrams(asyncio.DatagramProtocol):
    """Counts what comes."""

    def __init__(self) -> None:
        self.count = 0

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.count += 1


def client(world: World) -> GatewayClient:
    address = GatewayAddress(name="gateway-1", url=f"http://127.0.0.1:{world.settings.gateway_port}")
    return GatewayClient(address, "node-1", world.node_key, SystemClock())


async def media(device: Running) -> None:
    """Send what the device has to send over UDP."""
    loop = asyncio.get_running_loop()
    sender, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    try:
        while True:
            for parcel in device.device.media(time.monotonic()):
                sender.sendto(parcel.octets, (parcel.outlet.host, parcel.outlet.port))
            await asyncio.sleep(0.01)
    finally:
        sender.close()


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
async def test_a_node_has_a_channel_called_and_the_gateway_ends_it_when_it_stops(
    tmp_path: Path, carrier: Carrier
) -> None:
    world = World(tmp_path)
    camera = uuid4()
    world.assign(NVR, channels=(channel(camera),))
    port = free_port()
    there, taken = await asyncio.get_running_loop().create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", port))
    async with AsyncExitStack() as gateway, AsyncExitStack() as devices:
        made = await gateway.enter_async_context(world.gateway())
        device = await devices.enter_async_context(running_device(world.sip_port, carrier=carrier))
        sending = asyncio.create_task(media(device))
        await until_async(lambda: made.context.reach(NVR))
        ask = CallAsk(camera=camera, device=NVR, channel=CHANNEL, address="127.0.0.1", port=port)
        answer = await client(world).call(ask)
        assert (answer.step, answer.detail) == ("", "")
        assert answer.call is not None
        await until_async(lambda: taken.count > 20)
        standing = await client(world).keep("node-1/0", [answer.call, UUID(int=1)])
        assert standing.ended == {UUID(int=1): "unknown"}
        await until_async(lambda: world.web.states and world.web.states[-1].calls == 1)
        await gateway.aclose()
        # The gateway has ended, and with it the call: the device sends no more.
        await until_async(lambda: not device.device.streams)
        sending.cancel()
    there.close()


async def test_nobody_but_the_camera_s_node_calls_or_steers(tmp_path: Path) -> None:
    world = World(tmp_path)
    camera = uuid4()
    stranger = Ed25519PrivateKey.generate()
    nodes = (
        GatewayNode(name="node-1", key=public_line(world.node_key)),
        GatewayNode(name="node-2", key=public_line(stranger)),
    )
    world.assign(NVR, channels=(channel(camera),), nodes=nodes)
    body = CallAsk(camera=camera, device=NVR, channel=CHANNEL, address="127.0.0.1", port=4000).model_dump_json()
    async with world.gateway():
        assert (await world.ask("/internal/call", body.encode())).status_code == 403  # the web
        assert (await world.ask("/internal/call", body.encode(), world.node_key, "node-2")).status_code == 401
        theirs = await world.ask("/internal/call", body.encode(), stranger, "node-2")
        assert theirs.json()["step"] == "not_assigned"
        answer = await client(world).call(CallAsk.model_validate_json(body))
        assert answer.step == "not_registered"
        kept = CallsKept(worker="node-2/0", calls=()).model_dump_json()
        assert (await world.ask("/internal/call/keep", kept.encode(), world.node_key, "node-1")).status_code == 422


async def test_a_node_steers_wants_a_key_picture_and_hangs_up(tmp_path: Path) -> None:
    world, camera = World(tmp_path), uuid4()
    world.assign(NVR, channels=(channel(camera).model_copy(update={"turns": True}),))
    node, about = client(world), {"camera": camera, "device": NVR, "channel": CHANNEL}
    async with running_device(world.sip_port) as device, world.gateway() as made:
        await until_async(lambda: made.context.reach(NVR))
        answer = await node.call(CallAsk(**about, address="127.0.0.1", port=30_000))
        assert answer.call is not None
        head = device.device.head(CHANNEL)
        assert (await node.steer(GatewaySteer(**about, command="move", pan=100))).failure == ""
        assert head.moving == Move(255)
        assert (await node.steer(GatewaySteer(**about, command="stop"))).failure == ""
        assert head.moving == STOP
        assert (await node.steer(GatewaySteer(**about, command="set", preset=3))).failure == ""
        presets = await node.presets(PresetsAsk(**about))
        assert [preset.number for preset in presets.presets] == [3]
        await node.key(answer.call)
        await node.end(answer.call)
        await until_async(lambda: not device.device.streams)
        assert (await node.steer(GatewaySteer(**about, command="move", tilt=10))).failure == ""
    assert head.moving == STOP, "the gateway ended, and stopped what it had moved"


async def test_a_movement_is_stopped_when_the_node_says_nothing_more(tmp_path: Path) -> None:
    world = World(tmp_path)
    camera = uuid4()
    world.assign(NVR, channels=(channel(camera).model_copy(update={"turns": True}),))
    async with running_device(world.sip_port) as device, world.gateway() as made:
        await until_async(lambda: made.context.reach(NVR))
        wish = GatewaySteer(camera=camera, device=NVR, channel=CHANNEL, command="move", pan=60)
        assert (await client(world).steer(wish)).failure == ""
        head = device.device.head(CHANNEL)
        await until_async(lambda: head.moving.pan > 0)
        await until_async(lambda: head.moving == STOP)
