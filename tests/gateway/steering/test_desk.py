"""What a node may send about steering, well-formed or not: every body is answered."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from starlette.applications import Starlette

from custodes.gateway.steering.room import SteerDesk, Steering
from tests.gateway.calls.house import CAMERAS, NODE, NVR, Gateway, gateway, simulated
from tests.gateway.calls.test_desk import HOSTILE, signed

PATHS = ("/internal/steer", "/internal/presets", "/internal/position", "/internal/stands")


def client_of(process: Gateway) -> httpx.AsyncClient:
    room = Steering(process)
    process.ears.append(room.hear)
    process.message_ears.append(room.hear_message)
    app = Starlette(routes=SteerDesk(room).routes(signed))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway", headers={"node": NODE})


async def test_a_command_and_presets_by_http(tmp_path: Path) -> None:
    async with gateway(tmp_path) as process, simulated(process) as device, client_of(process) as client:
        about = {"camera": str(process.assigned.camera(CAMERAS[0])), "device": NVR, "channel": CAMERAS[0]}
        # A name of a maker's or a person's: whatever stands in it can't end its element.
        for name in ("门", "]]></PresetName>", "a\x00b", "\u202e", "x" * 300):
            answer = await client.post(PATHS[0], json=about | {"command": "set", "preset": 1, "name": name})
            assert answer.json()["failure"] in ("", "refused")
        assert list(device.core.head(CAMERAS[0]).presets) == [1]
        answer = await client.post(PATHS[1], json=about)
        assert answer.json() == {"failure": "", "presets": [{"number": 1, "name": "1"}]}


@pytest.mark.parametrize(
    "more",
    [
        {"pan": 101},
        {"zoom": -101},
        {"preset": 256},
        {"command": "boot"},
        {"name": "x" * 301},
        {"cruise": 256},
        {"point": {"pan": 400}},
    ],
)
async def test_a_wish_that_can_not_be_right_is_told_why(tmp_path: Path, more: dict[str, object]) -> None:
    async with gateway(tmp_path) as process, client_of(process) as client:
        about = {"camera": str(uuid4()), "device": NVR, "channel": CAMERAS[0], "command": "move"}
        answer = await client.post(PATHS[0], json=about | more)
        assert (answer.status_code, next(iter(more)) in answer.text) == (422, True)


async def test_no_body_is_left_without_an_answer(tmp_path: Path) -> None:
    bodies: list[bytes] = [b"[" * 100_000, b'{"name":"\\ud800"}', json.dumps({"pan": 10**400}).encode(), b""]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(HOSTILE)
    def gather(body: bytes) -> None:
        bodies.append(body)

    await asyncio.get_running_loop().run_in_executor(None, gather)
    async with gateway(tmp_path) as process, client_of(process) as client:
        for body in bodies:
            for path in PATHS:
                assert (await client.post(path, content=body)).status_code in (200, 422)
