"""A whole device is started again: at the web's word alone, once, and what came of it is the answer."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from custodes.video.wire.commands import GatewayTaken, RebootAsk
from tests.gateway.world import NVR, OTHER, World, running_device
from tests.patience import until_async

STEP = UUID(int=3)


def body(device: str = NVR) -> bytes:
    return RebootAsk(device=device, step=STEP).model_dump_json().encode()


async def failure(world: World, device: str = NVR) -> str:
    answer = await world.ask("/internal/reboot", body(device))
    assert answer.status_code == 200
    return GatewayTaken.model_validate_json(answer.content).failure


async def test_a_device_is_started_again_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER)
    async with world.gateway() as gateway, running_device(world.sip_port) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        assert await failure(world) == ""
        assert running.device.answers.booted == 1
        assert await failure(world) == "refused"  # a moment ago
        assert running.device.answers.booted == 1
        assert await failure(world, OTHER) == "not_registered"
        assert await failure(world, "54010000001180000009") == "not_registered"


async def test_nobody_but_the_web_starts_a_device_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway, running_device(world.sip_port) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        assert (await world.ask("/internal/reboot", body(), world.node_key, "node-1")).status_code == 403
        assert (await world.ask("/internal/reboot", body(), world.node_key)).status_code == 401
        assert (await world.ask("/internal/reboot", b"{}")).status_code == 422
        assert running.device.answers.booted == 0
