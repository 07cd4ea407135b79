"""Program streams that FFmpeg and GStreamer mux are read here, and ours are read by both."""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import byte_stream
from custodes.gb28181.media.nal import split
from custodes.gb28181.media.ps import ProgramReader, read_all
from tests.gb28181.media.films import BOTH, film, mixed, packs
from tests.patience import PATIENCE

pytestmark = pytest.mark.interop
EITHER = pytest.mark.parametrize("coding", BOTH)
FORMAT = {Coding.H264: "h264", Coding.H265: "hevc"}


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def written(folder: Path, frames: list[Frame] | tuple[Frame, ...]) -> str:
    path = folder / "ours.ps"
    path.write_bytes(b"".join(packs(frames)))
    return str(path)


def elementary(folder: Path, coding: Coding) -> str:
    path = folder / "film.bin"
    path.write_bytes(b"".join(map(byte_stream, film(coding))))
    return str(path)


def slices(coding: Coding, data: bytes) -> list[bytes]:
    """Slices alone: parsers and muxers add delimiters and sets as they like."""
    return [nal for nal in split(data) if (nal[0] & 31 < 6 if coding is Coding.H264 else nal[0] >> 1 & 63 < 32)]


def took(path: Path) -> tuple[list[Frame], ProgramReader]:
    frames: list[Frame] = []
    return frames, read_all(path.read_bytes(), frames.append)


def agrees(coding: Coding, frames: list[Frame]) -> None:
    sent = film(coding)
    assert [slices(coding, f.data) for f in frames] == [slices(coding, f.data) for f in sent]
    assert [f.key for f in frames] == [f.key for f in sent]
    times = [f.time for f in frames]
    assert [b - a for a, b in pairwise(times)] == pytest.approx([3600] * (len(sent) - 1), abs=90)


@EITHER
@pytest.mark.parametrize("kind", ["mpeg", "vob"])
def test_ffmpegs_is_read_mpeg_1_and_mpeg_2(tmp_path: Path, coding: Coding, kind: str) -> None:
    out = tmp_path / "theirs.ps"
    run(
        *("ffmpeg", "-loglevel", "error", "-f", FORMAT[coding], "-framerate", "25", "-i", elementary(tmp_path, coding)),
        *("-c", "copy", "-f", kind, str(out)),
    )
    frames, reader = took(out)
    agrees(coding, frames)
    assert reader.tally.broken == 0


def test_gstreamers_is_read_with_its_map_and_its_sound(tmp_path: Path) -> None:
    """Its `mpegpsmux` takes H.264 alone."""
    coding = Coding.H264
    out = tmp_path / "theirs.ps"
    run(
        *("gst-launch-1.0", "-q", "filesrc", f"location={elementary(tmp_path, coding)}", "!", "h264parse", "!"),
        *("video/x-h264,framerate=25/1", "!", "mpegpsmux", "name=m", "!", "filesink"),
        f"location={out}",
        *("audiotestsrc", "num-buffers=20", "!", "audio/x-raw,rate=48000,channels=1", "!", "avenc_aac", "!"),
        *("aacparse", "!", "audio/mpeg,stream-format=adts", "!", "m."),
    )
    frames, reader = took(out)
    pictures = [f for f in frames if f.coding.video]
    sent = film(coding)
    assert [slices(coding, f.data) for f in pictures] == [slices(coding, f.data) for f in sent]
    assert reader.tally.maps == 1
    sounds = [f for f in frames if f.coding is Coding.AAC]
    assert len(sounds) >= 19
    assert {f.sets for f in sounds} == {((2 << 11 | 3 << 7 | 1 << 3).to_bytes(2, "big"),)}
    assert reader.tally.broken == 0


@EITHER
@pytest.mark.parametrize(("sound", "name"), [(Coding.G711A, "pcm_alaw"), (Coding.AAC, "aac")])
def test_ffprobe_reads_ours(tmp_path: Path, coding: Coding, sound: Coding, name: str) -> None:
    sent = mixed(coding, sound)
    shown = run(
        *("ffprobe", "-loglevel", "error", "-show_entries", "packet=pts,flags,stream_index:stream=codec_name,index"),
        *("-of", "json", written(tmp_path, sent)),
    )
    told: dict[str, Any] = json.loads(shown)
    by_name = {one["codec_name"]: one["index"] for one in told["streams"]}
    assert set(by_name) == {FORMAT[coding], name}
    of_video = [one for one in told["packets"] if one["stream_index"] == by_name[FORMAT[coding]]]
    assert len(of_video) == len(film(coding))
    assert [one["flags"].startswith("K") for one in of_video] == [f.key for f in film(coding)]
    assert [one["pts"] for one in of_video if "pts" in one] == [f.time for f in film(coding)]


@EITHER
def test_ffmpeg_decodes_every_picture_of_ours(tmp_path: Path, coding: Coding) -> None:
    made = run(
        *("ffprobe", "-loglevel", "error", "-count_frames", "-select_streams", "v:0", "-show_entries"),
        *("stream=nb_read_frames", "-of", "csv=p=0", written(tmp_path, mixed(coding))),
    )
    assert int(made.strip().strip(",")) == len(film(coding))


@EITHER
def test_gstreamer_takes_ours_apart_to_the_last_octet(tmp_path: Path, coding: Coding) -> None:
    out = tmp_path / "out.bin"
    run(
        *("gst-launch-1.0", "-q", "filesrc", f"location={written(tmp_path, film(coding))}", "!", "queue", "!"),
        *("mpegpsdemux", "!", f"video/x-{coding.value.lower()}", "!", "filesink", f"location={out}"),
    )
    assert out.read_bytes() == b"".join(map(byte_stream, film(coding)))
