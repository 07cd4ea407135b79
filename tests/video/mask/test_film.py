"""The working film: as small as a browser wants it, the source's times, nothing else in it, and never half there."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from custodes.video.mask.film import MOST_WIDTH, FilmedSource, film_size
from custodes.video.mask.reading import FileSource, MaskSourceRefused
from custodes.video.mask.verifying import verify_copy
from tests.video.mask import films

TIMES = (0, 3600, 3601, 9000, 40_000, 90_000, 200_000)


@pytest.mark.parametrize(
    ("size", "film"),
    [
        ((640, 360), (640, 360)),
        ((1280, 720), (1280, 720)),
        ((1920, 1080), (1280, 720)),
        ((3840, 2160), (1280, 720)),
        ((2592, 1944), (1280, 960)),
        ((4096, 18), (1280, 6)),
        ((1080, 1920), (1080, 1920)),
    ],
)
def test_it_is_never_wider_than_a_browser_wants_and_never_larger_than_its_source(
    size: tuple[int, int], film: tuple[int, int]
) -> None:
    assert film_size(*size) == film
    assert film_size(*size)[0] <= MOST_WIDTH


def test_times_are_the_sources_and_each_picture_is_where_it_is_said(tmp_path: Path) -> None:
    source = FileSource(films.write(tmp_path / "source.mp4", times=TIMES, size=(1600, 96)))
    told: list[int] = []
    filmed = FilmedSource(source, tmp_path / "film.mp4", told.append)
    assert [(one.time, one.planes.width) for one in filmed.pictures()] == [(time, 1600) for time in TIMES]
    made = filmed.made()
    assert (made.times, made.width, made.height) == (TIMES, 1600, 96)
    data = (tmp_path / "film.mp4").read_bytes()
    assert made.bytes == len(data)
    verify_copy(tmp_path / "film.mp4", len(TIMES))
    with av.open(str(tmp_path / "film.mp4")) as film:
        packets = [one for one in film.demux(video=0) if one.size]
        assert film.streams.video[0].width == MOST_WIDTH
    assert tuple(one.pts for one in packets) == TIMES
    for packet, offset, size in zip(packets, made.offsets, made.sizes, strict=True):
        assert data[offset : offset + size] == bytes(packet)
    assert filmed.digest() == source.digest()


def test_a_film_that_is_not_read_to_its_end_is_not_there(tmp_path: Path) -> None:
    source = FileSource(films.write(tmp_path / "source.mp4", 20))
    pictures = FilmedSource(source, tmp_path / "film.mp4", lambda _done: None).pictures()
    next(pictures)
    next(pictures)
    pictures.close()  # type: ignore[attr-defined]
    assert [path.name for path in tmp_path.iterdir()] == ["source.mp4"]


def test_a_source_that_breaks_off_leaves_no_film(tmp_path: Path) -> None:
    path = films.write(tmp_path / "source.mp4", 20)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(MaskSourceRefused):
        list(FilmedSource(FileSource(path), tmp_path / "film.mp4", lambda _done: None).pictures())
    assert [one.name for one in tmp_path.iterdir()] == ["source.mp4"]
