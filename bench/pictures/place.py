"""A place as it is, without light: what a camera could look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 1280, 800
"""Of a drawn place, pixels; a camera sees `VIEW` of it, so that one that is turned sees what was outside."""

VIEW = (640, 360)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """One place.

    Attributes:
        colour: reflectance 0–1, RGB, ``(HEIGHT, WIDTH, 3)``.
        distance: metres.
        ground: what shadows and snow fall on, 0–1.
        sky, foliage, windows: where they are, 0–1.
        solid: what throws shadows.
        lamps: x, y, reach (pixels) and colour of lamps at night.
        road: top and bottom row of where cars pass, or None.
        walk: top and bottom row of where people pass.
        indoor: whether no weather gets in.
    """

    colour: Floats
    distance: Floats
    ground: Floats
    sky: Floats
    foliage: Floats
    windows: Floats
    solid: Floats
    lamps: tuple[tuple[float, float, float, tuple[float, float, float]], ...]
    road: tuple[int, int] | None
    walk: tuple[int, int]
    indoor: bool
