"""Our RTSP server, read by FFmpeg and GStreamer: both codecs, TCP and UDP, with digest login.

VLC is left out: Debian builds it without its own RTSP client (live555), what remains is FFmpeg's.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from custodes.video.clock import SystemClock
from custodes.video.codec import bitstream
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.mount import Mount, loop
from custodes.video.rtsp.server import LINK_PACE, RtspServer
from custodes.video.unit import Codec
from tests.patience import PATIENCE
from tests.video.streams import SETS, kind, stream

pytestmark = pytest.mark.interop
BOTH = pytest.mark.parametrize("codec", list(Codec))
WAYS = pytest.mark.parametrize("way", ["tcp", "udp"])
FFMPEG_NAME = {Codec.H264: "h264", Codec.H265: "hevc"}


def tool(name: str) -> str:
    """Its path; a missing program is a failure, since `make test` installs it."""
    found = shutil.which(name)
    assert found is not None, f"{name} is missing"
    return found


@pytest.fixture(scope="module", params=[0.0, LINK_PACE], ids=["whole-frame", "paced"])
def server(request: pytest.FixtureRequest) -> Iterator[RtspServer]:
    mounts = []
    for codec in Codec:
        params, pictures = stream(codec, 320, 192, 25, 5)
        mounts.append(Mount(codec.value.lower(), params, loop(params, pictures, 25.0), pace=request.param))
    clock = SystemClock()
    with RtspServer(mounts, Guard({"user": "secret"}, clock, b"k" * 32), clock) as running:
        yield running


@BOTH
@WAYS
def test_ffprobe_reads_it(server: RtspServer, codec: Codec, way: str) -> None:
    command = [
        tool("ffprobe"), "-v", "error", "-rtsp_transport", way, "-show_entries", "stream=codec_name,width,height",
        "-of", "csv=p=0", f"rtsp://user:secret@127.0.0.1:{server.port}/{codec.value.lower()}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.stdout.strip() == f"{FFMPEG_NAME[codec]},320,192", done.stderr


@BOTH
@WAYS
def test_gstreamer_receives_exactly_the_pictures_that_were_sent(
    server: RtspServer, codec: Codec, way: str, tmp_path: Path
) -> None:
    name = codec.value.lower()
    out = tmp_path / "out.bin"
    command = [
        tool("gst-launch-1.0"), "-q", "rtspsrc", f"location=rtsp://127.0.0.1:{server.port}/{name}", "user-id=user",
        "user-pw=secret", f"protocols={way}", "latency=50", "!", f"rtp{name}depay", "!",
        f"video/x-{name},stream-format=byte-stream,alignment=au", "!", "identity", "eos-after=12", "!", "filesink", f"location={out}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    pictures = stream(codec, 320, 192, 25, 5)[1]
    sent = {nal for nals, _key in pictures for nal in nals}
    received = [nal for nal in bitstream.split(out.read_bytes()) if kind(codec, nal) not in SETS[codec]]
    assert len(received) >= 10
    assert set(received) <= sent


def test_a_wrong_password_keeps_ffprobe_out(server: RtspServer) -> None:
    command = [tool("ffprobe"), "-v", "error", f"rtsp://user:wrong@127.0.0.1:{server.port}/h264"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode != 0
    assert "401" in done.stderr
