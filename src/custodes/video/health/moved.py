"""Moved: the camera looks elsewhere than declared (S15 采集范围固定, S34(7) 不得擅自改变…摄像头指向方位).

A picture is held against a reference: by how much it is displaced, and what of the reference's structure it keeps.
Compared are the directions of edges, not brightness: shadows, lamps, snow and the change to infrared alter how bright a
thing is, and leave its outline where it was. Angles are doubled, so that an edge from dark to light equals one from light
to dark (orientation correlation; Fitch et al., 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from custodes.video.health.finding import Reading
from custodes.video.health.measure import COLUMNS, EDGE, OVERLAY_SHARE, ROWS, Features, Floats, blocks, gradient_of
from custodes.video.health.thresholds import Thresholds

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
class StructureKept:
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


def kept(reference: Features, picture: Directions, matrix: Matrix = IDENTITY) -> StructureKept:
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
    return StructureKept(share, agreement, found, overlap_of(matrix, width, height))


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
    "Matrix",
    "StructureKept",
    "directions",
    "directions_of",
    "displacement",
    "kept",
    "overlap_of",
]


TURNS = (-13.0, -9.0, -6.0, -3.0, 3.0, 6.0, 9.0, 13.0)
ZOOMS = (0.7, 0.85, 1.18, 1.42)
"""Tried where no point of the picture could be matched, degrees and factors."""

ELSEWHERE = 100.0
"""% of the width that stands for a view in which nothing of the declared one is found."""


@dataclass(frozen=True, slots=True)
class Aim:
    """How the declared view lies in the picture.

    Attributes:
        matrix: from the reference to the picture; None where nothing of the declared view is found.
        agreement: of edges there.
        in_place: agreement of edges where they were declared.
        held: what is kept of the reference at `matrix`; in place where that is None.
    """

    matrix: Matrix | None
    agreement: float
    in_place: float
    held: StructureKept


def find_aim(features: Features, reference: Features, thresholds: Thresholds) -> Aim:
    """Where the declared view is in the picture. In place is cheap; anything else is searched for and then verified."""
    seen, declared = directions(features), directions(reference)
    shift, best, in_place = displacement(declared, seen)
    width = reference.luma.shape[1]
    near = np.hypot(*shift) <= thresholds.sway * width
    held = kept(reference, seen)
    if near and in_place >= thresholds.same_view:
        return Aim(IDENTITY, in_place, in_place, held)
    found = _search(features, reference, seen, declared, shift, best)
    if found is not None:
        matrix, there = found
        least = thresholds.found_view + thresholds.found_little * (1 - min(there.overlap, 1.0))
        better = there.share > max(least, held.share + 0.08)
        if better and spread_of(there) >= 0.25:
            return Aim(matrix, there.share, in_place, there)
    if near and in_place > thresholds.unlike:
        return Aim(IDENTITY, in_place, in_place, held)
    return Aim(None, best, in_place, held)


def spread_of(held: StructureKept) -> float:
    """Share of structured blocks that agree: a match of one corner alone is none."""
    structured = np.isfinite(held.agreement)
    return float((held.agreement[structured] > 0.3).mean()) if structured.any() else 0.0


def _search(
    features: Features,
    reference: Features,
    seen: Directions,
    declared: Directions,
    shift: tuple[int, int],
    best: float,
) -> tuple[Matrix, StructureKept] | None:
    candidates = [np.array(((1.0, 0.0, shift[0]), (0.0, 1.0, shift[1])))]
    matched = _matched(features, reference)
    if matched is not None:
        candidates.append(matched)
    tried = [(matrix, kept(reference, seen, matrix)) for matrix in candidates]
    tried.sort(key=lambda pair: pair[1].share * min(pair[1].overlap * 2, 1))
    if tried[-1][1].share < 0.4:
        tried += [(matrix, kept(reference, seen, matrix)) for matrix in _turned(reference, seen)]
        tried.sort(key=lambda pair: pair[1].share * min(pair[1].overlap * 2, 1))
    matrix, there = tried[-1]
    return (matrix, there) if there.overlap > 0.2 else None


def _matched(features: Features, reference: Features) -> Matrix | None:
    """The similarity that most points agree on (SIFT, RANSAC)."""
    finder = cv2.SIFT.create(nfeatures=600, contrastThreshold=0.02)
    height, width = reference.luma.shape
    mask = np.full((height, width), 255, np.uint8)
    band = round(height * OVERLAY_SHARE)
    mask[:band] = mask[-band:] = 0
    (points, marks), (others, others_marks) = (finder.detectAndCompute(one.luma, mask) for one in (reference, features))
    if marks is None or others_marks is None or len(points) < 8 or len(others) < 8:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(marks, others_marks, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < 0.8 * pair[1].distance]
    if len(good) < 8:
        return None
    source = np.array([points[one.queryIdx].pt for one in good], np.float32)
    target = np.array([others[one.trainIdx].pt for one in good], np.float32)
    matrix, inside = cv2.estimateAffinePartial2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=2.5, maxIters=1500, confidence=0.995
    )
    if matrix is None or inside.sum() < 8 or not 0.4 < np.hypot(matrix[0, 0], matrix[1, 0]) < 2.5:
        return None
    return np.asarray(matrix, np.float64)


def _turned(reference: Features, seen: Directions) -> list[Matrix]:
    """The best shift of each of a few turns and zooms of the reference."""
    height, width = reference.luma.shape
    out = []
    for turn, zoom in [*((turn, 1.0) for turn in TURNS), *((0.0, zoom) for zoom in ZOOMS)]:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, zoom)
        gx, gy = (cv2.warpAffine(plane, matrix, (width, height)) for plane in reference.gradient)
        angle = np.radians(turn)  # a turned picture has turned gradients
        cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        turned = directions_of(cos * gx + sin * gy, -sin * gx + cos * gy)
        shift, _, _ = displacement(turned, seen)
        matrix[:, 2] += shift
        out.append(np.asarray(matrix, np.float64))
    return out


def read_moved(aim: Aim, features: Features, reference: Features, thresholds: Thresholds) -> Reading | None:
    """Mean displacement of the declared view, % of the picture's width, with shift, turn, zoom and overlap.

    None where the picture is too poor to say: too few edges, or none that are sharp.
    """
    height, width = reference.luma.shape
    if aim.matrix is None:
        if not _rich(features, reference) or aim.in_place > thresholds.unlike:
            return None
        return Reading(ELSEWHERE, (("overlap", 0.0), ("agreement", aim.in_place)))
    grid = np.array([(x, y, 1.0) for x in (0, width / 2, width) for y in (0, height / 2, height)])
    away = grid @ aim.matrix.T - grid[:, :2]
    middle = aim.matrix @ np.array((width / 2, height / 2, 1.0)) - np.array((width / 2, height / 2))
    details = (
        ("right", -100 * float(middle[0]) / width),
        ("down", -100 * float(middle[1]) / height),
        ("turn", float(np.degrees(np.arctan2(aim.matrix[0, 1], aim.matrix[0, 0])))),
        ("zoom", float(np.hypot(aim.matrix[0, 0], aim.matrix[1, 0]))),
        ("overlap", 100 * overlap_of(aim.matrix, width, height)),
        ("agreement", aim.agreement),
    )
    return Reading(100 * float(np.hypot(*away.T).mean()) / width, details)


def _rich(features: Features, reference: Features) -> bool:
    """Whether the picture shows enough, sharp enough and evenly enough lit, to say that it shows something else."""
    edges, declared = float(features.edges[1:-1].mean()), float(reference.edges[1:-1].mean())
    lit = float(((features.means > 30) & (features.means < 220)).mean())
    # Sharp for its own contrast: there is no reference to hold it against.
    coarse = features.coarse[1:-1]
    usable = coarse >= 2.0
    declared_sharp = float(np.median((reference.fine / np.maximum(reference.coarse, 0.5))[1:-1]))
    sharp = (
        usable.sum() >= 20
        and float(np.median((features.fine[1:-1] / np.maximum(coarse, 0.5))[usable])) > 0.5 * declared_sharp
    )
    spread = float((features.edges[1:-1] > 0.02).mean())
    return edges > 0.4 * declared and lit > 0.6 and sharp and spread > 0.3
