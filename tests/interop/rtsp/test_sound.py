"""Sound from a GStreamer server into our files, and FFmpeg reading those: in step with the pictures, or not at all."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import SystemClock
from custodes.video.mp4.parse import scan_file
from custodes.video.recorder.recorder import Recorder
from custodes.video.rtsp.transport import Choice
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.source.rtsp import RtspSource
from custodes.video.unit import SoundCodec, SoundFrame
from tests.interop.rtsp.test_client_reads_gstreamer import DEBIANS_PYTHON, SCRIPT
from tests.video.archive.conftest import CAMERA
from tests.video.clap import clap, claps, flashes
from tests.video.source.rig import DEMO, Rig

pytestmark = pytest.mark.interop
EACH = pytest.mark.parametrize("codec", list(SoundCodec))


@contextmanager
def gstreamer(film: Path, *how: str) -> Iterator[str]:
    command = [DEBIANS_PYTHON, str(SCRIPT), "h264", str(film), *how]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), process.stderr and process.stderr.read()
        yield f"rtsp://127.0.0.1:{port}/cam"
    finally:
        process.kill()
        process.communicate()


class Taking:
    """A camera recorded for real, with its sound where `way` says so."""

    def __init__(self, folder: Path, url: str, way: ConnectionOptions, segment_seconds: int = 60) -> None:
        self.rig = Rig(SystemClock())
        self.folder = folder / "volume"
        self.archive = Archive.open(
            *(folder / "index.sqlite3", [VolumeConfig(self.folder, reserve_bytes=0)]),
            node="node-1", worker=0, clock=self.rig.clock, threads=False,
        )  # fmt: skip
        self.archive.register(CAMERA)
        self.recorder = Recorder(CAMERA, self.archive, self.rig.clock, segment_seconds=segment_seconds)
        self.pictures = 0
        self.sounds: list[SoundFrame] = []

        def take(unit: object) -> None:
            self.pictures += 1
            self.recorder.take(unit)  # type: ignore[arg-type]

        def take_sound(frame: SoundFrame) -> None:
            self.sounds.append(frame)
            self.recorder.take_sound(frame)

        self.states: list[str] = []
        self.source = RtspSource(
            "cam", url, way, reader=self.rig.reader, policy=DEMO, clock=self.rig.clock,
            on_unit=take, on_state=lambda state: self.states.append(state.state), on_sound=take_sound,
        )  # fmt: skip
        self.rig.sources.append(self.source)
        self.source.start()

    def until_pictures(self, count: int) -> None:
        self.rig.states = {"cam": []}
        self.rig.until(lambda: self.pictures >= count, f"{count} pictures")

    def files(self) -> list[Path]:
        self.recorder.close()
        self.archive.tick()
        return sorted(self.folder.rglob("*.mp4"))

    def close(self) -> None:
        self.rig.close()
        self.recorder.close()
        self.archive.close()


@contextmanager
def taking(folder: Path, url: str, way: ConnectionOptions, segment_seconds: int = 60) -> Iterator[Taking]:
    made = Taking(folder, url, way, segment_seconds)
    try:
        yield made
    finally:
        made.close()


def probed(file: Path) -> list[dict[str, str]]:
    program = shutil.which("ffprobe")
    assert program is not None, "ffprobe is missing"
    command = [program, "-v", "warning", "-show_streams", "-of", "json", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    streams: list[dict[str, str]] = json.loads(done.stdout)["streams"]
    return streams


@EACH
@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_clap_is_heard_when_it_is_seen(codec: SoundCodec, transport: Choice, tmp_path: Path) -> None:
    film = clap(tmp_path / "film.mov", codec)
    how = ["--sound", codec.value, *(["--udp"] if transport == "udp" else [])]
    with (
        gstreamer(film, *how) as url,
        taking(tmp_path, url, ConnectionOptions(transport=transport, sound=True)) as taken,
    ):
        taken.until_pictures(200)
        [file] = taken.files()
        video, audio = probed(file)
        assert (video["codec_name"], audio["codec_type"]) == ("h264", "audio")
        assert audio["codec_name"] == {"AAC": "aac", "PCMA": "pcm_alaw", "PCMU": "pcm_mulaw"}[codec]
        seen, heard = flashes([file]), claps(file)
        assert len(seen) >= 3
        for flash in seen[:3]:
            assert min(abs(flash - tone) for tone in heard) <= 0.1, (seen, heard)
        assert scan_file(file).defect == ""


@EACH
def test_without_a_reason_the_camera_is_not_asked_for_sound_and_no_octet_of_it_is_kept(
    codec: SoundCodec, tmp_path: Path
) -> None:
    film = clap(tmp_path / "film.mov", codec)
    with gstreamer(film, "--sound", codec.value) as url, taking(tmp_path, url, ConnectionOptions()) as taken:
        taken.until_pictures(60)
        assert taken.sounds == []
        assert taken.source.counters.garbage == 0, "packets of sound came although nobody asked"
        [file] = taken.files()
        assert [stream["codec_type"] for stream in probed(file)] == ["video"]


def test_a_camera_that_offers_none_is_recorded_without_and_says_so(tmp_path: Path) -> None:
    film = clap(tmp_path / "film.mov", None)
    with gstreamer(film) as url, taking(tmp_path, url, ConnectionOptions(sound=True)) as taken:
        taken.until_pictures(60)
        assert taken.source.sound_fault == "the camera offers no sound"
        [file] = taken.files()
        assert [stream["codec_type"] for stream in probed(file)] == ["video"]


@pytest.mark.parametrize("codec", [SoundCodec.AAC, SoundCodec.PCMA])
def test_sound_that_ends_in_the_middle_stops_no_picture(codec: SoundCodec, tmp_path: Path) -> None:
    film = clap(tmp_path / "film.mov", codec, 20)
    with (
        gstreamer(film, "--sound", codec.value, "--deaf", "2") as url,
        taking(tmp_path, url, ConnectionOptions(sound=True)) as taken,
    ):
        taken.until_pictures(350)
        assert taken.sounds
        [file] = taken.files()
        assert [stream["codec_type"] for stream in probed(file)] == ["video", "audio"]
        [video, audio] = [float(stream["duration"]) for stream in probed(file)]
        assert audio < video - 5
        assert set(taken.states) <= {"connecting", "receiving"}
