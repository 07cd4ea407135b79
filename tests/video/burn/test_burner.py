"""Pictures that bear a name: other bytes, small, few, and never without the mark."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from custodes.documents.fonts import HEI, fonts
from custodes.video.burn.burner import (
    BurnedMark,
    Burner,
    BurnerPicture,
    Burnt,
    BurnTerms,
    Lettering,
    Region,
    Unwritable,
)
from custodes.video.unit import Codec, CodecParameters
from tests.node.support import nals
from tests.video.footage import loop

ZONE = ZoneInfo("Asia/Shanghai")
NOW = 1_790_000_000_000_000
MARK = BurnedMark("扎西卓玛", 12345, ZONE)


def lettering(pixels: int = 18) -> Lettering:
    there = fonts(None)
    return Lettering(there.files(there.chain(HEI)), pixels)


def burner(region: Region | None = None, terms: BurnTerms | None = None, mark: BurnedMark = MARK) -> Burner:
    return Burner(mark, lettering(), terms or BurnTerms(), region)


def pictures(coded: Sequence[tuple[bytes, bool, int]]) -> list[BurnerPicture]:
    return [BurnerPicture(data, ticks * 100 // 9) for data, _, ticks in coded]


def decoded(params: CodecParameters | None, burnt: Sequence[Burnt]) -> list[NDArray[np.uint8]]:
    assert params is not None
    decoder: Any = av.CodecContext.create("h264", "r")
    found: list[NDArray[np.uint8]] = []
    for one in burnt:
        packet = av.Packet(b"".join(b"\0\0\0\1" + nal for nal in (*params.sets, *nals(one.data))))
        found += [frame.to_ndarray(format="gray") for frame in decoder.decode(packet)]
    return found + [frame.to_ndarray(format="gray") for frame in decoder.decode(None)]


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("bframes", [0, 2])
def test_eight_a_second_come_out_small_in_order_and_none_is_an_original(codec: Codec, bframes: int) -> None:
    params, coded = loop(codec, width=1280, height=720, bframes=bframes)
    it = burner()
    out = it.add(params, pictures(coded[:25]), NOW) + it.add(params, pictures(coded[25:]), NOW) + it.finish(NOW)
    assert 15 <= len(out) <= 17
    walls = [one.wall_us for one in out]
    assert walls == sorted(set(walls))
    assert max(b - a for a, b in pairwise(walls)) <= 200_000
    assert it.params is not None
    assert (it.params.width, it.params.height) == (640, 360)
    assert out[0].key
    originals = {nal for data, _, _ in coded for nal in nals(data)}
    assert not originals & {nal for one in out for nal in nals(one.data)}
    assert all(nal[0] & 31 in (1, 5) for one in out for nal in nals(one.data)), "pictures alone, no word of the encoder"


def test_each_picture_bears_the_mark_in_both_halves() -> None:
    params, coded = loop(width=640, height=360)
    with_name, other = burner(), burner(mark=BurnedMark("张三", 99, ZONE))
    mine = decoded_of(with_name, params, coded)
    theirs = decoded_of(other, params, coded)
    assert len(mine) == len(theirs) > 10
    for a, b in zip(mine, theirs, strict=True):
        apart = np.abs(a.astype(int) - b) > 60
        assert apart[:180].sum() > 200
        assert apart[180:].sum() > 200


def decoded_of(
    it: Burner, params: CodecParameters, coded: Sequence[tuple[bytes, bool, int]]
) -> list[NDArray[np.uint8]]:
    out = it.add(params, pictures(coded), NOW) + it.finish(NOW)
    return decoded(it.params, out)


def test_the_marks_move_and_can_be_worked_out_again() -> None:
    places = [MARK.places(NOW + second * 1_000_000, (300, 330)) for second in range(0, 60, 2)]
    assert len(set(places)) > 25
    assert all(0 <= left <= 300 and 0 <= top <= 330 for pair in places for left, top in pair)
    assert all(first[1] <= 165 <= second[1] for first, second in places)
    assert MARK.places(NOW, (300, 330)) == MARK.places(NOW + 100_000, (300, 330))
    assert MARK.line(NOW) == "扎西卓玛 2026-09-21 22:13:20 #12345"


def test_a_long_name_on_a_narrow_picture_is_made_smaller_not_cut() -> None:
    params, coded = loop(width=160, height=96)
    it = burner(mark=BurnedMark("很长很长的名字" * 6, 1, ZONE))
    out = it.add(params, pictures(coded[:25]), NOW)
    assert it.params is not None
    assert (it.params.width, it.params.height) == (160, 96), "never made larger"
    assert out


def test_a_character_that_no_font_has_is_refused() -> None:
    with pytest.raises(Unwritable, match="\U0003134a"):
        lettering().draw("张\U0003134a")


def test_a_region_is_made_as_large_as_the_box() -> None:
    params, coded = loop(width=640, height=360)
    it = burner(Region(0.5, 0.5, 0.25, 0.25))
    out = it.add(params, pictures(coded[:25]), NOW)
    assert it.params is not None
    assert (it.params.width, it.params.height) == (640, 360)
    whole = decoded_of(burner(), params, coded[:25])
    part = decoded(it.params, out)
    assert np.abs(part[0].astype(int) - whole[0]).mean() > 10


def test_broken_pictures_are_left_out_and_the_rest_goes_on() -> None:
    params, coded = loop(width=320, height=180)
    harmed = [
        BurnerPicture(b"\0\0\0\x09garbage!!", 0),
        *pictures(coded[:25]),
        BurnerPicture(coded[25][0][:40], 1_000_000),
    ]
    it = burner()
    out = it.add(params, harmed, NOW) + it.add(params, pictures(coded[25:]), NOW) + it.finish(NOW)
    assert len(decoded(it.params, out)) >= 12


def test_nothing_comes_of_nothing() -> None:
    it = burner()
    assert it.finish(NOW) == []
    params, _ = loop()
    assert it.add(params, [], NOW) == []


def test_other_parameters_begin_anew() -> None:
    first, coded = loop(width=640, height=360)
    second, more = loop(Codec.H265, width=320, height=240)
    it = burner()
    out = it.add(first, pictures(coded), NOW) + it.finish(NOW)
    before = it.params
    again = it.add(second, pictures(more), NOW) + it.finish(NOW)
    assert out
    assert again[0].key
    assert it.params is not before
    assert it.params is not None
    assert (it.params.width, it.params.height) == (320, 240)


def test_full_range_is_brought_into_the_narrow_one() -> None:
    frame = av.VideoFrame(320, 180, "yuvj420p")
    for plane, value in zip(frame.planes, (255, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    frame.color_range = 2
    it = burner()
    assert abs(int(it._small(frame)[0].max()) - 235) <= 2
