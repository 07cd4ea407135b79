"""What a node may send about calls, well-formed or not: every body is answered, and only its own calls are touched."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.gateway.calls.needs import Handler
from custodes.gateway.calls.switchboard import CallDesk, Switchboard
from tests.gateway.calls.house import CAMERAS, HOST, NODE, NVR, Gateway, Simulated, gateway, simulated
from tests.patience import until_async

PATHS = tuple(f"/internal/call{rest}" for rest in ("", "/keep", "/end", "/key", "/reachable", "/steps"))


def signed(path: str, handler: Handler) -> Route:
    """Believes the header that names a node; who signs what is the process's own matter."""

    async def serve(request: Request) -> Response:
        return await handler(request.headers["node"], await request.body())

    return Route(path, serve, methods=["POST"])


class Desk:
    def __init__(self, process: Gateway, board: Switchboard, client: httpx.AsyncClient) -> None:
        self.process, self.board, self.client = process, board, client

    async def post(self, path: str, body: object, node: str = NODE) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.client.post(path, content=content, headers={"node": node})


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    async with gateway(folder) as process:
        board = Switchboard(process)
        process.ears.append(board.hear)
        app = Starlette(routes=CallDesk(board).routes(signed))
        transport = httpx.ASGITransport(app)  # what a handler raises is raised here
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            try:
                yield Desk(process, board, client)
            finally:
                await board.stop(0)


def wish(camera: object, **more: object) -> dict[str, Any]:
    return {"camera": str(camera), "device": NVR, "channel": CAMERAS[0], "address": HOST, "port": 30_000, **more}


async def test_a_call_from_wish_to_end(tmp_path: Path) -> None:
    async with desk(tmp_path) as made, simulated(made.process) as device:
        answer = (await made.post("/internal/call", wish(made.process.assigned.camera(CAMERAS[0])))).json()
        assert (answer["step"], answer["address"]) == ("", HOST)
        call = {"call": answer["call"]}
        kept = {"worker": f"{NODE}/0", "calls": [answer["call"]]}
        assert (await made.post("/internal/call/keep", kept)).json() == {"ended": {}}
        assert (await made.post("/internal/call/key", call)).status_code == 204
        await until_async(lambda: bool(device.bodies(b"IFameCmd")))
        other = {"worker": "node-2/0", "calls": [answer["call"]]}
        assert (await made.post("/internal/call/keep", other)).status_code == 422
        assert (await made.post("/internal/call/keep", other, "node-2")).json()["ended"][answer["call"]] == "unknown"
        assert (await made.post("/internal/call/steps", call | {"step": "pause"})).json()["failure"] == "unknown"
        assert (await made.post("/internal/call/steps", call | {"step": "scale", "scale": 99})).status_code == 422
        assert (await made.post("/internal/call/end", call, "node-2")).status_code == 204
        assert len(made.board) == 1  # somebody else's word
        assert (await made.post("/internal/call/end", call)).status_code == 204
        await until_async(lambda: not device.core.streams)


@pytest.mark.parametrize(
    "more",
    [
        {"address": "224.0.0.1"},
        {"address": "0.0.0.0"},
        {"address": "node.example"},
        {"address": "fe80::1%eth0"},
        {"address": "1" * 10_000},
        {"address": "127.0.0.1\r\nm=audio 1 RTP/AVP 8"},
        {"port": 0},
        {"port": 65_536},
        {"setup": "sctp"},
        {"session": "Talk"},
        {"end": 90_000, "session": "Download", "start": 1},
        {"start": 5},
        {"device": ""},
        {"channel": "1" * 33},
        {"camera": "no id"},
    ],
)
async def test_a_wish_that_can_not_be_right_is_told_why(tmp_path: Path, more: dict[str, Any]) -> None:
    async with desk(tmp_path) as made:
        answer = await made.post("/internal/call", wish(uuid4()) | more)
        assert answer.status_code == 422
        assert next(iter(more)) in answer.text
        assert len(answer.content) < 2_000


async def test_a_channel_with_lines_in_its_name_reaches_no_device(tmp_path: Path) -> None:
    async with desk(tmp_path) as made, simulated(made.process) as device:
        bad = f"{CAMERAS[0]}\r\nX: y"
        camera = made.process.assigned.camera(bad)
        answer = (await made.post("/internal/call", wish(camera, channel=bad))).json()
        assert (answer["step"], made.process.ssrc.used) == ("refused", 0)
        assert device.count("INVITE") == 0


HOSTILE = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["camera", "device", "channel", "calls", "call", "worker", "port"]), inner
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
)


async def test_no_body_is_left_without_an_answer(tmp_path: Path) -> None:
    async with desk(tmp_path) as made:
        loop = asyncio.get_running_loop()
        bodies: list[bytes] = [
            b"[" * 100_000,
            b'{"call":' * 50_000,
            b"\xff\xfe{}",
            b'{"device":"\\ud800"}',
            b"1e999",
            b"",
        ]

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(HOSTILE)
        def gather(body: bytes) -> None:
            bodies.append(body)

        await loop.run_in_executor(None, gather)
        for body in bodies:
            for path in PATHS:
                assert (await made.post(path, body)).status_code in (200, 204, 422)


async def test_a_node_that_hangs_up_has_its_call_given_up(tmp_path: Path) -> None:
    async with gateway(tmp_path) as process:
        board = Switchboard(process)
        process.ears.append(board.hear)
        server = uvicorn.Server(
            uvicorn.Config(Starlette(routes=CallDesk(board).routes(signed)), HOST, 0, log_level="error", lifespan="off")
        )
        serving = asyncio.create_task(server.serve())
        await until_async(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            async with simulated(process) as device:
                await _hang_up(process, board, device, port)
        finally:
            server.should_exit = True
            await serving
            await board.stop(0)


async def _hang_up(process: Gateway, board: Switchboard, device: Simulated, port: int) -> None:
    device.deaf = frozenset({"INVITE"})
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}", trust_env=False) as client:
        asking = asyncio.create_task(
            client.post("/internal/call", json=wish(process.assigned.camera(CAMERAS[0])), headers={"node": NODE})
        )
        await until_async(lambda: device.count("INVITE") > 0)
        asking.cancel()
        await asyncio.wait([asking])
        await until_async(lambda: process.ssrc.used == 0)
        device.deaf = frozenset()
        await until_async(lambda: device.count("BYE") > 0 or device.count("CANCEL") > 0)
        await until_async(lambda: not device.core.streams)
        # One that is served goes through the same hands.
        answer = await client.post(
            "/internal/call", json=wish(process.assigned.camera(CAMERAS[1]), channel=CAMERAS[1]), headers={"node": NODE}
        )
        assert (answer.json()["step"], len(board)) == ("", 1)
