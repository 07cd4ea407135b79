"""Simulated cameras with which something goes wrong after a while."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import typer

from custodes.commands.simcam import _harms
from custodes.video.health.judge import CameraJudge, Reference
from custodes.video.health.measure import SmallKeyFrame, measure, small_picture
from custodes.video.simcam import station
from custodes.video.simcam.cast import cast
from custodes.video.simcam.film import FilmOrder, FilmShape, load_film, make_film
from custodes.video.simcam.scene import HARMS, Harm
from custodes.video.simcam.station import SentTimes
from custodes.video.still import decode_key_frame
from custodes.video.unit import AccessUnit, Codec

FOUND = {
    "aside": "moved", "covered": "covered", "dark": "black", "glare": "white", "blurred": "blurred", "cast": "colour_cast",
    "noise": "noise",
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_picture_health_finds_what_goes_wrong(tmp_path: Path, harm: Harm) -> None:
    order = FilmOrder(
        cast(1)[0], Codec.H264, FilmShape(640, 360, 600_000), FilmShape(320, 180, 200_000), seconds=2, rate=10, gop=1
    )
    wrong = station.ill_orders([order], {1: harm})[1]
    pictures = []
    for one in (order, wrong):
        film = load_film(make_film(one, tmp_path)[0], Codec.H264)
        for nals, key in film.pictures:
            data = b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals)
            pictures.append(small_picture(decode_key_frame(AccessUnit(data, key, 0, 0, film.params))))
    camera = CameraJudge([Reference("0", measure(pictures[0]))])
    for number, picture in enumerate(pictures):
        findings = camera.check(_living(picture, number), 1 + number)
        stated = {one.fault.value for one in findings if one.state == "faulty"}
        assert number >= 20 or stated == set()
    assert FOUND[harm] in stated


def _living(picture: SmallKeyFrame, seed: int) -> SmallKeyFrame:
    """With a sensor's noise: a drawn loop has none."""
    grain = np.random.default_rng(seed).normal(0, 1.5, picture.fine.shape)
    return SmallKeyFrame(np.clip(picture.fine + grain, 0, 255).astype(np.uint8), picture.cb, picture.cr)


def test_the_camera_shows_what_is_wrong_after_a_while_and_goes_on_doing_so(tmp_path: Path) -> None:
    order = FilmOrder(
        cast(1)[0], Codec.H264, FilmShape(320, 180, 200_000), FilmShape(160, 90, 80_000), seconds=1, rate=5, gop=5
    )
    wrong = station.ill_orders([order], {1: "dark", 9: "aside"})
    assert list(wrong) == [1]
    for one in (order, wrong[1]):
        make_film(one, tmp_path)
    for well, ill in zip(
        station.mounts([order], tmp_path, SentTimes(), False),
        station.mounts([order], tmp_path, SentTimes(), False, wrong, ill_after=2),
        strict=True,
    ):
        before, after = list(islice(well.frames, 20)), list(islice(ill.frames, 20))
        assert [one.payloads for one in after[:10]] == [one.payloads for one in before[:10]]
        assert after[10].key
        assert all(one.payloads != other.payloads for one, other in zip(after[10:], before[10:], strict=True))


def test_what_can_t_go_wrong_is_told() -> None:
    assert _harms(["3:aside", "5:dark"]) == {3: "aside", 5: "dark"}
    for text in ("aside", "x:dark", "3:stolen", "3"):
        with pytest.raises(typer.BadParameter):
            _harms([text])
