"""What lies in a circle or a ring, and what is no shape."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.access.choosing.shape import Circle, Ring, read_shape, snapped
from custodes.places.geometry import MICRO, MapBox, Plane

HERE = (91.1172, 29.6578)


@given(st.floats(0, 2 * math.pi), st.floats(1, 5_000), st.floats(20, 5_000))
def test_a_circle_holds_what_is_nearer_than_its_radius(turn, far, metres):
    at = Plane(*HERE).degrees(far * math.cos(turn), far * math.sin(turn))
    if abs(far - metres) > 0.01:
        assert Circle(*HERE, metres).holds(*at) == (far < metres)


def test_a_ring_with_a_bay_holds_what_is_inside_alone():
    ring = Ring(((0, 0), (4, 0), (4, 4), (2, 1), (0, 4)))
    assert ring.holds(0.5, 0.5)
    assert ring.holds(3.8, 3)
    assert not ring.holds(2, 2), "in the bay"
    assert not ring.holds(5, 1)
    assert not ring.holds(-1, 0.5)


@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(20, 20_000))
def test_a_circles_box_holds_the_circle(longitude, latitude, metres):
    box = Circle(longitude, latitude, metres).box()
    for turn in range(8):
        away = (metres * math.cos(turn), metres * math.sin(turn))
        east, north = Plane(longitude, latitude).degrees(*away)
        assert box.west <= east * MICRO <= box.east
        assert box.south <= north * MICRO <= box.north


@pytest.mark.parametrize(
    "said",
    [
        None,
        "circle",
        {},
        {"circle": [91, 29]},
        {"circle": [91, 29, 5]},
        {"circle": [91, 29, 20_001]},
        {"circle": [91, 29, float("nan")]},
        {"circle": [181, 29, 100]},
        {"circle": [True, 29, 100]},
        {"ring": [[91, 29], [91.1, 29]]},
        {"ring": [[91, 29], [91.1, 29], ["x", 29]]},
        {"ring": [[91, 29], [91.1, 29], [91, 86]]},
        {"ring": [[91, 29]] * 101},
    ],
)
def test_what_is_no_shape_is_none(said):
    assert read_shape(said) is None


def test_a_box_is_made_larger_never_smaller():
    box = snapped(MapBox(-101, 99, 100, 101), 100)
    assert (box.west, box.south, box.east, box.north) == (-200, 0, 100, 200)
