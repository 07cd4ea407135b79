"""Black: the lens cap is on, the sensor is dead, or it is so dark that nothing can be seen. Night with a lamp is not black."""

from __future__ import annotations

import numpy as np

from custodes.video.health.measure import Features
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds


def read_black(features: Features, thresholds: Thresholds) -> Reading:
    """Share of the picture's middle that is dark and shows nothing, %; 0 where one light shines in it."""
    means, spreads = features.means[1:-1], features.spreads[1:-1]
    dead = (means < thresholds.dark_level) & (spreads < thresholds.flat_spread)
    brightest = float(np.percentile(features.middle, 99.95))
    light = brightest - float(features.middle.mean())
    # Blocks of a dark scene differ from each other; a covered sensor is the same all over, but for its noise.
    uneven = float(means[dead].std()) if dead.any() else 0.0
    share = 100.0 * float(dead.mean())
    seen = light > thresholds.spot_level or uneven > thresholds.flat_spread / 2
    return Reading(
        0.0 if seen else share, (("mean", float(features.middle.mean())), ("light", light), ("uneven", uneven))
    )
