"""Cover, told from shadows by what a camera showed in the last hours: it is hidden, and they come and go."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from custodes.video.health.covered import EACH, ENOUGH, CoverWatch
from custodes.video.health.finding import FaultKind, FaultWatch
from custodes.video.health.measure import Plane, SmallKeyFrame, measure
from custodes.video.health.thresholds import Thresholds

THRESHOLDS = Thresholds()
LIMIT = THRESHOLDS.limits[FaultKind.COVERED]
GREY = np.full((180, 320), 128, np.uint8)
COLOURED = measure(SmallKeyFrame(np.full((360, 640), 90, np.uint8), GREY + 9, GREY))
HOUR = 240


class Square:
    """A paved square with things of its own and a row of trees, whose shadows wander; a camera with a sensor's noise."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(6)
        self.things = self._specks(70, 3) * 40
        self.trees = self._specks(60, 4)
        self.cover, self.watch = CoverWatch(), FaultWatch(FaultKind.COVERED, LIMIT)
        self.check = 0
        self.declared = self.shown(True)

    def _specks(self, count: int, size: int) -> np.ndarray:
        out = np.zeros((90, 160), np.float32)
        for x, y in self.rng.integers((0, 10), (160, 80), (count, 2)):
            cv2.circle(out, (int(x), int(y)), size, 1.0, -1)
        return cv2.GaussianBlur(out, (0, 0), 0.6)

    def shown(self, sun: bool) -> Plane:
        """A quarter picture; trees' shadows wander a pixel in ten minutes."""
        shadows = np.roll(self.trees, self.check // 40, axis=1) if sun else 0
        light = (110.0 - self.things) * (1 - 0.4 * shadows)
        return np.asarray(light + self.rng.normal(0, 0.7, light.shape), np.uint8)

    def go(self, checks: int, sun: bool = True, hidden: np.ndarray | None = None) -> bool:
        """So many checks; whether cover was stated after any of them."""
        stated = False
        for _ in range(checks):
            quarter = self.shown(sun)
            if hidden is not None:
                quarter = np.asarray(quarter * (1 - hidden) + 70 * hidden, np.uint8)
            shown = replace(COLOURED, quarter=quarter)
            reading = self.cover.read(shown, THRESHOLDS, LIMIT.states, LIMIT.clears, self.declared)
            self.check += 1
            self.watch.take(reading, 1 + self.check)
            stated |= self.watch.faulty
        return stated


def test_shadows_that_a_cloud_takes_are_no_cover_and_what_hides_the_square_is() -> None:
    square = Square()
    assert not square.go(3 * HOUR)
    assert not square.go(HOUR // 4, sun=False), "the first cloud of the day"
    assert not square.go(HOUR // 4)
    left = np.zeros((90, 160), np.float32)
    left[:, :56] = 1.0
    assert square.go(20, hidden=left), "with what it learnt, a cover is seen"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_specks_on_the_lens_are_seen_from_the_start(seed: int) -> None:
    """They hide few blocks wholly and take half of what is in many."""
    square, rng = Square(), np.random.default_rng(seed)
    assert not square.go(EACH // 2)
    dirt = np.zeros((90, 160), np.float32)
    while (dirt > 0).mean() < 0.35:
        cv2.circle(dirt, (int(rng.integers(160)), int(rng.integers(90))), int(rng.integers(2, 7)), 0.85, -1)
    assert square.go(21, hidden=cv2.GaussianBlur(dirt, (0, 0), 2.0))


def test_whoever_saw_a_night_first_does_not_take_the_dawn_for_specks() -> None:
    """Of the dark nothing is remembered; in the first light all outlines change, and the first hour is long over."""
    square = Square()
    things, square.things = square.things, square.things * 0
    assert not square.go(2 * EACH * ENOUGH, sun=False)
    square.things = things
    assert not square.go(EACH // 2, sun=False)
    rng = np.random.default_rng(2)
    specks = np.zeros((90, 160), np.float32)
    while (specks > 0).mean() < 0.25:
        cv2.circle(specks, (int(rng.integers(160)), int(rng.integers(90))), int(rng.integers(2, 5)), 0.6, -1)
    assert not square.go(21, sun=False, hidden=cv2.GaussianBlur(specks, (0, 0), 2.0))


def test_lamps_that_are_switched_show_one_part_and_leave_another() -> None:
    """At night a lamp shows the left; when it goes out in the grey of the morning the right is seen. A cover shows nothing anew."""
    left = np.zeros((90, 160), np.float32)
    left[:, :80] = 1.0
    square = Square()
    things = square.things
    square.things = things * left
    assert not square.go(EACH, sun=False)
    square.things = things * (1 - left)
    assert not square.go(EACH, sun=False), "the declared right came into sight"
    square.things = square.things * 0
    assert square.go(EACH, sun=False), "and went"
