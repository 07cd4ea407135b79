"""Covered: a part of the picture has lost its fine structure at once and stays without: paint, cloth, leaves, dirt.

What is near the lens is out of focus: it may have an outline, but nothing fine; whoever passes or parks has edges of their
own. Fog, snow and dusk take fine structure too, but over minutes; lamps that are switched light one part and not another.
So a picture is held against what the same camera showed a few checks ago, not against its reference; what was lost must
have been lost in one step, and what is left must be lit as it was but for the exposure.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from custodes.video.health.measure import Features, Floats
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds

NOW, GAP, BEFORE = 5, 1, 8
"""Checks whose median counts as now, that are passed over, and whose median counts as before: a minute, and two before it."""

LEAST = 56
"""Small blocks with fine structure, an eighth of the picture's middle: of fewer nobody can say what hid them."""


@dataclass(frozen=True, slots=True)
class _Seen:
    fine: Floats
    means: Floats


@dataclass
class CoverWatch:
    """What a camera showed lately, block by block."""

    _lately: deque[_Seen] = field(default_factory=lambda: deque(maxlen=NOW + GAP + BEFORE))
    _before: _Seen | None = None
    _colourless: bool | None = None

    def read(
        self, features: Features, thresholds: Thresholds, states: float, clears: float, declared: Floats | None = None
    ) -> Reading | None:
        """Share of the structured blocks that have lost their structure, %; None while too little has been seen.

        Args:
            declared: fine structure of the declared view (`Features.detail`), where the camera looks as declared: what was not
                there then may go, as the edges of a shadow do when the sun does.
            states: from this share on, what was before is remembered until it comes back.
            clears: under this share it has come back.
        """
        if self._colourless is not None and features.colourless != self._colourless:
            self.forget()  # infrared light shows other things
        self._colourless = features.colourless
        self._lately.append(_Seen(features.detail, features.levels))
        before = self._before or _typical(list(self._lately)[: -NOW - GAP], 0.25)
        now = _typical(list(self._lately)[-NOW:], 0.75)
        if before is None or now is None:
            return None
        structured = _structured(before, declared, thresholds)
        if structured.sum() < LEAST:
            return None  # too little to lose
        lost = np.asarray(structured & (now.fine < thresholds.left * before.fine))
        share = 100.0 * float(lost.sum()) / float(structured.sum())
        step, uneven = self._step(lost), _uneven(before, now, lost)
        faded = _faded(before, now, lost)
        details = (("step", step), ("uneven", uneven), ("faded", faded))
        if self._before is not None:
            if share < clears:
                self._before = None
            return Reading(share, details)
        other = uneven > thresholds.uneven or not thresholds.faded <= faded <= thresholds.gained
        if share >= clears and (step < thresholds.step or other):
            return Reading(0.0, details)  # the air, the light, or the lens as a whole
        if share >= states:
            self._before = before
        return Reading(share, details)

    def forget(self) -> None:
        """The camera looks elsewhere, or was off."""
        self._lately.clear()
        self._before = None

    def _step(self, lost: np.ndarray) -> float:
        """How much of the loss came between two checks that follow each other but for one, 0 to 1."""
        if not lost.any():
            return 0.0
        series = np.array([float(one.fine[lost].mean()) for one in self._lately])
        whole = float(np.median(series[: -NOW - GAP]) - np.median(series[-NOW:]))
        return float((series[:-2] - series[2:]).max()) / whole if whole > 0 else 0.0


def _typical(some: list[_Seen], quantile: float) -> _Seen | None:
    """What most of these checks show: whoever passed in some of them falls out."""
    if len(some) < 3:
        return None
    fine = np.quantile([one.fine for one in some], quantile, axis=0).astype(np.float32)
    return _Seen(fine, np.median([one.means for one in some], axis=0).astype(np.float32))


def _structured(before: _Seen, declared: Floats | None, thresholds: Thresholds) -> np.ndarray:
    """Blocks that had fine structure, and were declared with some."""
    structured = before.fine >= thresholds.structured
    structured[:2] = structured[-2:] = False  # where words are burnt in
    return structured if declared is None else structured & (declared >= thresholds.structured)


def _uneven(before: _Seen, now: _Seen, lost: np.ndarray) -> float:
    """How differently the other blocks' brightness has changed: exposure changes all of them alike, lamps do not."""
    rest = ~lost & (before.means > 24) & (before.means < 215) & (now.means < 215)
    rest[:2] = rest[-2:] = False
    if rest.sum() < 40:
        return 0.0
    change = np.log(np.maximum(now.means[rest] - 14, 2) / np.maximum(before.means[rest] - 14, 2))
    return float(1.4826 * np.median(np.abs(change - np.median(change))))


def _faded(before: _Seen, now: _Seen, lost: np.ndarray) -> float:
    """What the other structured blocks keep of their fine structure: all of it behind a clean lens in clear air."""
    kept = ~lost & (before.fine >= 1.0)
    kept[:2] = kept[-2:] = False
    if kept.sum() < 6:
        return 1.0
    return float(np.median(now.fine[kept] / before.fine[kept]))
