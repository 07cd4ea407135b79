"""Calls and steering in the whole gateway: a node's own client, signed, against a device that registered."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import httpx

from custodes.gb28181.ptz.command import STOP, Move
from custodes.node.gb28181.gateway_client import GatewayClient, GatewayUnavailable
from custodes.video.clock import SystemClock
from custodes.video.wire.assignment import GatewayAddress
from custodes.video.wire.gateway import CallAsk, GatewayChannel, GatewaySteer, PresetsAsk
from tests.gateway.world import NVR, World, running_device, until

CHANNEL = "54010000001320000001"


async def test_a_node_calls_steers_and_ends(tmp_path: Path) -> None:
    world, camera = World(tmp_path), uuid4()
    channel = GatewayChannel(camera=camera, device=NVR, channel=CHANNEL, node="node-1", turns=True)
    world.assign(NVR, channels=(channel,))
    address = GatewayAddress(name="gateway-1", url=f"http://127.0.0.1:{world.settings.gateway_port}")
    node = GatewayClient(address, "node-1", world.node_key, SystemClock())
    about = {"camera": camera, "device": NVR, "channel": CHANNEL}
    async with running_device(world.sip_port) as device, world.gateway() as gateway:
        await until(lambda: gateway.context.reach(NVR))
        await _listening(address.url)
        answer = await node.call(CallAsk(**about, address="127.0.0.1", port=30_000))
        assert (answer.step, answer.address) == ("", "127.0.0.1")
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
        assert (await node.keep("node-1/0", [answer.call])).ended == {}
        await until(lambda: world.web.states[-1].calls == 1)
        await node.end(answer.call)
        await until(lambda: not device.device.streams)
        assert (await node.call(CallAsk(**about, address="127.0.0.1", port=30_000))).step == ""
        assert (await node.steer(GatewaySteer(**about, command="move", tilt=10))).failure == ""
    # The gateway ended, and told the device of both.
    assert (head.moving, device.device.streams) == (STOP, [])


async def _listening(url: str) -> None:
    async def answers() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"{url}/healthz")).status_code == 200
        except httpx.HTTPError:
            return False

    for _ in range(500):
        if await answers():
            return
    raise GatewayUnavailable("does not listen")
