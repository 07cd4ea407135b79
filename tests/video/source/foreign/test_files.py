"""Files as sources: from one folder, through no link, and FFmpeg opens nothing else for them."""

from __future__ import annotations

import os
import socket
from itertools import pairwise
from pathlib import Path

import pytest

from custodes.video.codec import bitstream
from custodes.video.source.address import BadUrl
from custodes.video.source.defaults import ForeignSourcePool, ProcessSeats, SourceDefaults
from custodes.video.source.foreign.process import NoFile, open_below, parse_file_url
from custodes.video.unit import Codec
from tests.video.source.foreign.films import film
from tests.video.source.rig import Rig
from tests.video.streams import stream


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "films"
    made.mkdir()
    return made


def ground(folder: Path | None, seats: int = 4) -> SourceDefaults:
    return SourceDefaults(yard=ForeignSourcePool(ProcessSeats(seats), folder))


@pytest.mark.parametrize(
    ("codec", "name"),
    [(Codec.H264, "a.mp4"), (Codec.H265, "a.mp4"), (Codec.H264, "a.mkv"), (Codec.H265, "a.ts")],
)
def test_a_film_is_played_over_and_over_as_it_was_encoded(rig: Rig, folder: Path, codec: Codec, name: str) -> None:
    film(folder / name, codec, loops=1)
    rig.add_apart(f"file:///{name}", ground=ground(folder))
    rig.until(lambda: len(rig.units["cam"]) >= 35, "more pictures than the film has")
    units = rig.units["cam"]
    sent = {nal for nals, _key in stream(codec, 320, 192, 25, 5)[1] for nal in nals}
    assert all(set(bitstream.from_lengths(unit.data)) <= sent for unit in units)
    assert units[0].key
    assert units[0].params.codec is codec
    assert all(0 < after.media_time - before.media_time <= 7200 for before, after in pairwise(units))
    assert rig.names() == ["connecting", "receiving"]


@pytest.mark.parametrize(
    "text",
    [
        "file:///", "file:///../a.mp4", "file:///a/../b.mp4", "file:///a/%2e%2e/b.mp4", "file://host/a.mp4", "file:///a//b.mp4",
        "file:///a.mp4?x", "file:///a.mp4#x", "file:///%00a", "file:///./a.mp4", "rtsp://h/a.mp4", "file:///a%2f..%2f..%2fb",
    ],
)  # fmt: skip
def test_what_is_no_name_below_the_folder_is_refused(text: str) -> None:
    with pytest.raises(BadUrl):
        parse_file_url(text)


def test_no_link_and_nothing_but_a_regular_file_is_opened(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.mp4"
    outside.write_bytes(b"x")
    (folder / "link.mp4").symlink_to(outside)
    (folder / "way").symlink_to(tmp_path)
    (folder / "inside").mkdir()
    os.mkfifo(folder / "pipe.mp4")
    (folder / "inside" / "good.mp4").write_bytes(b"x")
    for steps in (("link.mp4",), ("way", "secret.mp4"), ("inside",), ("pipe.mp4",), ("none.mp4",)):
        with pytest.raises(NoFile):
            open_below(folder, steps)
    os.close(open_below(folder, ("inside", "good.mp4")))
    (tmp_path / "elsewhere").symlink_to(folder)
    with pytest.raises(NoFile):
        open_below(tmp_path / "elsewhere", ("inside", "good.mp4"))
    with pytest.raises(NoFile, match="training installation"):
        open_below(None, ("a.mp4",))


def test_a_refusal_is_told_and_nothing_is_started(rig: Rig, folder: Path) -> None:
    source = rig.add_apart("file:///none.mp4", ground=ground(folder))
    closed = rig.add_apart("file:///a.mp4", "closed", ground=ground(None))
    rig.until(lambda: rig.names()[-1] == rig.names("closed")[-1] == "refused", "the refusals")
    assert "no such file" in source.state.detail
    assert "training" in closed.state.detail


def hostile(folder: Path, secret: Path, port: int) -> dict[str, bytes]:
    """Files that ask FFmpeg to open something else."""
    good = film(folder / "good.mp4").read_bytes()
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXTINF:1,\nhttp://127.0.0.1:{port}/x.ts\n"
    return {
        "hls.m3u8": hls.encode(),
        "hls.mp4": hls.encode(),
        "concat.mp4": f"ffconcat version 1.0\nfile '{secret}'\nfile 'http://127.0.0.1:{port}/x'\n".encode(),
        "sdp.mp4": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n".encode(),
        "dash.mpd": f'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:{port}/</BaseURL></MPD>'.encode(),
        "playlist.avi": f"[playlist]\nFile1=http://127.0.0.1:{port}/\n".encode(),
        "text.mp4": b"hello",
        "empty.mp4": b"",
        "cut.mp4": good[: len(good) // 3],
        "torn.mkv": b"\x1aE\xdf\xa3" + os.urandom(4096),
        "lies.mp4": good.replace(b"avcC", b"avcX").replace(b"stsz", b"stsy"),
        "zeros.ts": b"\x47" + bytes(187) * 3,
    }


def test_a_hostile_file_ends_with_a_reason_and_leads_nowhere(rig: Rig, folder: Path, tmp_path: Path) -> None:
    secret = film(tmp_path / "secret.ts")
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.setblocking(False)
        files = hostile(folder, secret, trap.getsockname()[1])
        for name, data in files.items():
            (folder / name).write_bytes(data)
            rig.add_apart(f"file:///{name}", name, ground=ground(folder, len(files)))
        rig.add_apart("file:///good.mp4", "good", ground=ground(folder))
        told = {"network", "codec", "refused"}
        rig.until(lambda: all(rig.names(name)[-1] in told for name in files) and rig.units["good"], "an end to each")
        assert not any(rig.units[name] for name in files)
        assert all(rig.states[name][-1].detail for name in files)
        with pytest.raises(BlockingIOError):
            trap.accept()
        before = len(rig.units["good"])
        rig.until(lambda: len(rig.units["good"]) > before + 5, "the other's pictures")
