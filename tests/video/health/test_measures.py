"""What each measure is deaf to, and what it is not: noise, a mast in the wind, shadows, fog, snow on grass."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from bench.pictures import optics
from bench.pictures.faults import Harm
from bench.pictures.light import Moment
from bench.pictures.runs import Run, Studio
from bench.pictures.twins import VISIBLE, share_that_differs

from custodes.video.health.covered import MEDIAN, NOW, CoverWatch, median_of
from custodes.video.health.finding import FaultKind
from custodes.video.health.image_quality import read_colour_cast, transfer
from custodes.video.health.measure import COLUMNS, ROWS, Features, Plane
from custodes.video.health.thresholds import Thresholds

from .test_hard_moments import seen

EVERYWHERE = np.ones((ROWS, COLUMNS), bool)
LIMITS = Thresholds().limits


def drawing(seed: int = 1) -> np.ndarray:
    """Boxes of many greys, at twice the size of half-size luma."""
    rng = np.random.default_rng(seed)
    out = np.full((360, 640), 120, np.uint8)
    for _ in range(120):
        x, y, w, h = (int(one) for one in rng.integers((0, 0, 12, 12), (600, 330, 90, 70)))
        out[y : y + h, x : x + w] = rng.integers(50, 200)
    return out


def half(picture: np.ndarray, noise: float = 0.0, right: float = 0.0) -> Plane:
    """At half size, moved aside, with noise."""
    move = np.array(((1, 0, right), (0, 1, 0)), np.float32)
    values = cv2.warpAffine(picture, move, (640, 360), borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    values += np.random.default_rng(5).normal(0, noise, values.shape)
    small = cv2.resize(np.clip(values, 0, 255), (320, 180), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def passed(picture: Plane, declared: Plane) -> float:
    found = transfer(picture, declared, EVERYWHERE)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(("noise", "right"), [(0, 0), (12, 0), (0, 3.3), (8, -2.6)])
def test_neither_noise_nor_a_mast_in_the_wind_changes_what_the_lens_passes_on(noise: float, right: float) -> None:
    sharp, declared = drawing(), half(drawing())
    soft = np.asarray(optics.defocus(sharp.astype(np.float32), 3.5), np.uint8)
    assert passed(half(sharp, noise, right), declared) < 1.25
    assert passed(half(soft, noise, right), declared) > 1.6


def test_something_else_is_not_a_softer_thing() -> None:
    assert transfer(half(drawing(2)), half(drawing(1)), EVERYWHERE) is None


def test_the_median_of_five_pictures_is_what_sorting_says() -> None:
    five = list(np.random.default_rng(1).integers(0, 255, (5, 40, 50), np.uint8))
    assert (median_of(five) == np.sort(five, axis=0)[2]).all()


def test_cover_is_seen_at_night_and_shadows_that_were_not_declared_may_go() -> None:
    def share(then: Moment, now: Moment, harm: Harm | None = None, declared: Plane | None = None) -> float:
        watch, thresholds = CoverWatch(), Thresholds()
        before = seen("gate", then)
        for _ in range(11):
            assert watch.read(before, thresholds, 11, 6) is None
        after: Features = seen("gate", now, harm)
        for _ in range(5):
            reading = watch.read(after, thresholds, 11, 6, declared)
        assert reading is not None
        return reading.value

    night, sunny = Moment(sun=-12), Moment(sun=30, cloud=0.0)
    limit = LIMITS[FaultKind.COVERED]
    cloth = optics.blob(np.random.default_rng(2), 0.35, 10)
    covered = Harm(lens=lambda out: optics.stuck(out, cloth, (0.2, 0.2, 0.2), 0.0, 1.0))
    assert share(night, night, covered) > limit.states
    assert share(night, night) < limit.clears
    overcast = seen("gate", Moment(cloud=1.0)).quarter
    assert share(sunny, Moment(sun=30, cloud=0.0, azimuth=1.4), declared=overcast) < limit.clears
    assert share(sunny, Moment(sun=30, cloud=1.0), declared=overcast) < limit.clears
    assert share(sunny, sunny, covered, overcast) > limit.states


@pytest.mark.parametrize("kind", ["gate", "square"])
def test_shadows_that_clouds_take_and_give_back_are_not_missed_a_second_time(kind: str) -> None:
    """Of a view that was declared in the same sun. What covers it is seen meanwhile."""
    limit, thresholds = LIMITS[FaultKind.COVERED], Thresholds()
    sunny = seen(kind, Moment(sun=42, cloud=0.0, azimuth=1.2))
    overcast = seen(kind, Moment(sun=42, cloud=1.0, azimuth=1.2))
    cloth = optics.blob(np.random.default_rng(2), 0.5, 10)
    covered = seen(
        kind,
        Moment(sun=42, cloud=0.0, azimuth=1.2),
        Harm(lens=lambda out: optics.stuck(out, cloth, (0.2, 0.2, 0.2), 0.0, 1.0)),
    )
    watch = CoverWatch()

    def share(features: Features, checks: int) -> float:
        for _ in range(checks):
            reading = watch.read(features, thresholds, limit.states, limit.clears, sunny.quarter)
        assert reading is not None
        return reading.value

    share(sunny, 2 * MEDIAN + NOW + 1)
    assert share(overcast, MEDIAN) > limit.states
    share(sunny, 2 * MEDIAN + NOW + 1)
    assert share(overcast, MEDIAN) < limit.clears
    share(sunny, 2 * MEDIAN + NOW + 1)
    assert share(covered, MEDIAN) > limit.states


def test_what_is_hidden_stays_so_until_the_light_is_back_in_which_it_was_seen() -> None:
    watch, thresholds, limit = CoverWatch(), Thresholds(), LIMITS[FaultKind.COVERED]
    cloth = optics.blob(np.random.default_rng(2), 0.35, 10)
    covered = Harm(lens=lambda out: optics.stuck(out, cloth, (0.2, 0.2, 0.2), 0.0, 1.0))
    free, hidden = seen("gate", Moment()), seen("gate", Moment(), covered)

    def last(features: Features, checks: int) -> float | None:
        for _ in range(checks):
            reading = watch.read(features, thresholds, limit.states, limit.clears)
        return reading.value if reading is not None else None

    last(free, 11)
    stated = last(hidden, 5)
    assert stated is not None
    assert stated > limit.states
    grey = replace(hidden, chroma=np.zeros_like(hidden.chroma))
    assert last(grey, 40) is None, "in infrared nothing says that it was cleaned"
    again = last(hidden, 16)
    assert again is not None
    assert again > limit.states
    for checks in (3, 16, 16):  # a median of five shows it from the third on
        cleaned = last(free, checks)
        assert cleaned is not None
        assert cleaned < limit.clears, "nor are the cover's edges missed"


def test_of_a_flat_panorama_the_lens_is_not_judged() -> None:
    flat = np.zeros((40, 320), np.uint8)
    assert transfer(flat, flat, np.ones((5, 40), bool)) is None


def test_snow_and_fog_over_grass_are_no_cast_and_a_stuck_infrared_filter_is() -> None:
    limit = LIMITS[FaultKind.COLOUR_CAST]

    def cast(kind: str, now: Moment, harm: Harm | None = None) -> float:
        found = read_colour_cast(seen(kind, now, harm), seen(kind, Moment()), Thresholds())
        assert found is not None
        return found.value

    assert cast("field", Moment(season="winter", snow=0.9)) < limit.clears
    assert cast("field", Moment(fog=0.02, cloud=1.0)) < limit.clears
    stuck = Harm(ill=Harm().ill.__class__(infrared=1.0))
    for kind in ("square", "wall", "street"):
        assert cast(kind, Moment(), stuck) > limit.states, kind


def test_a_fault_is_marked_as_visible_by_what_it_changes_and_not_by_what_is_found() -> None:
    studio = Studio("wall", 2)
    assert share_that_differs(Run("wall", 2, "day", "covered", "clear", 36, 15), studio) >= VISIBLE
    assert share_that_differs(Run("wall", 2, "day", "moved", "clear", 36, 15), studio) >= VISIBLE
    assert share_that_differs(Run("wall", 2, "night", "blurred", "slight", 36, 15), studio) < VISIBLE
