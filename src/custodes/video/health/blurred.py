"""Blurred: fine structure is weaker than in the reference, measured against coarse structure, which defocus leaves.

Fog and dusk weaken both alike, and a poor encoder a little; so contrast cancels out.
"""

from __future__ import annotations

import numpy as np

from custodes.video.health.measure import Features, Floats
from custodes.video.health.reading import Reading

ENOUGH = 12
"""Blocks with structure in both pictures; fewer say nothing of the lens."""

COARSE = 2.0
"""Levels of coarse structure that a block must have in both pictures."""

MOST = 20.0

SAME = 0.3
"""Agreement from which a block shows what the reference shows."""


def read_blurred(features: Features, reference: Features, agreement: Floats) -> Reading | None:
    """How many times softer than the reference; None where too little can be compared, as in thick fog.

    Args:
        agreement: of edge directions in each block (`compare.Kept`). Defocus leaves a direction as it was; where snow lies or
            somebody stands, something else is seen, and its softness says nothing of the lens.
    """
    both = (features.coarse >= COARSE) & (reference.coarse >= COARSE)
    # Burnt-out parts have lost their detail to the light.
    both &= (features.means < 215) & (features.means > 28)
    both[0] = both[-1] = False
    both &= np.nan_to_num(agreement, nan=-1.0) >= SAME
    if both.sum() < ENOUGH:
        return None
    sharp, declared = features.fine[both] / features.coarse[both], reference.fine[both] / reference.coarse[both]
    ratio = declared / np.maximum(sharp, 1e-3)
    return Reading(min(float(np.median(ratio)), MOST), (("blocks", float(both.sum())), ("least", float(ratio.min()))))
