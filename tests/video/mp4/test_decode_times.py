"""Decode times from presentation times."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.mp4.fragment import DecodeTimes
from custodes.video.unit import Codec
from tests.video.footage import loop


def test_without_b_frames_decode_time_is_presentation_time() -> None:
    times = DecodeTimes(0)
    assert [times.next(t) for t in (0, 3600, 7200)] == [0, 3600, 7200]


def test_a_time_that_stands_still_still_rises() -> None:
    times = DecodeTimes(0)
    assert [times.next(t) for t in (10, 10, 10, 3610)] == [10, 11, 12, 3610]


def test_real_b_frames_get_rising_times_that_are_never_late() -> None:
    for codec in Codec:
        params, coded = loop(codec, bframes=2)
        times = DecodeTimes(params.reorder)
        decode = [times.next(pts) for _, _, pts in coded]
        assert params.reorder > 0
        assert decode == sorted(set(decode))
        assert all(d <= pts for d, (_, _, pts) in zip(decode, coded, strict=True))
        assert {b - a for a, b in itertools.pairwise(decode)} == {3600}


@given(st.integers(0, 4), st.lists(st.integers(-(1 << 40), 1 << 40), max_size=80))
def test_whatever_comes_in_decode_times_rise(reorder: int, media: list[int]) -> None:
    times = DecodeTimes(reorder)
    given_out = [times.next(t) for t in media]
    assert all(a < b for a, b in itertools.pairwise(given_out))
