"""How far a camera may turn from its declared direction, whichever way its degrees are counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.steering import AHEAD_SECONDS, SLACK, Bearing, Fence

DEGREES = st.floats(0, 360, allow_nan=False)
TILTS = st.floats(-90, 90, allow_nan=False)


def at(pan: float, tilt: float | None = 0.0) -> Bearing:
    return Bearing(pan, tilt, None)


def off(fence: Fence, here: Bearing) -> tuple[float, ...]:
    return tuple(0.0 if side is None else abs(side.off) for side in fence.sides(here))


@pytest.mark.parametrize(
    ("zero", "pan", "inside"),
    [(0, 0, True), (0, 30, True), (0, 31, False), (0, 330, True), (0, 329, False), (350, 15, True), (350, 21, False)],
)
def test_what_lies_inside(zero: float, pan: float, inside: bool) -> None:
    assert Fence(60, None, at(zero)).holds(at(pan, 80)) is inside


@pytest.mark.parametrize(
    ("rise", "home", "inside", "outside"),
    [
        ((-45, -5), 20, (5, 45), (4, 46)),  # down positive, as the protocols have it
        ((-45, -5), -20, (-45, -5), (-46, -4)),  # up positive: its declared view lies inside only so
        ((-10, 30), 0, (-30, 10), (-31, 11)),  # either fits: as the protocols have it
        ((-45, -5), 60, (40, 80), (39, 81)),  # from another zero: the declared view is the middle
        ((0, 10), -10.4, (-10, 0), (-11, 1)),  # as exactly as devices point
    ],
)
def test_what_lies_inside_by_elevation(
    rise: tuple[float, float], home: float, inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    fence = Fence(None, rise, at(0, home))
    assert [fence.holds(at(200, tilt)) for tilt in (*inside, *outside)] == [True, True, False, False]
    assert fence.holds(at(200, None)), "what is not told is not judged"


def test_a_device_that_did_not_say_how_high_its_declared_view_lies_is_held_sideways_alone() -> None:
    fence = Fence(60, (-30, 0), at(10, None))
    assert fence.level
    assert not fence.climbs
    assert fence.holds(at(20, 80))
    assert not fence.holds(at(60, 10))
    assert fence.edge(at(60, 80)) == at(39, 80)


@given(zero=DEGREES, pan=DEGREES, spread=st.floats(1, 359), home=TILTS, tilt=TILTS, low=TILTS, high=TILTS)
def test_the_edge_lies_inside_and_what_is_inside_stays(
    zero: float, pan: float, spread: float, home: float, tilt: float, low: float, high: float
) -> None:
    fence = Fence(spread, (min(low, high), max(low, high)), at(zero, home))
    edge = fence.edge(at(pan, tilt))
    assert 0 <= edge.pan < 360
    assert fence.holds(edge)
    moved = zip(off(fence, edge), off(fence, at(pan, tilt)), strict=True)
    assert all(after <= before + 0.1 for after, before in moved)


@given(zero=DEGREES, pan=DEGREES, spread=st.floats(1, 359))
def test_a_device_that_counts_the_other_way_is_kept_the_same(zero: float, pan: float, spread: float) -> None:
    fence, other = Fence(spread, None, at(zero)), Fence(spread, None, at(-zero % 360))
    if abs(off(fence, at(pan))[0] - spread / 2 - SLACK) > 0.01:
        assert fence.holds(at(pan)) is other.holds(at(-pan % 360))


def test_it_is_stopped_before_it_is_outside_and_let_in_again() -> None:
    fence = Fence(60, None, at(0.0))
    assert not fence.leaves(at(0), 0.0)
    assert not fence.leaves(at(10), 1.0)  # 10 degrees a second: 18 in time
    assert fence.leaves(at(25), 2.0)  # 15 degrees a second: 37
    assert 25 + 15 * AHEAD_SECONDS > 30
    fence.forget()
    assert fence.leaves(at(40), 3.0)  # outside, and nobody knows where it goes
    assert not fence.leaves(at(35), 4.0)  # on its way in
    assert fence.leaves(at(36), 5.0)
    assert fence.leaves(at(36), 6.0)  # it stands outside


def test_up_and_down_it_is_stopped_as_sideways() -> None:
    fence = Fence(60, (-40, 0), at(0.0, 20.0))
    assert not fence.leaves(at(0, 20), 0.0)
    assert not fence.leaves(at(5, 25), 1.0)
    assert fence.leaves(at(10, 36), 2.0)  # 11 degrees a second: 44.8
    fence.forget()
    assert fence.leaves(at(0, 45), 3.0)
    assert not fence.leaves(at(5, 42), 4.0)
    assert fence.edge(at(5, 42)) == at(5, 39)
    assert fence.edge(at(50, -3)) == at(29, 1)


def test_whether_it_stands() -> None:
    fence = Fence(60, None, at(0.0))
    assert not fence.stands(at(359.9), 0.0)
    assert fence.stands(at(0.1, 40), 1.0)
    assert not fence.stands(at(1.0), 2.0)
    fence.rise = (-40, 0)
    assert not fence.stands(at(1.0, 5), 3.0), "it still climbs"
    assert fence.stands(at(1.0, 5.1), 4.0)
