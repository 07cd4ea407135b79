"""A street, drawn: still background with Pillow, moving shapes as rectangles straight into the picture's planes; what goes wrong with it; and the strip along its top.

The strip is the frame's number in black and white blocks: 32 blocks side by side over the whole width, the top 1/18 of the
height. From the left: white, black; 8 bits camera number; 16 bits frame number; 4 check bits; black, white. White is 1, the
most significant bit first. The check is the exclusive or of the six data nibbles and 1010. To read it, take the mean
brightness in the middle of each block and compare it with the mean of the four marker blocks.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, get_args

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from custodes.video.rtsp.mount import MountFrame

STRIP_BLOCKS = 32
STRIP_ROWS = 18
"""The strip's height is the picture's divided by this."""
_CHECK = 0b1010


def strip_blocks(camera: int, frame: int) -> tuple[int, ...]:
    """The strip's 32 blocks, 1 for white; `camera` 0–255, `frame` 0–65535."""
    data = (camera & 0xFF) << 16 | frame & 0xFFFF
    bits = [data >> shift & 1 for shift in range(23, -1, -1)]
    check = _check(data)
    return (1, 0, *bits, *(check >> shift & 1 for shift in range(3, -1, -1)), 0, 1)


def read_strip(brightness: Sequence[float]) -> tuple[int, int] | None:
    """Camera and frame number out of the blocks' brightness; None when it is no strip or does not check."""
    if len(brightness) != STRIP_BLOCKS:
        return None
    white = (brightness[0] + brightness[-1]) / 2
    black = (brightness[1] + brightness[-2]) / 2
    if white - black < 40:
        return None
    middle = (white + black) / 2
    bits = [int(value > middle) for value in brightness]
    if bits[:2] != [1, 0] or bits[-2:] != [0, 1]:
        return None
    value = int("".join(map(str, bits[2:-2])), 2)
    data, check = value >> 4, value & 15
    return (data >> 16, data & 0xFFFF) if _check(data) == check else None


def sample_strip(width: int, height: int, luma_at: Callable[[int, int], float]) -> list[float]:
    """Brightness of the 32 blocks of a picture; `luma_at(x, y)` gives a pixel's."""
    y = height // STRIP_ROWS // 2
    out = []
    for index in range(STRIP_BLOCKS):
        x = (2 * index + 1) * width // (2 * STRIP_BLOCKS)
        out.append(sum(luma_at(x + dx, y + dy) for dx in (-2, 0, 2) for dy in (-2, 0, 2)) / 9)
    return out


def _check(data: int) -> int:
    nibbles = 0
    for shift in range(0, 24, 4):
        nibbles ^= data >> shift & 15
    return nibbles ^ _CHECK


FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
)
"""Where Debian's packages put fonts with Chinese; without one the Latin name is drawn."""

_WHITE, _BLACK = 235, 16  # video range (ITU-R BT.709)
_Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Mover:
    """Something that crosses the picture, seamlessly over the loop.

    Attributes:
        x, y: where its upper left corner is at the loop's start, pixels.
        width, height: pixels.
        span: distance after which it is back, pixels; it covers a whole number of them in a loop.
        turns: spans covered in a loop, negative to the left.
        colour: Y, Cb, Cr.
    """

    x: int
    y: int
    width: int
    height: int
    span: int
    turns: int
    colour: _Colour


class ScenePlanes:
    """The three planes of a 4:2:0 picture."""

    def __init__(
        self, width: int, height: int, y: bytes | bytearray, cb: bytes | bytearray, cr: bytes | bytearray
    ) -> None:
        self.width = width
        self.height = height
        self.y = bytearray(y)
        self.cb = bytearray(cb)
        self.cr = bytearray(cr)

    def copy(self) -> ScenePlanes:
        """The same picture once more."""
        return ScenePlanes(self.width, self.height, self.y, self.cb, self.cr)

    def fill(self, x: int, y: int, width: int, height: int, colour: _Colour) -> None:
        """A rectangle of one colour; it is moved to even pixels and cut at the border."""
        left, right = max(x & ~1, 0), min((x + width) & ~1, self.width)
        top, bottom = max(y & ~1, 0), min((y + height) & ~1, self.height)
        if left >= right:
            return
        _fill(self.y, self.width, left, top, right, bottom, colour[0])
        half = self.width // 2
        _fill(self.cb, half, left // 2, top // 2, right // 2, bottom // 2, colour[1])
        _fill(self.cr, half, left // 2, top // 2, right // 2, bottom // 2, colour[2])


class Scene:
    """One camera's street.

    Args:
        seed: the same seed draws the same street.
        grain: rows of coarse noise that change with every frame, so that an encoder has something to spend a high
            bitrate on; 0 for none.
    """

    def __init__(self, camera: int, name: str, latin: str, width: int, height: int, seed: int, grain: int = 0) -> None:
        self._camera = camera
        self._rng = random.Random(seed)  # noqa: S311 scenery
        picture = _background(self._rng, width, height)
        _write_name(picture, name, latin)
        y, cb, cr = picture.convert("YCbCr").split()
        half = (width // 2, height // 2)
        self._still = ScenePlanes(
            width,
            height,
            y.point(lambda value: 16 + value * 219 // 255).tobytes(),
            cb.resize(half).tobytes(),
            cr.resize(half).tobytes(),
        )
        self._movers = _movers(self._rng, width, height)
        self._noise = bytes(self._rng.choices(range(40, 200), k=width * 67 + 1024)) if grain else b""
        self._grain = grain

    def draw(self, frame: int, frames: int) -> ScenePlanes:
        """Picture `frame` of a loop of `frames`."""
        planes = self._still.copy()
        for mover in self._movers:
            x = (mover.x + mover.span * mover.turns * frame // frames) % mover.span - mover.width
            planes.fill(x, mover.y, mover.width, mover.height, mover.colour)
            dark = (max(mover.colour[0] - 60, 20), mover.colour[1], mover.colour[2])
            planes.fill(
                x + mover.width // 5, mover.y - mover.height // 2, mover.width * 3 // 5, mover.height // 2, dark
            )
        self._draw_grain(planes, frame)
        self._draw_strip(planes, frame)
        return planes

    def _draw_grain(self, planes: ScenePlanes, frame: int) -> None:
        width = planes.width
        for row in range(self._grain):
            at = (planes.height - 1 - row) * width
            start = (frame * 7919 + row * 1009) % (len(self._noise) - width)
            planes.y[at : at + width] = self._noise[start : start + width]

    def _draw_strip(self, planes: ScenePlanes, frame: int) -> None:
        width, height = planes.width // STRIP_BLOCKS, planes.height // STRIP_ROWS
        for index, bit in enumerate(strip_blocks(self._camera, frame)):
            planes.fill(index * width, 0, width, height, (_WHITE if bit else _BLACK, 128, 128))


def _fill(plane: bytearray, stride: int, left: int, top: int, right: int, bottom: int, value: int) -> None:
    # A bytearray's: written in place.
    np.frombuffer(plane, np.uint8).reshape(-1, stride)[top:bottom, left:right] = value


def _background(rng: random.Random, width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    horizon, road = int(height * 0.45), int(height * 0.68)
    sky = rng.choice(((120, 170, 220), (150, 175, 200), (105, 150, 205)))
    for y in range(horizon):
        light = y / horizon
        draw.line((0, y, width, y), fill=tuple(int(c + (235 - c) * light) for c in sky))
    peaks = [(x, int(horizon * rng.uniform(0.45, 0.8))) for x in range(0, width + width // 6, width // 6)]
    draw.polygon([(0, horizon), *peaks, (width, horizon)], fill=(118, 124, 132))
    draw.rectangle((0, horizon, width, road), fill=(168, 160, 146))
    x = 0
    while x < width:
        wide, high = int(width * rng.uniform(0.08, 0.16)), int(height * rng.uniform(0.18, 0.36))
        shade = rng.randint(150, 225)
        top = road - int(height * 0.06) - high
        draw.rectangle((x, top, x + wide - 8, road - int(height * 0.06)), fill=(shade, shade - 12, shade - 30))
        draw.rectangle((x, top, x + wide - 8, top + high // 12), fill=(134, 52, 44))
        step = max(width // 55, 8)
        for wx in range(x + step // 2, x + wide - step, step):
            for wy in range(top + high // 6, road - int(height * 0.09), step + step // 2):
                draw.rectangle((wx, wy, wx + step // 2, wy + step * 2 // 3), fill=(70, 82, 96))
        x += wide
    draw.rectangle((0, road, width, height), fill=(84, 86, 90))
    for lane in range(1, 3):
        y = road + (height - road) * lane // 3
        for dash in range(0, width, width // 16):
            draw.rectangle((dash, y - 3, dash + width // 32, y + 3), fill=(222, 222, 214))
    return picture


def _movers(rng: random.Random, width: int, height: int) -> list[Mover]:
    road = int(height * 0.68)
    out = []
    high = height // 18
    for lane in range(3):
        y = road + (height - road) * (lane + 1) // 3 - high - height // 90
        turns = rng.choice((1, 2, 3)) * (1 if lane < 2 else -1)
        for place in range(2):
            wide = width // rng.choice((9, 11, 13))
            colour = (rng.randint(60, 210), rng.randint(90, 170), rng.randint(90, 170))
            # One speed a lane, half a picture apart: nobody drives through anybody.
            x = rng.randrange(width // 4) + place * width // 2
            out.append(Mover(x, y, wide, high, width + width // 9, turns, colour))
    for _ in range(4):
        wide, high = width // 90, height // 14
        colour = (rng.randint(40, 190), rng.randint(80, 180), rng.randint(80, 180))
        out.append(Mover(rng.randrange(width), road - high, wide, high, width + wide, rng.choice((-1, 1)), colour))
    return out


def _write_name(picture: Image.Image, name: str, latin: str) -> None:
    size = picture.height // 24
    font_file = next((path for path in FONTS if path.exists()), None)
    text = name if font_file is not None else latin
    font = ImageFont.truetype(font_file, size) if font_file is not None else ImageFont.load_default(size)
    draw = ImageDraw.Draw(picture)
    at = (picture.width // 60, picture.height // STRIP_ROWS + picture.height // 60)
    draw.text(at, text, font=font, fill=(255, 255, 255), stroke_width=max(size // 14, 1), stroke_fill=(0, 0, 0))


Harm = Literal["aside", "covered", "dark", "glare", "blurred", "cast", "noise"]
HARMS: tuple[Harm, ...] = get_args(Harm)

ASIDE = 0.16
"""Share of the width by which a camera is turned aside."""

_EVEN: dict[Harm, tuple[int, int, int]] = {"dark": (18, 128, 128), "glare": (235, 128, 128)}
"""What is left of a picture that shows nothing: luma and chroma."""

_COVER = (48, 124, 124)
_SHIFT = (0, -14, 20)
"""By how much luma and chroma are off when the white balance has failed."""


def harmed(planes: ScenePlanes, harm: Harm) -> ScenePlanes:
    """`planes` as the camera shows them then. The strip and the burnt-in name stay: they are not the lens's."""
    out = planes.copy()
    height, width = planes.height, planes.width
    # Noise comes anew with each picture; the strip above says which it is.
    rng = np.random.default_rng(zlib.crc32(bytes(planes.y[:width])))
    for index, (plane, scale) in enumerate(((out.y, 1), (out.cb, 2), (out.cr, 2))):
        rows, columns = height // scale, width // scale
        values = np.frombuffer(plane, np.uint8).reshape(rows, columns)  # a bytearray's: written in place
        below = values[rows // STRIP_ROWS + rows // 19 :]
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


def later(good: Iterator[MountFrame], ill: Iterator[MountFrame], after: int) -> Iterator[MountFrame]:
    """`after` frames as they should be, then what the camera shows once something is wrong; `ill` begins with a key frame."""
    yield from islice(good, after)
    yield from ill
