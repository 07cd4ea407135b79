"""Blurred: fine structure is weaker than in the reference, measured against coarse structure, which defocus leaves.

Fog and dusk weaken both alike, and a poor encoder a little; so contrast cancels out.
"""

from __future__ import annotations

import numpy as np

from custodes.video.health.measure import Features
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds

ENOUGH = 12
"""Blocks with structure in both pictures; fewer say nothing of the lens."""

COARSE = 2.0
"""Levels of coarse structure that a block must have in both pictures."""

MOST = 20.0


def read_blurred(features: Features, reference: Features, thresholds: Thresholds) -> Reading | None:
    """How many times softer than the reference; None where too little can be compared, as in thick fog."""
    both = (features.coarse >= COARSE) & (reference.coarse >= COARSE)
    # Burnt-out parts have lost their detail to the light.
    both &= (features.means < 215) & (features.means > 28)
    both[0] = both[-1] = False
    if both.sum() < ENOUGH:
        return None
    sharp, declared = features.fine[both] / features.coarse[both], reference.fine[both] / reference.coarse[both]
    ratio = declared / np.maximum(sharp, 1e-3)
    return Reading(min(float(np.median(ratio)), MOST), (("blocks", float(both.sum())), ("least", float(ratio.min()))))
