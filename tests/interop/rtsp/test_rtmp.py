"""RTMP pulled from FFmpeg as a server: pictures as they were encoded."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from custodes.video.codec import bitstream
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.unit import Codec, SoundCodec, SoundFrame
from tests.ports import closed_port, free_port
from tests.video.clap import SIZE, clap
from tests.video.source.foreign.films import film
from tests.video.source.rig import Rig
from tests.video.streams import stream

pytestmark = pytest.mark.interop


@contextmanager
def rtmp_server(path: Path) -> Iterator[str]:
    """FFmpeg serves `path` to the first who asks."""
    program = shutil.which("ffmpeg")
    assert program is not None, "ffmpeg is missing"
    port = free_port()
    url = f"rtmp://127.0.0.1:{port}/live/cam"
    command = [
        *(program, "-nostdin", "-v", "error", "-re", "-i", str(path), "-c", "copy", "-f", "flv", "-listen", "1"),
        *("-rtmp_live", "live", url),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield url
    finally:
        process.kill()
        process.communicate()


def test_pictures_come_in_as_they_were_encoded_and_the_end_is_told(rig: Rig, tmp_path: Path) -> None:
    with rtmp_server(film(tmp_path / "a.mp4", loops=3)) as url:
        source = rig.add_apart(url, way=ConnectionOptions())
        rig.until(lambda: len(rig.units["cam"]) >= 30, "30 pictures")
        units = rig.units["cam"]
        sent = {nal for nals, _key in stream(Codec.H264, 320, 192, 25, 5)[1] for nal in nals}
        assert all(set(bitstream.from_lengths(unit.data)) <= sent for unit in units)
        assert units[0].key
        assert units[0].params.width == 320
        assert abs(units[25].media_time - units[0].media_time - 90_000) < 400, "RTMP counts milliseconds"
        rig.until(lambda: rig.names()[-1] in ("network", "refused"), "its end")
        assert source.state.detail


def test_a_port_behind_which_no_rtmp_is_fails_with_a_reason(rig: Rig) -> None:
    with closed_port() as closed:
        source = rig.add_apart(f"rtmp://127.0.0.1:{closed}/live/cam", way=ConnectionOptions())
        rig.until(lambda: rig.names()[-1] in ("network", "refused"), "the refusal")
        assert source.state.detail


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("sound", [True, False])
def test_h265_as_enhanced_rtmp_and_sound_where_it_is_asked_for(
    rig: Rig, tmp_path: Path, codec: str, sound: bool
) -> None:
    heard: list[SoundFrame] = []
    film = clap(tmp_path / "film.mp4", SoundCodec.AAC, 5, codec)
    with rtmp_server(film) as url:
        rig.add_apart(url, way=ConnectionOptions(sound=sound), on_sound=heard.append)
        rig.until(lambda: len(rig.units["cam"]) >= 60, "60 pictures")
    units = rig.units["cam"]
    assert units[0].params.codec is (Codec.H265 if codec == "libx265" else Codec.H264)
    assert (units[0].params.width, units[0].params.height) == SIZE
    assert bool(heard) is sound
    if sound:
        # 48 kHz frames of 21.3 ms, of which RTMP counts whole milliseconds.
        assert abs((heard[40].media_time - heard[0].media_time) - 40 * 1920) < 200
