"""Covered: a part of the picture has lost its structure at once and stays without: paint, cloth, leaves, dirt near the lens.

What is near the lens is out of focus, so that what it hides turns smooth; whoever passes or parks has edges of their own. Fog,
snow and dusk take structure too, but over minutes and everywhere at once; so a picture is held against what the same
camera showed a few checks ago, not against its reference, and some of it must be as it was.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from custodes.video.health.compare import STRUCTURED, directions
from custodes.video.health.measure import Features, Floats, blocks
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds

NOW, GAP, BEFORE = 5, 1, 8
"""Checks whose median counts as now, that are passed over, and whose median counts as before: a minute, and two before it."""

LOST = 0.45
"""Share of its edges that a block must keep to count as seen."""


@dataclass(frozen=True, slots=True)
class _Seen:
    present: Floats
    means: Floats


@dataclass
class CoverWatch:
    """What a camera showed lately, block by block."""

    _lately: deque[_Seen] = field(default_factory=lambda: deque(maxlen=NOW + GAP + BEFORE))
    _before: _Seen | None = None
    _colourless: bool | None = None

    def read(self, features: Features, thresholds: Thresholds, states: float, clears: float) -> Reading | None:
        """Share of the structured blocks that have lost their structure, %; None while too little has been seen.

        Args:
            states: from this share on, what was before is remembered until it comes back.
            clears: under this share it has come back.
        """
        if self._colourless is not None and features.colourless != self._colourless:
            self._lately.clear()  # infrared light shows other things
            self._before = None
        self._colourless = features.colourless
        self._lately.append(_Seen(blocks(directions(features).weight), features.means))
        before = self._before or self._median(0, len(self._lately) - NOW - GAP)
        now = self._median(max(len(self._lately) - NOW, 0), len(self._lately))
        if before is None or now is None or len(self._lately) < NOW:
            return None
        reading = _compare(before, now, thresholds)
        if reading is None:
            return None
        if self._before is None and reading.value >= states:
            self._before = before
        elif self._before is not None and reading.value < clears:
            self._before = None
        return reading

    def forget(self) -> None:
        """The camera looks elsewhere, or was off."""
        self._lately.clear()
        self._before = None

    def _median(self, start: int, end: int) -> _Seen | None:
        some = list(self._lately)[start:end]
        if len(some) < 3:
            return None
        return _Seen(
            np.median([one.present for one in some], axis=0).astype(np.float32),
            np.median([one.means for one in some], axis=0).astype(np.float32),
        )


def _compare(before: _Seen, now: _Seen, thresholds: Thresholds) -> Reading | None:
    structured = before.present >= STRUCTURED
    if structured.sum() < 8:
        return None
    ratio = now.present / np.maximum(before.present, 1e-6)
    kept = float(np.percentile(ratio[structured], 90))
    lost = structured & (ratio < LOST)
    darker = float(np.median(now.means) / max(float(np.median(before.means)), 1.0))
    if darker < 0.8:  # lamps go out: what is dark now is not covered
        lost &= now.means > 40
    gained = (before.present < STRUCTURED / 2) & (now.present >= STRUCTURED)
    share = 100.0 * float(lost.sum()) / float(structured.sum())
    details = (("kept", kept), ("darker", darker), ("gained", float(gained.sum())))
    # Everything has faded, so the air or the light has changed; or as much has come as has gone, so the view has.
    if kept < thresholds.haze or gained.sum() > 0.6 * lost.sum() + 3:
        return None if share >= 5 else Reading(share, details)
    return Reading(share, details)
