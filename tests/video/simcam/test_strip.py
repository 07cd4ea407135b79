"""The strip survives encoding and is never misread."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.simcam import scene
from custodes.video.simcam.cast import cast
from custodes.video.simcam.film import FilmOrder, FilmShape, load_film, make_film
from custodes.video.unit import Codec


@given(st.integers(0, 255), st.integers(0, 65535), st.integers(60, 200), st.integers(0, 50))
def test_every_number_comes_back_at_any_brightness(camera: int, frame: int, contrast: int, floor: int) -> None:
    shown = [float(floor + contrast * bit) for bit in scene.strip_blocks(camera, frame)]
    assert scene.read_strip(shown) == (camera, frame)


@given(st.integers(0, 255), st.integers(0, 65535), st.integers(0, 31))
def test_one_wrong_block_is_noticed(camera: int, frame: int, wrong: int) -> None:
    shown = [float(200 * bit) for bit in scene.strip_blocks(camera, frame)]
    shown[wrong] = 200.0 - shown[wrong]
    assert scene.read_strip(shown) is None


@given(st.lists(st.floats(0, 255), max_size=40))
def test_a_picture_without_a_strip_never_raises(shown: list[float]) -> None:
    scene.read_strip(shown)


@pytest.mark.parametrize("codec", list(Codec))
def test_main_and_sub_stream_carry_the_frame_number_through_the_codec(codec: Codec, tmp_path: Path) -> None:
    order = FilmOrder(cast(3)[2], codec, FilmShape(640, 360, 300_000), FilmShape(320, 180, 100_000), seconds=1, gop=10)
    files = make_film(order, tmp_path)
    for path, shape in zip(files, (order.main, order.sub), strict=True):
        with av.open(str(path)) as container:
            for number, frame in enumerate(container.decode(video=0)):
                plane = frame.planes[0]
                luma, stride = bytes(plane), plane.line_size
                shown = scene.sample_strip(
                    shape.width, shape.height, lambda x, y, luma=luma, stride=stride: float(luma[y * stride + x])
                )
                assert scene.read_strip(shown) == (3, number)
        assert number == 24


def test_films_are_made_once_and_read_back_whole(tmp_path: Path) -> None:
    order = FilmOrder(
        cast(1)[0], Codec.H264, FilmShape(320, 180, 200_000), FilmShape(160, 90, 80_000), seconds=1, gop=5
    )
    files = make_film(order, tmp_path)
    made = [path.stat().st_mtime_ns for path in files]
    assert make_film(order, tmp_path) == files
    assert [path.stat().st_mtime_ns for path in files] == made
    film = load_film(files[0], Codec.H264)
    assert [key for _nals, key in film.pictures] == [index % 5 == 0 for index in range(25)]
    assert (film.params.width, film.params.height, film.params.reorder) == (320, 180, 0)
