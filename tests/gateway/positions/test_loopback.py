"""From a device that moves to the web: subscribed to where it was entered, told in either way and either edition, ended with the entry."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path as Folder
from typing import Any

import pytest

from custodes.gateway.process import GatewayProcess
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import Path
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.subscription import PositionSubscription
from custodes.video.wire.gateway_assignment import GatewayMobile
from tests.gateway.world import NVR, OTHER, Running, World, running_device
from tests.patience import until_async

FRONT, BACK, SIDE = (f"5401000000132000000{number}" for number in (1, 2, 3))
WAY = Path(((91.10, 29.64), (91.12, 29.65)), leg_s=60.0)


def moves(channel: str, device: str = NVR, interval: int = 5) -> GatewayMobile:
    return GatewayMobile(device=device, channel=channel, interval_s=interval)


@asynccontextmanager
async def driving(
    world: World, *mobiles: GatewayMobile, quirks: tuple[Quirk, ...] = (), edition: Edition = Edition.E2022, **more: Any
) -> AsyncIterator[tuple[GatewayProcess, Running]]:
    world.assign(NVR, mobiles=mobiles)
    async with (
        world.gateway() as gateway,
        running_device(world.sip_port, path=WAY, edition=edition, quirks=frozenset(quirks), **more) as device,
    ):
        yield gateway, device


def queries(device: Running) -> list[PositionSubscription]:
    """What the platform subscribed with to positions."""
    held = [one.query for one in device.device.notifier.of_topic("MobilePosition")]
    return [one for one in held if isinstance(one, PositionSubscription)]


def subscribed(device: Running) -> Callable[[], list[str]]:
    """Whose position the platform holds a subscription to."""
    return lambda: sorted(one.device_id for one in queries(device))


@pytest.mark.parametrize("edition", [Edition.E2016, Edition.E2022])
@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
async def test_where_it_is_comes_to_the_web_of_what_was_entered_alone(
    tmp_path: Folder, edition: Edition, carrier: Any
) -> None:
    world = World(tmp_path)
    async with driving(world, moves(FRONT), edition=edition, carrier=carrier) as (gateway, device):
        (place,) = await until_async(lambda: world.web.places)
        assert (place.device, place.channel) == (NVR, FRONT)
        assert 91.10 <= place.longitude <= 91.12
        assert 29.64 <= place.latitude <= 29.65
        assert abs(place.said_us - place.heard_us) < 5_000_000
        await until_async(lambda: world.web.watched() == {(NVR, FRONT): ("active", 0)})
        assert subscribed(device)() == [FRONT]
        assert gateway.places.not_entered == 0, "nothing else was asked for"


async def test_nothing_is_subscribed_to_that_was_not_entered(tmp_path: Folder) -> None:
    world = World(tmp_path)
    async with driving(world) as (_gateway, device):
        await until_async(lambda: len(device.device.notifier) == 1)  # to its catalogue
        assert subscribed(device)() == []
        world.assign(NVR, mobiles=(moves(BACK),))
        await until_async(lambda: subscribed(device)() == [BACK])
        world.assign(NVR)
        await until_async(lambda: subscribed(device)() == [])


async def test_another_interval_is_asked_for_anew(tmp_path: Folder) -> None:
    world = World(tmp_path)
    async with driving(world, moves(FRONT)) as (_gateway, device):
        await until_async(lambda: subscribed(device)() == [FRONT])
        world.assign(NVR, mobiles=(moves(FRONT, interval=600),))
        await until_async(lambda: [one.interval for one in queries(device)] == [600])


async def test_many_channels_of_a_device_are_one_subscription(tmp_path: Folder) -> None:
    world = World(tmp_path)
    wanted = [f"{NVR[:10]}132{number:07}" for number in range(1, 10)]
    async with driving(world, *map(moves, wanted), channels=12) as (gateway, device):
        await until_async(lambda: {one.channel for one in world.web.places} == set(wanted))
        assert subscribed(device)() == [NVR]
        assert gateway.places.not_entered > 0
        await until_async(lambda: set(world.web.watched().values()) == {("active", 0)})


@pytest.mark.parametrize("quirk", [Quirk.POSITION_OF_HOST, Quirk.POSITION_AS_CATALOG, Quirk.POSITION_BY_MESSAGE])
@pytest.mark.parametrize("edition", [Edition.E2016, Edition.E2022])
async def test_devices_that_do_it_otherwise_are_understood(tmp_path: Folder, quirk: Quirk, edition: Edition) -> None:
    world = World(tmp_path)
    async with driving(world, moves(FRONT), quirks=(quirk,), edition=edition, channels=1):
        (place,) = await until_async(lambda: world.web.places)
        assert place.channel == FRONT
        await until_async(lambda: world.web.watched() == {(NVR, FRONT): ("active", 0)})


async def test_who_refuses_is_told_with_the_status_and_may_tell_by_message_all_the_same(tmp_path: Folder) -> None:
    world = World(tmp_path)
    quirks = (Quirk.NO_POSITION, Quirk.POSITION_BY_MESSAGE)
    async with driving(world, moves(FRONT), quirks=quirks) as (gateway, _device):
        await until_async(lambda: world.web.watched() == {(NVR, FRONT): ("refused", 489)})
        await until_async(lambda: world.web.places)
        assert {one.channel for one in world.web.places} == {FRONT}
        assert gateway.positions.refused == 1


async def test_who_is_older_than_positions_is_asked_all_the_same_and_stops_nobody(
    tmp_path: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custodes.gb28181.sip.registrar.edition_of", lambda _stated: Edition.E2011)
    world = World(tmp_path)
    async with driving(world, moves(FRONT), quirks=(Quirk.NO_POSITION,)) as (gateway, _device):
        await until_async(lambda: world.web.watched() == {(NVR, FRONT): ("refused", 489)})
        reach = gateway.context.reach(NVR)
        assert reach is not None
        assert reach.edition == Edition.E2011


async def test_who_tells_too_often_costs_the_web_nothing_more(tmp_path: Folder) -> None:
    world = World(tmp_path)
    quirks = (Quirk.POSITION_TOO_OFTEN,)
    async with driving(world, moves(FRONT, interval=3600), quirks=quirks) as (gateway, _device):
        await until_async(lambda: gateway.places.taken >= 4)
        assert len(world.web.places) == 1


async def test_a_web_that_was_away_has_the_newest(tmp_path: Folder) -> None:
    world = World(tmp_path)
    quirks = (Quirk.POSITION_TOO_OFTEN,)
    async with driving(world, moves(FRONT), quirks=quirks) as (gateway, _device):
        await until_async(lambda: world.web.places)
        world.web.away = True
        taken = gateway.places.taken
        await until_async(lambda: gateway.places.taken >= taken + 3)
        newest = gateway.places._mobiles[NVR, FRONT].place
        world.web.away = False
        await until_async(lambda: len(world.web.places) > 1)
        assert newest is not None
        assert world.web.places[1].heard_us >= newest.heard_us


async def test_behind_a_restart_of_the_device_it_is_subscribed_to_anew(tmp_path: Folder) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER, mobiles=(moves(FRONT),))
    async with world.gateway():
        async with running_device(world.sip_port, path=WAY) as first:
            await until_async(lambda: subscribed(first)() == [FRONT])
        async with running_device(world.sip_port, path=WAY) as again:
            await until_async(lambda: subscribed(again)() == [FRONT])
            await until_async(lambda: world.web.watched()[NVR, FRONT] == ("active", 0))


async def test_a_device_that_is_taken_out_is_forgotten(tmp_path: Folder) -> None:
    world = World(tmp_path)
    async with driving(world, moves(FRONT)) as (gateway, _device):
        await until_async(lambda: world.web.places)
        world.assign()
        await until_async(lambda: not len(gateway.places))
        assert len(gateway.positions) == 0
