"""A decoded picture at the size at which faults are measured."""

from __future__ import annotations

from dataclasses import dataclass

import av
import numpy as np
from av.video.reformatter import ColorRange, Interpolation
from numpy.typing import NDArray

LONG_SIDE = 640
"""Of `Picture.fine`, pixels. Edge widths, noise and stillness are measured here; half of it is enough for the rest."""

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """One key frame, decoded and made small. Video range (ITU-R BT.709: black 16, white 235), whatever the camera sends.

    Attributes:
        fine: luma, the long side `LONG_SIDE` pixels, the camera's aspect, both sides multiples of 4.
        cb, cr: chroma, half of that each way, 128 is neutral.
    """

    fine: Plane
    cb: Plane
    cr: Plane

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of `fine`."""
        return self.fine.shape[0], self.fine.shape[1]


def small_picture(frame: av.VideoFrame) -> Picture:
    """`frame` at working size.

    Raises:
        ValueError: a frame without area, or of a form that can't be converted.
    """
    if frame.width < 16 or frame.height < 16:
        raise ValueError(f"a picture of {frame.width}x{frame.height} shows nothing")
    scale = LONG_SIDE / max(frame.width, frame.height)
    width, height = (max(16, round(side * scale / 4) * 4) for side in (frame.width, frame.height))
    small = frame.reformat(width, height, "yuv420p", dst_color_range=ColorRange.MPEG, interpolation=Interpolation.AREA)
    planes = [_plane(small.planes[index], *size) for index, size in enumerate(_sizes(width, height))]
    return Picture(*planes)


def _sizes(width: int, height: int) -> tuple[tuple[int, int], ...]:
    return (width, height), (width // 2, height // 2), (width // 2, height // 2)


def _plane(plane: av.video.plane.VideoPlane, width: int, height: int) -> Plane:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return np.ascontiguousarray(rows[:height, :width])
