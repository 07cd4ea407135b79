"""The simulated cameras as a whole: what they are called, where they are, when their frames went out."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
import typer

from custodes.commands.simcam import _bits
from custodes.video.clock import SystemClock
from custodes.video.simcam import station
from custodes.video.simcam.cast import cast
from custodes.video.simcam.film import FilmOrder, FilmShape, make_film
from custodes.video.simcam.station import SentPage, SentTimes
from custodes.video.unit import Codec
from tests.patience import PATIENCE
from tests.video.source.rig import Rig


def test_the_last_camera_sends_h265_and_names_are_unlike() -> None:
    films = station.orders(8)
    assert [order.codec for order in films] == [Codec.H264] * 7 + [Codec.H265]
    assert len({camera.name for camera in cast(40)}) == len({camera.path for camera in cast(40)}) == 40


def test_each_streams_send_times_can_be_asked_for(tmp_path: Path) -> None:
    order = FilmOrder(
        cast(1)[0], Codec.H264, FilmShape(320, 180, 200_000), FilmShape(160, 90, 80_000), seconds=1, gop=5
    )
    make_film(order, tmp_path)
    times = SentTimes()
    rig = Rig(SystemClock())
    mounts = station.mounts([order], tmp_path, times, paced=True)
    assert [mount.path for mount in mounts] == ["cam-01/main", "cam-01/sub"]
    with station.serve(mounts, {"user": "secret"}, SystemClock(), 0) as server:
        page = SentPage(times, station.listing([order], server.port), 0)
        page.start()
        url = str(station.listing([order], server.port)[0]["main"])
        rig.add(url, username="user", password="secret")
        rig.until(lambda: len(rig.units["cam"]) >= 10, "ten pictures")
        told = json.loads(_get(page.port, "/sent?camera=cam-01&stream=main"))
        assert len(told["sent"]) >= 10
        one = json.loads(_get(page.port, "/sent?camera=cam-01&n=5"))
        assert one["sent_us"] is not None
        assert all(at <= rig.units["cam"][-1].wall_us + 60_000_000 for at in told["sent"].values())
        assert json.loads(_get(page.port, "/cameras"))["cameras"][0]["codec"] == "H264"
        page.stop()
    rig.close()


def _get(port: int, target: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{target}", timeout=PATIENCE) as answer:
        body: bytes = answer.read()
    return body


def test_a_bad_question_is_told_so() -> None:
    times = SentTimes()
    times.recorder("cam-01/main")(5, 99)
    page = SentPage(times, [], 0)
    assert page.answer("/sent?camera=cam-01&n=5") == (
        200,
        {"camera": "cam-01", "stream": "main", "n": 5, "sent_us": 99},
    )
    assert page.answer("/sent?camera=cam-01&n=x")[0] == 400
    assert page.answer("/sent?camera=nobody")[0] == 404
    assert page.answer("/else")[0] == 404
    assert page.answer("http://[")[0] == 400
    page._server.server_close()


@pytest.mark.parametrize(
    ("text", "value"), [("500k", 500_000), ("4M", 4_000_000), ("250000", 250_000), ("1.5m", 1_500_000)]
)
def test_bitrates_are_read_with_their_units(text: str, value: int) -> None:
    assert _bits(text) == value


@pytest.mark.parametrize("text", ["", "k", "fast", "1", "1000M", "-5k"])
def test_a_bitrate_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        _bits(text)
