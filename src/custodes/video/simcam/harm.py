"""What goes wrong with a simulated camera after a while, for the demo of picture health: it is turned, covered, goes dark …"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Literal, get_args

import cv2
import numpy as np

from custodes.video.rtsp.mount import Frame
from custodes.video.simcam import strip
from custodes.video.simcam.scene import Planes

Harm = Literal["aside", "covered", "dark", "glare", "blurred", "cast", "noise"]
HARMS: tuple[Harm, ...] = get_args(Harm)

ASIDE = 0.16
"""Share of the width by which a camera is turned aside."""

_EVEN: dict[Harm, tuple[int, int, int]] = {"dark": (18, 128, 128), "glare": (235, 128, 128)}
"""What is left of a picture that shows nothing: luma and chroma."""

_COVER = (48, 124, 124)
_SHIFT = (0, -14, 20)
"""By how much luma and chroma are off when the white balance has failed."""


def harmed(planes: Planes, harm: Harm) -> Planes:
    """`planes` as the camera shows them then. The strip and the burnt-in name stay: they are not the lens's."""
    out = planes.copy()
    height, width = planes.height, planes.width
    # Noise comes anew with each picture; the strip above says which it is.
    rng = np.random.default_rng(zlib.crc32(bytes(planes.y[:width])))
    for index, (plane, scale) in enumerate(((out.y, 1), (out.cb, 2), (out.cr, 2))):
        rows, columns = height // scale, width // scale
        values = np.frombuffer(plane, np.uint8).reshape(rows, columns)  # a bytearray's: written in place
        below = values[rows // strip.ROWS + rows // 19 :]
        below[:] = _changed(below, harm, index, rng)
    return out


def _changed(below: np.ndarray, harm: Harm, plane: int, rng: np.random.Generator) -> np.ndarray:
    if harm in _EVEN:
        return np.full_like(below, _EVEN[harm][plane])
    if harm == "aside":
        return np.roll(below, -round(below.shape[1] * ASIDE / 2) * 2, axis=1)
    if harm == "blurred":
        return np.asarray(cv2.GaussianBlur(below, (0, 0), below.shape[1] / 160), np.uint8)
    if harm == "cast":
        return np.clip(below.astype(np.int16) + _SHIFT[plane], 16, 240).astype(np.uint8)
    if harm == "noise":
        grain = rng.normal(0, 20, below.shape) if plane == 0 else 0
        return np.clip(below + grain, 16, 235).astype(np.uint8)
    return _covered(below, _COVER[plane])


def _covered(below: np.ndarray, colour: int) -> np.ndarray:
    rows, columns = below.shape
    mask = np.zeros((rows, columns), np.float32)
    cv2.ellipse(mask, (columns * 3 // 4, rows // 2), (columns * 2 // 5, rows * 3 // 5), 20, 0, 360, 1.0, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), columns / 60), np.float32)
    return np.asarray(below * (1 - mask) + colour * mask, np.uint8)


def later(good: Iterator[Frame], ill: Iterator[Frame], after: int) -> Iterator[Frame]:
    """`after` frames as they should be, then what the camera shows once something is wrong; `ill` begins with a key frame."""
    yield from islice(good, after)
    yield from ill
