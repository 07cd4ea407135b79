"""How much less of the fine than of the coarse structure of a declared view a picture passes on: the lens's transfer, from two pictures.

Each block's least-squares gain of the picture's structure over the declared view's, once for structure of about 2 and once of
about 8 pixels of half the working size, at the declared view's edges alone. A sensor's noise, rain and whoever passes are
in the picture and not in the declared view, so that they change neither gain; contrast, fog and exposure change both alike.
Only blocks count whose coarse and fine structure is the declared view's own: a shadow that has moved, or snow, is another
thing, not a softer one. The two are brought to cover each other first, to a part of a pixel: a mast in the wind is no blur.
"""

from __future__ import annotations

import cv2
import numpy as np

from custodes.video.health.measure import Floats, blocks, gradient_of
from custodes.video.health.picture import Plane

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
    edges = _edges(declared)
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


def _edges(luma: Plane) -> Floats:
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
