"""Blurred: edges are softer than the reference's, by their own slope and by what the lens passes on.

Slope is what an edge keeps of itself whatever the light; it is cheap, and grain and flat shades deceive it at times. What the
lens passes on (`transfer`) is asked where slope speaks for blur. Only what both say counts. Texture is not asked about: snow
hides it, and at night grain stands in its place.
"""

from __future__ import annotations

import numpy as np

from custodes.video.health.measure import Features, Floats
from custodes.video.health.reading import Reading
from custodes.video.health.transfer import NEARLY_ALL, transfer

ENOUGH = 6
"""Blocks with edges in both pictures; fewer say nothing of the lens."""

RIDGES = 0.02
"""Weight of edges that a block must have in both pictures, levels a pixel."""

AS_TRANSFER = 2.5
"""Power that brings the slope of edges to the scale of transfer: a disc of 3.5 pixels makes edges 1.3 and transfer 2 times softer."""

MOST = 20.0

DOUBT = 1.25
"""From this on transfer is asked."""

SAME = 0.3
"""Agreement from which a block shows what the reference shows."""


def read_blurred(features: Features, reference: Features, agreement: Floats) -> Reading | None:
    """How many times softer than the reference; None where too little can be compared, as in thick fog.

    Args:
        agreement: of edge directions in each block (`compare.Kept`). Defocus leaves a direction as it was; where snow lies or
            somebody stands, something else is seen, and its softness says nothing of the lens.
    """
    # Burnt-out parts have lost their detail to the light.
    fit = (features.means < 215) & (features.means > 28) & (np.nan_to_num(agreement, nan=-1.0) >= SAME)
    fit[0] = fit[-1] = False
    edged = fit & (features.ridges >= RIDGES) & (reference.ridges >= RIDGES)
    if edged.sum() < ENOUGH:
        return None
    edges = min(max(_edges(features, reference, edged), 0.0) ** AS_TRANSFER, MOST)
    details = (("edges", edges), ("blocks", float(edged.sum())))
    if edges < DOUBT:
        return Reading(edges, details)
    passed = transfer(features.luma, reference.luma, fit)
    if passed is None:
        return None
    return Reading(min(edges, passed[0]), (*details, ("transfer", min(passed[0], MOST))))


def _edges(features: Features, reference: Features, where: np.ndarray) -> float:
    """What nearly all edges show, each block weighed by what edges it has in both pictures."""
    ratio = reference.crisp[where] / np.maximum(features.crisp[where], 1e-3)
    order = np.argsort(ratio)
    weight = np.cumsum(np.minimum(features.ridges, reference.ridges)[where][order])
    return float(ratio[order][np.searchsorted(weight, NEARLY_ALL * weight[-1])])
