"""A probe says what is behind an address, or plainly what failed."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from custodes.video.clock import SystemClock
from custodes.video.codec import bitstream
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.mount import Mount
from custodes.video.rtsp.server import RtspServer
from custodes.video.source import probe
from custodes.video.source.address import AddressPolicy
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.source.probe import ProbeResult
from custodes.video.unit import Codec
from tests.ports import closed_port
from tests.video.source.rig import DEMO, frames, mount, serve
from tests.video.streams import stream


async def ask(url: str, password: str = "secret", policy: AddressPolicy = DEMO, timeout: float = 15.0) -> ProbeResult:
    return await probe.probe(url, ConnectionOptions("user", password), policy, SystemClock(), timeout)


@pytest.fixture(autouse=True)
def _short_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "LOOK_SECONDS", 0.2)


@pytest.mark.parametrize("codec", list(Codec))
async def test_a_camera_is_described_and_its_key_picture_kept(codec: Codec) -> None:
    with serve(mount(given=frames(codec, rate=100.0), codec=codec), users={"user": "secret"}) as server:
        found = await ask(f"rtsp://127.0.0.1:{server.port}/cam")
    assert found.ok
    assert (found.codec, found.width, found.height, found.frame_rate) == (codec, 160, 96, 25.0)
    assert found.bitrate > 0
    assert found.key_unit is not None
    assert found.key_unit.key
    assert bitstream.from_lengths(found.key_unit.data)


async def test_each_failure_has_its_own_name() -> None:
    with (
        closed_port() as closed,
        serve(mount(), users={"user": "secret"}) as server,
        socket.create_server(("127.0.0.1", 0)) as mute,
    ):
        here = f"rtsp://127.0.0.1:{server.port}"
        failures = {
            "password": await ask(f"{here}/cam", password="wrong"),
            "path": await ask(f"{here}/nowhere"),
            "refused": await ask(f"rtsp://127.0.0.1:{closed}/cam"),
            "loopback": await ask(f"{here}/cam", policy=AddressPolicy()),
            "name": await ask("rtsp://camera.invalid/cam"),
            "protocol": await ask("ftp://127.0.0.1/"),
            "timeout": await ask(f"rtsp://127.0.0.1:{mute.getsockname()[1]}/cam", timeout=0.3),
        }
    for name, found in failures.items():
        assert not found.ok
        assert found.failure == name
        assert found.detail
        assert "secret" not in found.detail


async def test_a_stream_without_key_pictures_is_no_codec_of_ours_to_show() -> None:
    torn = (replace(frame, torn=True) if frame.key else frame for frame in frames())
    clock = SystemClock()
    with RtspServer([Mount("cam", stream(Codec.H264)[0], torn)], Guard({}, clock, b"k"), clock) as server:
        found = await ask(f"rtsp://127.0.0.1:{server.port}/cam", timeout=0.5)
    assert (found.ok, found.failure) == (False, "codec")
