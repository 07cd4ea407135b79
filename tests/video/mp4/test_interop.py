"""Our recordings open in programs that we did not write."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import av
import pytest

from custodes.video.unit import Codec
from tests.patience import PATIENCE
from tests.video.archive.conftest import Site

pytestmark = pytest.mark.interop
STREAMS = [(Codec.H264, 0), (Codec.H264, 2), (Codec.H265, 0), (Codec.H265, 2)]


def recorded(folder: Path, codec: Codec, bframes: int) -> list[Path]:
    site = Site(folder)
    site.record(63, codec=codec, bframes=bframes)
    site.recorder().close()
    site.archive.tick()
    files = site.files()
    assert len(files) >= 2
    site.crash()
    return files


def run(*command: str) -> str:
    program = shutil.which(command[0])
    assert program, f"{command[0]} is not installed"
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert not done.stderr.strip(), done.stderr
    return done.stdout


@pytest.mark.parametrize(("codec", "bframes"), STREAMS)
def test_ffprobe_counts_every_picture_and_the_whole_duration(tmp_path: Path, codec: Codec, bframes: int) -> None:
    counted = 0
    for file in recorded(tmp_path, codec, bframes):
        answer = json.loads(run("ffprobe", "-v", "warning", "-count_frames", "-show_streams", "-of", "json", str(file)))
        (stream,) = answer["streams"]
        assert stream["codec_name"] == {Codec.H264: "h264", Codec.H265: "hevc"}[codec]
        assert float(stream["duration"]) == pytest.approx(int(stream["nb_read_frames"]) / 25, abs=0.002)
        counted += int(stream["nb_read_frames"])
    assert counted == 63 * 25


@pytest.mark.parametrize(("codec", "bframes"), STREAMS)
def test_pyav_decodes_every_picture_in_order(tmp_path: Path, codec: Codec, bframes: int) -> None:
    for file in recorded(tmp_path, codec, bframes):
        with av.open(str(file)) as container:
            shown = [frame.pts for frame in container.decode(video=0)]
        assert shown == [shown[0] + number * 3600 for number in range(len(shown))]


@pytest.mark.parametrize("codec", list(Codec))
def test_gstreamer_plays_a_recording_to_its_end(tmp_path: Path, codec: Codec) -> None:
    file = recorded(tmp_path, codec, 0)[0]
    parser = {Codec.H264: "h264parse", Codec.H265: "h265parse"}[codec]
    pipeline = f"filesrc location={file} ! qtdemux ! {parser} ! fakesink silent=false num-buffers=-1 sync=false"
    told = run("gst-launch-1.0", "-v", *pipeline.split())
    assert "EOS" in told
    assert told.count("last-message = chain") >= 25
