"""Devices register with the gateway, and who may not is counted and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from custodes.gb28181.sip.peer import Carrier
from custodes.gb28181.sip.registering import RegistrationStanding
from tests.gateway.world import NVR, OTHER, PASSWORD, World, running_device
from tests.patience import until_async


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
async def test_a_device_registers_and_the_web_hears_what_it_is(tmp_path: Path, carrier: Carrier) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER)
    async with world.gateway(), running_device(world.sip_port, carrier=carrier) as one:
        state = await until_async(
            lambda: (s := world.web.known().get(NVR)) and s.standing == "online" and s.maker and s.channels and s
        )
        assert (state.transport, state.maker, state.model, state.channels) == (
            carrier.lower(),
            "Custodes",
            "simcam",
            3,
        )
        assert state.address.startswith("127.0.0.1:")
        assert world.web.known()[OTHER].standing == "never"
        assert world.web.states[0].whole
        one.device.leave(one.now())
        one.drain()
        gone = await until_async(lambda: (s := world.web.known()[NVR]).standing == "offline" and s)
        assert gone.why == "unregistered"
    assert world.web.states[-1].registered == 0


async def test_a_keepalive_is_told_to_nobody(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway, running_device(world.sip_port, interval=0.05):
        await until_async(lambda: (s := world.web.known().get(NVR)) and s.channels)
        await until_async(lambda: gateway.hearing.bodies["Keepalive"] >= 3)
        reports = len(world.web.states)
        before = {path.name: path.stat().st_mtime_ns for path in gateway.folder.iterdir()}
        seen = gateway.hearing.bodies["Keepalive"]
        await until_async(
            lambda: gateway.hearing.bodies["Keepalive"] >= seen + 10 and len(world.web.states) > reports + 2
        )
        assert all(not report.devices for report in world.web.states[reports + 1 :])
        assert before == {path.name: path.stat().st_mtime_ns for path in gateway.folder.iterdir()}


async def test_a_silent_device_is_offline(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway:
        async with running_device(world.sip_port, carrier="TCP"):
            await until_async(lambda: (s := world.web.known().get(NVR)) and s.standing == "online")
        lost = await until_async(lambda: (s := world.web.known()[NVR]).standing == "offline" and s)
        assert lost.why == "connection"
        assert gateway.context.registration(NVR) is None


async def test_a_wrong_password_and_an_unknown_device_are_counted_by_address(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with (
        world.gateway() as gateway,
        running_device(world.sip_port, password="guessed"),
        running_device(world.sip_port, OTHER),
    ):
        found = await until_async(lambda: len(world.web.unknown()) == 2 and world.web.unknown())
        assert found["127.0.0.1", NVR].why == "password"
        assert found["127.0.0.1", OTHER].why == "unknown"
        assert found["127.0.0.1", OTHER].tries == 1
        assert len(gateway.registrar) == 0
        assert world.web.known()[NVR].standing == "never"


async def test_another_network_is_refused_before_the_password(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, networks=("127.0.0.2/32",))
    async with world.gateway() as gateway, running_device(world.sip_port) as one:
        found = await until_async(world.web.unknown)
        assert found["127.0.0.1", NVR].why == "network"
        await until_async(lambda: [news.what for news in one.device.news] == ["refused"])
        assert gateway.registrar.refused == {"network": 1}
        world.assign(NVR, networks=("127.0.0.2/32", "nonsense", "127.0.0.1/32"))
        await until_async(lambda: gateway.assigned.generation == 2)
        async with running_device(world.sip_port):
            await until_async(lambda: gateway.context.registration(NVR))


async def test_networks_of_the_settings_bound_those_of_the_assignment(tmp_path: Path) -> None:
    world = World(tmp_path, gateway_networks="192.0.2.0/24")
    world.assign(NVR)
    async with world.gateway(), running_device(world.sip_port):
        found = await until_async(world.web.unknown)
        assert found["127.0.0.1", NVR].why == "network"


async def test_a_device_that_was_taken_out_is_gone_at_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER)
    async with world.gateway() as gateway, running_device(world.sip_port), running_device(world.sip_port, OTHER):
        await until_async(lambda: len(gateway.registrar) == 2)
        world.assign(OTHER)
        await until_async(lambda: gateway.assigned.generation == 2)
        assert gateway.registrar.find(NVR) is None
        assert gateway.context.registration(OTHER) is not None
        assert len(gateway.states) == 1
        # Its next keepalive gets 403, it registers again, and is refused.
        found = await until_async(lambda: world.web.unknown().get(("127.0.0.1", NVR)))
        assert found.why == "unknown"


async def test_a_new_password_ends_what_was_registered_with_the_old_one(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway, running_device(world.sip_port, interval=30) as one:
        await until_async(lambda: gateway.context.registration(NVR))
        world.assign(world.device(NVR, "another-password"))
        await until_async(lambda: gateway.assigned.generation == 2)
        assert gateway.registrar.find(NVR) is None
        state = await until_async(lambda: (s := world.web.known().get(NVR)) and s.standing == "offline" and s)
        assert state.why == "unregistered"
        assert one.device.registering.standing is RegistrationStanding.IN, "it does not know yet"


async def test_other_terms_leave_it_registered(tmp_path: Path) -> None:
    world = World(tmp_path)
    sealed = world.device(NVR)
    world.assign(sealed)
    async with world.gateway() as gateway, running_device(world.sip_port, interval=30):
        await until_async(lambda: gateway.context.registration(NVR))
        world.assign(sealed.model_copy(update={"keepalive_s": 7, "edition": "2022"}))
        await until_async(lambda: gateway.assigned.generation == 2)
        known = gateway.context.registration(NVR)
        assert known is not None
        assert known.account.interval == 7
        reach = gateway.context.reach(NVR)
        assert reach is not None
        assert reach.edition.wire == "3.0"


async def test_passwords_are_in_no_file_and_no_text(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway, running_device(world.sip_port):
        await until_async(lambda: gateway.context.registration(NVR))
        assert PASSWORD not in repr(gateway.assigned.account(NVR))
        for path in (file for file in tmp_path.rglob("*") if file.is_file()):
            assert PASSWORD.encode() not in path.read_bytes()
        assert (gateway.folder / "assignment.json").stat().st_mode & 0o777 == 0o600
