"""Drawn people who walk through a drawn street, with labels of where their faces are. Made by seed, the same each time.

They are no photographs of anybody: ovals with eyes, brows, nose and mouth, in several tones of skin, which the detector
takes for faces. What they can measure is whether tracks hold through misses, turns and obstacles; not how good a detector is
on real people, for which real footage is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from custodes.video.mask.by_hand import drawn
from custodes.video.mask.shapes import MaskBox
from custodes.video.mask.tracks import MaskedKind, Track

TICKS = 3600
"""Of a picture at 25 a second."""

TONES = ((150, 180, 220), (120, 150, 190), (90, 120, 165), (60, 85, 120))
_SIDE = 256
_FACE = (72, 56, 184, 204)
"""Of the head's drawing: left, top, right, bottom of the face."""

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Walker:
    """Somebody who walks.

    Attributes:
        size: side of the head's drawing, pixels; the face takes a bit less than half of it.
        tone: number of the tone of skin.
        begin, end: first and last picture in which they are to be seen.
        start, step: place of the drawing's upper left corner in picture `begin`, and how far they go in a picture.
        turned: pictures in which they look away: nothing of the face is to be seen.
        behind: pictures in which something stands before half of the face.
    """

    size: int
    tone: int
    begin: int
    end: int
    start: tuple[float, float]
    step: tuple[float, float]
    turned: range = range(0)
    behind: range = range(0)

    def at(self, number: int) -> tuple[float, float]:
        """Upper left corner of the drawing."""
        gone = number - self.begin
        sway = 1.5 * np.sin(number / 4)
        return self.start[0] + self.step[0] * gone, self.start[1] + self.step[1] * gone + sway

    def face(self, number: int) -> MaskBox:
        """Where the face is."""
        x, y = self.at(number)
        part = self.size / _SIDE
        left, top, right, bottom = _FACE
        return MaskBox(x + left * part, y + top * part, x + right * part, y + bottom * part)

    def seen(self, number: int) -> MaskBox:
        """What is to be seen of the face: the left half where something stands before it."""
        face = self.face(number)
        return MaskBox(face.left, face.top, face.centre[0], face.bottom) if number in self.behind else face


@dataclass(frozen=True)
class Film:
    """A drawn film and its labels.

    Attributes:
        name: in the report.
        width, height, pictures: of the film.
        walkers: who walks through it.
        seed: of street and noise.
        light: brightness, 1 is day.
    """

    name: str
    width: int
    height: int
    pictures: int
    walkers: tuple[Walker, ...]
    seed: int = 0
    light: float = 1.0

    def labels(self) -> list[Track]:
        """Where each face is while it is to be seen; a face that is turned away counts all the same: it was recognisable a moment ago."""
        return [
            drawn(
                number,
                MaskedKind.FACE,
                [(at * TICKS, one.seen(at)) for at in range(one.begin, one.end + 1)],
            )
            for number, one in enumerate(self.walkers, 1)
        ]

    def draw(self) -> Iterator[Picture]:
        """Its pictures, BGR."""
        rng = np.random.default_rng(self.seed)
        street = _street(rng, self.width, self.height)
        heads = [_head(one.tone) for one in self.walkers]
        for number in range(self.pictures):
            picture = street.copy()
            for one, head in zip(self.walkers, heads, strict=True):
                if one.begin <= number <= one.end:
                    _put(picture, _back() if number in one.turned else head, one, number)
                    if number in one.behind:
                        face = one.face(number)
                        middle = round(face.centre[0])
                        cv2.rectangle(picture, (middle, 0), (middle + round(face.width), self.height), (70, 80, 90), -1)
            noisy = picture * self.light + rng.normal(0, 5, picture.shape)
            yield np.clip(noisy, 0, 255).astype(np.uint8)

    def write(self, path: Path, codec: str = "libx264", crf: int = 20) -> Path:
        """Encode it, 25 pictures a second."""
        with av.open(str(path), "w") as film:
            stream = film.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = self.width, self.height, "yuv420p"
            stream.options = {"crf": str(crf), "preset": "ultrafast"}
            if codec == "libx265":
                stream.options |= {"x265-params": "log-level=none:pools=none:frame-threads=1"}
            stream.codec_context.thread_count = 1
            for number, picture in enumerate(self.draw()):
                frame = av.VideoFrame.from_ndarray(picture, "bgr24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                film.mux(stream.encode(frame))
            film.mux(stream.encode(None))
        return path


def _street(rng: np.random.Generator, width: int, height: int) -> Picture:
    street = np.full((height, width, 3), (125, 130, 128), np.uint8)
    street[: height // 3] = (150, 140, 130)
    for _ in range(12):
        x, w = rng.integers(0, width), rng.integers(width // 20, width // 6)
        colour = tuple(int(value) for value in rng.integers(60, 200, 3))
        cv2.rectangle(street, (int(x), int(rng.integers(0, height // 4))), (int(x + w), height // 2), colour, -1)
    return np.asarray(cv2.GaussianBlur(street, (0, 0), 2), np.uint8)


def _head(tone: int) -> Picture:
    """Head and shoulders on a key colour (0, 0, 0)."""
    head = np.zeros((_SIDE, _SIDE, 3), np.uint8)
    skin = np.array(TONES[tone % len(TONES)], float)

    def shade(part: float) -> tuple[float, ...]:
        return tuple(float(value) for value in np.maximum(skin * part, 8))

    cv2.ellipse(head, (128, 290), (110, 80), 0, 0, 360, (110, 60, 40), -1)
    cv2.rectangle(head, (104, 180), (152, 240), shade(0.8), -1)
    cv2.ellipse(head, (128, 110), (66, 84), 0, 0, 360, (30, 30, 35), -1)
    cv2.ellipse(head, (128, 130), (56, 74), 0, 0, 360, shade(1), -1)
    inside = np.zeros((_SIDE, _SIDE), np.uint8)
    cv2.ellipse(inside, (128, 130), (56, 74), 0, 0, 360, 255, -1)
    light = np.zeros((_SIDE, _SIDE), np.float32)
    cv2.ellipse(light, (110, 115), (40, 55), 0, 0, 360, 1, -1)
    light = 0.78 + 0.3 * cv2.GaussianBlur(light, (0, 0), 25)
    head[inside > 0] = np.clip(head.astype(np.float32) * light[..., None], 8, 255).astype(np.uint8)[inside > 0]
    for x in (104, 152):
        cv2.ellipse(head, (x, 118), (13, 7), 0, 0, 360, (225, 230, 235), -1)
        cv2.circle(head, (x, 118), 6, (30, 40, 50), -1)
        cv2.ellipse(head, (x, 116), (14, 8), 0, 180, 360, shade(0.4), 2)
        cv2.ellipse(head, (x, 102), (18, 7), 0, 190, 350, (30, 30, 40), 5)
    cv2.line(head, (128, 118), (122, 148), shade(0.7), 2)
    cv2.ellipse(head, (128, 150), (13, 6), 0, 0, 180, shade(0.55), 3)
    cv2.ellipse(head, (128, 174), (24, 8), 0, 0, 360, (90, 90, 170), -1)
    cv2.line(head, (104, 174), (152, 174), (50, 50, 100), 2)
    return head


def _back() -> Picture:
    head = np.zeros((_SIDE, _SIDE, 3), np.uint8)
    cv2.ellipse(head, (128, 290), (110, 80), 0, 0, 360, (110, 60, 40), -1)
    cv2.ellipse(head, (128, 120), (62, 82), 0, 0, 360, (34, 34, 38), -1)
    return head


def _put(picture: Picture, head: Picture, one: Walker, number: int) -> None:
    x, y = one.at(number)
    scale = one.size / _SIDE
    move = np.array([[scale, 0, x], [0, scale, y]], np.float32)
    height, width = picture.shape[:2]
    blurred = cv2.GaussianBlur(head, (0, 0), max(0.6 / scale * 0.5, 0.5))
    there = cv2.warpAffine((head.max(axis=2) > 0).astype(np.uint8) * 255, move, (width, height), flags=cv2.INTER_AREA)
    drawn_there = cv2.warpAffine(blurred, move, (width, height), flags=cv2.INTER_AREA)
    picture[there > 127] = drawn_there[there > 127]


def labelled_set() -> tuple[Film, ...]:
    """The films of the leak report: near and far, day and dusk, crossing, turning away, and going behind a post."""
    return (
        Film("near", 640, 360, 50, (Walker(110, 0, 0, 49, (40, 120), (8, 0)), Walker(90, 2, 0, 49, (500, 150), (-6, 0)))),
        Film("far", 640, 360, 50, (Walker(44, 1, 5, 49, (60, 150), (3, 0)), Walker(40, 3, 0, 40, (420, 170), (-3, 0.3))), 1),
        Film("turning", 640, 360, 50, (Walker(80, 1, 0, 49, (100, 140), (5, 0), turned=range(18, 30)),), 2),
        Film("behind a post", 640, 360, 50, (Walker(72, 0, 0, 49, (120, 130), (4, 0), behind=range(20, 27)),), 3),
        Film("dusk", 640, 360, 50, (Walker(84, 3, 0, 49, (200, 140), (3, 0)), Walker(64, 0, 10, 49, (40, 170), (6, 0))), 4, 0.45),
        Film("nobody", 640, 360, 25, (), 5),
    )  # fmt: skip
