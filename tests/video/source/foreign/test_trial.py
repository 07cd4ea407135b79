"""Trying an address over HTTP, RTMP or of a file: the same plain answers as for RTSP."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from custodes.video.clock import SystemClock
from custodes.video.source.address import AddressPolicy
from custodes.video.source.defaults import ConnectionOptions, ForeignSourcePool, ProcessSeats, SourceDefaults
from custodes.video.source.probe import ProbeResult, probe
from custodes.video.unit import Codec
from tests.ports import closed_port
from tests.video.source.foreign.films import film
from tests.video.source.foreign.http_camera import http_camera
from tests.video.source.rig import DEMO

YES = ConnectionOptions(reencode=True)


async def ask(
    url: str,
    way: ConnectionOptions = YES,
    ground: SourceDefaults | None = None,
    timeout: float = 15.0,
    policy: AddressPolicy = DEMO,
) -> ProbeResult:
    return await probe(url, way, policy, SystemClock(), timeout, ground or SourceDefaults())


async def test_motion_jpeg_is_told_as_what_is_recorded() -> None:
    with http_camera(users={"user": "secret"}) as port:
        url = f"http://127.0.0.1:{port}/cam"
        found = await ask(url, ConnectionOptions("user", "secret", reencode=True))
        assert (found.ok, found.codec, found.width, found.height) == (True, Codec.H264, 320, 192)
        assert found.key_unit is not None
        assert 15 < found.frame_rate < 35
        assert (await ask(url, ConnectionOptions("user", "wrong", reencode=True))).failure == "password"
        assert (await ask(url + "x", ConnectionOptions("user", "secret", reencode=True))).failure == "path"
        refused = await ask(url, ConnectionOptions("user", "secret"))
        assert refused.failure == "codec"
        assert "Motion JPEG" in refused.detail


async def test_a_file_is_tried_like_a_camera(tmp_path: Path) -> None:
    film(tmp_path / "a.mp4")
    (tmp_path / "bad.mp4").write_bytes(b"no film")
    ground = SourceDefaults(yard=ForeignSourcePool(ProcessSeats(2), tmp_path))
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
    with closed_port() as port:
        closed = await ask(f"{scheme}://127.0.0.1:{port}/live/cam")
    assert closed.failure == "refused"
    assert (await ask(f"{scheme}://169.254.169.254/x", policy=AddressPolicy())).failure == "not_allowed"
    assert (await ask(f"{scheme}://user:secret@127.0.0.1/x")).failure == "protocol"


async def test_when_no_process_is_free_the_probe_says_so(tmp_path: Path) -> None:
    seats = ProcessSeats(1)
    seats.take()
    found = await ask("file:///a.mp4", ground=SourceDefaults(yard=ForeignSourcePool(seats, tmp_path)))
    assert "CUSTODES_APART_SOURCES" in found.detail
