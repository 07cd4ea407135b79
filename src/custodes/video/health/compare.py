"""A picture held against a reference: by how much it is displaced, and what of the reference's structure it keeps.

Compared are the directions of edges, not brightness: shadows, lamps, snow and the change to infrared alter how bright a
thing is, and leave its outline where it was. Angles are doubled, so that an edge from dark to light equals one from light
to dark (orientation correlation; Fitch et al., 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from custodes.video.health.measure import COLUMNS, EDGE, OVERLAY_SHARE, ROWS, Features, Floats, blocks, gradient_of

Matrix = NDArray[np.float64]
"""2×3, from the reference's half-size luma to the picture's."""

IDENTITY: Matrix = np.array(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)))

STRUCTURED = 0.06
"""Mean edge weight from which a block of the reference has structure that could be missed."""


@dataclass(frozen=True, slots=True)
class Directions:
    """Doubled edge directions of a picture, each between 0 (no edge) and 1 (a clear one) long; none where overlays stand."""

    x: Floats
    y: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class Kept:
    """What of the reference's structure is where it should be.

    Attributes:
        share: over all structured blocks in view, −1 to 1; about 0 between unrelated pictures.
        agreement: of each block, NaN where the reference has no structure or is out of view.
        found: edge weight of the picture over the reference's in each block, at least 0.
        overlap: share of the reference's view that is still in the picture.
    """

    share: float
    agreement: Floats
    found: Floats
    overlap: float


def directions(features: Features) -> Directions:
    """Edge directions of a measured picture."""
    return directions_of(*features.gradient)


def directions_of(gx: Floats, gy: Floats) -> Directions:
    """Edge directions of a gradient, without the bands in which overlays stand."""
    square = gx * gx + gy * gy
    weight = np.asarray(square / (square + EDGE * EDGE), np.float32)
    band = round(gx.shape[0] * OVERLAY_SHARE)
    weight[:band] = weight[-band:] = 0
    scale = weight / np.maximum(square, 1e-6)
    x, y = (np.asarray(part * scale, np.float32) for part in (gx * gx - gy * gy, 2 * gx * gy))
    return Directions(x, y, weight)


def displacement(reference: Directions, picture: Directions) -> tuple[tuple[int, int], float, float]:
    """The shift at which edges agree best, ``(right, down)`` in half-size pixels; how well they agree there, and without.

    The two numbers are agreements per expected edge, about 0 by chance and up to 1.
    """
    height, width = reference.x.shape
    size = (cv2.getOptimalDFTSize(width), cv2.getOptimalDFTSize(height * 3 // 2) // 2 * 2)
    first, second = (_spectrum(one.x[::2, ::2], one.y[::2, ::2], size) for one in (reference, picture))
    agree = cv2.idft(cv2.mulSpectrums(second, first, 0, conjB=True), flags=cv2.DFT_SCALE)[..., 0]
    weights = (_spectrum(one.weight[::2, ::2], None, size) for one in (reference, picture))
    first, second = weights
    both = cv2.idft(cv2.mulSpectrums(second, first, 0, conjB=True), flags=cv2.DFT_SCALE)[..., 0]
    floor = 0.35 * float(np.sqrt((reference.weight[::2, ::2].sum() + 1) * (picture.weight[::2, ::2].sum() + 1)))
    surface = cv2.GaussianBlur(agree / np.maximum(both, floor * 0.35), (0, 0), 0.7, borderType=cv2.BORDER_REPLICATE)
    row, column = np.unravel_index(int(np.argmax(surface)), surface.shape)
    down = int(row) - surface.shape[0] if row > surface.shape[0] // 2 else int(row)
    right = int(column) - surface.shape[1] if column > surface.shape[1] // 2 else int(column)
    return (2 * right, 2 * down), float(surface[row, column]), float(surface[0, 0])


def _spectrum(real: Floats, imaginary: Floats | None, size: tuple[int, int]) -> Floats:
    both = np.zeros((size[1], size[0], 2), np.float32)
    both[: real.shape[0], : real.shape[1], 0] = real
    if imaginary is not None:
        both[: real.shape[0], : real.shape[1], 1] = imaginary
    return np.asarray(cv2.dft(both), np.float32)


def kept(reference: Features, picture: Directions, matrix: Matrix = IDENTITY) -> Kept:
    """What of `reference`, moved by `matrix`, is in `picture`."""
    height, width = reference.luma.shape
    if matrix is IDENTITY:
        expected, inside = directions(reference), np.ones((height, width), np.float32)
    else:
        moved = np.asarray(cv2.warpAffine(reference.luma, matrix, (width, height)), np.uint8)
        ones = np.ones((height, width), np.float32)
        within = cv2.warpAffine(ones, matrix, (width, height), flags=cv2.INTER_NEAREST)
        inside = np.asarray(cv2.erode(within, np.ones((7, 7))), np.float32)
        gx, gy = gradient_of(moved)
        expected = directions_of(gx * inside, gy * inside)
    # A pixel of tolerance: a pole in the wind, an edge that a lamp shifts.
    near = [cv2.GaussianBlur(plane, (0, 0), 1.0) for plane in (picture.x, picture.y)]
    length = np.sqrt(near[0] ** 2 + near[1] ** 2) + 0.05
    agree = blocks((expected.x * near[0] + expected.y * near[1]) / length)
    weight, present = blocks(expected.weight), blocks(picture.weight)
    structured = (weight >= STRUCTURED) & (blocks(np.asarray(inside, np.float32)) > 0.7)
    agreement = np.where(structured, agree / np.maximum(weight, 1e-6), np.nan).astype(np.float32)
    total = float(weight[structured].sum())
    share = float(agree[structured].sum() / total) if total else 0.0
    found = (present / np.maximum(weight, 1e-6)).astype(np.float32)
    return Kept(share, agreement, found, overlap_of(matrix, width, height))


def overlap_of(matrix: Matrix, width: int, height: int) -> float:
    """Share of the declared view that is in the picture when the declared view is moved by `matrix`."""
    corners = np.array(((0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)), np.float64)
    moved = (corners @ matrix.T).astype(np.float32)
    frame = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    area, _ = cv2.intersectConvexConvex(moved, frame)
    whole = float(cv2.contourArea(moved))
    return float(area) / whole if whole else 0.0


__all__ = [
    "COLUMNS",
    "IDENTITY",
    "ROWS",
    "Directions",
    "Kept",
    "Matrix",
    "directions",
    "directions_of",
    "displacement",
    "kept",
    "overlap_of",
]
