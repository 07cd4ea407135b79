"""Alarms over whole days of cameras that nothing is wrong with (`camera_days`, `smart_codec`), and what may be said of so many days."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from bench.pictures import smart_codec
from bench.pictures.camera_days import CHECKS, SMALL, WHOLE, CameraDay
from bench.pictures.runs import SECONDS

from custodes.video.health.covered import CoverWatch
from custodes.video.health.finding import FaultKind, FaultWatch, StandingFault
from custodes.video.health.frozen import FrozenWatch
from custodes.video.health.judge import CameraJudge, Reference
from custodes.video.health.measure import Features, measure, small_picture
from custodes.video.health.thresholds import Thresholds

LASTING = 120 // SECONDS
"""Checks for which a fault stays stated until a person is told (`upkeep.alarms.kinds`)."""

PARTLY = 20 * 60 // SECONDS
"""The same of a cover of less than half of the picture, which counts from eighteen minutes on (`upkeep.alarms.conditions.devices`)."""

LOOKED_CLOSER = 0.85
"""Share of the limit from which the minutes around a whole picture are drawn check by check."""

STEP_US = SECONDS * 1_000_000


@dataclass(frozen=True)
class DayOfAlarms:
    """One camera-day, judged.

    Attributes:
        alarms: fault and check at which a person would have been told.
        closer: whole pictures that came near a limit, so that the minutes around them were drawn.
        cpu: seconds of a core that drawing and judging it took.
    """

    name: str
    alarms: tuple[tuple[str, int], ...]
    closer: int = 0
    cpu: float = 0.0


class _Told:
    """When a fault has stayed stated for long enough: once, until it is over."""

    def __init__(self) -> None:
        self._lasted, self._told = 0, False

    def now(self, faulty: bool, after: int = LASTING) -> bool:
        self._lasted = self._lasted + 1 if faulty else 0
        told = self._lasted >= after
        new = told and not self._told
        self._told = faulty and (told or self._told)
        return new


def sensor_day(kind: str, seed: int, checks: int = CHECKS) -> DayOfAlarms:
    """Covered at each check, the others at each whole picture and around those that come near the limit of blur."""
    cv2.setNumThreads(1)
    begun = time.process_time()
    day, thresholds = CameraDay(kind, seed), Thresholds()
    limit = thresholds.limits[FaultKind.COVERED]
    declared = [Reference(str(number), measure(small_picture(one))) for number, one in enumerate(day.references)]
    cover, watch, told = CoverWatch(), FaultWatch(FaultKind.COVERED, limit), _Told()
    wholes: dict[int, Features] = {}
    alarms: list[tuple[str, int]] = []
    closer, before = 0, False
    for check in range(checks):
        key, after, share = day.between(check)
        now = after if share == 1.0 else key  # lamps were switched
        if now not in wholes:
            picture = small_picture(day.whole(now * WHOLE))
            wholes = {now: measure(picture)}
            found = _one(CameraJudge(declared).check(picture, 1), FaultKind.BLURRED)
            near = found.measure >= LOOKED_CLOSER * found.threshold
            closer += near
            stated = _states(day, now * WHOLE, declared) if near else ()
            alarms += [(fault, now * WHOLE) for fault in stated if not before]
            before = bool(stated)
        light = declared[-1 if day.lit(now).moment.night else 0].features
        features = replace(wholes[now], quarter=day.small(check))
        reading = cover.read(features, thresholds, limit.states, limit.clears, light.quarter)
        watch.take(reading, 1 + check * STEP_US)
        if told.now(watch.faulty, LASTING if watch.finding().severe else PARTLY):
            alarms.append((FaultKind.COVERED.value, check))
    return DayOfAlarms(f"{kind}/{seed}", tuple(alarms), closer, time.process_time() - begun)


def _states(day: CameraDay, check: int, declared: list[Reference]) -> list[str]:
    """Of which faults a person is told in the minutes around a whole picture, but for covered, which has watched all day."""
    camera = CameraJudge(declared)
    told = {fault: _Told() for fault in FaultKind if fault is not FaultKind.COVERED}
    out = []
    for number, frame in enumerate(day.near(check)):
        findings = camera.check(small_picture(frame), 1 + number * STEP_US)
        out += [fault.value for fault, one in told.items() if one.now(_one(findings, fault).state == "faulty")]
    return out


def smart_day(kind: str, seed: int, checks: int = CHECKS) -> DayOfAlarms:
    """Frozen, at each key frame of a camera whose codec keeps the background."""
    cv2.setNumThreads(1)
    begun, thresholds = time.process_time(), Thresholds()
    limit = thresholds.limits[FaultKind.FROZEN]
    frozen, watch, told = FrozenWatch(), FaultWatch(FaultKind.FROZEN, limit), _Told()
    alarms, features = [], None
    for number, picture in smart_codec.smart_day(kind, seed):
        if number >= checks:
            break
        if features is None or number % WHOLE == 0:
            features = measure(picture)
        small = np.asarray(cv2.resize(picture.fine, SMALL, interpolation=cv2.INTER_AREA), np.uint8)
        at_us = 1 + number * STEP_US
        watch.take(frozen.read(picture, replace(features, quarter=small), at_us, limit, thresholds), at_us)
        if told.now(watch.faulty):
            alarms.append((FaultKind.FROZEN.value, number))
    return DayOfAlarms(f"{kind}/{seed}", tuple(alarms), cpu=time.process_time() - begun)


def _one(findings: Iterable[StandingFault], fault: FaultKind) -> StandingFault:
    return next(one for one in findings if one.fault is fault)


def at_most(count: int, days: float) -> float:
    """The rate a day that so many events in so many days allow with 95 % certainty: exact, of a Poisson process, one-sided."""
    low, high = 0.0, count + 20.0
    for _ in range(60):
        middle = (low + high) / 2
        seen = sum(math.exp(-middle) * middle**one / math.factorial(one) for one in range(count + 1))
        low, high = (middle, high) if seen > 0.05 else (low, middle)
    return high / days
