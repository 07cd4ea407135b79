"""What all faults need to know of one picture, computed once."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from custodes.video.health.picture import Picture, Plane

COLUMNS, ROWS = 16, 9
"""The picture in blocks, 20 pixels of the half-size luma each at 16:9."""

OVERLAY_SHARE = 0.11
"""Burnt-in time and name stand in the top or bottom ninth (GA/T 751): they stay in place, sharp and bright whatever the lens sees."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Features:
    """One picture, measured.

    Attributes:
        luma: half-size luma, video range.
        means, spreads: of luma in each block, ``(ROWS, COLUMNS)``, levels.
        edges: share of `luma`'s pixels that are edges in each block.
        fine, coarse: strength of structure under 2 and of 3 to 9 pixels of `Picture.fine` in each block, levels.
        chroma: median Cb, Cr minus 128 in each block, ``(ROWS, COLUMNS, 2)``.
    """

    luma: Plane
    means: Floats
    spreads: Floats
    edges: Floats
    fine: Floats
    coarse: Floats
    chroma: Floats

    @property
    def middle(self) -> Plane:
        """Luma without the bands in which overlays stand."""
        band = round(self.luma.shape[0] * OVERLAY_SHARE)
        return self.luma[band:-band]

    @property
    def gradient(self) -> tuple[Floats, Floats]:
        """Of the smoothed half-size luma, right and down, levels a pixel. Made anew each time: a node remembers hundreds of references."""
        return gradient_of(self.luma)

    @property
    def colourless(self) -> bool:
        """Whether the picture is grey: infrared at night, or a camera without colour."""
        return float(np.abs(self.chroma[1:-1]).max()) < 1.5


EDGE = 2.5
"""Levels a pixel from which a gradient of the smoothed half-size luma counts as an edge: above a night camera's noise."""


def measure(picture: Picture) -> Features:
    """Measure a picture."""
    height, width = picture.shape
    half = cv2.resize(picture.fine, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    luma = np.asarray(half, np.uint8)
    magnitude = cv2.magnitude(*gradient_of(luma))
    edge = (magnitude > EDGE).astype(np.float32)
    fine, coarse = _bands(picture.fine)
    return Features(
        luma=luma,
        means=blocks(luma.astype(np.float32)),
        spreads=_spreads(luma),
        edges=blocks(edge),
        fine=fine,
        coarse=coarse,
        chroma=_chroma(picture),
    )


def gradient_of(luma: Plane) -> tuple[Floats, Floats]:
    """Gradient of a smoothed picture, right and down, levels a pixel."""
    smooth = cv2.GaussianBlur(luma, (0, 0), 1.0).astype(np.float32)
    gx, gy = (cv2.Sobel(smooth, cv2.CV_32F, *way, ksize=3, scale=0.125) for way in ((1, 0), (0, 1)))
    return np.asarray(gx, np.float32), np.asarray(gy, np.float32)


def blocks(plane: Floats) -> Floats:
    """Mean of each block, ``(ROWS, COLUMNS)``."""
    return np.asarray(cv2.resize(plane, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA), np.float32)


def _spreads(luma: Plane) -> Floats:
    values = luma.astype(np.float32)
    mean = blocks(values)
    return np.sqrt(np.maximum(blocks(values * values) - mean * mean, 0))


def _bands(fine: Plane) -> tuple[Floats, Floats]:
    """Mean strength of fine structure (under 2 pixels) and of coarse (3 to 9) in each block, levels."""
    values = fine.astype(np.float32)
    small, middle = (np.asarray(cv2.GaussianBlur(values, (0, 0), width), np.float32) for width in (1.2, 3.0))
    large = cv2.GaussianBlur(cv2.resize(middle, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), (0, 0), 2.2)
    wide = np.asarray(cv2.resize(large, (fine.shape[1], fine.shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)
    return blocks(np.abs(values - small)), blocks(np.abs(middle - wide))


def _chroma(picture: Picture) -> Floats:
    small = [blocks(plane.astype(np.float32)) - 128 for plane in (picture.cb, picture.cr)]
    return np.stack(small, axis=-1)
