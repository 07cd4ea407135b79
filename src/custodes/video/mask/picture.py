"""A decoded picture as its three planes (4:2:0, 8 bit, video range), and small copies of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PicturePlanes:
    """One picture.

    Attributes:
        y: luma, shape (height, width), both even.
        u, v: chroma, half of that each way.
    """

    y: Plane
    u: Plane
    v: Plane

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.y.shape[0])


@dataclass(frozen=True, slots=True)
class PictureColour:
    """What a player must know to show the values as they are meant, and all that a copy keeps of how its source was coded.

    Attributes:
        aspect: width to height of a pixel.
        matrix: from YCbCr to RGB, by its number in ITU-T H.273; 2 where it is not stated.
    """

    aspect: Fraction = Fraction(1)
    matrix: int = 2


SQUARE = PictureColour()


@dataclass(frozen=True, slots=True)
class TimedPicture:
    """A picture and when it is shown.

    Attributes:
        number: from 0.
        time: ticks of 90 kHz from the first shown picture.
        planes: the picture, upright.
        look: how its values are meant.
    """

    number: int
    time: int
    planes: PicturePlanes
    look: PictureColour = SQUARE


def planes_of(packed: Plane, width: int, height: int) -> PicturePlanes:
    """The three planes of a packed yuv420p array; views, not copies."""
    flat = packed.reshape(-1)
    luma, chroma = width * height, width * height // 4
    half = (height // 2, width // 2)
    return PicturePlanes(
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(half),
        flat[luma + chroma : luma + 2 * chroma].reshape(half),
    )


def packed(planes: PicturePlanes) -> Plane:
    """The planes one behind the other, as yuv420p is packed: shape (height * 3 / 2, width)."""
    flat = np.concatenate((planes.y.reshape(-1), planes.u.reshape(-1), planes.v.reshape(-1)))
    return flat.reshape(planes.height * 3 // 2, planes.width)


def turned(planes: PicturePlanes, quarters: int) -> PicturePlanes:
    """Turned counter-clockwise by quarters."""
    if quarters % 4 == 0:
        return planes
    return PicturePlanes(*(np.ascontiguousarray(np.rot90(plane, quarters)) for plane in (planes.y, planes.u, planes.v)))


def resized(planes: PicturePlanes, width: int, height: int) -> PicturePlanes:
    """At another size, both sides even and none larger than before."""
    half = width // 2, height // 2
    return PicturePlanes(
        _sized(planes.y, width, height, cv2.INTER_AREA),
        _sized(planes.u, *half, cv2.INTER_AREA),
        _sized(planes.v, *half, cv2.INTER_AREA),
    )


def small_rgb(planes: PicturePlanes, width: int, height: int) -> NDArray[np.uint8]:
    """RGB at another size, both sides even; shape (height, width, 3)."""
    shrinks = width < planes.width
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    small = PicturePlanes(
        *(
            _sized(plane, across, down, how)
            for plane, across, down in (
                (planes.y, width, height),
                (planes.u, width // 2, height // 2),
                (planes.v, width // 2, height // 2),
            )
        )
    )
    return np.asarray(cv2.cvtColor(packed(small), cv2.COLOR_YUV2RGB_I420), np.uint8)


def small_luma(planes: PicturePlanes, long_side: int) -> tuple[Plane, float]:
    """Luma with the long side at most `long_side`, and how many pixels of the picture one of its pixels is."""
    factor = max(1.0, max(planes.width, planes.height) / long_side)
    width, height = max(2, round(planes.width / factor)), max(2, round(planes.height / factor))
    return _sized(planes.y, width, height, cv2.INTER_AREA), planes.width / width


def _sized(plane: Plane, width: int, height: int, how: int) -> Plane:
    if plane.shape == (height, width):
        return plane
    return np.asarray(cv2.resize(plane, (width, height), interpolation=how), np.uint8)
