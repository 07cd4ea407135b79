"""What the node sends to upper platforms is read by FFmpeg."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from custodes.gb28181.media.rtp import FIXED
from custodes.node.gb28181.sending.cutting import Cutter
from custodes.video.unit import Codec
from tests.video.footage import units

pytestmark = pytest.mark.interop


@pytest.mark.parametrize(("codec", "name"), [(Codec.H264, "h264"), (Codec.H265, "hevc")])
def test_ffmpeg_decodes_it_with_its_times(tmp_path: Path, codec: Codec, name: str) -> None:
    cutter, sent = Cutter(1), tmp_path / "sent.ps"
    sent.write_bytes(b"".join(packet[FIXED:] for unit in units(50, codec=codec) for packet in cutter.packets(unit)))
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-f", "mpeg", "-show_streams", "-show_frames", "-of", "json", str(sent)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = json.loads(done.stdout)
    assert not done.stderr
    [stream] = found["streams"]
    assert (stream["codec_name"], stream["width"], stream["height"]) == (name, 160, 96)
    times = [int(frame["pts"]) for frame in found["frames"]]
    assert times == [90_000 + 3600 * number for number in range(50)]
