"""A piece of a picture looked for in another one: by its texture, near where it is expected. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from custodes.video.mask.picture import Plane
from custodes.video.mask.shapes import Box

LONG_SIDE = 640
"""Of the luma that is searched, pixels."""

_SEARCHED = 2.0
_ALIKE = 0.6
"""Normalised correlation from which it is taken to be the same thing."""

_SMALLEST, _PLAINEST = 5, 4.0
"""Sides (pixels) and spread (grey values) below which a piece looks like anything."""


@dataclass(frozen=True, slots=True)
class Patch:
    """How something looks, and its box at that time in pixels of the full picture."""

    luma: Plane
    box: Box


def patch_of(luma: Plane, box: Box, factor: float) -> Patch | None:
    """The piece of `luma` in `box`; None where it is too small, too plain, or reaches over the edge by more than a half.

    Args:
        factor: pixels of the full picture for one of `luma`.
    """
    window = _window(luma, box, factor)
    if window is None:
        return None
    left, top, right, bottom = window
    if (right - left) * (bottom - top) * factor * factor < box.area / 2:
        return None
    piece = luma[top:bottom, left:right].copy()
    if min(piece.shape) < _SMALLEST or float(piece.std()) < _PLAINEST:
        return None
    return Patch(piece, Box(left * factor, top * factor, right * factor, bottom * factor))


def look_for(luma: Plane, patch: Patch, near: Box, factor: float) -> tuple[float, float] | None:
    """How far from `patch.box` its texture lies now, x and y in pixels of the full picture; None where it isn't found.

    Args:
        near: where it is expected; looked for in an area of twice its sides.
    """
    window = _window(luma, near.grown(_SEARCHED), factor)
    if window is None:
        return None
    left, top, right, bottom = window
    area = luma[top:bottom, left:right]
    if area.shape[0] < patch.luma.shape[0] or area.shape[1] < patch.luma.shape[1]:
        return None
    alike = cv2.matchTemplate(area, patch.luma, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(np.nan_to_num(alike))
    if best < _ALIKE:
        return None
    return (left + x) * factor - patch.box.left, (top + y) * factor - patch.box.top


def _window(luma: Plane, box: Box, factor: float) -> tuple[int, int, int, int] | None:
    height, width = luma.shape
    left, top = max(round(box.left / factor), 0), max(round(box.top / factor), 0)
    right, bottom = min(round(box.right / factor), width), min(round(box.bottom / factor), height)
    return (left, top, right, bottom) if right > left and bottom > top else None
