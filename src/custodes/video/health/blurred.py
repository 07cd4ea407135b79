"""Blurred: the picture is softer than the reference, in its texture and at its edges.

Texture is measured against coarse structure, which defocus leaves: fog and dusk weaken both alike, and a poor encoder a little.
But snow hides texture, and so does the night. Edges are measured by their own slope, at what is an edge in both pictures. Only
what both say counts, so that each is asked about what the other can't tell.
"""

from __future__ import annotations

import numpy as np

from custodes.video.health.measure import Features, Floats
from custodes.video.health.reading import Reading

ENOUGH, ENOUGH_RIDGES = 12, 6
"""Blocks with structure, and with edges, in both pictures; fewer say nothing of the lens."""

COARSE = 2.0
"""Levels of coarse structure that a block must have in both pictures."""

RIDGES = 0.02
"""Weight of edges that a block must have in both pictures, levels a pixel."""

AS_TEXTURE = 2.5
"""Power that brings the slope of edges to the scale of texture: a disc of 3.5 pixels makes edges 1.3 and texture 1.9 times softer."""

MOST = 20.0

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
    textured = fit & (features.coarse >= COARSE) & (reference.coarse >= COARSE)
    edged = fit & (features.ridges >= RIDGES) & (reference.ridges >= RIDGES)
    if textured.sum() < ENOUGH or edged.sum() < ENOUGH_RIDGES:
        return None
    texture, edges = _texture(features, reference, textured), _edges(features, reference, edged)
    softer = min(texture, max(edges, 0.0) ** AS_TEXTURE, MOST)
    return Reading(softer, (("texture", texture), ("edges", edges), ("blocks", float(edged.sum()))))


def _texture(features: Features, reference: Features, where: np.ndarray) -> float:
    sharp, declared = features.fine[where] / features.coarse[where], reference.fine[where] / reference.coarse[where]
    return float(np.median(declared / np.maximum(sharp, 1e-3)))


def _edges(features: Features, reference: Features, where: np.ndarray) -> float:
    """Median over blocks, each weighed by what edges it has in both pictures."""
    ratio = reference.crisp[where] / np.maximum(features.crisp[where], 1e-3)
    order = np.argsort(ratio)
    weight = np.cumsum(np.minimum(features.ridges, reference.ridges)[where][order])
    return float(ratio[order][np.searchsorted(weight, weight[-1] / 2)])
