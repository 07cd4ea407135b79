"""Words as grey levels: drawn by Pillow from font files, a character in the first font that has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont, TTLibError
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

OUTLINE = 2
"""Width of the dark rim, pixels: white letters are read on snow too."""


class Unwritable(Exception):
    """No font has a picture of one of the characters; the message names them."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Words as they are laid into a picture.

    Attributes:
        cover: how much of the picture they hide, 0–1, height × width.
        light: how bright they are where they hide it, 0–1, same shape.
    """

    cover: NDArray[np.float32]
    light: NDArray[np.float32]


class Lettering:
    """Draws single lines in one size.

    Args:
        faces: font files with the number of the face in each, the best first.
        pixels: height of a character, pixels.
    """

    def __init__(self, faces: Sequence[tuple[Path, int]], pixels: int) -> None:
        self._fonts = [(ImageFont.truetype(str(path), pixels, index), _covered(path, index)) for path, index in faces]
        self._pixels = pixels

    def draw(self, line: str) -> Drawn:
        """The line as grey levels, with its rim.

        Raises:
            Unwritable: a character is in none of the fonts. It is not left out: a name would become another name.
        """
        runs = self._runs(line)
        width = sum(int(font.getlength(words)) + 1 for font, words in runs) + 2 * OUTLINE + 2
        height = self._pixels * 3 // 2 + 2 * OUTLINE
        body, whole = (Image.new("L", (width, height)) for _ in range(2))
        at = float(OUTLINE)
        for font, words in runs:
            where = (at, height - OUTLINE - self._pixels // 3)
            ImageDraw.Draw(body).text(where, words, 255, font, "ls")
            ImageDraw.Draw(whole).text(where, words, 255, font, "ls", stroke_width=OUTLINE, stroke_fill=255)
            at += font.getlength(words)
        return Drawn(*(np.asarray(image, np.float32) / np.float32(255) for image in (whole, body)))

    def _runs(self, line: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        chosen = [next((at for at, (_, has) in enumerate(self._fonts) if ord(one) in has), None) for one in line]
        missing = sorted({one for one, at in zip(line, chosen, strict=True) if at is None})
        if missing:
            raise Unwritable(f"no font here has {' '.join(missing)}")
        pairs = groupby(zip(chosen, line, strict=True), key=lambda pair: pair[0])
        return [(self._fonts[at or 0][0], "".join(one for _, one in group)) for at, group in pairs]


@lru_cache(maxsize=16)
def _covered(path: Path, index: int) -> frozenset[int]:
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()
