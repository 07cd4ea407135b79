"""Frozen is where nothing moves and something should: not a codec that keeps the background, not a night in which nobody passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import cv2
import numpy as np
import pytest
from bench.pictures.smart_codec import smart_day

from custodes.video.health.finding import FaultKind, FaultWatch
from custodes.video.health.frozen import HOUR_US, FrozenWatch
from custodes.video.health.judge import CameraJudge
from custodes.video.health.measure import SmallKeyFrame, measure
from custodes.video.health.thresholds import Thresholds

STEP_US = 15_000_000
LIMIT = Thresholds().limits[FaultKind.FROZEN]
rng = np.random.default_rng(11)
PLACE = cv2.resize(rng.integers(60, 180, (36, 64)).astype(np.uint8), (640, 360), interpolation=cv2.INTER_NEAREST)
GREY = np.full((180, 320), 128, np.uint8)
RED = np.full((180, 320), 150, np.uint8)

Shown = np.ndarray
Way = Callable[[int], Shown]


def noisy(number: int, levels: float = 2.0) -> Shown:
    """A living sensor over a place in which nothing moves."""
    grain = np.random.default_rng(number).normal(0, levels, PLACE.shape)
    return np.asarray(np.clip(np.rint(PLACE + grain), 16, 235), np.uint8)


def kept(number: int) -> Shown:
    """A codec that copies the background bit by bit: nobody passes."""
    return PLACE


def somebody_passes(number: int) -> Shown:
    out = PLACE.copy()
    left = 40 + 90 * number % 520
    out[150:200, left : left + 18] = 20
    return out


def mostly_kept(number: int) -> Shown:
    """As the control room met it: 52 to 67 % unchanged, and people walk about."""
    out = somebody_passes(number)
    out[:, : 640 * 2 // 5] = noisy(number)[:, : 640 * 2 // 5]
    return out


def coded_anew(number: int) -> Shown:
    """One picture again and again, half of which an encoder codes a level up or down, under a clock in its middle."""
    out = PLACE.copy()
    out[180:] = np.clip(out[180:].astype(int) + np.random.default_rng(number).integers(-1, 2, (180, 640)), 16, 235)
    out[85:100, 300:310] = 20 if number % 2 else 230
    return out


def calmer(number: int) -> Shown:
    """Dusk, and smoothing that takes more and more of the noise away until nothing is left."""
    return noisy(number, max(0.0, 1.0 - 0.02 * number))


def states(watch: FrozenWatch, *ways: tuple[Way, int], step_us: int = STEP_US) -> list[bool]:
    """Whether frozen is stated after each check."""
    state, out, at_us = FaultWatch(FaultKind.FROZEN, LIMIT), [], 0
    for way, checks in ways:
        for number in range(checks):
            at_us += step_us
            picture = SmallKeyFrame(way(number), GREY, RED if way is not by_infrared else GREY)
            state.take(watch.read(picture, measure(picture), at_us, LIMIT, Thresholds()), at_us)
            out.append(state.faulty)
    return out


def by_infrared(number: int) -> Shown:
    return PLACE


@pytest.mark.parametrize(
    "ways",
    [
        pytest.param([(somebody_passes, 30)], id="a codec that keeps the background"),
        pytest.param([(mostly_kept, 30)], id="52 to 67 % unchanged while people walk"),
        pytest.param([(kept, 60)], id="a standing night without noise"),
        pytest.param([(noisy, 20)], id="a living sensor"),
        pytest.param([(calmer, 60)], id="noise that is taken away by and by"),
        pytest.param([(noisy, 12), (by_infrared, 30)], id="infrared light, and the noise is gone"),
        pytest.param([(noisy, 5), (kept, 30)], id="seen alive for less than two minutes"),
    ],
)
def test_what_stands_because_nothing_moves_is_not_frozen(ways: list[tuple[Way, int]]) -> None:
    assert not any(states(FrozenWatch(), *ways))


def test_what_lived_all_over_until_it_stood_is_frozen_after_two_minutes_and_well_when_it_lives_again() -> None:
    found = states(FrozenWatch(), (noisy, 12), (coded_anew, 20), (noisy, 10))
    [begins, ends] = [number for number, (before, now) in enumerate(pairwise(found), 1) if before != now]
    assert 12 + 8 <= begins <= 12 + 10
    assert ends >= 32


def test_a_camera_whose_codec_keeps_the_background_is_frozen_when_it_stands_twice_as_long_as_it_ever_did() -> None:
    def day() -> Iterator[tuple[Way, int]]:
        for _ in range(9):  # somebody passes each two hours and three quarters
            yield kept, 32
            yield somebody_passes, 1

    found = states(FrozenWatch(), *day(), (kept, 120), step_us=HOUR_US // 12)
    before = 9 * 33
    assert not any(found[: before + 2 * 33])
    assert found[before + 2 * 33 + 10]


@pytest.mark.parametrize("kind", ["corridor", "street"])
def test_no_hour_of_a_smart_codec_is_frozen(kind: str) -> None:
    """Through the whole judgement, key frame by key frame, from noon on."""
    camera = CameraJudge()
    for number, picture in smart_day(kind, 106):
        if number > 60:
            break
        findings = camera.check(picture, 1 + number * STEP_US)
        assert next(one for one in findings if one.fault is FaultKind.FROZEN).state != "faulty", number
