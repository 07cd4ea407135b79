"""What once was taken for a fault and is none: each by the measure that now tells it apart."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from bench.pictures import optics
from bench.pictures.camera import decoded
from bench.pictures.faults import Harm
from bench.pictures.light import Moment, View
from bench.pictures.runs import Run, Studio, frames, references

from custodes.video.health.finding import FaultKind
from custodes.video.health.image_quality import read_blurred, read_colour_cast
from custodes.video.health.judge import CameraJudge, Reference
from custodes.video.health.measure import Features, measure, small_picture
from custodes.video.health.moved import directions, kept
from custodes.video.health.thresholds import Thresholds

LIMITS = Thresholds().limits


@lru_cache
def studio(kind: str) -> Studio:
    return Studio(kind, 2)


def seen(kind: str, moment: Moment, harm: Harm | None = None, view: View | None = None) -> Features:
    place = studio(kind)
    shown = place.shot(moment, np.random.default_rng(4), harm or Harm(), view or place.view, 1.0, 0.1)
    return measure(small_picture(decoded(place.frame(shown, 3600))))


def softer(kind: str, declared: Moment, now: Moment, harm: Harm | None = None) -> float:
    reference, picture = seen(kind, declared), seen(kind, now, harm)
    found = read_blurred(picture, reference, kept(reference, directions(picture)).agreement)
    assert found is not None
    return found.value


def test_snow_that_hides_texture_is_no_blur_and_defocus_is() -> None:
    night, snow = Moment(sun=-12), Moment(sun=-12, snowing=0.8, snow=0.6, season="winter")
    limit = LIMITS[FaultKind.BLURRED]
    assert softer("carpark", night, snow) < limit.clears
    assert softer("gate", Moment(), Moment()) < 1.2
    defocused = Harm(lens=lambda out: optics.defocus(out, 3.5))
    assert softer("gate", Moment(), Moment(), defocused) > limit.states


def test_sodium_lamps_and_sunset_are_no_cast_and_a_failed_white_balance_is() -> None:
    limit = LIMITS[FaultKind.COLOUR_CAST]

    def cast(declared: Moment, now: Moment, harm: Harm | None = None) -> float:
        found = read_colour_cast(seen("street", now, harm), seen("street", declared), Thresholds())
        assert found is not None
        return found.value

    assert cast(Moment(sun=-12), Moment(sun=-12, sodium=True)) < limit.clears
    assert cast(Moment(), Moment(sun=2, warm=1.0)) < limit.clears
    for tone in ((2, 1, 1), (1, 2, 1), (1, 1, 2), (1, 0.5, 1)):
        ill = Harm(ill=Harm().ill.__class__(tone=tone))
        assert cast(Moment(), Moment(), ill) > limit.states, tone


@pytest.mark.parametrize("sent", [None, 129], ids=["as_it_is_sent", "with_the_fogs_own_tint"])
def test_infrared_light_that_goes_on_a_foggy_morning_is_no_cover(sent: int | None) -> None:
    """What was bright in infrared light is dark by day, and the day is so grey that colour hardly tells."""
    place = studio("field")
    camera = CameraJudge([Reference("day", seen("field", Moment(sun=42, azimuth=1.2, cloud=0.35)))])
    fog, rng = Moment(sun=-4, fog=0.05, cloud=1.0), np.random.default_rng(5)
    stated, judged = set(), 0
    for number in range(36):
        shown = place.shot(replace(fog, infrared=number < 20), rng, Harm(), place.view, 0.5, 0.15)
        picture = small_picture(decoded(place.frame(shown, 15 * number)))
        if sent is not None:
            picture = replace(picture, cb=np.full_like(picture.cb, sent), cr=np.full_like(picture.cr, sent))
        found = camera.check(picture, 1 + number * 15_000_000)
        stated |= {one.fault for one in found if one.state == "faulty"}
        judged += found[list(FaultKind).index(FaultKind.COVERED)].last_us == 1 + number * 15_000_000
    assert judged >= 5, "before the light changed it was judged"
    assert FaultKind.COVERED not in stated


@pytest.mark.parametrize(("kind", "trouble"), [("field", "snow_night"), ("wall", "headlights"), ("field", "dawn_fog")])
def test_where_there_is_little_to_hold_on_to_nothing_is_stated(kind: str, trouble: str) -> None:
    place = studio(kind)
    shown = references(place, ("day", "night"), 2)
    camera = CameraJudge([Reference(str(number), measure(small_picture(one))) for number, one in enumerate(shown)])
    stated = set()
    for number, frame in enumerate(frames(Run(kind, 2, trouble, checks=20), place)):
        found = camera.check(small_picture(frame), 1 + number * 15_000_000)
        stated |= {one.fault for one in found if one.state == "faulty"}
    assert stated == set()


def test_one_corner_that_looks_alike_is_no_displacement() -> None:
    """The less of the declared view is left in a picture, the better it must agree."""
    thresholds = Thresholds()
    place = studio("gate")
    reference = seen("gate", Moment())
    camera = CameraJudge([Reference("0", reference)], thresholds)
    aside = View(place.place, optics.aim(right=0.12))
    shown = place.shot(Moment(), np.random.default_rng(4), Harm(), aside, 1.0, 0.1)
    for number in range(10):
        found = camera.check(small_picture(decoded(place.frame(shown, 15 * number))), 1 + number * 15_000_000)
    [moved] = [one for one in found if one.fault is FaultKind.MOVED]
    assert moved.state == "faulty"
    details = dict(moved.details)
    assert details["right"] == pytest.approx(12, abs=0.6)
    least = thresholds.found_view + thresholds.found_little * (1 - details["overlap"] / 100)
    assert details["agreement"] > least
