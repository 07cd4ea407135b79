"""Faults of the image itself: black, white, noise, blurred, colour cast.

Black: the lens cap is on, the sensor is dead, or it is so dark that nothing can be seen. Night with a lamp is not black. White: burnt
out, by a stuck iris, failed exposure or a light into the lens that stays. Noise: grain that comes anew with each picture, over what is
flat and does not move.

Blurred: edges are softer than the reference's, by their own slope and by what the lens passes on. Slope is what an edge keeps of itself
whatever the light; it is cheap, and grain and flat shades deceive it at times. What the lens passes on (`transfer`) is asked where
slope speaks for blur. Only what both say counts. Texture is not asked about: snow hides it, and at night grain stands in its place.

What the lens passes on is how much less of the fine than of the coarse structure of the declared view the picture has: each block's
least-squares gain of the picture's structure over the declared view's, once for structure of about 2 and once of about 8 pixels of half
the working size, at the declared view's edges alone. A sensor's noise, rain and people who pass are in the picture and not in the
declared view, so that they change neither gain; contrast, fog and exposure change both alike. Only blocks count whose coarse and fine
structure is the declared view's own: a shadow that has moved, or snow, is another thing, not a softer one. The two are brought to cover
each other first, to a part of a pixel: a mast in the wind is no blur.

Colour cast: the light's own colour is not what any light has, as by failed white balance or an infrared filter that is stuck. A gain on
one channel shifts the logarithms of red over green and of blue over green by the same amount everywhere in the picture, however bright
or coloured a place is. Lights differ along the Planckian locus, from a blue sky to a sodium lamp, and off it to the green side, where
lamps and what trees let through are. To its purple side no light lies: there a small shift already says that it is the camera. What is
grey is asked, where there is some: fog and snow make grey what was green, and nothing makes coloured what was grey. And only what
nearly all of it shows counts: autumn changes parts of a picture.
"""

from __future__ import annotations

import cv2
import numpy as np

from custodes.video.health.finding import Reading
from custodes.video.health.measure import COLUMNS, ROWS, Features, Floats, Plane, SmallKeyFrame, blocks, gradient_of
from custodes.video.health.thresholds import Thresholds

CLEAR = 4.0
"""Levels a pixel from which the declared view has an edge at which the lens can be judged."""

STRONG = 0.3
"""Power of either structure that a block of the declared view must have at its edges, square levels."""

SAME_COARSE, SAME_FINE = 0.75, 0.4
"""Correlation in each block from which it is the same thing. Noise at night leaves less of the fine."""

SWAY = 4
"""Pixels of half the working size that the two may be apart."""

NEARLY_ALL = 0.3
"""Share of the edges that may be sharper than what is stated: a lens out of focus spares none, snow hides lines and leaves walls."""

LOWEST = 14 * SWAY
"""Height of half the working size under which a panorama has too few lines to be brought to cover."""

FEWEST = 6
"""Blocks; fewer say nothing of the lens."""


def transfer(picture: Plane, declared: Plane, same: np.ndarray) -> tuple[float, int] | None:
    """Gain of coarse over gain of fine structure, 1 for the same lens and more for a softer one; and of how many blocks.

    Args:
        picture, declared: half-size luma of the picture and of the view it is held against.
        same: blocks that may be compared.
    """
    if declared.shape[0] < LOWEST:
        return None
    picture = _on(picture, _apart(picture, declared))
    edges = _where_edges_are(declared)
    (fine, declared_fine), (coarse, declared_coarse) = (
        [_band(one, *width) for one in (picture, declared)] for width in ((0.0, 1.0), (2.0, 4.0))
    )
    fine_gain, fine_alike, strong = _gain(fine, declared_fine, edges)
    coarse_gain, coarse_alike, coarsely = _gain(coarse, declared_coarse, edges)
    usable = same & (strong > STRONG) & (coarsely > STRONG) & (coarse_alike > SAME_COARSE) & (fine_alike > SAME_FINE)
    usable[0] = usable[-1] = False
    if usable.sum() < FEWEST:
        return None
    softer = (coarse_gain / np.maximum(fine_gain, 0.02))[usable]
    order = np.argsort(softer)
    # By what edges a block has, up to a point: one kerb is not the whole picture.
    weight = np.cumsum(np.minimum(np.sqrt(strong), 3.0)[usable][order])
    return float(softer[order][np.searchsorted(weight, NEARLY_ALL * weight[-1])]), int(usable.sum())


def _gain(structure: Floats, declared: Floats, edges: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each block: gain, correlation, and the declared structure's power."""
    both, own, power = (
        blocks(np.asarray(one * other * edges, np.float32))
        for one, other in ((structure, declared), (structure, structure), (declared, declared))
    )
    alike = both / np.sqrt(np.maximum(own * power, 1e-6))
    return np.asarray(both / np.maximum(power, 1e-3), np.float32), np.asarray(alike, np.float32), power


def _band(luma: Plane, inner: float, outer: float) -> Floats:
    values = luma.astype(np.float32)
    within = cv2.GaussianBlur(values, (0, 0), inner) if inner else values
    return np.asarray(within - cv2.GaussianBlur(values, (0, 0), outer), np.float32)


def _where_edges_are(luma: Plane) -> Floats:
    """1 at clear edges and two pixels around them, else 0."""
    clear = (cv2.magnitude(*gradient_of(luma)) > CLEAR).astype(np.float32)
    return np.asarray(cv2.dilate(clear, np.ones((5, 5))), np.float32)


def _apart(picture: Plane, declared: Plane) -> tuple[float, float]:
    """How far the picture is to the right of and below the declared view, pixels.

    Structure is taken over its own strength nearby, so that many faint edges outweigh one strong one: that may be a shadow's.
    """
    seen, known = (_even(_band(one, 1.0, 4.0)) for one in (picture, declared))
    margin, lines = 2 * SWAY, 6 * SWAY  # words are burnt in above and below
    known = known[lines:-lines, margin:-margin]
    seen = seen[lines - SWAY : SWAY - lines, margin - SWAY : SWAY - margin]
    agreement = cv2.matchTemplate(seen, known, cv2.TM_CCORR_NORMED)
    _, _, _, (right, down) = cv2.minMaxLoc(agreement)
    return right - SWAY + _peak(agreement[down], right), down - SWAY + _peak(agreement[:, right], down)


def _even(structure: Floats) -> Floats:
    strength = np.sqrt(np.asarray(cv2.boxFilter(structure * structure, -1, (17, 17))) + 1.0)
    return np.asarray(structure / strength, np.float32)


def _peak(curve: np.ndarray, at: int) -> float:
    """Where between its neighbours the top of `curve` is: a parabola's vertex."""
    if not 0 < at < len(curve) - 1:
        return 0.0
    before, top, after = (float(one) for one in curve[at - 1 : at + 2])
    bend = before - 2 * top + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0


def _on(picture: Plane, apart: tuple[float, float]) -> Plane:
    if abs(apart[0]) + abs(apart[1]) < 0.1:
        return picture
    height, width = picture.shape
    back = np.array(((1.0, 0.0, apart[0]), (0.0, 1.0, apart[1])), np.float32)
    moved = cv2.warpAffine(
        picture, back, (width, height), flags=cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.uint8)


WARMER = np.array((0.59, -0.81))
"""Direction in (ln R/G, ln B/G) in which a black body's light changes from 6,500 K to 2,800 K (the Planckian locus in linear BT.709)."""

PURPLE = np.array((0.81, 0.59))
"""Across it: red and blue against green."""

COUNTED = {"purple": 1.0, "green": 0.4, "bluer": 0.25, "warmer": 0.15}
"""How far a shift each way counts. Sunset, dust and sodium lamps redden far more than any light makes bluer than by day."""

NEARLY_ALL_COLOURS = 0.3
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
    return max(float(np.quantile(amounts, NEARLY_ALL_COLOURS)), 0.0)


def _light(features: Features) -> Floats:
    """ln R/G and ln B/G of each block, linear light (ITU-R BT.601 coefficients, video range)."""
    luma = (features.means - 16) * np.float32(1 / 219)
    cb, cr = features.chroma[..., 0] / 224, features.chroma[..., 1] / 224
    red, blue = luma + 1.402 * cr, luma + 1.772 * cb
    green = (luma - 0.299 * red - 0.114 * blue) / 0.587
    linear = np.maximum(np.stack((red, green, blue), axis=-1), 0.0) ** 2.2
    logs = np.log(np.maximum(linear, FAINTEST))
    return np.asarray(np.stack((logs[..., 0] - logs[..., 1], logs[..., 2] - logs[..., 1]), axis=-1), np.float32)


ENOUGH = 6
"""Blocks with edges in both pictures; fewer say nothing of the lens."""

RIDGES = 0.02
"""Weight of edges that a block must have in both pictures, levels a pixel."""

AS_TRANSFER = 2.5
"""Power that brings the slope of edges to the scale of transfer: a disc of 3.5 pixels makes edges 1.3 and transfer 2 times softer."""

MOST = 20.0

DOUBT = 1.1
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


def read_noise(
    picture: SmallKeyFrame, before: SmallKeyFrame, features: Features, thresholds: Thresholds
) -> Reading | None:
    """Standard deviation of the noise, levels; None where the picture's size has changed.

    Taken from the difference of two checks without its slow parts, so that texture falls out, and from the calmest blocks,
    so that leaves, rain and whoever passes do.
    """
    if picture.shape != before.shape:
        return None
    difference = _quick(picture.fine) - _quick(before.fine)
    height, width = difference.shape
    rows, columns = height // ROWS, width // COLUMNS
    tiles = np.abs(difference[: rows * ROWS, : columns * COLUMNS]).reshape(ROWS, rows, COLUMNS, columns)
    # Burnt-out and black blocks have lost their noise and would hide it.
    alive = (features.means > 30) & (features.means < 220)
    if alive.sum() < alive.size // 6:
        return None
    spread = 1.4826 * np.median(tiles.swapaxes(1, 2).reshape(ROWS, COLUMNS, -1), axis=2) / np.sqrt(2.0)
    return Reading(
        float(np.quantile(spread[alive], thresholds.noise_quantile)), (("median", float(np.median(spread))),)
    )


def _quick(fine: Plane) -> Floats:
    values = fine.astype(np.float32)
    return values - np.asarray(cv2.GaussianBlur(values, (0, 0), 2.0), np.float32)


def read_white(features: Features, thresholds: Thresholds) -> Reading:
    """Share of the picture's middle that is saturated and shows nothing, %."""
    means, spreads = features.means[1:-1], features.spreads[1:-1]
    burnt = (means >= thresholds.saturated_level) & (spreads < thresholds.flat_spread)
    return Reading(100.0 * float(burnt.mean()), (("mean", float(features.middle.mean())),))


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
