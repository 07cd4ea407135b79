"""How far a camera may turn from its declared direction, whichever way its degrees are counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.steering.fence import AHEAD_SECONDS, SLACK, Fence

DEGREES = st.floats(0, 360, allow_nan=False)


@pytest.mark.parametrize(
    ("zero", "pan", "inside"),
    [(0, 0, True), (0, 30, True), (0, 31, False), (0, 330, True), (0, 329, False), (350, 15, True), (350, 21, False)],
)
def test_what_lies_inside(zero: float, pan: float, inside: bool) -> None:
    assert Fence(60, zero).holds(pan) is inside


@given(zero=DEGREES, pan=DEGREES, spread=st.floats(1, 359))
def test_the_edge_lies_inside_and_what_is_inside_stays(zero: float, pan: float, spread: float) -> None:
    fence = Fence(spread, zero)
    edge = fence.edge(pan)
    assert 0 <= edge < 360
    assert fence.holds(edge)
    assert abs(fence.off(edge)) <= abs(fence.off(pan)) + 0.1


@given(zero=DEGREES, pan=DEGREES, spread=st.floats(1, 359), clockwise=st.booleans())
def test_a_device_that_counts_the_other_way_is_kept_the_same(
    zero: float, pan: float, spread: float, clockwise: bool
) -> None:
    fence, other = Fence(spread, zero), Fence(spread, -zero % 360)
    if abs(abs(fence.off(pan)) - spread / 2 - SLACK) > 0.01:
        assert fence.holds(pan) is other.holds(-pan % 360)


def test_it_is_stopped_before_it_is_outside_and_let_in_again() -> None:
    fence = Fence(60, 0.0)
    assert not fence.leaves(0, 0.0)
    assert not fence.leaves(10, 1.0)  # 10 degrees a second: 18 in time
    assert fence.leaves(25, 2.0)  # 15 degrees a second: 37
    assert 25 + 15 * AHEAD_SECONDS > 30
    fence.forget()
    assert fence.leaves(40, 3.0)  # outside, and nobody knows where it goes
    assert not fence.leaves(35, 4.0)  # on its way in
    assert fence.leaves(36, 5.0)
    assert fence.leaves(36, 6.0)  # it stands outside


def test_whether_it_stands() -> None:
    fence = Fence(60, 0.0)
    assert not fence.stands(359.9, 0.0)
    assert fence.stands(0.1, 1.0)
    assert not fence.stands(1.0, 2.0)
