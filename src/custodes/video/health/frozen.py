"""Frozen: the encoder repeats one picture, with or without a burnt-in clock that goes on."""

from __future__ import annotations

import cv2
import numpy as np

from custodes.video.health.measure import Features, blocks
from custodes.video.health.picture import Picture
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds


def read_frozen(picture: Picture, before: Picture, features: Features, thresholds: Thresholds) -> Reading | None:
    """Share of the picture that has not changed since the check `before`, %; `features` are the picture's.

    A sensor that lives has noise, also over an empty corridor at night; a few blocks that change are the clock.
    None where there is nothing that could change: a picture without any edge.
    """
    if picture.shape != before.shape or float(features.edges[1:-1].max()) < 0.01:
        return None
    change = cv2.absdiff(picture.fine, before.fine).astype(np.float32)
    # Flat parts say nothing: an encoder takes a living sensor's noise from them.
    rich = features.spreads >= thresholds.rich_spread
    if rich.sum() < 12:
        return None
    still = blocks(change)[rich] < thresholds.still_level
    return Reading(100.0 * float(still.mean()), (("change", float(change.mean())),))
