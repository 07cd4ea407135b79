"""Playback is sent as it is watched: no faster, and never far ahead."""

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.playback.pace import AHEAD_SECONDS, PlaybackPace, StillPace
from custodes.video.unit import CLOCK_RATE

AHEAD = AHEAD_SECONDS * CLOCK_RATE


def test_ten_seconds_may_be_sent_at_once() -> None:
    assert PlaybackPace(500, 1.0, 0.0).limit(0.0) == 500 + AHEAD


def test_a_browser_that_reports_nothing_gets_ten_seconds_and_no_more() -> None:
    assert PlaybackPace(0, 1.0, 0.0).limit(3600.0) == AHEAD


def test_a_browser_that_claims_to_be_far_ahead_gains_nothing() -> None:
    pace = PlaybackPace(0, 1.0, 0.0)
    pace.report(10_000 * CLOCK_RATE)
    assert pace.limit(5.0) == 5 * CLOCK_RATE + AHEAD


def test_a_browser_that_falls_behind_is_waited_for() -> None:
    pace = PlaybackPace(0, 1.0, 0.0)
    pace.report(2 * CLOCK_RATE)
    assert pace.limit(60.0) == 2 * CLOCK_RATE + AHEAD


def test_ahead_is_counted_in_seconds_of_watching() -> None:
    assert PlaybackPace(0, 8.0, 0.0).limit(0.0) == 8 * AHEAD
    assert PlaybackPace(0, 0.25, 0.0).limit(0.0) == AHEAD


def test_a_pause_stops_the_clock() -> None:
    pace = PlaybackPace(0, 2.0, 0.0)
    pace.pause(1.0)
    pace.report(10_000 * CLOCK_RATE)
    assert pace.position(100.0) == 2 * CLOCK_RATE
    pace.resume(100.0)
    assert pace.position(101.0) == 4 * CLOCK_RATE


def test_key_frames_alone_are_for_more_than_four_times() -> None:
    assert not PlaybackPace(0, 4.0, 0.0).key_frames_only
    assert PlaybackPace(0, 4.5, 0.0).key_frames_only


@given(
    st.lists(
        st.tuples(st.floats(0, 5), st.sampled_from(["report", "rate", "pause", "resume"]), st.integers(0, 10**9)),
        max_size=40,
    )
)
def test_no_order_of_messages_gets_more_than_the_fastest_play_allows(steps: list[tuple[float, str, int]]) -> None:
    pace, now = PlaybackPace(0, 1.0, 0.0), 0.0
    for wait, what, value in steps:
        now += wait
        if what == "report":
            pace.report(value)
        elif what == "rate":
            pace.set_rate(0.25 + value % 16, now)
        elif what == "pause":
            pace.pause(now)
        else:
            pace.resume(now)
        assert pace.position(now) <= now * 16.25 * CLOCK_RATE + 1
        assert pace.limit(now) <= pace.position(now) + 17 * AHEAD


def test_single_pictures_come_evenly_and_rest_saves_nothing_up() -> None:
    pace = StillPace(4)
    assert pace.wait(100.0) == 0
    pace.take(100.0)
    assert pace.wait(100.0) == 0.25
    assert pace.wait(500.0) == 0
    pace.take(500.0)
    assert pace.wait(500.125) == 0.125
