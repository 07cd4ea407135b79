"""Our client, reading a GStreamer RTSP server: both codecs, with and without digest login, over TCP, UDP and TLS."""

from __future__ import annotations

import hashlib
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import pytest

from custodes.video.clock import SystemClock
from custodes.video.codec import bitstream
from custodes.video.rtsp.transport import Choice
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.source.probe import probe
from custodes.video.unit import Codec
from tests.node.authority import certify
from tests.video.source.rig import DEMO, Rig
from tests.video.streams import stream

pytestmark = pytest.mark.interop
BOTH = pytest.mark.parametrize("codec", list(Codec))
SCRIPT = Path(__file__).with_name("gst_rtsp_server.py")
DEBIANS_PYTHON = "/usr/bin/python3"


def film(codec: Codec, folder: Path) -> Path:
    """40 seconds of the test picture as MP4, so that it does not end while a test looks."""
    params, pictures = stream(codec, 320, 192, 25, 5)
    raw = folder / "raw.bin"
    raw.write_bytes(
        b"".join(b"\0\0\1" + nal for nals, key in pictures * 40 for nal in (*(params.sets if key else ()), *nals))
    )
    path = folder / "film.mp4"
    source: Any = av.open(str(raw), format="h264" if codec is Codec.H264 else "hevc")
    target: Any = av.open(str(path), "w")
    track = target.add_stream_from_template(source.streams.video[0])
    for number, packet in enumerate(source.demux(source.streams.video[0])):
        if packet.size:
            packet.pts = packet.dts = number * 48_000
            packet.stream = track
            target.mux(packet)
    target.close()
    source.close()
    return path


@contextmanager
def gstreamer(codec: Codec, folder: Path, *login: str) -> Iterator[str]:
    """The URL of a running GStreamer server."""
    command = [DEBIANS_PYTHON, str(SCRIPT), codec.value.lower(), str(film(codec, folder)), *login]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), process.stderr and process.stderr.read()
        yield f"rtsp://127.0.0.1:{port}/cam"
    finally:
        process.kill()
        process.communicate()


@BOTH
@pytest.mark.parametrize("login", [(), ("user", "secret")], ids=["open", "digest"])
def test_pictures_come_in_as_they_were_encoded(codec: Codec, login: tuple[str, ...], tmp_path: Path) -> None:
    rig = Rig(SystemClock())
    try:
        with gstreamer(codec, tmp_path, *login) as url:
            source = rig.add(url, "cam", *login)
            rig.until(lambda: len(rig.units["cam"]) >= 20, "20 pictures")
            pictures = {nal for nals, _key in stream(codec, 320, 192, 25, 5)[1] for nal in nals}
            units = rig.units["cam"]
            assert units[0].key
            assert units[0].params.width == 320
            assert all(set(bitstream.from_lengths(unit.data)) <= pictures for unit in units)
            assert source.counters.lost == source.counters.garbage == 0
            rig.until(lambda: source.camera_clock is not None, "a sender report")
    finally:
        rig.close()


@BOTH
@pytest.mark.parametrize("transport", ["udp", "auto"])
def test_a_server_that_sends_as_udp_alone_is_taken_in(codec: Codec, transport: Choice, tmp_path: Path) -> None:
    rig = Rig(SystemClock())
    try:
        with gstreamer(codec, tmp_path, "--udp") as url:
            source = rig.add(url, "cam", way=ConnectionOptions(transport=transport))
            rig.until(lambda: len(rig.units["cam"]) >= 20, "20 pictures")
            pictures = {nal for nals, _key in stream(codec, 320, 192, 25, 5)[1] for nal in nals}
            assert all(set(bitstream.from_lengths(unit.data)) <= pictures for unit in rig.units["cam"])
            assert source.counters.lost == source.counters.garbage == 0
            rig.until(lambda: source.camera_clock is not None, "a sender report")
            refused = rig.add(url, "tcp", way=ConnectionOptions(transport="tcp"))
            rig.until(lambda: rig.names("tcp")[-1] == "refused", "the refusal")
            assert "461" in refused.state.detail
    finally:
        rig.close()


def test_a_server_behind_tls_is_taken_in_once_its_certificate_is_confirmed(tmp_path: Path) -> None:
    shown = certify(tmp_path / "tls", "camera.example")
    both = tmp_path / "both.pem"
    both.write_bytes(shown.cert.read_bytes() + shown.key.read_bytes())
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(shown.cert.read_text())).hexdigest()
    rig = Rig(SystemClock())
    try:
        with gstreamer(Codec.H264, tmp_path, "--tls", str(both)) as address:
            url = address.replace("rtsp://", "rtsps://")
            source = rig.add(url, "cam", way=ConnectionOptions(fingerprint=digest))
            rig.until(lambda: len(rig.units["cam"]) >= 20, "20 pictures")
            assert source.counters.lost == source.counters.garbage == 0
            rig.add(url, "stranger", way=ConnectionOptions(fingerprint="0" * 64))
            rig.until(lambda: rig.names("stranger")[-1] == "certificate", "the refusal")
    finally:
        rig.close()


@BOTH
async def test_a_probe_tells_what_is_there_and_what_is_not(codec: Codec, tmp_path: Path) -> None:
    with gstreamer(codec, tmp_path, "user", "secret") as url:
        found = await probe(url, ConnectionOptions("user", "secret"), DEMO, SystemClock(), 20)
        assert (found.ok, found.codec, found.width, found.height) == (True, codec, 320, 192)
        assert (await probe(url, ConnectionOptions("user", "wrong"), DEMO, SystemClock(), 20)).failure == "password"
        assert (await probe(url + "x", ConnectionOptions("user", "secret"), DEMO, SystemClock(), 20)).failure == "path"
