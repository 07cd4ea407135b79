"""Simulated devices behind real sockets: what a platform asks of them they send, over each carrier, and nothing is left open."""

from __future__ import annotations

import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
from custodes.gb28181.device.shell import Shell
from custodes.gb28181.manscdp.catalog import CatalogPart, CatalogQuery
from custodes.gb28181.media.frame import Coding
from custodes.gb28181.sdp import Setup
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.registering import RegistrarServer, RegistrationNews, RegistrationStanding
from tests.gb28181.device.caller import HERE, Caller
from tests.gb28181.device.world import CAMERAS, NVR, RECORDED
from tests.gb28181.media.films import mixed
from tests.gb28181.sip.examples import SERVER
from tests.gb28181.sip.house import PASSWORD, House, house
from tests.ports import free_port, port_range

OUTLETS = port_range(1)
"""Ports from which the device sends."""


def shell_for(
    port: int, carrier: Carrier, told: list[RegistrationNews], ports: tuple[int, int], expires: int = 3600
) -> Shell:
    words = itertools.count(1)
    upper = RegistrarServer(SERVER, NVR, Secret(PASSWORD), Peer(carrier, HERE, free_port()), expires, interval=0.3)
    channels = tuple(SimulatedChannel(id, "gate", recordings=RECORDED) for id in CAMERAS)
    settings = SimulatedDeviceSettings(upper, Peer(carrier, HERE, port), channels, HERE, ports)
    reel = LoopedFilm(mixed(Coding.H264))
    device = SimulatedDevice(settings, lambda _id: reel, lambda: f"d{next(words)}", Random(1).random)
    return Shell(device, HERE, told.append)


@asynccontextmanager
async def standing(
    at: House, carrier: Carrier = "UDP", ports: tuple[int, int] = OUTLETS
) -> AsyncIterator[tuple[Shell, Caller]]:
    shell, caller = shell_for(at.port, carrier, [], ports), Caller(at)
    await shell.open()
    try:
        await at.until("registered")
        yield shell, caller
    finally:
        await shell.close()
        caller.close()


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
@pytest.mark.parametrize("setup", [None, Setup.PASSIVE, Setup.ACTIVE])
async def test_what_is_asked_for_comes_whole_and_its_end_frees_the_port(carrier: Carrier, setup: Setup | None) -> None:
    async with house(NVR) as at, standing(at, carrier) as (shell, caller):
        look = caller.look(NVR, CAMERAS[0], setup)
        await caller.until(lambda: len(look.pictures) >= 12)
        sent = [frame for frame in mixed(Coding.H264) if frame.coding.video]
        assert [frame.data for frame in look.pictures[:12]] == [frame.data for frame in sent[:12]]
        assert {frame.coding for frame in look.frames} == {Coding.H264, Coding.G711A}
        caller.end(look)
        await caller.until(lambda: not shell.outlets)
        again = caller.look(NVR, CAMERAS[0], setup)
        await caller.until(lambda: again.pictures)


async def test_the_catalog_and_keepalives_come() -> None:
    async with house(NVR) as at, standing(at) as (_shell, caller):
        caller.ask(NVR, CatalogQuery(sn=7, device_id=NVR))
        await caller.until(lambda: len(caller.bodies(CatalogPart)) == len(CAMERAS))
        await at.until("MESSAGE", len(CAMERAS) + 3)


async def test_a_recording_is_played_to_its_end_that_is_told() -> None:
    start = int(RECORDED[0].start.timestamp())
    async with house(NVR) as at, standing(at) as (_shell, caller):
        look = caller.look(NVR, CAMERAS[0], span=(start, start + 1))
        await caller.until(lambda: any(b"MediaStatus" in event.request.body for event in at.events if hasattr(event, "request")))  # fmt: skip
        assert len(look.pictures) >= 23, "a second of 25 pictures; the last of them waits for the next"


async def test_a_device_that_is_closed_says_so() -> None:
    async with house(NVR) as at:
        async with standing(at) as (shell, caller):
            await caller.until(lambda: shell.device.registering.standing is RegistrationStanding.IN)
        await at.until("gone")


async def test_a_port_that_somebody_else_has_ends_the_call_and_the_next_call_has_another() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HERE, 0))
        port = other.getsockname()[1]
        async with house(NVR) as at, standing(at, ports=(port, port + 1)) as (_shell, caller):
            look = caller.look(NVR, CAMERAS[0])
            await caller.until(lambda: look.call.phase.value == "over")
            again = caller.look(NVR, CAMERAS[0])
            await caller.until(lambda: again.pictures)


async def test_a_platform_that_restarts_has_it_back_over_tcp() -> None:
    told: list[RegistrationNews] = []
    async with house(NVR) as first:
        port = first.port
        shell = shell_for(port, "TCP", told, OUTLETS)
        await shell.open()
        await first.until("registered")
    try:
        second = House([NVR])
        await second.transport.open(HERE, port)
        try:
            await second.until("registered")
        finally:
            await second.transport.close()
    finally:
        await shell.close()
    assert [news.what for news in told][:2] == ["registered", "lost"]
