"""What a look opens of a device's recordings: never a second more than of our own archive, whatever the device's clock is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custodes.node.gb28181.viewing.opened import (
    FRESH_US,
    KEY_US,
    SECOND,
    DeviceClock,
    Stretch,
    opened,
    stretch_at,
    told,
)
from custodes.video.wire.calls import LONGEST_SPAN, Recording

EXACT = DeviceClock(0, 0)


def us(*seconds: float) -> tuple[int, ...]:
    return tuple(round(one * SECOND) for one in seconds)


def test_what_is_not_opened_is_cut_away() -> None:
    windows = [us(0, 100), us(200, 400)]
    assert opened(windows, 50 * SECOND, 390 * SECOND + FRESH_US, [us(250, 300)]) == [  # type: ignore[list-item]
        us(50, 100),
        us(200, 250),
        us(300, 390),
    ]


def test_a_device_s_times_are_told_by_our_clock() -> None:
    found = told(
        [Recording(start=1_060, end=1_120), Recording(start=1_120, end=1_200)],
        DeviceClock(us(60)[0], 0),
        [us(0, 9_999)],
    )  # type: ignore[list-item]
    assert found == [us(1_000, 1_140)]


def test_a_recording_that_reaches_back_behind_the_window_is_begun_later() -> None:
    """The device begins at the key picture before what it is asked for."""
    [span] = told([Recording(start=0, end=1_000)], EXACT, [us(100, 200)])  # type: ignore[list-item]
    assert stretch_at(0, [span], [us(100, 200)], EXACT) == Stretch(*us(110, 200), 110, 200)  # type: ignore[arg-type, list-item]
    assert KEY_US == 10 * SECOND


def test_a_recording_within_the_window_is_played_from_its_first_second() -> None:
    assert stretch_at(0, [us(120, 150)], [us(100, 200)], EXACT) == Stretch(*us(120, 150), 120, 150)  # type: ignore[arg-type, list-item]


def test_a_recording_that_is_cut_to_what_was_asked_for_is_not_reached_back_behind() -> None:
    """What begins at the minute that was asked for, five seconds into the window, began long before in truth."""
    [span] = told([Recording(start=120, end=1_000)], EXACT, [us(115, 200)])  # type: ignore[list-item]
    assert stretch_at(us(121)[0], [span], [us(115, 200)], EXACT) == Stretch(*us(125, 200), 125, 200)  # type: ignore[arg-type, list-item]


def test_behind_the_last_recording_is_nothing() -> None:
    assert stretch_at(us(150)[0], [us(120, 150)], [us(100, 200)], EXACT) is None  # type: ignore[list-item]


@given(
    window=st.tuples(st.integers(0, 5_000_000_000), st.integers(1, 5_000_000_000)),
    recorded=st.tuples(st.integers(1, 10_000), st.integers(1, 10_000)),
    at=st.integers(0, 10_000_000_000),
    ahead=st.integers(-4_000_000, 4_000_000),
    within=st.integers(0, 3_000_000),
    off=st.floats(-1, 1),
)
def test_whatever_the_clock_nothing_outside_of_the_window_is_asked_for(
    window: tuple[int, int], recorded: tuple[int, int], at: int, ahead: int, within: int, off: float
) -> None:
    opens = [(window[0], window[0] + window[1])]
    clock = DeviceClock(ahead, within)
    device = [Recording(start=recorded[0], end=recorded[0] + recorded[1])]
    found = stretch_at(at, told(device, clock, opens), opens, clock)
    if found is None:
        return
    # The device's clock is in truth anywhere within what is said of it.
    truly = DeviceClock(ahead + round(off * within), 0)
    assert truly.ours(found.start) >= opens[0][0]
    assert truly.ours(found.end) <= opens[0][1]
    assert opens[0][0] <= found.from_us < found.to_us <= opens[0][1]
    assert found.from_us >= at
    assert found.end - found.start <= LONGEST_SPAN
