"""A decoded picture at working size, and what all faults need to know of it, computed once."""

from __future__ import annotations

from dataclasses import dataclass

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Interpolation
from numpy.typing import NDArray

LONG_SIDE = 640
"""Of `SmallKeyFrame.fine`, pixels. Edge widths, noise and stillness are measured here; half of it is enough for the rest."""

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SmallKeyFrame:
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


def small_picture(frame: av.VideoFrame) -> SmallKeyFrame:
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
    return SmallKeyFrame(*planes)


def _sizes(width: int, height: int) -> tuple[tuple[int, int], ...]:
    return (width, height), (width // 2, height // 2), (width // 2, height // 2)


def _plane(plane: av.video.plane.VideoPlane, width: int, height: int) -> Plane:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return np.ascontiguousarray(rows[:height, :width])


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
        fine, coarse: strength of structure of 1 and of 3 to 9 pixels of `SmallKeyFrame.fine` in each block, levels.
        crisp: how much steeper the ridges of its edges are close by than from afar in each block, about 1 to 4; cancels contrast.
        ridges: weight of those ridges in each block, levels a pixel; where there is none, `crisp` says nothing.
        quarter: luma at a quarter of the working size.
        chroma: median Cb, Cr minus 128 in each block, ``(ROWS, COLUMNS, 2)``.
    """

    luma: Plane
    means: Floats
    spreads: Floats
    edges: Floats
    fine: Floats
    coarse: Floats
    crisp: Floats
    ridges: Floats
    quarter: Plane
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

    @property
    def without_colour(self) -> bool:
        """Whether no block has any colour, not even that of a grey day: a camera in infrared light sends none at all."""
        return float(np.abs(self.chroma[1:-1]).max()) < 0.5


EDGE = 2.5
"""Levels a pixel from which a gradient of the smoothed half-size luma counts as an edge: above a night camera's noise."""


def measure(picture: SmallKeyFrame) -> Features:
    """Measure a picture."""
    height, width = picture.shape
    half = cv2.resize(picture.fine, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    luma = np.asarray(half, np.uint8)
    magnitude = cv2.magnitude(*gradient_of(luma))
    edge = (magnitude > EDGE).astype(np.float32)
    sharp, coarse = _bands(picture.fine)
    crisp, ridges = _ridges(picture.fine)
    return Features(
        luma=luma,
        means=blocks(luma.astype(np.float32)),
        spreads=_spreads(luma),
        edges=blocks(edge),
        fine=np.sqrt(blocks(sharp)),
        coarse=np.sqrt(blocks(coarse)),
        crisp=crisp,
        ridges=ridges,
        quarter=np.asarray(cv2.resize(luma, (width // 4, height // 4), interpolation=cv2.INTER_AREA), np.uint8),
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
    """Squares of fine structure (the Laplacian at 0.8 pixels) and of coarse (3 to 9 pixels).

    Squares, so that in a block's mean edges count and the encoder's faint noise over flat parts does not.
    """
    values = fine.astype(np.float32)
    sharp = cv2.Laplacian(cv2.GaussianBlur(values, (0, 0), 0.8), cv2.CV_32F)
    middle = cv2.GaussianBlur(values, (0, 0), 3.0)
    large = cv2.GaussianBlur(cv2.resize(middle, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), (0, 0), 2.2)
    wide = cv2.resize(large, (fine.shape[1], fine.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(sharp * sharp, np.float32), np.asarray((middle - wide) ** 2, np.float32)


FAINT = 2.0
"""Levels a pixel of the widely smoothed picture from which a ridge is an edge of something and not noise or texture."""


def _ridges(fine: Plane) -> tuple[Floats, Floats]:
    """`Features.crisp` and `Features.ridges`.

    An edge stays where it is and as high as it is when the lens is out of focus; only its slope falls. Texture that snow hides and
    grain that the night brings have no ridges of that width, so that they say nothing here.
    """
    near, far = (_slope(fine, width) for width in (0.8, 3.0))
    crest = far >= 0.92 * cv2.dilate(far, np.ones((5, 5)))
    weight = np.maximum(far - FAINT, 0) * crest
    steep, wide = blocks(weight * cv2.dilate(near, np.ones((3, 3)))), blocks(weight * far)
    return np.asarray(steep / np.maximum(wide, 1e-6), np.float32), blocks(np.asarray(weight, np.float32))


def _slope(fine: Plane, width: float) -> Floats:
    smooth = cv2.GaussianBlur(fine.astype(np.float32), (0, 0), width)
    gx, gy = (cv2.Sobel(smooth, cv2.CV_32F, *way, ksize=3, scale=0.125) for way in ((1, 0), (0, 1)))
    return np.asarray(cv2.magnitude(gx, gy), np.float32)


def _chroma(picture: SmallKeyFrame) -> Floats:
    small = [blocks(plane.astype(np.float32)) - 128 for plane in (picture.cb, picture.cr)]
    return np.stack(small, axis=-1)
