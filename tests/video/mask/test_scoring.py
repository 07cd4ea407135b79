"""The leak report: what its figures count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custodes.video.mask.by_hand import drawn
from custodes.video.mask.scoring import Score, score
from custodes.video.mask.shapes import MaskBox
from custodes.video.mask.tracks import MaskedKind, Track, TrackDecision

TIMES = [number * 3600 for number in range(10)]
FACE = MaskBox(20, 20, 40, 40)


def track(number: int, box: MaskBox, first: int = 0, last: int = 9) -> Track:
    return drawn(number, MaskedKind.FACE, [(first * 3600, box), (last * 3600, box)])


def held(*masks: Track, labels: tuple[Track, ...] = (track(1, FACE),)) -> Score:
    return score(labels, masks, TIMES, 160, 96)


def test_a_face_that_is_covered_throughout_is_no_leak() -> None:
    found = held(track(1, FACE.grown(1.2)))
    assert (found.shown, found.covered, found.labels, found.leaking, found.false) == (10, 10, 1, 0, 0)
    assert found.frame_recall == 1
    assert found.track_leak_rate == 0


def test_one_bare_picture_makes_the_track_a_leak() -> None:
    found = held(track(1, FACE, 0, 8))
    assert found.frame_recall == pytest.approx(0.9)
    assert found.track_leak_rate == 1


def test_a_mask_beside_the_face_covers_nothing() -> None:
    assert held(track(1, FACE.moved(8, 0))).covered == 0


def test_a_rejected_mask_covers_nothing() -> None:
    assert held(replace(track(1, FACE), state=TrackDecision.REJECTED)).covered == 0


def test_masks_that_touch_no_face_are_false() -> None:
    found = held(track(1, FACE), track(2, FACE.moved(80, 30)))
    assert found.false == 1
    assert found.tracks == 2


def test_areas_are_shares_of_the_picture() -> None:
    found = held(track(1, FACE), labels=())
    assert found.area == pytest.approx(400 / (160 * 96))
    assert found.frame_recall == 1
    assert found.excess == 0


def test_several_films_are_added_up() -> None:
    found = held(track(1, FACE)) + held()
    assert (found.shown, found.covered, found.labels, found.leaking, found.pictures) == (20, 10, 2, 1, 20)
