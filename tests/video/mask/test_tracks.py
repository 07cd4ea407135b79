"""Shapes and tracks: where a mask is at each time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.mask.by_hand import drawn, redrawn
from custodes.video.mask.shapes import BadShape, MaskBox, Polygon, between, bounds
from custodes.video.mask.tracks import (
    BadTrack,
    MaskedKind,
    Review,
    Sighting,
    Track,
    TrackDecision,
    TrackOrigin,
    TrackPoint,
)

NUMBERS = st.floats(-2_000, 2_000)


@st.composite
def boxes(draw: st.DrawFn) -> MaskBox:
    left, top = draw(NUMBERS), draw(NUMBERS)
    return MaskBox(left, top, left + draw(st.floats(1, 500)), top + draw(st.floats(1, 500)))


@given(boxes(), boxes(), st.floats(0, 1))
def test_what_lies_between_two_boxes_lies_in_the_box_around_both(one: MaskBox, two: MaskBox, share: float) -> None:
    around, found = one.around(two).grown(1.000_001), bounds(between(one, two, share))
    assert around.left <= found.left
    assert around.top <= found.top
    assert found.right <= around.right
    assert found.bottom <= around.bottom


@given(boxes(), boxes())
def test_likeness_is_the_same_both_ways_and_1_with_itself(one: MaskBox, two: MaskBox) -> None:
    assert one.likeness(two) == pytest.approx(two.likeness(one))
    assert one.likeness(one) == pytest.approx(1)
    assert 0 <= one.likeness(two) <= 1 + 1e-9


@pytest.mark.parametrize("sides", [(0, 0, 0, 5), (3, 0, 2, 5), (0, 0, float("nan"), 5), (0, 0, float("inf"), 5)])
def test_a_box_without_area_or_numbers_is_refused(sides: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadShape):
        MaskBox(*sides)


def test_polygons_that_do_not_match_are_covered_by_the_box_around_both() -> None:
    triangle = Polygon(((0, 0), (10, 0), (0, 10)))
    square = Polygon(((20, 20), (30, 20), (30, 30), (20, 30)))
    assert between(triangle, square, 0.5) == MaskBox(0, 0, 30, 30)


def test_a_track_moves_evenly_between_its_key_frames_and_is_nowhere_outside() -> None:
    track = drawn(1, MaskedKind.SIGN, [(7200, MaskBox(100, 0, 120, 10)), (3600, MaskBox(0, 0, 20, 10))])
    assert track.mask_at(5400) == MaskBox(50, 0, 70, 10)
    assert track.mask_at(3600) == MaskBox(0, 0, 20, 10)
    assert track.mask_at(7200) == MaskBox(100, 0, 120, 10)
    assert track.mask_at(3599) is None
    assert track.mask_at(7201) is None


def test_what_nobody_looked_at_is_hidden_and_only_a_rejected_track_is_shown() -> None:
    track = Track(1, MaskedKind.FACE, TrackOrigin.MODEL, (TrackPoint(0, MaskBox(0, 0, 5, 5)),))
    assert track.state is TrackDecision.OPEN
    assert track.hidden
    assert track.decided(TrackDecision.ACCEPTED, Review("u1")).hidden
    assert not track.decided(TrackDecision.REJECTED, Review("u1")).hidden


def test_a_whole_body_holds_the_face_and_reaches_to_the_feet() -> None:
    face = MaskBox(100, 50, 130, 90)
    track = Track(1, MaskedKind.FACE, TrackOrigin.MODEL, (TrackPoint(0, face),), growth=1.3).with_body()
    body = track.mask_at(0)
    assert body is not None
    assert bounds(body).around(face.grown(1.3)) == body
    assert bounds(body).bottom >= 90 + 6 * face.height
    assert bounds(body).width >= 3 * face.width


def test_a_plate_has_no_body() -> None:
    with pytest.raises(BadTrack, match="no face"):
        Track(1, MaskedKind.PLATE, TrackOrigin.HAND, (TrackPoint(0, MaskBox(0, 0, 5, 5)),), whole_body=True)


@pytest.mark.parametrize("growth", [0.5, 0.99, 5.0])
def test_a_mask_never_shrinks_what_was_found(growth: float) -> None:
    with pytest.raises(BadTrack):
        Track(1, MaskedKind.FACE, TrackOrigin.MODEL, (TrackPoint(0, MaskBox(0, 0, 5, 5)),), growth=growth)


def test_a_place_drawn_anew_takes_what_was_followed_around_it_away() -> None:
    box = MaskBox(0, 0, 10, 10)
    followed = tuple(TrackPoint(time, box.moved(5, 0), Sighting.FOLLOWED) for time in (100, 200, 300, 500))
    frames = sorted(
        (TrackPoint(0, box), TrackPoint(400, box), TrackPoint(600, box), *followed), key=lambda one: one.time
    )
    track = redrawn(Track(1, MaskedKind.SIGN, TrackOrigin.HAND, tuple(frames)), 200, box.moved(50, 0))
    assert [one.time for one in track.frames] == [0, 200, 400, 500, 600]
    assert track.mask_at(200) == box.moved(50, 0)
