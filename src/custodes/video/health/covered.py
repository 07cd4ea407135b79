"""Covered: a part of the picture no longer shows what it showed, from one check to the next, and stays so: paint, cloth, leaves, dirt.

What is near the lens is out of focus: it may have an outline, but nothing of what is behind it. So a picture is held against
what the same camera showed a few minutes ago, place by place: how much of that is still in it (the least-squares gain, which
noise does not change but only makes less certain), and how alike it is (correlation, which light does not change). Structure
of 4 to 16 pixels is asked about, of the median of several checks: it outlasts defocus, a mast in the wind, rain, night and
whoever passes, and grain that hides it in one picture is a sixth of that here. What was lost must have been lost in one step,
as fog and dusk do not; must have been declared, as the edges of a shadow are not; must not have sunk into the dark while
other light is on, as when lamps are switched; and must not stand there with light and dark exchanged, as when infrared light
comes or goes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import cv2
import numpy as np

from custodes.video.health.measure import COLUMNS, ROWS, Features, Floats
from custodes.video.health.picture import Plane
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds

MEDIAN = 5
"""Checks whose median counts as one picture."""

NOW, GAP, BEFORE = MEDIAN, 1, 2 * MEDIAN
"""Checks that count as now, that are passed over, and that count as before: a minute, and two and a half before it."""

LEAST = 36
"""Small blocks with structure, a twelfth of the picture's middle: of fewer nobody can say what hid them."""

WINDOW = 7
"""Side of the window around each small block in which structure is compared, pixels of a quarter of the picture."""

SHARP = 0.25
"""Power of outlines above what the cover itself had from which a block shows something again, square levels."""

GRID = (2 * COLUMNS, 2 * ROWS)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a camera showed before: the mean of two medians, what both have in common, and what they have not.

    Attributes:
        structure, outlines: of 4 to 16 pixels, and its finer half, levels.
        power: of structure around each small block, without noise; `noise`: of noise in one median.
        levels: mean luma of each small block.
    """

    structure: Floats
    outlines: Floats
    power: Floats
    noise: Floats
    levels: Floats


@dataclass
class CoverWatch:
    """What a camera showed lately."""

    _lately: deque[Plane] = field(default_factory=lambda: deque(maxlen=NOW + GAP + BEFORE))
    _before: _Shown | None = None
    _smooth: Floats | None = None
    _hidden: float = 0.0
    _light: tuple[bool, bool] | None = None

    def read(
        self, features: Features, thresholds: Thresholds, states: float, clears: float, declared: Plane | None = None
    ) -> Reading | None:
        """Share of what was there and is not any more, % of the small blocks with structure; None while too little has been seen.

        Args:
            declared: quarter of the declared view (`Features.quarter`), where the camera looks as declared.
            states: from this share on, what was before is remembered until it comes back.
            clears: under this share it has come back.
        """
        light = features.colourless, features.without_colour
        if self._light is not None and light != self._light:
            # Infrared light shows other things. What is hidden stays so until the light in which it was seen is back.
            if self._before is not None:
                self._lately.clear()
                return None
            self.forget()
        self._light = light
        if self._lately and self._lately[-1].shape != features.quarter.shape:
            self.forget()
        self._lately.append(features.quarter)
        if len(self._lately) < NOW + GAP + BEFORE:
            return None
        seen = list(self._lately)
        before = self._before or _shown(seen[:MEDIAN], seen[MEDIAN:BEFORE])
        median = median_of(seen[-NOW:])
        now, outlines = structure_of(median), outlines_of(median)
        seen_well = before.power >= np.maximum(thresholds.structured**2, thresholds.certain * before.noise)
        if declared is not None:
            seen_well &= alike(before.outlines, outlines_of(declared)) >= thresholds.alike
        seen_well[:2] = seen_well[-2:] = False  # where words are burnt in
        if seen_well.sum() < LEAST:
            return None  # too little to lose
        if any(_unsteady(seen[start : start + MEDIAN]) > thresholds.unsteady for start in (0, MEDIAN, BEFORE + GAP)):
            return None  # headlights: what is seen is not the place's
        kept = shared(now, before.structure) / np.maximum(before.power, 1e-3)
        all_of_it = max(float(np.quantile(kept[seen_well], 0.8)), thresholds.faintest)
        lost = np.asarray(
            seen_well & (kept < thresholds.left * all_of_it) & (alike(outlines, before.outlines) < thresholds.alike)
        )
        own = shared(outlines, outlines)
        if self._smooth is not None:
            # Shadows may have moved on when it is cleaned: what has outlines again is not covered, whatever they are.
            lost &= own < 2 * self._smooth + SHARP
        share = 100.0 * float(lost.sum()) / float(seen_well.sum())
        levels = small_blocks(median)
        step = self._step(lost, before)
        uneven, dark = _uneven(before.levels, levels, lost), _dark(levels, lost)
        details = (("step", step), ("uneven", uneven), ("dark", dark), ("kept", all_of_it))
        if self._before is not None:
            # What is left once half of it shows something again is judged afresh.
            if share < max(clears, self._hidden / 2):
                self._before = self._smooth = None
                if declared is None:
                    self._lately.clear()  # nothing tells the cover's own edges, which are gone, from the place's
            return Reading(share, details)
        if share >= clears and _exchanged(lost, now, before, thresholds):
            self.forget()  # infrared light came or went on a day so grey that colour does not tell
            return None
        other_light = uneven > thresholds.uneven and dark > 0.5
        if share >= clears and (step < thresholds.step or other_light):
            return Reading(0.0, details)  # the air, or the light
        if share >= states:
            self._before, self._smooth, self._hidden = before, own, share
        return Reading(share, details)

    def leave(self) -> None:
        """The camera turns away: what it showed lately says nothing when it is back. What is hidden stays so until then."""
        self._lately.clear()

    def forget(self) -> None:
        """Its light or its size changed, or its view was declared anew: what was before says nothing of now."""
        self._lately.clear()
        self._before = self._smooth = None

    def _step(self, lost: np.ndarray, before: _Shown) -> float:
        """How much of the loss came between two checks that follow each other but for one, 0 to 1."""
        if not lost.any():
            return 0.0
        power = float(before.power[lost].mean())
        series = np.array([float(shared(structure_of(one), before.structure)[lost].mean()) for one in self._lately])
        whole = float(np.median(series[:BEFORE]) - np.median(series[-NOW:]))
        return float((series[:-2] - series[2:]).max()) / whole if whole > 0.2 * power else 0.0


def median_of(five: list[Plane]) -> Plane:
    """Median of five pictures, pixel by pixel: whoever passed in two of them falls out (a sorting network)."""
    a, b, c, d, e = five
    (a, b), (c, d) = _sorted(a, b), _sorted(c, d)
    low, high = cv2.max(a, c), cv2.min(b, d)
    # Of five, the largest and the smallest of the first four cannot be the median.
    return np.asarray(cv2.max(cv2.min(low, high), cv2.min(cv2.max(low, high), e)), np.uint8)


def _sorted(one: Plane, other: Plane) -> tuple[Plane, Plane]:
    return np.asarray(cv2.min(one, other), np.uint8), np.asarray(cv2.max(one, other), np.uint8)


def structure_of(quarter: Plane) -> Floats:
    """Structure of 4 to 16 pixels, levels."""
    values = quarter.astype(np.float32)
    return np.asarray(cv2.GaussianBlur(values, (0, 0), 0.7) - cv2.GaussianBlur(values, (0, 0), 3.0), np.float32)


def outlines_of(quarter: Plane) -> Floats:
    """Its finer half, levels: what shines through something right before the lens has none, and what lies in a shadow has."""
    values = quarter.astype(np.float32)
    return np.asarray(cv2.GaussianBlur(values, (0, 0), 0.5) - cv2.GaussianBlur(values, (0, 0), 1.2), np.float32)


def shared(one: Floats, other: Floats) -> Floats:
    """Mean product of two structures in the window around each small block."""
    product = cv2.boxFilter(one * other, cv2.CV_32F, (WINDOW, WINDOW))
    return small_blocks(np.asarray(product, np.float32))


def alike(one: Floats, other: Floats) -> Floats:
    """Correlation of two structures around each small block, −1 to 1."""
    return np.asarray(shared(one, other) / np.sqrt(shared(one, one) * shared(other, other) + 1e-6), np.float32)


def small_blocks(plane: np.ndarray) -> Floats:
    """Mean of each small block."""
    return np.asarray(cv2.resize(plane.astype(np.float32), GRID, interpolation=cv2.INTER_AREA), np.float32)


def _shown(earlier: list[Plane], later: list[Plane]) -> _Shown:
    one, other = median_of(earlier), median_of(later)
    first, second = structure_of(one), structure_of(other)
    apart = first - second
    structure, outlines, levels, noise = (
        np.asarray(each, np.float32)
        for each in (
            (first + second) / 2,
            (outlines_of(one) + outlines_of(other)) / 2,
            (small_blocks(one) + small_blocks(other)) / 2,
            shared(apart, apart) / 2,
        )
    )
    return _Shown(structure, outlines, shared(first, second), noise, levels)


def _exchanged(lost: np.ndarray, now: Floats, before: _Shown, thresholds: Thresholds) -> bool:
    """Whether most of what was lost is there, its light and dark exchanged: another light does that, and no cover."""
    own = shared(now, now)[lost] * shared(before.structure, before.structure)[lost]
    opposite = shared(now, before.structure)[lost] / np.sqrt(own + 1e-6) <= -thresholds.alike
    return bool(opposite.mean() > 0.5)


def _uneven(before: Floats, now: Floats, lost: np.ndarray) -> float:
    """How differently the other blocks' brightness has changed: exposure changes all of them alike, lamps do not."""
    rest = ~lost & (before > 24) & (before < 215) & (now < 215)
    rest[:2] = rest[-2:] = False
    if rest.sum() < 40:
        return 0.0
    change = np.log(np.maximum(now[rest] - 14, 2) / np.maximum(before[rest] - 14, 2))
    return float(1.4826 * np.median(np.abs(change - np.median(change))))


def _unsteady(five: list[Plane]) -> float:
    """How differently the parts of the picture change in brightness from check to check: what exposure does is taken off."""
    levels = np.log(np.maximum(np.array([small_blocks(one)[2:-2] for one in five]) - 14, 4))
    levels -= np.median(levels, axis=(1, 2), keepdims=True)
    return float(np.median(levels.max(axis=0) - levels.min(axis=0)))


def _dark(levels: Floats, lost: np.ndarray) -> float:
    """Share of what was lost that is dark."""
    return float((levels[lost] < 36).mean()) if lost.any() else 0.0
