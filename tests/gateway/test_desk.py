"""Room at the desk: each peer has its own, at each address its own, and a body that does not come is waited for a few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.responses import Response

from custodes.gateway import desk as desks
from custodes.gateway.desk import LONG, MOST_LONG, MOST_SHORT, SignedRoutes, make_app
from custodes.gateway.trust import GatewayTrust
from custodes.keyfile import public_line
from custodes.video.clock import SystemClock
from custodes.video.wire.control import sign_request
from custodes.video.wire.gateway_assignment import GatewayAssignment, GatewayNode
from tests.patience import PATIENCE, until_async

CALL, KEEP, NAME = "/internal/call", "/internal/call/keep", "gateway-1"


class Room:
    """A desk with handlers that answer when they are let."""

    def __init__(self) -> None:
        self.keys = {name: Ed25519PrivateKey.generate() for name in ("node-1", "node-2", "web")}
        nodes = tuple(GatewayNode(name=name, key=public_line(self.keys[name])) for name in ("node-1", "node-2"))
        trust = GatewayTrust(NAME)
        trust.take(GatewayAssignment(generation=1, gateway=NAME, nodes=nodes, web_key=public_line(self.keys["web"])))
        self.clock = SystemClock()
        self.desk = SignedRoutes(trust, self.clock)
        self.away: list[tuple[str, str]] = []
        self.desk.turned_away.append(lambda who, path: self.away.append((who, path)))
        self.goes_on = asyncio.Event()
        routes = [self.desk.signed_by_node(path, self._handle) for path in (CALL, KEEP)]
        transport = httpx.ASGITransport(make_app(routes, dict))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://gateway")

    async def _handle(self, who: str, body: bytes) -> Response:
        await self.goes_on.wait()
        return Response(status_code=204)

    async def post(self, path: str, node: str = "node-1", content: Any = b"{}") -> int:
        now = self.clock.wall_us() / 1_000_000
        header = sign_request(self.keys[node], node, NAME, "POST", path, b"{}", now)
        return (await self.client.post(path, content=content, headers={"Authorization": header})).status_code

    async def fill(self, path: str, count: int) -> list[asyncio.Task[int]]:
        tasks = [asyncio.create_task(self.post(path)) for _ in range(count)]
        await until_async(lambda: self.desk.serving["node-1", path] >= count)
        return tasks


async def test_who_fills_its_room_takes_nobody_else_s_and_none_of_another_kind() -> None:
    room = Room()
    assert CALL in LONG
    assert KEEP not in LONG
    held = await room.fill(CALL, MOST_LONG) + await room.fill(KEEP, MOST_SHORT)
    assert [await room.post(path) for path in (CALL, KEEP)] == [503, 503]
    assert room.away == [("node-1", CALL), ("node-1", KEEP)]
    others = [asyncio.create_task(room.post(path, "node-2")) for path in (CALL, KEEP)]
    await until_async(lambda: all(room.desk.serving["node-2", path] for path in (CALL, KEEP)))
    room.goes_on.set()
    assert set(await asyncio.gather(*others, *held)) == {204}
    assert not room.desk.serving


async def test_a_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert desks.BODY_SECONDS == 5.0
    monkeypatch.setattr(desks, "BODY_SECONDS", 0.05)
    room = Room()
    room.goes_on.set()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(3_600)

    async with asyncio.timeout(PATIENCE):
        # The transport of the test reads the body as it is sent.
        assert await room.post(KEEP, content=slowly()) == 408
    assert not room.desk.serving
