"""The simulated device behind real sockets: the shell of SIP carries it as it carries a platform."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import replace

import pytest

from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
from custodes.gb28181.media.frame import Coding
from custodes.gb28181.sdp import MediaDirection, MediaLine, Sdp, write_sdp
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.registering import RegistrarServer, RegistrationStanding
from custodes.gb28181.sip.transport import Transport
from tests.gb28181.device.world import CAMERAS, NVR
from tests.gb28181.media.films import film
from tests.gb28181.sip.examples import SERVER
from tests.gb28181.sip.house import PASSWORD, house
from tests.patience import until_async
from tests.ports import free_port


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
def test_it_registers_keeps_alive_and_is_called(carrier: Carrier) -> None:
    async def live() -> None:
        async with house(NVR) as platform:
            words = itertools.count(1)
            own = Peer(carrier, "127.0.0.1", free_port())
            upper = RegistrarServer(SERVER, NVR, Secret(PASSWORD), own, interval=0.3)
            there = Peer(carrier, "127.0.0.1", platform.port)
            settings = SimulatedDeviceSettings(upper, there, (SimulatedChannel(CAMERAS[0], "gate"),), "127.0.0.1")
            reel = LoopedFilm(film(Coding.H264))
            device = SimulatedDevice(settings, lambda _id: reel, lambda: f"d{next(words)}", lambda: 0.5)

            def on_event(event: object) -> None:
                device.take_in(event, time.monotonic(), time.time_ns() // 1000)  # type: ignore[arg-type]

            transport = Transport(device.endpoint, on_event)
            await transport.open("127.0.0.1", own.port)
            if carrier == "TCP":
                device.platform = await transport.connect("127.0.0.1", platform.port)

            async def run() -> None:
                while True:
                    device.step(time.monotonic(), time.time_ns() // 1000)
                    transport.drain()
                    await asyncio.sleep(0.02)

            running = asyncio.create_task(run())
            try:
                await platform.until("registered")
                await platform.until("MESSAGE", 2)  # keepalives
                found = platform.registrar.find(NVR)
                assert found is not None
                offer = write_sdp(
                    Sdp(SERVER, "127.0.0.1", (MediaLine("video", 30_000, way=MediaDirection.RECVONLY),), y="0200000001")
                )
                invite = platform.endpoint.request(
                    "INVITE", CAMERAS[0], found.peer, offer, (("Content-Type", "Application/SDP"),)
                )
                platform.endpoint.call(invite, found.peer, time.monotonic(), NVR)
                platform.transport.drain()
                parcels = await until_async(lambda: device.media(time.monotonic()))
                assert parcels[0].outlet == replace(parcels[0].outlet, host="127.0.0.1", port=30_000)
                assert device.registering.standing is RegistrationStanding.IN
            finally:
                running.cancel()
                await transport.close()

    asyncio.run(live())
