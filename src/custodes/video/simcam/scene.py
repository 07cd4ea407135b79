"""A street, drawn: still background with Pillow, moving shapes as rectangles straight into the picture's planes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from custodes.video.simcam import strip

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


class Planes:
    """The three planes of a 4:2:0 picture."""

    def __init__(
        self, width: int, height: int, y: bytes | bytearray, cb: bytes | bytearray, cr: bytes | bytearray
    ) -> None:
        self.width = width
        self.height = height
        self.y = bytearray(y)
        self.cb = bytearray(cb)
        self.cr = bytearray(cr)

    def copy(self) -> Planes:
        """The same picture once more."""
        return Planes(self.width, self.height, self.y, self.cb, self.cr)

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
        self._still = Planes(
            width,
            height,
            y.point(lambda value: 16 + value * 219 // 255).tobytes(),
            cb.resize(half).tobytes(),
            cr.resize(half).tobytes(),
        )
        self._movers = _movers(self._rng, width, height)
        self._noise = bytes(self._rng.choices(range(40, 200), k=width * 67 + 1024)) if grain else b""
        self._grain = grain

    def draw(self, frame: int, frames: int) -> Planes:
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

    def _draw_grain(self, planes: Planes, frame: int) -> None:
        width = planes.width
        for row in range(self._grain):
            at = (planes.height - 1 - row) * width
            start = (frame * 7919 + row * 1009) % (len(self._noise) - width)
            planes.y[at : at + width] = self._noise[start : start + width]

    def _draw_strip(self, planes: Planes, frame: int) -> None:
        width, height = planes.width // strip.BLOCKS, planes.height // strip.ROWS
        for index, bit in enumerate(strip.blocks(self._camera, frame)):
            planes.fill(index * width, 0, width, height, (_WHITE if bit else _BLACK, 128, 128))


def _fill(plane: bytearray, stride: int, left: int, top: int, right: int, bottom: int, value: int) -> None:
    row = bytes((value,)) * (right - left)
    for at in range(top * stride + left, bottom * stride + left, stride):
        plane[at : at + len(row)] = row


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
    at = (picture.width // 60, picture.height // strip.ROWS + picture.height // 60)
    draw.text(at, text, font=font, fill=(255, 255, 255), stroke_width=max(size // 14, 1), stroke_fill=(0, 0, 0))
