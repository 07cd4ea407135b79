"""Noise: grain that comes anew with each picture, over what is flat and does not move."""

from __future__ import annotations

import cv2
import numpy as np

from custodes.video.health.measure import COLUMNS, ROWS, Features, Floats
from custodes.video.health.picture import Picture, Plane
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds


def read_noise(picture: Picture, before: Picture, features: Features, thresholds: Thresholds) -> Reading | None:
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
