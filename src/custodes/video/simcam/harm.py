"""What goes wrong with a simulated camera after a while, for the demo of picture health: it is turned, covered, or goes dark."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal, get_args

import cv2
import numpy as np

from custodes.video.rtsp.mount import Frame
from custodes.video.simcam import strip
from custodes.video.simcam.scene import Planes

Harm = Literal["aside", "covered", "dark"]
HARMS: tuple[Harm, ...] = get_args(Harm)

ASIDE = 0.16
"""Share of the width by which a camera is turned aside."""


def harmed(planes: Planes, harm: Harm) -> Planes:
    """`planes` as the camera shows them then. The strip and the burnt-in name stay: they are not the lens's."""
    out = planes.copy()
    height, width = planes.height, planes.width
    for plane, scale, dark in ((out.y, 1, 18), (out.cb, 2, 128), (out.cr, 2, 128)):
        rows, columns = height // scale, width // scale
        values = np.frombuffer(plane, np.uint8).reshape(rows, columns)  # a bytearray's: written in place
        below = values[rows // strip.ROWS + rows // 19 :]
        below[:] = _changed(below, harm, dark)
    return out


def _changed(below: np.ndarray, harm: Harm, dark: int) -> np.ndarray:
    if harm == "aside":
        return np.roll(below, -round(below.shape[1] * ASIDE / 2) * 2, axis=1)
    if harm == "dark":
        return np.full_like(below, dark)
    rows, columns = below.shape
    mask = np.zeros((rows, columns), np.float32)
    cv2.ellipse(mask, (columns * 3 // 4, rows // 2), (columns * 2 // 5, rows * 3 // 5), 20, 0, 360, 1.0, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), columns / 60), np.float32)
    return np.asarray(below * (1 - mask) + (dark + (30 if dark < 100 else -4)) * mask, np.uint8)


def later(good: Iterator[Frame], ill: Iterator[Frame], after: int) -> Iterator[Frame]:
    """`after` frames as they should be, then what the camera shows once something is wrong; `ill` begins with a key frame."""
    yield from islice(good, after)
    yield from ill
