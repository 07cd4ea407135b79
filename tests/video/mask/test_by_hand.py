"""Drawn tracks, and the help with what lies between two drawn places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from custodes.video.mask.by_hand import assisted, drawn
from custodes.video.mask.picture import TimedPicture
from custodes.video.mask.progress import MaskStage, MaskStopped, ProgressWatcher
from custodes.video.mask.shapes import MaskBox, Polygon, bounds
from custodes.video.mask.tracks import BadTrack, MaskedKind, Sighting, TrackDecision
from tests.video.mask.films import picture

STEP = 3600


@dataclass
class Halting:
    """The square of `films.picture` walks for ten pictures and stands for ten."""

    count: int = 20

    def digest(self) -> str:
        return "00" * 32

    def pictures(self) -> Iterator[TimedPicture]:
        for number in range(self.count):
            yield TimedPicture(number, number * STEP, picture(min(number, 10)))


def box(number: int) -> MaskBox:
    at = min(number, 10)
    return MaskBox(8 + 4 * at, 30, 32 + 4 * at, 54)


def test_what_is_drawn_is_accepted() -> None:
    assert drawn(1, MaskedKind.SIGN, [(0, box(0))]).state is TrackDecision.ACCEPTED


def test_between_two_drawn_places_the_texture_is_followed() -> None:
    track = assisted(drawn(1, MaskedKind.PLATE, [(0, box(0)), (19 * STEP, box(19))]), Halting())
    assert {one.sighting for one in track.frames} == {Sighting.DRAWN, Sighting.FOLLOWED}
    for number in range(20):
        mask = track.mask_at(number * STEP)
        assert mask is not None
        assert bounds(mask).likeness(box(number)) > 0.9, number


def test_a_polygon_is_followed_corner_by_corner() -> None:
    def corners(number: int) -> Polygon:
        at = box(number)
        return Polygon(((at.left, at.top), (at.right, at.top), (at.right, at.bottom), (at.left, at.bottom)))

    track = assisted(drawn(1, MaskedKind.SIGN, [(0, corners(0)), (19 * STEP, corners(19))]), Halting())
    middle = track.mask_at(10 * STEP)
    assert isinstance(middle, Polygon)
    assert middle.bounds.likeness(box(10)) > 0.9


def test_what_goes_elsewhere_than_drawn_stays_the_even_movement_of_the_person() -> None:
    places = [(0, box(0)), (19 * STEP, box(0).moved(100, 30))]
    track = assisted(drawn(1, MaskedKind.PLATE, places), Halting())
    assert [one.sighting for one in track.frames] == [Sighting.DRAWN, Sighting.DRAWN]


def test_one_drawn_place_can_not_be_followed() -> None:
    with pytest.raises(BadTrack, match="two drawn places"):
        assisted(drawn(1, MaskedKind.PLATE, [(0, box(0))]), Halting())


def test_following_can_be_stopped() -> None:
    with pytest.raises(MaskStopped):
        assisted(
            drawn(1, MaskedKind.PLATE, [(0, box(0)), (19 * STEP, box(19))]),
            Halting(),
            ProgressWatcher(MaskStage.FOLLOW, stop=lambda: True),
        )
