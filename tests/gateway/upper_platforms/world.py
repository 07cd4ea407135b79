"""A gateway below an upper platform: web and node are stood in for, each request signed; the upper is a gateway of our own."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.gateway.desk import make_server, serve
from custodes.gateway.process import GatewayProcess
from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.pace import UPPER_PACE
from custodes.node.gb28181.gateway_client import GatewayClient
from custodes.video.clock import SystemClock
from custodes.video.wire.assignment import GatewayAddress
from custodes.video.wire.calls import CallAnswer, CallAsk
from custodes.video.wire.control import InvalidRequest, RequestChecker
from custodes.video.wire.devices import CatalogueItem, ShownPosition, ShownPositions
from custodes.video.wire.gateway_assignment import GatewayMobile
from custodes.video.wire.seal import seal
from custodes.video.wire.sending import (
    SendAsk,
    SendKeyed,
    SendPosition,
    SendPresetList,
    SendPresets,
    SendReady,
    SendRecordings,
    SendRecords,
    SendsKept,
    SendsStanding,
    SendStart,
    SendSteer,
    SendSteered,
    SendStep,
    SendStepped,
)
from custodes.video.wire.upper_platforms import (
    GatewayUpper,
    GatewayUppers,
    LinkHeard,
    LinksHeard,
    LinkTrial,
    LinkTrials,
    LinkTried,
    ShownAlarm,
    ShownAlarms,
    ShownEntry,
    ShownOff,
    ShownPage,
    UpperCalls,
    UpperCallsStanding,
    UpperVerdict,
    UpperWants,
)
from tests.gateway.world import ID, PASSWORD, StandInWeb, World, channel
from tests.patience import PATIENCE, until_async
from tests.ports import free_port

OWN = "54010200002000000007"
"""Our ID with the upper, as which it knows us as a device."""

GROUP = "54010200002150000001"
BRISK = replace(
    UPPER_PACE,
    fetch=0.1,
    tree=0.2,
    again=0.1,
    off=0.2,
    tell=0.1,
    alarms=0.05,
    positions=0.05,
    standing=0.1,
    keep=0.1,
    look=0.02,
)
UNHURRIED = {"leave": PATIENCE}
"""For who looks whether an upper knows that we left: within the usual second a busy machine may not answer our unregistering."""


def camera(number: int) -> str:
    return f"5401020000132{number:07}"


def entries(count: int) -> list[ShownEntry]:
    """We, a group, and cameras in it."""
    found = [
        ShownEntry(kind="platform", id=OWN, name="拉萨市"),
        ShownEntry(kind="group", id=GROUP, name="八廓街", parent=OWN),
    ]
    return found + [
        ShownEntry(kind="camera", id=camera(n), name=f"机位{n}", parent=GROUP, group=GROUP, turns=n == 1)
        for n in range(1, count + 1)
    ]


class UpperWeb(StandInWeb):
    """Says which uppers there are, what they are shown, and what they may have."""

    def __init__(self, key: Any) -> None:
        super().__init__(key)
        self.uppers: list[GatewayUpper] = []
        self.entries: dict[UUID, list[ShownEntry]] = {}
        self.trees: dict[UUID, str] = {}
        self.broken: set[str] = set()
        self.page = 2
        self.pages = 0
        self.off: set[str] = set()
        self.trials: list[LinkTrial] = []
        self.tried: list[LinkTried] = []
        self.alarms: list[ShownAlarm] = []
        self.alarms_asked: list[tuple[UUID, str]] = []
        self.positions: list[ShownPosition] = []
        self.positions_asked = 0
        self.wants: list[UpperWants] = []
        self.decide: Callable[[UpperWants], Awaitable[UpperVerdict]] | None = None
        self.ended: dict[UUID, str] = {}
        self.standing: list[UpperCalls] = []
        self.heard: dict[UUID, LinkHeard] = {}

    async def other(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path in self.broken:
            return httpx.Response(500)
        made: BaseModel
        match path:
            case "/internal/gateway/uppers":
                made = GatewayUppers(gateway="gateway-1", uppers=tuple(self.uppers))
            case "/internal/gateway/shown":
                link = UUID(request.url.params["link"])
                if link not in self.entries:
                    return httpx.Response(404, json={"error": "link", "detail": "no such link is in force"})
                made = self._page(link, int(request.url.params["after"].removeprefix("n路/&") or 0))
            case "/internal/gateway/shown/off":
                made = ShownOff(link=UUID(request.url.params["link"]), off=tuple(self.off))
            case "/internal/gateway/linktests":
                made = LinkTrials(gateway="gateway-1", trials=tuple(self.trials))
            case "/internal/gateway/linktests/tried":
                self.tried.append(LinkTried.model_validate_json(request.content))
                return httpx.Response(204)
            case "/internal/gateway/shown/alarms":
                made = self._alarms(UUID(request.url.params["link"]), request.url.params["after"])
            case "/internal/gateway/shown/positions":
                self.positions_asked += 1
                made = ShownPositions(link=UUID(request.url.params["link"]), positions=tuple(self.positions))
            case "/internal/gateway/wanted":
                wants = UpperWants.model_validate_json(request.content)
                self.wants.append(wants)
                assert self.decide is not None
                made = await self.decide(wants)
            case "/internal/gateway/wanted/standing":
                asked = UpperCalls.model_validate_json(request.content)
                self.standing.append(asked)
                made = UpperCallsStanding(
                    ended={one.call: self.ended[one.call] for one in asked.calls if one.call in self.ended}
                )
            case "/internal/gateway/links":
                self.heard = {one.link: one for one in LinksHeard.model_validate_json(request.content).links}
                return httpx.Response(204)
            case _:
                return httpx.Response(404)
        return httpx.Response(200, content=made.model_dump_json())

    def _alarms(self, link: UUID, after: str) -> ShownAlarms:
        self.alarms_asked.append((link, after))
        news = self.alarms[int(after.removeprefix("g/&")) :] if after else ()
        return ShownAlarms(link=link, alarms=tuple(news), after=f"g/&{len(self.alarms)}")

    def _page(self, link: UUID, after: int) -> ShownPage:
        self.pages += 1
        found, end = self.entries[link], after + self.page
        part = tuple(found[after:end])
        return ShownPage(
            link=link, tree=self.trees[link], entries=part, after=f"n路/&{end}" if end < len(found) else ""
        )


WHAT = ("start", "end", "keep", "steps", "records", "steer", "presets", "position", "key")


class StandInNode:
    """A worker that sends to uppers: a real server; what it was asked, in order."""

    def __init__(self, key: Any, name: str = "node-1/0") -> None:
        self.name = name
        self.port = free_port()
        self.asks: dict[UUID, SendAsk] = {}
        self.said: list[tuple[str, UUID]] = []
        self.ended: dict[UUID, str] = {}
        self.kept: set[UUID] = set()
        self.away: set[str] = set()
        self.steps: list[SendStep] = []
        self.stepped: Callable[[SendStep], Awaitable[SendStepped]] = self._stepped
        self.lists: list[SendRecords] = []
        self.recordings = SendRecordings()
        self.listed: Callable[[SendRecords], Awaitable[SendRecordings]] = self._listed
        self.commands: list[SendSteer] = []
        self.steered: Callable[[SendSteer], Awaitable[SendSteered]] = self._steered
        self.preset_asks: list[SendPresets] = []
        self.presets = SendPresetList()
        self.position_asks: list[SendPresets] = []
        self.position = SendPosition()
        self.ready: Callable[[SendAsk], Awaitable[SendReady]] = self._ready
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self._checker = RequestChecker(key.public_key(), "gateway-1", name)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def of(self, what: str) -> list[UUID]:
        return [call for each, call in self.said if each == what]

    async def _ready(self, ask: SendAsk) -> SendReady:
        return SendReady(address="127.0.0.1", port=self.socket.getsockname()[1])

    async def _stepped(self, step: SendStep) -> SendStepped:
        return SendStepped(at_s=step.at_s or 0.0, scale=step.scale or 1.0)

    async def _listed(self, _ask: SendRecords) -> SendRecordings:
        return self.recordings

    async def _steered(self, _command: SendSteer) -> SendSteered:
        return SendSteered()

    async def _more(self, what: str, content: bytes) -> Response | None:
        """Recordings and steering."""
        match what:
            case "steps":
                self.steps.append(step := SendStep.model_validate_json(content))
                return _json(await self.stepped(step))
            case "records":
                ask = SendRecords.model_validate_json(content)
                self.lists.append(ask)
                return _json(await self.listed(ask))
            case "steer":
                self.commands.append(command := SendSteer.model_validate_json(content))
                return _json(await self.steered(command))
            case "presets":
                self.preset_asks.append(SendPresets.model_validate_json(content))
                return _json(self.presets)
            case "position":
                self.position_asks.append(SendPresets.model_validate_json(content))
                return _json(self.position)
            case "key":
                self.said.append((what, SendStart.model_validate_json(content).call))
                return _json(SendKeyed())
        return None

    async def answer(self, request: Request) -> Response:
        content = await request.body()
        try:
            self._checker.check(
                request.headers["authorization"], request.method, request.url.path, content, time.time()
            )
        except InvalidRequest:
            return Response(status_code=401)
        what = request.url.path.rpartition("/")[2]
        if what in self.away:
            return Response(status_code=503)
        if (more := await self._more(what, content)) is not None:
            return more
        if what == "send":
            ask = SendAsk.model_validate_json(content)
            self.said.append(("send", ask.call))
            self.asks[ask.call] = ask
            return _json(await self.ready(ask))
        if what == "keep":
            kept = SendsKept.model_validate_json(content).calls
            self.kept.update(kept)
            return _json(SendsStanding(ended={call: self.ended[call] for call in kept if call in self.ended}))
        call = SendStart.model_validate_json(content).call
        self.said.append((what, call))
        if call not in self.asks:
            return Response(status_code=404)
        if what == "start" and self.asks[call].way == "udp":
            head = b"\x80\x60" + bytes(6) + self.asks[call].ssrc.to_bytes(4, "big")
            for _ in range(3):
                self.socket.sendto(head + b"\0\0\1\xba", (self.asks[call].address, self.asks[call].port))
        return Response(status_code=204)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[StandInNode]:
        paths = ("/internal/send", *(f"/internal/send/{each}" for each in WHAT))
        server = make_server(Starlette(routes=[Route(path, self.answer, methods=["POST"]) for path in paths]))
        task = asyncio.create_task(serve(server, "127.0.0.1", self.port))
        try:
            await until_async(lambda: server.started)
            yield self
        finally:
            server.should_exit = True
            await task
            self.socket.close()


def _json(made: BaseModel) -> Response:
    return Response(made.model_dump_json(), media_type="application/json")


class Receiver(asyncio.DatagramProtocol):
    """Where an upper receives: the SSRC of what came."""

    def __init__(self) -> None:
        self.ssrc: list[int] = []

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.ssrc.append(int.from_bytes(data[8:12], "big"))


class Above:
    """An upper platform: a gateway of our own, to which we are a device."""

    def __init__(self, folder: Path, channels: int = 3, mobiles: tuple[GatewayMobile, ...] = ()) -> None:
        self.world = World(folder)
        self.cameras = {camera(n): uuid4() for n in range(1, channels + 1)}
        listed = tuple(channel(key, OWN, id).model_copy(update={"turns": True}) for id, key in self.cameras.items())
        self.world.assign(OWN, channels=listed, mobiles=mobiles)
        self.gateway: GatewayProcess | None = None

    @property
    def node(self) -> GatewayClient:
        address = GatewayAddress(name="gateway-1", url=f"http://127.0.0.1:{self.world.settings.gateway_port}")
        return GatewayClient(address, "node-1", self.world.node_key, SystemClock())

    async def look(self, number: int = 1, port: int = 30_000, **more: Any) -> CallAnswer:
        """Have a channel called, for media to go to this port."""
        id = camera(number)
        ask = CallAsk(camera=self.cameras[id], device=OWN, channel=id, address="127.0.0.1", port=port, **more)
        return await self.node.call(ask)

    def catalogue(self) -> dict[str, CatalogueItem]:
        """What it took of us last."""
        parts = self.world.web.parts
        last = [part for part in parts if part.taking == parts[-1].taking] if parts else []
        return {item.id: item for part in last for item in part.items}


class Below:
    """Us."""

    def __init__(self, folder: Path, count: int = 3, **more: Any) -> None:
        first = free_port()
        self.world = World(folder, gateway_upper_ports=(first, first + 3), **more)
        self.web = UpperWeb(self.world.keys.control)
        self.world.web = self.web
        self.world.assign()
        self.node = StandInNode(self.world.keys.control)
        self.web.decide = self.grant
        self.count = count

    def link(self, above: Above, **more: Any) -> GatewayUpper:
        """A link that is in force from now on."""
        return self.link_at(above.world.sip_port, **more)

    def link_at(self, port: int, /, **more: Any) -> GatewayUpper:
        """The same, to whoever is at this port."""
        made = GatewayUpper(
            **{
                "link": uuid4(),
                "id": ID,
                "own": OWN,
                "host": "127.0.0.1",
                "port": port,
                "sealed_password": seal(self.world.keys.seal.public_key(), PASSWORD),
                "keepalive_s": 5,
                "tree": "1",
                **more,
            }
        )
        self.web.uppers.append(made)
        self.show(made, entries(self.count))
        return made

    def show(self, upper: GatewayUpper, shown: list[ShownEntry], tree: str = "1") -> None:
        self.web.entries[upper.link], self.web.trees[upper.link] = shown, tree
        self.web.uppers = [
            one.model_copy(update={"tree": tree}) if one.link == upper.link else one for one in self.web.uppers
        ]

    async def grant(self, _wants: UpperWants) -> UpperVerdict:
        return UpperVerdict(camera=uuid4(), node_url=self.node.url, worker=self.node.name, token="grant")

    @asynccontextmanager
    async def running(self, **more: Any) -> AsyncIterator[GatewayProcess]:
        async with self.world.gateway(upper_pace=replace(BRISK, **more)) as made:
            yield made


@asynccontextmanager
async def pair(
    folder: Path,
    count: int = 3,
    pace: dict[str, float] | None = None,
    mobiles: tuple[GatewayMobile, ...] = (),
    **more: Any,
) -> AsyncIterator[Pair]:
    """Us below an upper, registered, with a node."""
    (folder / "above").mkdir()
    (folder / "below").mkdir()
    above, below = Above(folder / "above", count, mobiles), Below(folder / "below", count)
    upper = below.link(above, **more)
    async with above.world.gateway() as theirs, below.node.running(), below.running(**(pace or {})) as ours:
        above.gateway = theirs
        made = Pair(above, below, upper, theirs, ours)
        await until_async(lambda: theirs.context.reach(OWN))
        yield made


class Pair:
    """Both of them."""

    def __init__(
        self, above: Above, below: Below, upper: GatewayUpper, theirs: GatewayProcess, ours: GatewayProcess
    ) -> None:
        self.above, self.below, self.upper, self.theirs, self.ours = above, below, upper, theirs, ours
        self.web, self.node = below.web, below.node

    @property
    def link(self) -> UpperLink:
        return self.ours.uppers.links[0]

    @property
    def calls(self) -> int:
        return len(self.ours.uppers.calls)

    def theirs_calls(self) -> int:
        return self.theirs.endpoint.counts["calls"]


@asynccontextmanager
async def receiver() -> AsyncIterator[tuple[int, Receiver]]:
    """A port that counts."""
    port = free_port()
    loop = asyncio.get_running_loop()
    transport, taken = await loop.create_datagram_endpoint(Receiver, local_addr=("127.0.0.1", port))
    try:
        yield port, taken
    finally:
        transport.close()
