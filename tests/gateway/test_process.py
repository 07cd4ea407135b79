"""The gateway starts from its disk, believes whom it should, and ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.responses import Response
from starlette.routing import Route
from typer.testing import CliRunner

from custodes.cli import app
from custodes.gateway.assigned import load_assignment
from custodes.gateway.calls.needs import Handler, Signed
from custodes.gateway.process import GatewayProcess
from custodes.gateway.trust import UntrustedAssignment
from custodes.keyfile import public_line
from custodes.settings import get_settings
from custodes.video.clock import SystemClock
from tests.gateway.world import NVR, OTHER, World, running_device
from tests.patience import PATIENCE, until_async


async def test_it_starts_from_its_disk_while_the_web_is_away(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER)
    async with world.gateway(), running_device(world.sip_port):
        await until_async(lambda: (s := world.web.known().get(NVR)) and s.standing == "online")
        await until_async(lambda: (tmp_path / "gateway" / "seen.json").exists())
    world.web.away = True
    world.web.states.clear()
    async with world.gateway() as gateway:
        assert gateway.assigned.generation == 1
        async with running_device(world.sip_port):
            await until_async(lambda: gateway.context.registration(NVR))
            world.web.away = False
            await until_async(lambda: world.web.states)
            assert world.web.states[0].whole
            assert world.web.known()[NVR].standing == "online"
            assert world.web.known()[OTHER].standing == "never"


async def test_after_a_restart_a_device_that_was_there_is_offline_until_it_comes_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER)
    async with world.gateway(), running_device(world.sip_port):
        await until_async(lambda: (tmp_path / "gateway" / "seen.json").exists())
    world.web.states.clear()
    async with world.gateway():
        known = await until_async(world.web.known)
        assert (known[NVR].standing, known[NVR].why) == ("offline", "restarted")
        assert known[OTHER].standing == "never"


async def test_a_room_that_fails_costs_no_other_room_and_not_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway:
        looked: list[None] = []

        def fail() -> None:
            looked.append(None)
            raise RuntimeError

        monkeypatch.setattr(gateway.watching, "tick", fail)
        async with running_device(world.sip_port):
            await until_async(lambda: world.web.parts)  # the catalogue was asked for all the same
            before = len(looked)
            await until_async(lambda: len(looked) > before)


async def test_an_assignment_that_is_not_to_be_believed_changes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    gateway = GatewayProcess(world.settings, world.keys, SystemClock(), world.client())
    (tmp_path / "keys" / "public" / "web.pub").write_text(public_line(world.web_key) + "\n")
    world.assign(NVR)
    assert world.web.assignment is not None
    good = world.web.assignment
    for changes in ({"gateway": "gateway-2"}, {"web_key": public_line(Ed25519PrivateKey.generate())}):
        world.web.assignment = good.model_copy(update=changes)
        with pytest.raises(UntrustedAssignment):
            await gateway.poll_once()
        assert load_assignment(gateway.folder) is None
        assert len(gateway.assigned) == 0
    world.web.assignment = good
    assert await gateway.poll_once()
    assert load_assignment(gateway.folder) == good


def test_an_unreadable_assignment_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "assignment.json").write_text("{")
    assert load_assignment(tmp_path) is None


@dataclass
class Answering:
    """A room that anybody may ask."""

    take: Handler

    def routes(self, signed: Signed) -> list[Route]:
        return [signed("/internal/n", self.take)]

    def web_routes(self, signed: Signed) -> list[Route]:
        return [signed("/internal/w", self.take)]


async def test_the_desk_serves_whom_the_assignment_names(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    asked: list[tuple[str, bytes]] = []

    async def take(who: str, body: bytes) -> Response:
        asked.append((who, body))
        return Response(status_code=204)

    done = asyncio.Event()
    gateway = GatewayProcess(world.settings, world.keys, SystemClock(), world.client())
    gateway.rooms.enter(Answering(take))
    running = asyncio.create_task(gateway.run(done))
    url = f"http://127.0.0.1:{world.settings.gateway_port}/healthz"
    try:
        async with httpx.AsyncClient(trust_env=False) as client:

            async def asked_for() -> Any:
                with suppress(httpx.HTTPError):
                    return (await client.get(url)).json()
                return None

            health = await until_async(asked_for, every=0.05)
            counted = {"devices": 1, "registered": 0, "uppers": 0, "uppers_registered": 0}
            assert health == {"gateway": "gateway-1", "generation": 1, **counted}
            assert (await client.post(url.replace("healthz", "internal/w"), content=b"x")).status_code == 401
        assert (await world.ask("/internal/w", b"1")).status_code == 204
        assert (await world.ask("/internal/n", b"2", world.node_key, "node-1")).status_code == 204
        assert asked == [("web", b"1"), ("node-1", b"2")]
        assert (await world.ask("/internal/w", b"3", world.node_key, "node-1")).status_code == 403
        assert (await world.ask("/internal/n", b"3")).status_code == 403
        assert (await world.ask("/internal/n", b"3", world.node_key, "node-2")).status_code == 401
        assert (await world.ask("/internal/n", b"3", world.web_key, "node-1")).status_code == 401
        large = await world.ask("/internal/n", b"x" * 300_000, world.node_key, "node-1")
        assert (large.status_code, "at most 262144 octets" in large.text) == (413, True)
        assert len(asked) == 2
        world.assign(NVR, nodes=())
        await until_async(lambda: gateway.assigned.generation == 2)
        assert (await world.ask("/internal/n", b"3", world.node_key, "node-1")).status_code == 401
    finally:
        done.set()
        await running


def test_the_command_runs_it_and_ends_on_sigterm(tmp_path: Path) -> None:
    world = World(tmp_path)
    port = world.settings.gateway_port
    environment = {
        "CUSTODES_DATA": str(tmp_path),
        "CUSTODES_GATEWAY_ID": world.settings.gateway_id,
        "CUSTODES_GATEWAY_PORT": str(port),
        "CUSTODES_GATEWAY_SIP_PORT": str(world.sip_port),
        "CUSTODES_WEB_INTERNAL_URL": "http://127.0.0.1:1",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "custodes.cli", "gateway"], env={**os.environ, **environment}, stdout=log, stderr=log
        )
    try:

        def answers() -> bool:
            with suppress(httpx.HTTPError):
                return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200
            return False

        deadline = time.monotonic() + PATIENCE
        while not answers():
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait(PATIENCE)


@pytest.mark.parametrize(
    ("environment", "said"),
    [({}, "CUSTODES_GATEWAY_ID"), ({"CUSTODES_GATEWAY_ID": "54010000002000000001"}, "custodes init")],
)
def test_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], said: str
) -> None:
    monkeypatch.setenv("CUSTODES_DATA", str(tmp_path))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    monkeypatch.setattr("custodes.gateway.process.configure_logs", lambda process: None)
    monkeypatch.setattr("custodes.gateway.process.use_one_arena", lambda: True)
    umask = os.umask(0o022)
    try:
        done = CliRunner().invoke(app, ["gateway"])
    finally:
        os.umask(umask)
        get_settings.cache_clear()
    assert done.exit_code == 3
    assert said in done.stderr
