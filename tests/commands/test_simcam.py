"""`custodes simcam` as a process: it films, serves, says where, and stops when asked."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from custodes.video.clock import SystemClock
from custodes.video.source.address import AddressPolicy
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.source.probe import probe
from tests.commands.called import PROGRAM, call, environment
from tests.patience import PATIENCE


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of films for the module: drawing them is the slow part."""
    return tmp_path_factory.mktemp("films")


def test_it_serves_cameras_behind_a_login_and_stops_on_ctrl_c(tmp_path: Path, films: Path) -> None:
    arguments = ("simcam", "--cameras", "1", "--h265", "0", "--port", "0", "--http-port", "0", "--bitrate", "300k")
    login = ("--user", "admin", "--password", "simulated")
    process = subprocess.Popen(
        [*PROGRAM, *arguments, *login, "--cache", str(films), "--json"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        [camera] = facts["cameras"]
        policy, clock = AddressPolicy((), allow_loopback=True), SystemClock()
        found = asyncio.run(probe(camera["main"], ConnectionOptions("admin", "simulated"), policy, clock))
        assert (found.ok, found.width, found.height) == (True, 1920, 1080), found
        refused = asyncio.run(probe(camera["main"], ConnectionOptions("admin", "wrong"), policy, clock))
        assert refused.failure == "password"
        answer = httpx.get(
            f"http://127.0.0.1:{facts['http_port']}/sent?camera=cam-01&n=1", timeout=PATIENCE, trust_env=False
        )
        assert answer.status_code == 200
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert rest == "", "one JSON document and nothing else"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--user", "admin"), 2, "--password"),
        (("--bitrate", "fast"), 2, "500k"),
        (("--bitrate", "1"), 2, "20k"),
        (("--cameras", "0"), 2, "--cameras"),
    ],
)
def test_a_wrong_call_ends_with_2_and_names_the_option(
    tmp_path: Path, arguments: tuple[str, ...], code: int, word: str
) -> None:
    refused = call(environment(tmp_path), "simcam", *arguments)
    assert refused.returncode == code
    assert word in refused.stderr
    assert refused.stdout == ""


def test_a_port_that_is_taken_ends_with_3_and_the_option_that_names_it(tmp_path: Path, films: Path) -> None:
    ports = {"--port": "0", "--http-port": "0", "--mjpeg-port": "0"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for option in ports:
            chosen = ports | {option: str(taken.getsockname()[1])}
            refused = call(
                environment(tmp_path), "simcam", "--cameras", "1", "--h265", "0", "--bitrate", "300k",
                "--cache", str(films), *(word for pair in chosen.items() for word in pair),
            )  # fmt: skip
            assert refused.returncode == 3, refused.stderr
            assert re.findall(r"--[a-z-]*port", refused.stderr) == [option]
