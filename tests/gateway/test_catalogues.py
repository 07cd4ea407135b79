"""Catalogues are taken, told in parts, and taken anew when a device says that something changed."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from custodes.gateway.pace import AskPace
from custodes.gateway.process import GatewayProcess
from custodes.gateway.states import DeviceStates
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedChannel
from custodes.gb28181.manscdp.catalog import CatalogPart
from custodes.gb28181.manscdp.collector import SECOND, AnswerPatience
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.sip.rate import HostRates
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.transport import PeerBounds
from custodes.video.wire.devices import DeviceAsk
from tests.gateway.world import NVR, OTHER, QUICK, Running, World, running_device
from tests.patience import until_async


def takings(world: World, device: str = NVR) -> list[object]:
    return list(dict.fromkeys(part.taking for part in world.web.parts if part.device == device))


async def test_a_catalogue_is_told_in_parts_of_a_thousand(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway, running_device(world.sip_port, channels=2300, of_part=50):
        await until_async(lambda: world.web.parts and len(world.web.parts) == world.web.parts[0].parts)
        assert [len(part.items) for part in world.web.parts] == [1000, 1000, 300]
        assert [part.part for part in world.web.parts] == [0, 1, 2]
        assert all(part.complete and part.said == 2300 for part in world.web.parts)
        assert len(takings(world)) == 1
        first = world.web.parts[0].items[0]
        assert (first.id, first.name, first.online, first.ptz) == ("54010000001320000001", "机位1", True, 1)
        assert first.parent == NVR
        await until_async(lambda: gateway.catalogues.kept == 0)


async def test_a_catalogue_that_was_asked_for_is_taken_as_fast_as_the_device_sends_it(tmp_path: Path) -> None:
    """One entry a message, each after the 200 to the one before: counted with all others of the host, most would not be looked at."""
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway:
        gateway.transport._bounds = PeerBounds(rates=HostRates(rate=0.001, burst=30))
        async with running_device(world.sip_port, channels=200, interval=60):
            await until_async(lambda: world.web.parts)
            assert (len(world.web.parts[0].items), gateway.transport.dropped["rate"]) == (200, 0)


async def said_one_after_the_other(gateway: GatewayProcess, running: Running, number: int) -> None:
    """The same entry ten times, each when the one before was taken in; fewer where one was not looked at."""
    part = CatalogPart(sn=number, device_id=NVR, sum_num=6, items=(CatalogItem(device_id="54010000001320000001"),))
    for _ in range(10):
        before = gateway.hearing.bodies["Catalog"]
        running.device._say(part)
        running.drain()
        await until_async(
            lambda before=before: gateway.hearing.bodies["Catalog"] > before or gateway.transport.dropped["rate"]
        )


async def test_entries_that_nobody_waits_for_count(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway, running_device(world.sip_port, interval=60) as running:
        await until_async(lambda: world.web.parts)
        gateway.transport._bounds = PeerBounds(rates=HostRates(rate=0.001, burst=5))
        await said_one_after_the_other(gateway, running, 4711)
        assert gateway.transport.dropped["rate"] > 0


async def test_entries_that_come_again_count(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    quirks = frozenset({Quirk.SUM_TOO_LARGE})
    async with world.gateway() as gateway, running_device(world.sip_port, interval=60, quirks=quirks) as running:

        def question() -> int | None:
            taking = gateway.catalogues._running.get(NVR)
            whole = taking is not None and taking.collector is not None and taking.collector.arrived == 3
            return taking.question.sn if whole and taking.question is not None else None

        number = await until_async(question)
        gateway.transport._bounds = PeerBounds(rates=HostRates(rate=0.001, burst=5))
        await said_one_after_the_other(gateway, running, number)
        assert gateway.transport.dropped["rate"] > 0


async def test_the_web_may_be_away_meanwhile(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway:
        world.web.away = True
        async with running_device(world.sip_port, channels=1500, of_part=50):
            await until_async(lambda: gateway.catalogues.counts["untold"] == 1)
            assert gateway.catalogues.kept == 1500
            world.web.away = False
            await until_async(lambda: sum(len(part.items) for part in world.web.parts) == 1500)
            back = await until_async(
                lambda: [one for one in world.web.states if one.whole and NVR in str(one.devices)][-1:]
            )
            state = await until_async(lambda: (s := world.web.known().get(NVR)) and s.channels and s)
            assert (back[0].whole, state.standing) == (True, "online")


async def test_one_with_too_many_entries_is_told_by_their_number(tmp_path: Path) -> None:
    """Nobody reads of 200,000 entries why there are none: how many there were is what a person needs."""
    world = World(tmp_path)
    world.assign(NVR)
    pace = replace(QUICK, patience=AnswerPatience(most=40))
    async with world.gateway(pace) as gateway, running_device(world.sip_port, channels=50, of_part=10):
        await until_async(lambda: world.web.parts)
        (part,) = world.web.parts
        assert (part.said, part.complete, part.items, part.parts) == (50, False, (), 1)
        await until_async(lambda: gateway.catalogues.kept == 0)


async def test_a_refused_report_of_states_is_told_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway, running_device(world.sip_port):
        await until_async(lambda: world.web.known().get(NVR))
        world.web.refuse["/internal/gateway/states"] = 400
        gateway.reports._whole = True
        refused = gateway.reports.refused
        await until_async(lambda: gateway.reports.refused > refused + 1)
        del world.web.refuse["/internal/gateway/states"]
        count = len(world.web.states)
        told = await until_async(lambda: world.web.states[count:])
        assert told[0].whole
        assert NVR in {state.device for state in told[0].devices}


def test_a_clock_that_is_set_back_makes_no_state_older(tmp_path: Path) -> None:
    wall = [10_000_000]
    states = DeviceStates(None, set(), lambda: wall[0])  # type: ignore[arg-type]
    states.align([NVR])
    wall[0] = 5_000_000
    states.take_in(RegistrationChange("offline", NVR, "silent"))
    ((state, _version),) = states.changed(True)
    assert (state.standing, state.since_us) == ("offline", 10_000_001)


async def test_what_the_web_will_never_take_holds_up_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER)
    world.web.refuse["/internal/gateway/catalogue"] = 413
    async with world.gateway() as gateway, running_device(world.sip_port):
        await until_async(lambda: gateway.reports.refused == 1)
        del world.web.refuse["/internal/gateway/catalogue"]
        async with running_device(world.sip_port, OTHER):
            await until_async(lambda: takings(world, OTHER))
        assert not takings(world, NVR)


async def test_a_notice_leads_to_a_new_taking_and_changes_nothing_by_itself(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway, running_device(world.sip_port) as one:
        await until_async(lambda: takings(world))
        await until_async(lambda: len(gateway.watching) == 1 and one.device.notifier.of_topic("Catalog"))
        told, at = len(world.web.parts), time.monotonic()
        for number in range(4, 8):
            one.device.add(SimulatedChannel(f"54010000001320{number:06}", "new"), one.now())
            one.drain()
        await until_async(lambda: len(takings(world)) == 2)
        assert time.monotonic() - at >= QUICK.pause, "notices come in swarms"
        assert len(world.web.parts[told].items) == 7
        one.device.switch("54010000001320000001", False, one.now())
        one.drain()
        await until_async(lambda: len(takings(world)) == 3)
        assert world.web.parts[-1].items[0].online is False


async def test_a_device_that_just_answered_is_left_alone(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(AskPace(rest=600)) as gateway:
        async with running_device(world.sip_port):
            await until_async(lambda: takings(world))
        asked = gateway.context.number(NVR)
        async with running_device(world.sip_port):
            await until_async(lambda: gateway.catalogues.counts["waiting"] == 1)
            await until_async(lambda: gateway.hearing.bodies["Keepalive"] >= 2)
            assert gateway.context.number(NVR) == asked + 1, "no question was asked"
            ask = DeviceAsk(device=NVR).model_dump_json().encode()
            assert (await world.ask("/internal/catalogue", ask)).status_code == 204, "a person may"
            await until_async(lambda: len(takings(world)) == 2)
            nobody = DeviceAsk(device=OTHER).model_dump_json().encode()
            assert (await world.ask("/internal/catalogue", nobody)).status_code == 404
            assert (await world.ask("/internal/catalogue", b"{}")).status_code == 422


async def test_a_device_that_says_too_much_is_partial(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    pace = AskPace(rest=0.3, patience=AnswerPatience(first=2 * SECOND, idle=SECOND // 2))
    quirks = frozenset({Quirk.SUM_TOO_LARGE})
    async with world.gateway(pace), running_device(world.sip_port, quirks=quirks):
        await until_async(lambda: takings(world))
        part = world.web.parts[0]
        assert not part.complete
        assert part.said > len(part.items) == 3


async def test_many_devices_are_asked_a_few_at_a_time(tmp_path: Path) -> None:
    world = World(tmp_path)
    ids = [f"5401000000118{number:07}" for number in range(1, 13)]
    world.assign(*ids)
    pace = AskPace(per_second=40, at_once=3)
    async with world.gateway(pace) as gateway, AsyncExitStack() as stack:
        most = 0
        for id in ids:
            await stack.enter_async_context(running_device(world.sip_port, id, channels=30))

        def all_told() -> bool:
            nonlocal most
            most = max(most, gateway.catalogues.counts["asked"])
            return len({part.device for part in world.web.parts}) == len(ids)

        await until_async(all_told)
        assert 1 <= most <= 3


async def test_the_largest_is_put_off_where_there_is_no_room(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER)
    pace = AskPace(rest=0.1, again=60, most=500)
    async with world.gateway(pace) as gateway, running_device(world.sip_port, channels=2000, of_part=20):
        async with running_device(world.sip_port, OTHER, channels=100):
            await until_async(lambda: takings(world, OTHER))
        await until_async(lambda: gateway.catalogues.put_off == 1)
        assert not takings(world, NVR)
        assert gateway.catalogues.kept == 0
