"""Trying an address over HTTP, RTMP or of a file: the same plain answers as for RTSP."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from custodes.video.clock import SystemClock
from custodes.video.source.address import AddressPolicy
from custodes.video.source.apart.yard import Seats, Yard
from custodes.video.source.ground import Ground
from custodes.video.source.probe import probe
from custodes.video.source.seen import ProbeResult
from custodes.video.source.way import Way
from custodes.video.unit import Codec
from tests.video.source.apart.films import film
from tests.video.source.apart.http_camera import http_camera
from tests.video.source.rig import DEMO

YES = Way(reencode=True)


async def ask(
    url: str, way: Way = YES, ground: Ground | None = None, timeout: float = 15.0, policy: AddressPolicy = DEMO
) -> ProbeResult:
    return await probe(url, way, policy, SystemClock(), timeout, ground or Ground())


async def test_motion_jpeg_is_told_as_what_is_recorded() -> None:
    with http_camera(users={"user": "secret"}) as port:
        url = f"http://127.0.0.1:{port}/cam"
        found = await ask(url, Way("user", "secret", reencode=True))
        assert (found.ok, found.codec, found.width, found.height) == (True, Codec.H264, 320, 192)
        assert found.key_unit is not None
        assert 15 < found.frame_rate < 35
        assert (await ask(url, Way("user", "wrong", reencode=True))).failure == "password"
        assert (await ask(url + "x", Way("user", "secret", reencode=True))).failure == "path"
        refused = await ask(url, Way("user", "secret"))
        assert refused.failure == "codec"
        assert "Motion JPEG" in refused.detail


async def test_a_file_is_tried_like_a_camera(tmp_path: Path) -> None:
    film(tmp_path / "a.mp4")
    (tmp_path / "bad.mp4").write_bytes(b"no film")
    ground = Ground(yard=Yard(Seats(2), tmp_path))
    found = await ask("file:///a.mp4", ground=ground)
    assert (found.ok, found.width) == (True, 320)
    assert (await ask("file:///none.mp4", ground=ground)).failure == "path"
    assert (await ask("file:///bad.mp4", ground=ground)).failure == "protocol"
    assert (await ask("file:///../a.mp4", ground=ground)).failure == "protocol"


@pytest.mark.parametrize("scheme", ["http", "rtmp"])
async def test_a_closed_port_a_forbidden_address_and_silence_are_told(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        silent = await ask(f"{scheme}://127.0.0.1:{port}/live/cam", timeout=1.5)
        assert silent.failure == "timeout"
    closed = await ask(f"{scheme}://127.0.0.1:{port}/live/cam")
    assert closed.failure == "refused"
    assert (await ask(f"{scheme}://169.254.169.254/x", policy=AddressPolicy())).failure == "not_allowed"
    assert (await ask(f"{scheme}://user:secret@127.0.0.1/x")).failure == "protocol"


async def test_when_no_process_is_free_the_probe_says_so(tmp_path: Path) -> None:
    seats = Seats(1)
    seats.take()
    found = await ask("file:///a.mp4", ground=Ground(yard=Yard(seats, tmp_path)))
    assert "CUSTODES_APART_SOURCES" in found.detail
