"""Sources: exact times, upright pictures, and films that are broken or were made to break something."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from custodes.video.mask import reading
from custodes.video.mask.picture import TimedPicture
from custodes.video.mask.reading import ArchiveFragment, FileSource, FragmentSource, MaskSourceRefused
from custodes.video.mp4.fragment import Sample, fragment
from custodes.video.unit import Codec
from tests.video import footage
from tests.video.mask import films


def read(path: Path) -> list[TimedPicture]:
    return list(FileSource(path).pictures())


def test_times_are_those_of_the_film_from_its_first_picture_on(tmp_path: Path) -> None:
    times = [0, 3000, 3001, 9000, 90_000, 90_750]
    shown = read(films.write(tmp_path / "a.mp4", times=[one + 1800 for one in times]))
    assert [one.time for one in shown] == times
    assert [one.number for one in shown] == list(range(6))


def test_a_stream_that_is_opened_anew_is_read_like_the_file(tmp_path: Path) -> None:
    path = films.write(tmp_path / "a.mp4", 3)
    data = path.read_bytes()
    source = FileSource(lambda: io.BytesIO(data))
    assert source.digest() == FileSource(path).digest()
    for one, two in zip(source.pictures(), read(path), strict=True):
        assert one.time == two.time
        assert (one.planes.y == two.planes.y).all()


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_codecs_are_read(tmp_path: Path, codec: str) -> None:
    shown = read(films.write(tmp_path / "a.mp4", 4, codec=codec))
    assert len(shown) == 4
    assert np.abs(shown[2].planes.y.astype(int) - films.picture(2).y).mean() < 30


@pytest.mark.parametrize("pix", ["yuvj420p", "yuv444p", "yuv422p", "yuv420p10le"])
def test_whatever_the_source_s_values_are_the_planes_are_8_bit_video_range(tmp_path: Path, pix: str) -> None:
    (first, *_) = read(films.write(tmp_path / "a.mp4", 2, pix=pix))
    assert first.planes.u.shape == (48, 80)
    plain = read(films.write(tmp_path / "b.mp4", 2))[0]
    assert abs(float(first.planes.y.mean()) - float(plain.planes.y.mean())) < 3


def test_a_picture_with_odd_sides_becomes_even(tmp_path: Path) -> None:
    (first, *_) = read(films.write(tmp_path / "a.mkv", 2, codec="ffv1", size=(161, 97), pix="yuv444p"))
    assert (first.planes.width, first.planes.height) == (160, 96)


def test_pixels_that_are_not_square_are_told(tmp_path: Path) -> None:
    (first, *_) = read(films.write(tmp_path / "a.mp4", 2, aspect=Fraction(16, 11)))
    assert first.look.aspect == Fraction(16, 11)


def turn(path: Path, matrix: tuple[int, ...]) -> Path:
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    struct.pack_into(">9i", data, at, *matrix)
    path.write_bytes(data)
    return path


ONE, W = 1 << 16, 1 << 30


def test_a_film_that_was_turned_is_upright(tmp_path: Path) -> None:
    path = films.write(tmp_path / "a.mp4", 2, codec="libx264")
    lying = read(path)[0].planes
    upright = read(turn(path, (0, ONE, 0, -ONE, 0, 0, 0, 0, W)))[0].planes
    assert (upright.width, upright.height) == (96, 160)
    # A quarter clockwise, as a player shows it.
    assert (upright.y == np.rot90(lying.y, -1)).all()


def test_a_film_that_is_turned_by_another_angle_is_refused(tmp_path: Path) -> None:
    path = turn(films.write(tmp_path / "a.mp4", 2), (46341, 46341, 0, -46341, 46341, 0, 0, 0, W))
    with pytest.raises(MaskSourceRefused, match="quarter"):
        read(path)


@pytest.mark.parametrize("data", [b"", b"no film", b"\0\0\0\x18ftypisom" + bytes(12), bytes(5000)])
def test_what_is_no_film_is_refused_in_words(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(data)
    with pytest.raises(MaskSourceRefused):
        read(tmp_path / "a.mp4")


def test_a_film_that_is_cut_off_or_changed_is_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    data = films.write(tmp_path / "a.mp4", 6).read_bytes()
    rng = np.random.default_rng(3)
    for trial in range(40):
        bad = bytearray(data[: rng.integers(1, len(data))] if trial % 2 else data)
        for at in rng.integers(0, len(bad), 8):
            bad[at] = rng.integers(0, 256)
        (tmp_path / "b.mp4").write_bytes(bad)
        try:
            shown = read(tmp_path / "b.mp4")
        except MaskSourceRefused:
            continue
        assert all(one.time < two.time for one, two in pairwise(shown))


def test_a_playlist_that_points_elsewhere_is_not_followed(tmp_path: Path) -> None:
    films.write(tmp_path / "a.mp4", 2)
    (tmp_path / "b.mp4").write_text(f"#EXTM3U\n#EXTINF:1,\n{tmp_path}/a.mp4\n#EXT-X-ENDLIST\n")
    with pytest.raises(MaskSourceRefused):
        read(tmp_path / "b.mp4")
    (tmp_path / "c.mp4").write_text(f"ffconcat version 1.0\nfile {tmp_path}/a.mp4\n")
    with pytest.raises(MaskSourceRefused):
        read(tmp_path / "c.mp4")


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as film:
        sound = film.add_stream("aac", rate=48_000)
        heard = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
        heard.sample_rate = 48_000
        film.mux(sound.encode(heard))
        film.mux(sound.encode(None))
    with pytest.raises(MaskSourceRefused, match="no pictures"):
        read(tmp_path / "a.mp4")


def test_pictures_that_are_too_large_are_refused_before_they_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = films.write(tmp_path / "a.mp4", 2)
    monkeypatch.setattr(reading, "MAX_PIXELS", 160 * 96 - 1)
    monkeypatch.setattr(reading, "_shown", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(MaskSourceRefused, match="160 × 96"):
        read(path)


def test_a_picture_that_is_larger_than_the_header_says_is_refused_by_the_decoder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lying() -> Iterator[ArchiveFragment]:
        for piece in pieces(seconds=1, width=320, height=192):
            yield piece._replace(params=replace(piece.params, width=160, height=96))

    monkeypatch.setattr(reading, "_LIMIT", {"max_pixels": "20000"})
    with pytest.raises(MaskSourceRefused, match="decoded"):
        list(FragmentSource(lying).pictures())


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MaskSourceRefused):
        FileSource(tmp_path / "none.mp4")


def pieces(codec: Codec = Codec.H264, *, seconds: int = 2, **how: int) -> Iterator[ArchiveFragment]:
    """One fragment a second, as the recorder cuts them."""
    params, coded = footage.loop(codec, length=seconds, **how)
    for second in range(seconds):
        group = coded[second * 25 : second * 25 + 25]
        base = second * 90_000
        samples = [
            Sample(len(data), 3600, at - (base + number * 3600), key) for number, (data, key, at) in enumerate(group)
        ]
        yield ArchiveFragment(
            params, base + 7_000_000, fragment(second + 1, 0, samples, [data for data, _, _ in group])
        )


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("bframes", [0, 2])
def test_fragments_of_the_archive_give_every_picture_at_its_time(codec: Codec, bframes: int) -> None:
    source = FragmentSource(lambda: pieces(codec, bframes=bframes))
    shown = list(source.pictures())
    assert [one.time for one in shown] == [number * 3600 for number in range(50)]
    assert (shown[0].planes.width, shown[0].planes.height) == (160, 96)


def test_a_hole_between_fragments_stays_a_hole() -> None:
    def with_hole() -> Iterator[ArchiveFragment]:
        first, second = pieces()
        yield first
        yield second._replace(start=second.start + 450_000)

    shown = list(FragmentSource(with_hole).pictures())
    assert shown[25].time - shown[24].time == 3600 + 450_000


def test_the_digest_is_of_all_fragments_in_their_order() -> None:
    one, other = FragmentSource(pieces), FragmentSource(lambda: reversed(list(pieces())))
    assert one.digest() == FragmentSource(pieces).digest() != other.digest()


def test_a_change_of_size_is_refused_and_says_where() -> None:
    def two_sizes() -> Iterator[ArchiveFragment]:
        yield from pieces(seconds=1)
        yield from (piece._replace(start=piece.start + 90_000) for piece in pieces(seconds=1, width=320, height=192))

    with pytest.raises(MaskSourceRefused, match="changes at picture 25"):
        list(FragmentSource(two_sizes).pictures())


@pytest.mark.parametrize("cut", [10, 100, 500])
def test_a_broken_fragment_is_refused(cut: int) -> None:
    with pytest.raises(MaskSourceRefused):
        list(FragmentSource(lambda: (one._replace(data=one.data[:-cut]) for one in pieces())).pictures())
