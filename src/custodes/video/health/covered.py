"""Covered: a part of the picture no longer shows what it showed, from one check to the next, and stays so: paint, cloth, leaves, dirt.

What is near the lens is out of focus: it may have an outline, but nothing of what is behind it. So a picture is held against
what the same camera showed a few minutes ago, place by place: how much of that is still in it (the least-squares gain, which
noise does not change but only makes less certain), and how alike it is (correlation, which light does not change). Structure
of 4 to 16 pixels is asked about, of the median of several checks: it outlasts defocus, a mast in the wind, rain, night and
whoever passes, and grain that hides it in one picture is a sixth of that here. What was lost must have been lost in one step,
as fog and dusk do not; must have been declared, as the edges of a shadow are not; must not have sunk into the dark while
other light is on, as when lamps are switched; must not stand there with light and dark exchanged, as when infrared light comes or goes; and must have shown the same in all
that is remembered of the last four hours: a shadow moves on, and all shadows go under a cloud, so that the first one teaches.

Of a camera that is not familiar yet (the first hour after the reader began) specks are seen by how much less outlines there are on the whole.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import cv2
import numpy as np

from custodes.video.health.finding import Reading
from custodes.video.health.measure import COLUMNS, ROWS, Features, Floats, Plane
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

IN_THE_DARK = 2.0
"""What of the structure is lost in the dark counts so many times: at night a cover hides little that can be missed."""

EACH = 60
"""Checks, a quarter of an hour, from one picture that is remembered to the next, and after which it counts: shadows have moved on by then."""

REMEMBERED = 16
"""Pictures that are remembered: four hours, less by one for each loss that came back."""

SAME_LIGHT = 0.25
"""Share of the structure that a remembered picture must have shown; otherwise it was another light's, or fog's, and says nothing."""

THIN = 0.7
"""Share of its outlines under which a block has become less, of what the others keep."""

FAMILIAR = 1.6
"""What is lost of structure that showed the same in all that is remembered counts so many times: it is the place's, and no shadow's."""

ENOUGH = 4
"""Remembered pictures from which a camera is familiar."""

STEADY = 0.75
"""How steady, 0 to 1, structure was before and after it became less: rain and drops on the lens come and go."""

FELL = 0.3
"""Logarithm by which the power of outlines fell where they became less, against elsewhere: rain brings outlines of its own."""

STURDY = 0.4
"""Share of its strength that structure must have had in a remembered picture, of what the others had."""

EXCHANGED = -0.3
"""Mean correlation of what was lost with what is there now under which light and dark are exchanged: a cover's is by chance, about 0."""

UNLIKE = 0.3
"""Correlation under which two pictures of a block show different things."""

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


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What a camera showed once: the median, in which light, at which check it was remembered, and from which on it counts."""

    median: Plane
    light: tuple[bool, bool]
    remembered: int
    counts_from: int


@dataclass
class CoverWatch:
    """What a camera showed lately."""

    _lately: deque[Plane] = field(default_factory=lambda: deque(maxlen=NOW + GAP + BEFORE))
    _brightness: deque[Floats] = field(default_factory=lambda: deque(maxlen=NOW + GAP + BEFORE))
    _before: _Shown | None = None
    _smooth: Floats | None = None
    _hidden: float = 0.0
    _light: tuple[bool, bool] | None = None
    _checks: int = 0
    _memory: deque[_Remembered] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _remembered_at: int = 0
    _sturdy: np.ndarray | None = None
    _familiar: bool = False
    _worst: float = 0.0
    _where: np.ndarray | None = None
    _power: Floats | None = None
    _without: Plane | None = None

    def read(
        self,
        features: Features,
        thresholds: Thresholds,
        states: float,
        clears: float,
        declared: Plane | None = None,
        soft: bool = False,
    ) -> Reading | None:
        """Share of what was there and is not any more, % of the small blocks with structure; None while too little has been seen.

        Args:
            declared: quarter of the declared view (`Features.quarter`), where the camera looks as declared.
            states: from this share on, what was before is remembered until it comes back.
            clears: under this share it has come back.
            soft: all edges are softer than declared: that there is less of outlines is the lens's, and no specks'.
        """
        self._checks += 1
        light = features.colourless, features.without_colour
        if self._light is not None and light != self._light:
            # Infrared light shows other things. What is hidden stays so until the light in which it was seen is back.
            if self._before is not None:
                self.leave()
                return None
            self.forget()
        self._light = light
        if self._lately and self._lately[-1].shape != features.quarter.shape:
            self.forget()
        self._lately.append(features.quarter)
        self._brightness.append(_brightness(features.quarter))
        if len(self._lately) < NOW + GAP + BEFORE:
            return None
        seen = list(self._lately)
        before = self._before or _shown(seen[:MEDIAN], seen[MEDIAN:BEFORE])
        median = median_of(seen[-NOW:])
        now, outlines = structure_of(median), outlines_of(median)
        seen_well = before.power >= np.maximum(thresholds.structured**2, thresholds.certain * before.noise)
        if declared is not None:
            seen_well &= alike(before.outlines, outlines_of(declared)) >= thresholds.alike
        if self._sturdy is not None:
            seen_well = self._sturdy.copy()
        seen_well[:2] = seen_well[-2:] = False  # where words are burnt in
        if seen_well.sum() < LEAST:
            return None  # too little to lose
        bright = list(self._brightness)
        if any(_unsteady(bright[start : start + MEDIAN]) > thresholds.unsteady for start in (0, MEDIAN, BEFORE + GAP)):
            return None  # headlights: what is seen is not the place's
        kept = _gain(shared(now, before.structure), before.power)
        fine = _gain(shared(outlines, before.outlines), shared(before.outlines, before.outlines))
        # Without a declared view, or with something learnt, the mean of outlines is not asked: a cloud takes some of them as well.
        if declared is None or self._learnt:
            soft = True
        else:
            known = outlines_of(declared)
            of_declared = _gain(shared(outlines, known), shared(known, known))
            fine = np.maximum(
                fine,
                of_declared / _all_of_it(of_declared, seen_well, thresholds) * _all_of_it(fine, seen_well, thresholds),
            )
        gone = (kept < thresholds.left * _all_of_it(kept, seen_well, thresholds)) & (
            alike(outlines, before.outlines) < thresholds.alike
        )
        own = shared(outlines, outlines)
        if self._before is None:
            self._familiar = False
        # Shadows may have moved on when it is cleaned: what has outlines again is not covered, whatever they are.
        covered = np.ones_like(gone) if self._smooth is None else own < 2 * self._smooth + SHARP
        lost, share, thinned = self._shares(seen_well, gone, fine, covered, thresholds, soft)
        if max(IN_THE_DARK * share, FAMILIAR * share, thinned) >= clears and self._before is None:
            sturdy, self._familiar = self._known(before, seen_well, thresholds)
            seen_well &= sturdy
            lost, share, thinned = self._shares(seen_well, gone, fine, covered, thresholds, soft)
        if max(IN_THE_DARK * share, thinned) < clears and self._before is None:
            if self._checks >= self._remembered_at + EACH:
                self._remembered_at = self._checks
                self._memory.append(_Remembered(median, light, self._checks, self._checks + EACH))
            return Reading(max(share, thinned), (("lost", share), ("thinned", thinned)))
        levels = small_blocks(median)
        # Specks leave nothing of few blocks and less of many: where they are is where structure became less.
        where = (
            lost
            if share >= thinned
            else np.asarray(seen_well & covered & (fine < THIN * _all_of_it(fine, seen_well, thresholds)))
        )
        step, steady = self._step(where, before)
        uneven, dark = _uneven(before.levels, levels, where), _dark(levels, lost)
        if dark >= thresholds.deep:
            share = min(IN_THE_DARK * share, 100.0)
        if self._where is not None:
            thinned = min(thinned, self._hidden * self._still_thin(own))
        value = max(share, thinned)
        details = (("lost", share), ("thinned", thinned), ("step", step), ("uneven", uneven), ("dark", dark))
        if self._before is not None:
            if value >= self._worst:
                self._worst, self._without = value, median
            # What is left once half of it shows something again is judged afresh.
            if value < max(clears, self._hidden / 2):
                self._came_back(light)
                if declared is None:
                    self.leave()  # nothing tells the cover's own edges, which are gone, from the place's
            return Reading(value, details)
        if lost.any() and _exchanged(lost, now, before):
            self.forget()  # infrared light came or went on a day so grey that colour does not tell, or lamps in a fog
            return None
        # Specks change the rest as well, but only so much; where lamps are switched it is the whole.
        other_light = uneven > thresholds.uneven and (dark > 0.5 or thinned > share)
        if step < thresholds.step or other_light:
            return Reading(0.0, details)  # the air, or lamps
        if thinned > share and value >= clears:
            fell = _fallen(own, shared(before.outlines, before.outlines), where, seen_well & ~where)
            if steady < STEADY or fell > -FELL:
                value = share  # rain and drops, which come and go and have outlines of their own
        if value >= states:
            if declared is not None and _appeared(before, outlines, declared, thresholds) >= where.sum():
                self.forget()  # a cover shows nothing that was hidden: lamps were switched, or the sun is out
                return None
            self._before, self._smooth, self._hidden = before, own, value
            self._worst, self._without, self._sturdy = value, median, seen_well
            if thinned > share:
                self._where, self._power = where, shared(before.outlines, before.outlines)
        return Reading(value, details)

    def _shares(
        self,
        seen_well: np.ndarray,
        gone: np.ndarray,
        fine: Floats,
        covered: np.ndarray,
        thresholds: Thresholds,
        soft: bool,
    ) -> tuple[np.ndarray, float, float]:
        """What was lost, its share, and how much less of all outlines there is, %."""
        lost = np.asarray(seen_well & gone & covered)
        count = max(float(seen_well.sum()), 1.0)
        left = fine / _all_of_it(fine, seen_well, thresholds)
        thinned = float(np.clip(1 - left, -1, 1)[seen_well & covered].sum())
        share = 100.0 * float(lost.sum()) / count
        if self._familiar:
            share = min(FAMILIAR * share, 100.0)
        if soft:
            return lost, share, 0.0
        return lost, share, 100.0 * max(thinned, 0.0) / count

    def _still_thin(self, own: Floats) -> float:
        """How much of the loss is still to be seen in the outlines' own power, against that where nothing was lost: 1 all of it."""
        if self._where is None or self._smooth is None or self._power is None or self._sturdy is None:
            return 1.0
        rest = self._sturdy & ~self._where
        then = _fallen(self._smooth, self._power, self._where, rest)
        return _fallen(own, self._power, self._where, rest) / then if then < 0 else 1.0

    def _known(self, before: _Shown, seen_well: np.ndarray, thresholds: Thresholds) -> tuple[np.ndarray, bool]:
        """Which blocks showed the same in every picture that is remembered and was of this light, and whether those were enough to say so.

        Shadows move on, and go under clouds.
        """
        sturdy, pictures = np.ones_like(seen_well), 0
        for one in self._memory:
            if one.light != self._light or one.median.shape != before.structure.shape or self._checks < one.counts_from:
                continue
            left = _gain(shared(structure_of(one.median), before.structure), before.power)
            there = (left >= STURDY * _all_of_it(left, seen_well, thresholds)) & (
                alike(outlines_of(one.median), before.outlines) >= thresholds.alike
            )
            if (there & sturdy & seen_well).sum() >= max(LEAST, SAME_LIGHT * seen_well.sum()):
                sturdy &= there
                pictures += 1
        return np.asarray(sturdy), pictures >= ENOUGH

    @property
    def _learnt(self) -> bool:
        """Whether the first hour is over, or something has come and gone here.

        Not whether that hour showed anything: whoever saw a night first would hold the dawn, which moves all outlines, to be specks.
        """
        return self._checks > ENOUGH * EACH or any(one.counts_from == one.remembered for one in self._memory)

    def _came_back(self, light: tuple[bool, bool]) -> None:
        """What was lost is there again: what the picture was without it is remembered."""
        if self._without is not None:
            self._memory.append(_Remembered(self._without, light, self._checks, self._checks))
        self._before = self._smooth = self._sturdy = self._without = self._where = None

    def leave(self) -> None:
        """The camera turns away: what it showed lately says nothing when it is back. What is hidden stays so until then."""
        self._lately.clear()
        self._brightness.clear()

    def forget(self) -> None:
        """Its light or its size changed, or its view was declared anew: what was before says nothing of now."""
        self.leave()
        self._before = self._smooth = self._sturdy = self._without = self._where = None

    def _step(self, lost: np.ndarray, before: _Shown) -> tuple[float, float]:
        """How much of the loss came between two checks that follow each other but for one, 0 to 1, and how steady it was before and is since."""
        if not lost.any():
            return 0.0, 0.0
        power = float(before.power[lost].mean())
        series = np.array([float(shared(structure_of(one), before.structure)[lost].mean()) for one in self._lately])
        whole = float(np.median(series[:BEFORE]) - np.median(series[-NOW:]))
        if whole <= 0.2 * power:
            return 0.0, 0.0
        spread = max(float(series[:BEFORE].std()), float(series[-NOW:].std()))
        return float((series[:-2] - series[2:]).max()) / whole, 1 - spread / whole


def _gain(both: Floats, power: Floats) -> Floats:
    """How much of a structure of that power is in another that shares so much with it."""
    return np.asarray(both / np.maximum(power, 1e-3), np.float32)


def _all_of_it(kept: Floats, where: np.ndarray, thresholds: Thresholds) -> float:
    """How much is kept where nothing is lost: contrast that exposure or the air changed."""
    return max(float(np.quantile(kept[where], 0.8)), thresholds.faintest) if where.any() else 1.0


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


def _fallen(own: Floats, before: Floats, where: np.ndarray, rest: np.ndarray) -> float:
    """Logarithm of how the power of outlines changed where something was lost, against elsewhere."""
    if not where.any() or not rest.any():
        return 0.0
    by = np.log((own + 0.01) / (before + 0.01))
    return float(np.median(by[where]) - np.median(by[rest]))


def _exchanged(lost: np.ndarray, now: Floats, before: _Shown) -> bool:
    """Whether what was lost is there, its light and dark exchanged: another light does that, and no cover."""
    own = shared(now, now)[lost] * shared(before.structure, before.structure)[lost]
    return bool((shared(now, before.structure)[lost] / np.sqrt(own + 1e-6)).mean() <= EXCHANGED)


def _appeared(before: _Shown, outlines: Floats, declared: Plane, thresholds: Thresholds) -> int:
    """How many small blocks show what was declared and did not before."""
    known = outlines_of(declared)
    there = (alike(outlines, known) >= thresholds.alike) & (alike(before.outlines, known) < UNLIKE)
    return int(there[2:-2].sum())


def _uneven(before: Floats, now: Floats, lost: np.ndarray) -> float:
    """How differently the other blocks' brightness has changed: exposure changes all of them alike, lamps do not."""
    rest = ~lost & (before > 24) & (before < 215) & (now < 215)
    rest[:2] = rest[-2:] = False
    if rest.sum() < 40:
        return 0.0
    change = np.log(np.maximum(now[rest] - 14, 2) / np.maximum(before[rest] - 14, 2))
    return float(1.4826 * np.median(np.abs(change - np.median(change))))


def _brightness(quarter: Plane) -> Floats:
    """Logarithm of brightness of each small block, without what exposure does to all of them."""
    levels = np.log(np.maximum(small_blocks(quarter)[2:-2] - 14, 4))
    return np.asarray(levels - np.median(levels), np.float32)


def _unsteady(five: list[Floats]) -> float:
    """How differently the parts of the picture change in brightness from check to check."""
    levels = np.array(five)
    return float(np.median(levels.max(axis=0) - levels.min(axis=0)))


def _dark(levels: Floats, lost: np.ndarray) -> float:
    """Share of what was lost that is dark."""
    return float((levels[lost] < 36).mean()) if lost.any() else 0.0
