"""Colour cast: the light's own colour is not what any light has, as by failed white balance or an infrared filter that is stuck.

A gain on one channel shifts the logarithms of red over green and of blue over green by the same amount everywhere in the
picture, however bright or coloured a place is. Lights differ along the Planckian locus, from a blue sky to a sodium lamp, and
off it to the green side, where lamps and what trees let through are. To its purple side no light lies: there a small shift
already says that it is the camera. What is grey is asked, where there is some: fog and snow make grey what was green, and
nothing makes coloured what was grey. And only what nearly all of it shows counts: autumn changes parts of a picture.
"""

from __future__ import annotations

import numpy as np

from custodes.video.health.measure import Features, Floats
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds

WARMER = np.array((0.59, -0.81))
"""Direction in (ln R/G, ln B/G) in which a black body's light changes from 6,500 K to 2,800 K (the Planckian locus in linear BT.709)."""

PURPLE = np.array((0.81, 0.59))
"""Across it: red and blue against green."""

COUNTED = {"purple": 1.0, "green": 0.4, "bluer": 0.25, "warmer": 0.15}
"""How far a shift each way counts. Sunset, dust and sodium lamps redden far more than any light makes bluer than by day."""

NEARLY_ALL = 0.3
"""Share of the blocks that may be shifted less than what is stated: other colours may have come into a part of the picture."""

GREY, ENOUGH_GREY = 0.15, 12
"""Farthest from grey, across the locus, that a block of the reference may be to be asked; and blocks of which so many will do."""

FAINTEST = 0.012
"""Of full scale, linear: under this a channel is its noise."""


def read_colour_cast(features: Features, reference: Features, thresholds: Thresholds) -> Reading | None:
    """How far the colour of light is from the reference's, % (100 times the natural logarithm), ways weighed as `COUNTED` says.

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
    now, then = _light(features)[lit], _light(reference)[lit]
    grey = np.abs(then @ PURPLE) < GREY
    if grey.sum() >= ENOUGH_GREY:
        now, then = now[grey], then[grey]
        from_grey = np.zeros_like(then)
    else:
        from_grey = then
    shift = now - then
    ways = {
        way: _of_nearly_all(shift @ axis + np.minimum(from_grey @ axis, 0))
        for way, axis in (("purple", PURPLE), ("green", -PURPLE), ("warmer", WARMER), ("bluer", -WARMER))
    }
    value = max(COUNTED[way] * amount for way, amount in ways.items())
    red, blue = (float(one) for one in np.median(shift, axis=0))
    return Reading(100.0 * value, (("red", 100 * red), ("blue", 100 * blue), ("purple", 100 * ways["purple"])))


def _of_nearly_all(amounts: Floats) -> float:
    return max(float(np.quantile(amounts, NEARLY_ALL)), 0.0)


def _light(features: Features) -> Floats:
    """ln R/G and ln B/G of each block, linear light (ITU-R BT.601 coefficients, video range)."""
    luma = (features.means - 16) * np.float32(1 / 219)
    cb, cr = features.chroma[..., 0] / 224, features.chroma[..., 1] / 224
    red, blue = luma + 1.402 * cr, luma + 1.772 * cb
    green = (luma - 0.299 * red - 0.114 * blue) / 0.587
    linear = np.maximum(np.stack((red, green, blue), axis=-1), 0.0) ** 2.2
    logs = np.log(np.maximum(linear, FAINTEST))
    return np.asarray(np.stack((logs[..., 0] - logs[..., 1], logs[..., 2] - logs[..., 1]), axis=-1), np.float32)
