"""Colour cast: all colours are shifted against the reference, as by failed white balance or an infrared filter that is stuck."""

from __future__ import annotations

import numpy as np

from custodes.video.health.measure import Features
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds

DAYLIGHT = np.array((-0.78, 0.62))
"""Direction in (Cb, Cr) in which light reddens from noon to dusk to sodium lamps (the Planckian locus)."""


REDDER, BLUER = 0.35, 0.6
"""How far a shift along that axis counts: sunset, dust and sodium lamps redden far more than any light makes bluer than by day."""


def read_colour_cast(features: Features, reference: Features, thresholds: Thresholds) -> Reading | None:
    """Shift of chroma against the reference, levels; along the axis of daylight it counts in part.

    None where either picture is grey (infrared light) or where their light differs too much to say.
    """
    if features.colourless or reference.colourless:
        return None
    # Lamps instead of the sun: colours differ for a good reason.
    if abs(float(np.median(features.means)) - float(np.median(reference.means))) > 60:
        return None
    lit = (features.means > 40) & (features.means < 222) & (reference.means > 40) & (reference.means < 222)
    lit[0] = lit[-1] = False
    if lit.sum() < lit.size // 5:
        return None
    shift = np.median((features.chroma - reference.chroma)[lit], axis=0)
    along = float(shift @ DAYLIGHT)
    across = float(np.linalg.norm(shift - along * DAYLIGHT))
    counted = along * (REDDER if along > 0 else BLUER)
    return Reading(float(np.hypot(across, counted)), (("cb", float(shift[0])), ("cr", float(shift[1]))))
