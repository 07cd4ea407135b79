"""A whole gateway on loopback: devices of the library behind real sockets, and a stand-in for the web that can be away."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path as Folder
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.gateway.keys import make_keys
from custodes.gateway.pace import AskPace
from custodes.gateway.process import GatewayProcess
from custodes.gateway.reports import Periods
from custodes.gateway.web_client import GatewayWebClient
from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.settings import Path, SimulatedChannel
from custodes.gb28181.device.settings import SimulatedDeviceSettings as DeviceSettings
from custodes.gb28181.edition import Edition
from custodes.gb28181.media.frame import Coding
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.registering import RegistrarServer
from custodes.gb28181.sip.transport import Transport
from custodes.keyfile import public_line
from custodes.settings import Settings
from custodes.video.clock import SystemClock
from custodes.video.wire.control import InvalidRequest, RequestChecker, sign_request
from custodes.video.wire.devices import (
    CataloguePart,
    DeviceAlarm,
    DeviceState,
    GatewayPlaces,
    GatewayStates,
    MobilePlace,
    MobileStand,
    UnknownRegistrant,
)
from custodes.video.wire.gateway_assignment import GatewayAssignment, GatewayChannel, GatewayDevice, GatewayNode
from custodes.video.wire.seal import seal
from tests.gb28181.media.films import film
from tests.patience import PATIENCE, until_async
from tests.ports import free_port

ID = "54010000002000000001"
PASSWORD = "Lhasa-12345678"
NVR = "54010000001180000001"
OTHER = "54010000001180000002"
QUICK = AskPace(rest=0.3, pause=0.2, again=0.2, info=1.0)
OFTEN = Periods(states=0.1, look=0.05)


class StandInWeb:
    """Takes reports, gives the assignment, and can be away. Each request has to be signed."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self.away = False
        self.asked: list[int] = []
        self.states: list[GatewayStates] = []
        self.parts: list[CataloguePart] = []
        self.alarms: list[DeviceAlarm] = []
        self.places: list[MobilePlace] = []
        self.stands: list[MobileStand] = []
        self.refuse: dict[str, int] = {}
        self.assignment: GatewayAssignment | None = None
        self._checker = RequestChecker(key.public_key(), "gateway-1", "web")

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away", request=request)
        target = request.url.raw_path.decode()
        try:
            self._checker.check(request.headers["Authorization"], request.method, target, request.content, time.time())
        except InvalidRequest:
            return httpx.Response(401)
        if status := self.refuse.get(request.url.path):
            return httpx.Response(status)
        match request.url.path:
            case "/internal/gateway/assignment":
                return await self._assignment(int(request.url.params["after"]))
            case "/internal/gateway/states":
                self.states.append(GatewayStates.model_validate_json(request.content))
            case "/internal/gateway/catalogue":
                self.parts.append(CataloguePart.model_validate_json(request.content))
            case "/internal/gateway/alarms":
                told = json.loads(request.content)
                assert told["gateway"] == "gateway-1"
                if any(alarm["words"] == "impossible" for alarm in told["alarms"]):
                    return httpx.Response(400)
                self.alarms += [DeviceAlarm.model_validate(alarm) for alarm in told["alarms"]]
            case "/internal/gateway/places":
                report = GatewayPlaces.model_validate_json(request.content)
                assert report.gateway == "gateway-1"
                self.places += report.places
                self.stands += report.stands
            case _:
                return await self.other(request)
        return httpx.Response(204)

    async def other(self, request: httpx.Request) -> httpx.Response:
        """What the tests of one room add."""
        return httpx.Response(404)

    async def _assignment(self, after: int) -> httpx.Response:
        self.asked.append(after)
        for _ in range(50):
            if self.away:
                return httpx.Response(503)
            if self.assignment is not None and self.assignment.generation > after:
                return httpx.Response(200, content=self.assignment.model_dump_json())
            await asyncio.sleep(0.02)
        return httpx.Response(204)

    def known(self) -> dict[str, DeviceState]:
        """The last that was told of each device."""
        return {state.device: state for report in self.states for state in report.devices}

    def watched(self) -> dict[tuple[str, str], tuple[str, int]]:
        """How each subscription to a position stands, as it was told last."""
        return {(one.device, one.channel): (one.watch, one.status) for one in self.stands}

    def unknown(self) -> dict[tuple[str, str], UnknownRegistrant]:
        """The last that was told of who may not register."""
        return {(one.address, one.id): one for report in self.states for one in report.unknown}


class World:
    """A folder with keys and settings; `gateway` runs one in it."""

    def __init__(self, folder: Folder, **more: Any) -> None:
        self.folder = folder
        self.keys = make_keys(folder / "keys" / "gateway", folder / "keys" / "public")
        self.web_key, self.node_key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        self.settings = Settings(
            data=folder,
            gateway_id=ID,
            gateway_sip_port=free_port(),
            gateway_port=free_port(),
            **more,
        )
        self.settings.gateway_folder.mkdir(exist_ok=True)
        self.web = StandInWeb(self.keys.control)

    @property
    def sip_port(self) -> int:
        return self.settings.gateway_sip_port

    def assign(self, *devices: str | GatewayDevice, networks: tuple[str, ...] = ("127.0.0.0/8",), **more: Any) -> None:
        """What the web answers from now on."""
        before = self.web.assignment
        self.web.assignment = GatewayAssignment(
            generation=before.generation + 1 if before else 1,
            gateway="gateway-1",
            devices=tuple(self.device(one) if isinstance(one, str) else one for one in devices),
            networks=networks,
            web_key=public_line(self.web_key),
            **{"nodes": (GatewayNode(name="node-1", key=public_line(self.node_key)),), **more},
        )

    def device(self, id: str, password: str = PASSWORD, **more: Any) -> GatewayDevice:
        return GatewayDevice(id=id, sealed_password=seal(self.keys.seal.public_key(), password), **more)

    def client(self) -> GatewayWebClient:
        transport = httpx.MockTransport(self.web.answer)
        return GatewayWebClient(
            "http://web.example", "gateway-1", self.keys.control, SystemClock(), transport=transport
        )

    @asynccontextmanager
    async def gateway(self, pace: AskPace = QUICK, **more: Any) -> AsyncIterator[GatewayProcess]:
        """A gateway that runs; it has ended with the block."""
        done = asyncio.Event()
        made = GatewayProcess(self.settings, self.keys, SystemClock(), self.client(), pace, OFTEN, **more)
        running = asyncio.create_task(made.run(done))
        try:
            await until_async(lambda: made.transport.port or running.done())
            if self.web.assignment is not None and not self.web.away:
                await until_async(lambda: made.assigned.generation or running.done())
            yield made
        finally:
            done.set()
            async with asyncio.timeout(PATIENCE):
                await running

    async def ask(
        self, path: str, body: bytes, key: Ed25519PrivateKey | None = None, who: str = "web", **headers: str
    ) -> httpx.Response:
        """A request to the gateway's desk, signed by `who`."""
        signed = sign_request(key or self.web_key, who, "gateway-1", "POST", path, body, time.time())
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.post(
                f"http://127.0.0.1:{self.settings.gateway_port}{path}",
                content=body,
                headers={"Authorization": signed, **headers},
            )


def channel(camera: Any, device: str = NVR, channel: str = "54010000001320000001") -> GatewayChannel:
    """A channel that is a camera of node-1."""
    return GatewayChannel(camera=camera, device=device, channel=channel, node="node-1")


class Running:
    """A simulated device behind real sockets."""

    def __init__(self, device: SimulatedDevice, transport: Transport) -> None:
        self.device = device
        self.transport = transport

    def now(self) -> float:
        return time.monotonic()

    def drain(self) -> None:
        self.transport.drain()


@asynccontextmanager
async def running_device(
    port: int,
    id: str = NVR,
    channels: int = 3,
    carrier: Carrier = "UDP",
    password: str = PASSWORD,
    interval: float = 0.5,
    of_part: int = 1,
    host: str = "127.0.0.1",
    path: Path | None = None,
    edition: Edition = Edition.E2022,
    **more: Any,
) -> AsyncIterator[Running]:
    """A device that registers at once and answers; with a path all of its channels move."""
    words = itertools.count(1)
    own = Peer(carrier, host, free_port())
    upper = RegistrarServer(ID, id, Secret(password), own, interval=interval, edition=edition)
    there = Peer(carrier, "127.0.0.1", port)
    reel = LoopedFilm(film(Coding.H264))
    settings = DeviceSettings(
        upper,
        there,
        tuple(
            SimulatedChannel(f"{id[:10]}132{number:07}", f"机位{number}", path=path)
            for number in range(1, channels + 1)
        ),
        host,
        of_part=of_part,
        **more,
    )
    salt = secrets.token_hex(4)
    device = SimulatedDevice(settings, lambda _id: reel, lambda: f"{salt}{next(words)}", lambda: 0.5)

    def on_event(event: Any) -> None:
        device.take_in(event, time.monotonic(), time.time_ns() // 1000)

    transport = Transport(device.endpoint, on_event)
    await transport.open(host, own.port)
    if carrier == "TCP":
        device.platform = await transport.connect("127.0.0.1", port)

    async def run() -> None:
        while True:
            device.step(time.monotonic(), time.time_ns() // 1000)
            transport.drain()
            await asyncio.sleep(0.01)

    task = asyncio.create_task(run())
    try:
        yield Running(device, transport)
    finally:
        task.cancel()
        await transport.close()
