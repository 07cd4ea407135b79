"""Fields of view: where they reach, what they have in view, how much others see of them."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.places.geometry import MICRO, FieldOfView, Plane, draw, share_seen

POTALA = (91.1172, 29.6578)

FIELDS = st.builds(
    FieldOfView,
    longitude=st.floats(90.5, 92.0),
    latitude=st.floats(29.0, 31.0),
    azimuth=st.floats(0, 360),
    angle=st.floats(1, 360),
    range=st.floats(1, 2000),
)


def at(east: float, north: float, azimuth: float = 0, angle: float = 60, reach: float = 100) -> FieldOfView:
    """A camera so far from the Potala, in metres."""
    return FieldOfView(*Plane(*POTALA).degrees(east, north), azimuth, angle, reach)


def test_a_degree_is_as_long_as_the_ellipsoid_of_cgcs2000_has_it():
    # Length of a degree on GRS 80, whose axes CGCS2000 shares to the millimetre, at 30 degrees: known tables.
    east, north = Plane(91.0, 30.0).metres(92.0, 31.0)
    assert east == pytest.approx(96_486, abs=1)
    assert north == pytest.approx(110_852, abs=1)


@given(FIELDS, st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_metres_and_degrees_are_each_others_way_back(field, east, north):
    assert field.plane.metres(*field.plane.degrees(east, north)) == pytest.approx((east, north), abs=1e-5)


@pytest.mark.parametrize(
    ("azimuth", "east", "north", "seen"),
    [
        (0, 0, 50, True),
        (0, 0, -50, False),
        (90, 50, 0, True),
        (90, 0, 50, False),
        (180, 0, -50, True),
        (270, -50, 0, True),
        (0, 20, 50, True),
        (0, 40, 50, False),
        (0, 0, 101, False),
        (350, 15, 80, True),
        (350, 35, 60, False),
    ],
)
def test_azimuth_turns_clockwise_from_north(azimuth, east, north, seen):
    field = at(0, 0, azimuth)
    assert field.sees(*field.plane.degrees(east, north)) is seen


@given(FIELDS)
def test_the_box_holds_the_polygon_and_is_no_wider_than_twice_the_range(field):
    box = field.box()
    for longitude, latitude in field.polygon():
        assert box.west <= longitude * MICRO + 1e-3
        assert longitude * MICRO - 1e-3 <= box.east
        assert box.south <= latitude * MICRO + 1e-3
        assert latitude * MICRO - 1e-3 <= box.north
    low, high = (
        field.plane.metres(box.west / MICRO, box.south / MICRO),
        field.plane.metres(box.east / MICRO, box.north / MICRO),
    )
    assert high[0] - low[0] <= 2 * field.range + 1
    assert high[1] - low[1] <= 2 * field.range + 1


@given(FIELDS)
def test_the_polygon_is_a_closed_ring_of_the_sectors_area(field):
    ring = field.polygon()
    assert ring[0] == ring[-1]
    points = [field.plane.metres(*corner) for corner in ring]
    area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(points))) / 2
    assert area == pytest.approx(math.radians(field.angle) / 2 * field.range**2, rel=0.01)


@given(FIELDS)
def test_a_field_is_seen_whole_by_its_like_and_not_at_all_by_nobody(field):
    # The point on the rim of the last bearing may be lost to rounding.
    assert share_seen(field, [field]) >= 0.98
    assert share_seen(field, []) == 0


@pytest.mark.parametrize(
    ("other", "share"),
    [
        (at(0, 0, azimuth=30), 0.5),  # turned by half of its angle
        (at(0, 0, azimuth=60), 0.0),
        (at(0, 0, reach=50), 0.25),  # half as far
        (at(0, 0, angle=360), 1.0),
        (at(0, 300, azimuth=180), 0.0),
    ],
)
def test_the_share_that_another_sees_is_that_of_the_area(other, share):
    assert share_seen(at(0, 0), [other]) == pytest.approx(share, abs=0.02)


def test_two_that_see_the_same_part_are_not_counted_twice():
    half = at(0, 0, azimuth=30)
    assert share_seen(at(0, 0), [half, half]) == pytest.approx(0.5, abs=0.02)
    assert share_seen(at(0, 0), [half, at(0, 0, azimuth=330)]) == pytest.approx(1.0, abs=0.02)


@given(FIELDS, st.lists(FIELDS, max_size=3))
def test_a_share_is_a_share_and_grows_with_every_other_field(field, others):
    shares = [share_seen(field, others[:count]) for count in range(len(others) + 1)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_the_drawing_has_north_above_and_holds_no_position():
    drawing = draw(at(0, 0, azimuth=0, angle=60), [at(0, 60, azimuth=180)])
    corners = [tuple(map(float, corner.split())) for corner in drawing.own[1:-2].split(" L")]
    assert corners[0] == (160.0, 160.0)
    assert all(y < 160 for _x, y in corners[1:])
    assert drawing.scale_metres == 50
    assert len(drawing.others) == 1
    assert str(POTALA[0])[:6] not in repr(drawing)
