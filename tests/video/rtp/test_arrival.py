"""Times of pictures whose timestamps stand still."""

from __future__ import annotations

import itertools

import pytest

from custodes.video.rtp.header import MOST_TICKS, SURE, ArrivalTimes

SECOND_US, FRAME = 1_000_000, 3600


def told(stamps: list[int], step_us: int = 40_000) -> tuple[list[int], ArrivalTimes]:
    times = ArrivalTimes()
    return [times.tell(stamp, 5 * SECOND_US + n * step_us) for n, stamp in enumerate(stamps)], times


@pytest.mark.parametrize(
    "stamps",
    [
        [n * FRAME for n in range(50)],
        [0, 3 * FRAME, FRAME, 2 * FRAME, 6 * FRAME, 4 * FRAME, 5 * FRAME],  # pictures in decoding order
        [0, 10**9, 10**9 + FRAME, 0, FRAME],
    ],
)
def test_timestamps_that_move_are_believed_whatever_they_are(stamps: list[int]) -> None:
    found, times = told(stamps)
    assert found == stamps
    assert not times.by_arrival


def test_two_pictures_under_one_timestamp_leave_the_line_as_it_was() -> None:
    found, times = told([stamp for n in range(30) for stamp in (n * FRAME, n * FRAME)], 20_000)
    assert found[::2] == [n * FRAME for n in range(30)]
    assert all(0 <= later - sooner <= FRAME for sooner, later in itertools.pairwise(found))
    assert not times.by_arrival


def test_where_they_stand_still_pictures_have_the_times_of_their_arrival_and_go_on_from_there() -> None:
    still, times = told([77] * 100)
    assert still == [77 + n * FRAME for n in range(100)]
    assert times.by_arrival
    assert SURE < 25, "within a second of a camera's pictures"
    # The timestamps move again, far behind what was told: media time does not step back.
    on = [times.tell(77 + n * FRAME, 9 * SECOND_US + n * 40_000) for n in range(1, 30)]
    assert on == [still[-1] + (n + 1) * FRAME for n in range(1, 30)]
    assert not times.by_arrival


def test_a_host_clock_that_is_set_makes_no_day_of_it() -> None:
    times = ArrivalTimes()
    begun = times.tell(5, 0)
    assert times.tell(5, 86_400 * SECOND_US) == begun + MOST_TICKS
    assert times.tell(5, 0) == begun + MOST_TICKS + 1
