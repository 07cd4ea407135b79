"""FFmpeg sends what is no program stream to a channel's port: the report says what came."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import pytest

from custodes.gb28181.media.bounds import Sources
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import byte_stream
from custodes.gb28181.media.poll import TickPoll
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.steps import MediaStep
from custodes.gb28181.media.udp import UdpChannel
from tests.gb28181.media.films import film
from tests.patience import PATIENCE
from tests.ports import port_range

pytestmark = pytest.mark.interop


@pytest.mark.parametrize(("kind", "words"), [("rtp_mpegts", "MPEG transport stream"), ("rtp", "RFC 6184")])
def test_the_report_says_what_came_in_place_of_a_program_stream(tmp_path: Path, kind: str, words: str) -> None:
    path = tmp_path / "film.h264"
    path.write_bytes(b"".join(map(byte_stream, film(Coding.H264, 20))))
    frames: list[Frame] = []
    poll = TickPoll()
    receiver = Receiver(frames.append, poll.now)
    channel = UdpChannel(
        poll, receiver, address="127.0.0.1", ports=port_range(0), sources=Sources(), rng=random.Random()
    )
    process = subprocess.Popen(
        [
            *("ffmpeg", "-loglevel", "error", "-re", "-f", "h264", "-framerate", "25", "-i", str(path)),
            *("-c", "copy", "-f", kind, f"rtp://127.0.0.1:{channel.port}"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + PATIENCE
        while words not in receiver.report(poll.now).detail:
            assert time.monotonic() < end, receiver.report(poll.now)
            poll.tick()
        assert receiver.report(poll.now).step is MediaStep.NO_PS
        assert frames == []
    finally:
        process.kill()
        process.wait()
        channel.close()
        poll.close()
