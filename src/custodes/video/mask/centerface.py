"""The face detector: CenterFace's network by OpenCV's own runtime, at two scales, aspect kept.

The network gives four maps, each at a quarter of its input's size: how likely the middle of a face is there, its height
and width (as exponents), the middle's offset, and five points of the face. The last is thrown away unread: a place is
enough to hide a face, and nothing else about it is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from custodes.video.mask.detections import Detection, suppress
from custodes.video.mask.model import CENTERFACE, Model, ModelRefused
from custodes.video.mask.picture import Planes, small_rgb
from custodes.video.mask.shapes import Box
from custodes.video.mask.tracks import Kind

SCALES = (640, 1280)
"""Long sides of the network's input. One alone misses what the other finds: large faces at a large one, small ones at a small one."""

_STEP, _BLOCK = 4, 32
_OUTPUTS = ("537", "538", "539", "540")
_MOST = 2_000
"""Boxes of one picture that are looked at: noise must not take hours."""

_SMALLEST, _LARGEST_EXPONENT = 2.0, 7.0

Map = NDArray[np.float32]


class CenterFace:
    """Finds faces. Not for use by several threads at once.

    Args:
        model: its checked file.
        scales: long sides, pixels; each side of a small picture is doubled at most.

    Raises:
        ModelRefused: it is another model, or the runtime can't read it.
    """

    finds = Kind.FACE

    def __init__(self, model: Model, scales: Sequence[int] = SCALES) -> None:
        if model.allowed is not CENTERFACE:
            raise ModelRefused(f"{model.allowed.name} is not CenterFace")
        try:
            self._network = cv2.dnn.readNetFromONNX(np.frombuffer(model.data, np.uint8))
        except cv2.error as error:
            raise ModelRefused(f"OpenCV can't read {model.allowed.file}") from error
        self._scales = tuple(sorted(set(scales)))
        self.named = (model.allowed.name, model.allowed.sha256)

    def detect(self, planes: Planes, least: float) -> list[Detection]:
        """Faces with a score of `least` or more, each once, whatever the scale that found it."""
        found: list[Detection] = []
        for width, height in self._sizes(planes):
            found += self._at(planes, width, height, least)
        return suppress(found)

    def _sizes(self, planes: Planes) -> list[tuple[int, int]]:
        """Sizes of the picture at which it is looked at, without the padding."""
        longest = max(planes.width, planes.height)
        sides = {min(scale, longest if scale == self._scales[0] else 2 * longest) for scale in self._scales}
        return [
            tuple(max(2, round(side * part / longest) & ~1) for part in (planes.width, planes.height))  # type: ignore[misc]
            for side in sorted(sides)
        ]

    def _at(self, planes: Planes, width: int, height: int, least: float) -> list[Detection]:
        picture = small_rgb(planes, width, height)
        right, below = -width % _BLOCK, -height % _BLOCK
        if right or below:
            picture = np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, right, cv2.BORDER_CONSTANT), np.uint8)
        self._network.setInput(cv2.dnn.blobFromImage(picture))
        # OpenCV 5 gives all outputs or none.
        likely, sizes, offsets, _points = self._network.forward(_OUTPUTS)
        return [
            Detection(box, score)
            for box, score in _boxes(
                likely[0, 0], sizes[0], offsets[0], least, planes.width / width, planes.height / height
            )
            if box.left < planes.width and box.top < planes.height
        ]


def _boxes(
    likely: Map, sizes: Map, offsets: Map, least: float, times_x: float, times_y: float
) -> list[tuple[Box, float]]:
    """What the maps say, in pixels of the picture."""
    # A middle is the highest of its neighbours; the rest of its hill says the same thing less well.
    hill = cv2.dilate(likely, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((likely >= least) & (likely >= hill))
    scores = likely[rows, columns]
    order = np.argsort(-scores)[:_MOST]
    rows, columns, scores = rows[order], columns[order], scores[order]
    tall = np.exp(np.minimum(sizes[0, rows, columns], _LARGEST_EXPONENT)) * _STEP * times_y
    wide = np.exp(np.minimum(sizes[1, rows, columns], _LARGEST_EXPONENT)) * _STEP * times_x
    y = (rows + offsets[0, rows, columns] + 0.5) * _STEP * times_y
    x = (columns + offsets[1, rows, columns] + 0.5) * _STEP * times_x
    found = []
    for a, b, w, h, score in zip(
        *(values.astype(float).tolist() for values in (x, y, wide, tall, scores)), strict=True
    ):
        if np.isfinite((a, b, w, h)).all() and w >= _SMALLEST and h >= _SMALLEST:
            found.append((Box(a - w / 2, b - h / 2, a + w / 2, b + h / 2), min(score, 1.0)))
    return found
