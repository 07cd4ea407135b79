"""Each fault at a drawn place: stated when it is there, not stated when circumstances are only hard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import av
import numpy as np
import pytest
from bench.pictures import optics
from bench.pictures.camera import decoded
from bench.pictures.faults import FAULTS, Harm
from bench.pictures.light import Moment, View
from bench.pictures.runs import REFERENCE_MOMENTS, Run, Studio, frames, references

from custodes.video.health.finding import FaultKind, StandingFault
from custodes.video.health.judge import CameraJudge, Reference
from custodes.video.health.measure import SmallKeyFrame, measure, small_picture

STEP_US = 15_000_000


@lru_cache
def studio(kind: str = "gate", seed: int = 2) -> Studio:
    return Studio(kind, seed)


@lru_cache
def declared(kind: str = "gate", seed: int = 2) -> tuple[Reference, ...]:
    shown = references(studio(kind, seed), ("day", "night"), seed)
    return tuple(Reference(str(number), measure(small_picture(frame))) for number, frame in enumerate(shown))


def judged(run: Run) -> tuple[StandingFault, ...]:
    camera = CameraJudge(declared(run.kind, run.seed))
    found: tuple[StandingFault, ...] = ()
    for number, frame in enumerate(frames(run, studio(run.kind, run.seed))):
        found = camera.check(small_picture(frame), 1 + number * STEP_US)
    return found


def stated(findings: tuple[StandingFault, ...]) -> set[str]:
    return {one.fault.value for one in findings if one.state == "faulty"}


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_clear_fault_is_stated(fault: str) -> None:
    run = Run("gate", 2, "day", fault, "clear", checks=32, onset=11)
    assert fault in stated(judged(run))


def test_a_lens_out_of_focus_is_not_taken_for_specks_on_it() -> None:
    """Both leave less of all outlines; what covers would hide that it is blurred."""
    assert stated(judged(Run("corridor", 2, "day", "blurred", "clear", checks=36, onset=15))) == {"blurred"}


@pytest.mark.parametrize("trouble", ["night", "headlights", "snow", "low_sun"])
def test_a_hard_moment_is_no_fault(trouble: str) -> None:
    assert stated(judged(Run("gate", 2, trouble, checks=12))) == set()


def test_a_camera_that_is_turned_says_by_how_much() -> None:
    camera = CameraJudge(declared())
    turned = small_picture(shot(REFERENCE_MOMENTS["day"], View(studio().place, optics.aim(0.1, -0.05, 4, 1.1))))
    for number in range(9):
        findings = camera.check(turned, 1 + number * STEP_US)
    [moved] = [one for one in findings if one.fault is FaultKind.MOVED]
    details = dict(moved.details)
    assert moved.state == "faulty"
    # The declared middle, as the turned and zoomed picture shows it: 10 % and 5 % aside, turned by 4°, 1.1 times larger.
    assert details["right"] == pytest.approx(1.1 * (10 - 5 * 0.07 * 9 / 16), abs=0.6)
    assert details["down"] == pytest.approx(-1.1 * (5 + 10 * 0.07 * 16 / 9), abs=0.6)
    assert abs(details["turn"]) == pytest.approx(4, abs=0.7)
    assert details["zoom"] == pytest.approx(1.1, abs=0.03)
    assert 60 < details["overlap"] < 95


def test_a_view_that_shows_something_else_altogether_is_moved_far() -> None:
    camera = CameraJudge(declared())
    elsewhere = small_picture(shot(REFERENCE_MOMENTS["day"], studio("carpark", 4).view, "carpark", 4))
    for number in range(9):
        findings = camera.check(elsewhere, 1 + number * STEP_US)
    [moved] = [one for one in findings if one.fault is FaultKind.MOVED]
    assert (moved.state, moved.severe) == ("faulty", True)
    assert dict(moved.details)["overlap"] < 40


def shot(moment: Moment, view: View, kind: str = "gate", seed: int = 2) -> av.VideoFrame:
    camera = studio(kind, seed)
    rng = np.random.default_rng(3)
    return decoded(camera.frame(camera.shot(moment, rng, Harm(), view, 1.0, 0.1), 40_000))


def test_a_ptz_camera_is_held_against_its_preset_alone_and_not_judged_on_its_way() -> None:
    home = declared()[0]
    other_view = View(studio().place, optics.aim(right=-0.3))
    other = Reference("other", measure(small_picture(shot(REFERENCE_MOMENTS["day"], other_view))), "preset-2")
    camera = CameraJudge((home, other))
    aside = small_picture(shot(REFERENCE_MOMENTS["day"], other_view))
    for number in range(12):
        findings = camera.check(aside, 1 + number * STEP_US, preset="preset-2", moving=number % 2 == 1)
    assert FaultKind.MOVED not in stated(findings)
    for number in range(12, 22):
        findings = camera.check(aside, 1 + number * STEP_US)
    assert FaultKind.MOVED in stated(findings), "the same picture is a fault where the camera is said to be at home"


@lru_cache
def taken(way: str, number: int = 0) -> SmallKeyFrame:
    """What a PTZ camera shows: at home, at another preset, with a cloth over its left third at home; each time with other noise."""
    view = View(studio().place, optics.aim(right=-0.3)) if way == "aside" else studio().view
    camera, rng = studio(), np.random.default_rng(30 + number)
    shown = camera.shot(REFERENCE_MOMENTS["day"], rng, Harm(), view, 0.3, 0.1)
    if way == "covered":
        shown[:, :200] = 90
    return small_picture(decoded(camera.frame(shown, 40_000 + number)))


class Ptz:
    """A PTZ camera with a declared view of its home and one of a preset."""

    def __init__(self) -> None:
        aside = Reference("aside", measure(taken("aside", 9)), "2")
        self.judge = CameraJudge((*declared(), aside))
        self.at_us = 1

    def shows(self, way: str, preset: str | None, checks: int, moving: bool = False) -> dict[FaultKind, StandingFault]:
        for number in range(checks):
            self.at_us += STEP_US
            found = self.judge.check(taken(way, number % 6), self.at_us, preset, moving)
        return {one.fault: one for one in found}


def test_a_camera_that_was_turned_from_outside_at_a_preset_is_moved_and_home_is_not_asked_about_it() -> None:
    ptz = Ptz()
    assert ptz.shows("home", "", 9)[FaultKind.MOVED].state == "well"
    ptz.shows("home", "2", 2, moving=True)
    assert ptz.shows("aside", "2", 9)[FaultKind.MOVED].state == "well"
    moved = ptz.shows("home", "2", 9)[FaultKind.MOVED]
    assert (moved.state, moved.reference) == ("faulty", "aside")
    ptz.shows("home", "", 2, moving=True)
    moved = ptz.shows("home", "", 9)[FaultKind.MOVED]
    assert (moved.state, moved.reference) == ("faulty", "aside"), (
        "at home it is not seen whether the preset is right again"
    )
    ptz.shows("aside", "2", 2, moving=True)
    assert ptz.shows("aside", "2", 9)[FaultKind.MOVED].state == "well"


def test_a_new_view_of_one_place_leaves_what_was_found_at_another() -> None:
    ptz = Ptz()
    assert ptz.shows("aside", "", 9)[FaultKind.MOVED].state == "faulty"
    ptz.shows("aside", "2", 1, moving=True)
    ptz.shows("aside", "2", 2)
    again = Reference("again", measure(taken("aside", 8)), "2")
    ptz.judge.declare((*declared(), again))
    assert ptz.shows("aside", "2", 2)[FaultKind.MOVED].state == "faulty"
    ptz.judge.declare((Reference("new home", measure(taken("aside", 7))), again))
    assert ptz.shows("aside", "2", 2)[FaultKind.MOVED].state != "faulty"


def test_a_camera_that_stands_at_no_declared_place_is_judged_by_what_needs_no_declared_view() -> None:
    ptz = Ptz()
    ptz.shows("aside", None, 2, moving=True)
    found = ptz.shows("aside", None, 11)
    assert {found[fault].state for fault in (FaultKind.MOVED, FaultKind.BLURRED, FaultKind.COLOUR_CAST)} == {"unjudged"}
    assert {found[fault].state for fault in (FaultKind.BLACK, FaultKind.WHITE, FaultKind.NOISE)} == {"well"}
    dark = replace(taken("home"), fine=np.full_like(taken("home").fine, 17))
    for _ in range(5):
        ptz.at_us += STEP_US
        found = {one.fault: one for one in ptz.judge.check(dark, ptz.at_us, None)}
    assert found[FaultKind.BLACK].state == "faulty"
    still = [ptz.judge.check(taken("aside"), ptz.at_us + number, None) for number in range(1, 10)][-1]
    assert {one.fault: one.state for one in still}[FaultKind.FROZEN] == "faulty"


def test_another_view_is_no_cover_and_what_covers_one_place_stays_until_it_is_seen_there_again() -> None:
    ptz = Ptz()
    ptz.shows("home", "", 17)
    ptz.shows("aside", "2", 1, moving=True)
    assert ptz.shows("aside", "2", 22)[FaultKind.COVERED].state == "well"
    ptz.shows("home", "", 1, moving=True)
    assert ptz.shows("home", "", 18)[FaultKind.COVERED].state == "well"
    assert ptz.shows("covered", "", 20)[FaultKind.COVERED].state == "faulty"
    ptz.shows("aside", "2", 1, moving=True)
    assert ptz.shows("aside", "2", 22)[FaultKind.COVERED].state == "faulty"
    ptz.shows("home", "", 1, moving=True)
    assert ptz.shows("home", "", 34)[FaultKind.COVERED].state == "well"


def test_without_a_declared_view_what_needs_one_is_not_judged() -> None:
    camera = CameraJudge()
    shown = small_picture(shot(REFERENCE_MOMENTS["day"], studio().view))
    for number in range(8):
        findings = camera.check(shown, 1 + number * STEP_US)
    unjudged = {one.fault for one in findings if one.state == "unjudged"}
    assert {FaultKind.MOVED, FaultKind.BLURRED, FaultKind.COLOUR_CAST} <= unjudged
    assert FaultKind.BLACK not in unjudged


def test_the_camera_that_is_covered_and_cleaned_is_well_again() -> None:
    covered = Run("gate", 2, "day", "covered", "clear", checks=30, onset=11)
    camera = CameraJudge(declared())
    number = 0
    for frame in frames(covered, studio()):
        findings = camera.check(small_picture(frame), 1 + number * STEP_US)
        number += 1
    assert "covered" in stated(findings)
    for frame in frames(Run("gate", 2, "day", checks=20), studio()):
        findings = camera.check(small_picture(frame), 1 + number * STEP_US)
        number += 1
    assert "covered" not in stated(findings)


def test_full_range_pictures_are_measured_like_others() -> None:
    plain = shot(REFERENCE_MOMENTS["day"], studio().view)
    full = plain.reformat(format="yuvj420p")
    one, other = measure(small_picture(plain)), measure(small_picture(full))
    assert np.abs(one.means - other.means).max() < 3


@pytest.mark.parametrize("size", [(640, 360), (1920, 1080), (352, 288), (360, 640), (2592, 1944)])
def test_every_size_of_picture_can_be_measured(size: tuple[int, int]) -> None:
    frame = av.VideoFrame(*size, "yuv420p")
    for plane in frame.planes:
        plane.update(np.random.default_rng(1).integers(60, 200, plane.buffer_size, np.uint8).tobytes())
    camera = CameraJudge()
    for number in range(3):
        camera.check(small_picture(frame), 1 + number)
    assert max(small_picture(frame).shape) == 640


@pytest.mark.parametrize(
    "make", [lambda: np.zeros((360, 640)), lambda: np.full((360, 640), 255), lambda: np.eye(360, 640)]
)
def test_pictures_without_anything_raise_nothing(make: Callable[[], np.ndarray]) -> None:
    grey = make().astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(np.dstack([grey] * 3), "rgb24").reformat(format="yuv420p")
    camera = CameraJudge((Reference("0", measure(small_picture(frame))), *declared()))
    for number in range(12):
        camera.check(small_picture(frame), 1 + number)
