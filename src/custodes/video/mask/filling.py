"""Shapes filled in a picture's planes: solid, or made coarse beyond what can be undone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from custodes.video.mask.picture import PicturePlanes, Plane
from custodes.video.mask.shapes import MaskBox, Shape, bounds, corners

BLACK = (16, 128, 128)
"""Video range."""

MOST_CELLS = 4
"""Cells along the longer side of a shape in mosaic and blur: a face of 4 by 4 values tells no faces apart by itself."""


class FillStyle(StrEnum):
    """How a shape is filled. Solid is the default: mosaic and blur can be undone in part, over many pictures above all."""

    SOLID = "solid"
    MOSAIC = "mosaic"
    BLUR = "blur"


class TooWeak(ValueError):
    """A mosaic or blur that is finer than may be published."""


@dataclass(frozen=True, slots=True)
class ShapeFilling:
    """How shapes are filled.

    Attributes:
        way: see there.
        cells: values along the longer side of a shape; 1 to `MOST_CELLS`; solid has none.
    """

    way: FillStyle = FillStyle.SOLID
    cells: int = MOST_CELLS

    def __post_init__(self) -> None:
        if not 1 <= self.cells <= MOST_CELLS:
            raise TooWeak(f"{self.cells} cells along a shape: 1 to {MOST_CELLS} is what may be published")


def fill(planes: PicturePlanes, shapes: Sequence[Shape], filling: ShapeFilling) -> PicturePlanes:
    """A copy of the picture with all `shapes` filled; the rest is untouched.

    What a shape touches in part is filled whole, in luma and in chroma. Where shapes overlap, each is filled over the
    last, and mosaic averages what is there by then: nothing of it comes back.
    """
    if not shapes:
        return planes
    out = PicturePlanes(planes.y.copy(), planes.u.copy(), planes.v.copy())
    for shape in shapes:
        window = _window(bounds(shape), out.width, out.height)
        if window is not None:
            _fill_one(out, shape, window, filling)
    return out


def coverage(shapes: Sequence[Shape], width: int, height: int) -> NDArray[np.uint8]:
    """255 where a pixel is filled, else 0; shape (height, width)."""
    mask = np.zeros((height, width), np.uint8)
    for shape in shapes:
        window = _window(bounds(shape), width, height)
        if window is not None:
            left, top, right, bottom = window
            inside = mask[top:bottom, left:right]
            inside |= _inside(shape, window)
    return mask


def masked_share(shapes: Sequence[Shape], width: int, height: int) -> float:
    """Share of the picture that is filled, 0 to 1."""
    return cv2.countNonZero(coverage(shapes, width, height)) / (width * height) if shapes else 0.0


def _window(box: MaskBox, width: int, height: int) -> tuple[int, int, int, int] | None:
    """The even pixels that hold a shape: chroma has one value for two of luma. None where it lies outside."""
    left, top = max(math.floor(box.left), 0) & ~1, max(math.floor(box.top), 0) & ~1
    right, bottom = min(math.ceil(box.right) + 1 & ~1, width), min(math.ceil(box.bottom) + 1 & ~1, height)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _inside(shape: Shape, window: tuple[int, int, int, int]) -> Plane:
    """255 inside, 0 outside, in the window. Whole blocks of two by two, so that luma and chroma agree."""
    left, top, right, bottom = window
    mask = np.full((bottom - top, right - left), 255, np.uint8)
    if isinstance(shape, MaskBox):
        return mask
    mask[:] = 0
    # OpenCV counts from the middle of a pixel, a shape from its corner.
    points = np.round((corners(shape) - (left, top) - 0.5) * 16).clip(-(1 << 24), 1 << 24).astype(np.int32)
    cv2.fillPoly(mask, [points], 255, shift=4)
    # The edge too: a pixel that the polygon crosses is hidden.
    cv2.polylines(mask, [points], True, 255, 2, shift=4)
    hull = cv2.convexHull(points) if _crosses(shape) else None
    if hull is not None:
        cv2.fillPoly(mask, [hull], 255, shift=4)
    blocks = mask.reshape(mask.shape[0] // 2, 2, mask.shape[1] // 2, 2).max(axis=(1, 3))
    return np.asarray(blocks.repeat(2, axis=0).repeat(2, axis=1), np.uint8)


def _crosses(shape: Shape) -> bool:
    """Whether a polygon crosses itself: its even-odd inside would leave a hole, so its hull is filled."""
    points = [] if isinstance(shape, MaskBox) else list(shape.corners)
    count = len(points)

    def side(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    for one in range(count):
        a, b = points[one], points[(one + 1) % count]
        for other in range(one + 2, count - (one == 0)):
            c, d = points[other], points[(other + 1) % count]
            if side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0:
                return True
    return False


def _fill_one(out: PicturePlanes, shape: Shape, window: tuple[int, int, int, int], filling: ShapeFilling) -> None:
    left, top, right, bottom = window
    mask = _inside(shape, window)
    for plane, black, step in ((out.y, BLACK[0], 1), (out.u, BLACK[1], 2), (out.v, BLACK[2], 2)):
        area = plane[top // step : bottom // step, left // step : right // step]
        here = mask[::step, ::step] > 0
        area[here] = black if filling.way is FillStyle.SOLID else _coarse(area, filling)[here]


def _coarse(area: Plane, filling: ShapeFilling) -> Plane:
    """The area as a few values, in steps (mosaic) or run together (blur)."""
    height, width = area.shape
    longer = max(height, width)
    cells = (max(1, round(filling.cells * width / longer)), max(1, round(filling.cells * height / longer)))
    few = cv2.resize(area, cells, interpolation=cv2.INTER_AREA)
    how = cv2.INTER_NEAREST if filling.way is FillStyle.MOSAIC else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(few, (width, height), interpolation=how), np.uint8)
