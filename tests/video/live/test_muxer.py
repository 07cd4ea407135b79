"""The live timeline never has a hole that a browser would stop at."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.live import Fragment, Init, LiveMuxer, Output
from custodes.video.mp4.parse import ParsedFragment, parse_fragment
from custodes.video.unit import AccessUnit
from tests.video.units import PARAMS, START_US, unit


def fragments(outputs: list[Output]) -> list[ParsedFragment]:
    return [parse_fragment(output.data) for output in outputs if isinstance(output, Fragment)]


def mux(muxer: LiveMuxer, *units: AccessUnit) -> list[Output]:
    return [output for one in units for output in muxer.add(one)]


def test_an_init_comes_first_and_says_the_wall_time_of_media_time_zero() -> None:
    outputs = mux(LiveMuxer(), unit(100, key=True), unit(101), unit(102))
    first = outputs[0]
    assert isinstance(first, Init)
    assert first.base_us == START_US + 100 * 40_000
    assert first.params is PARAMS
    assert [type(output) for output in outputs[1:]] == [Fragment] * 3
    assert [parsed.decode_time for parsed in fragments(outputs)] == [0, 3600, 7200]
    assert [len(parsed.samples) for parsed in fragments(outputs)] == [1, 1, 1]


def test_a_channel_goes_on_where_playback_ended() -> None:
    outputs = mux(LiveMuxer(start=900_000), unit(0, key=True))
    first = outputs[0]
    assert isinstance(first, Init)
    assert first.base_us == START_US - 10_000_000
    assert fragments(outputs)[0].decode_time == 900_000


def test_after_dropped_pictures_media_time_goes_on_and_an_init_says_the_new_wall_time() -> None:
    muxer = LiveMuxer()
    mux(muxer, unit(0, key=True), unit(1))
    outputs = muxer.add(unit(50, key=True), hole=True)
    assert isinstance(outputs[0], Init)
    assert outputs[0].base_us == START_US + 48 * 40_000
    assert fragments(outputs)[0].decode_time == 7200


def test_new_parameters_bring_a_new_init() -> None:
    muxer = LiveMuxer()
    mux(muxer, unit(0, key=True))
    wider = replace(PARAMS, width=1280)
    outputs = muxer.add(unit(1, key=True, params=wider))
    assert isinstance(outputs[0], Init)
    assert outputs[0].params is wider


def test_a_media_clock_that_jumps_by_a_day_costs_no_picture() -> None:
    muxer = LiveMuxer()
    day = 86_400 * 25
    outputs = mux(muxer, unit(0, key=True), unit(1), unit(day), unit(day + 1), unit(2), unit(3))
    assert [parsed.decode_time for parsed in fragments(outputs)] == [n * 3600 for n in range(6)]
    assert {parsed.samples[0].composition for parsed in fragments(outputs)} == {0}


@given(
    st.lists(
        st.tuples(st.integers(-(1 << 33), 1 << 33) | st.integers(-7200, 40_000), st.booleans(), st.booleans()),
        min_size=1,
        max_size=80,
    )
)
def test_whatever_the_camera_clock_does_no_step_is_a_hole(steps: list[tuple[int, bool, bool]]) -> None:
    muxer = LiveMuxer()
    media_time = 0
    outputs: list[Output] = []
    for number, (delta, key, hole) in enumerate(steps):
        media_time += delta
        key = key or number == 0
        one = AccessUnit(b"\0\0\0\1a", key, media_time, START_US + number * 40_000, PARAMS)
        outputs += muxer.add(one, hole and key)
    parsed = fragments(outputs)
    assert len(parsed) == len(steps)
    for before, after in pairwise(parsed):
        step = after.decode_time - before.decode_time
        assert 0 < step <= 2 * before.samples[0].duration
