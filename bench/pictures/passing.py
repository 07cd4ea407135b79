"""What passes: shapes of the size of people and cars, for a while at one place or another. No likeness of anybody."""

from __future__ import annotations

import numpy as np
from bench.pictures.light import View
from bench.pictures.place import VIEW, Floats


def pass_by(view: View, out: Floats, rng: np.random.Generator, busy: float, night: bool) -> Floats:
    """`out` with people and cars; `busy` is about how many of each."""
    place, level = view.place, float(np.percentile(out, 60))
    shapes: list[tuple[float, float, float, float]] = []
    for _ in range(rng.poisson(busy)):
        y = rng.uniform(*place.walk)
        size = 18 + 60 * (y - place.walk[0]) / 400 if not place.indoor else 60 + 160 * (y - place.walk[0]) / 400
        x, y = view.at(rng.uniform(200, 1080), y)
        shapes.append((x, y - size, size * 0.32, size))
    if place.road is not None:
        for _ in range(rng.poisson(busy * 0.7)):
            y = rng.uniform(*place.road)
            wide = rng.uniform(70, 130)
            x, y = view.at(rng.uniform(150, 1130), y)
            shapes.append((x, y - wide * 0.38, wide, wide * 0.38))
    for x, y, w, h in shapes:
        paint = rng.uniform(0.1, 1.6) * level * (1 + rng.normal(0, 0.15, 3))
        _fill(out, x, y + h * 0.25, w, h * 0.75, paint)
        _fill(out, x + w * 0.2, y, w * 0.6, h * 0.35, paint * 0.5)
        if night and w > h:
            _fill(out, x, y + h * 0.6, 4, 4, np.full(3, level * 30))
    return out


def _fill(out: Floats, x: float, y: float, w: float, h: float, colour: np.ndarray) -> None:
    left, top = max(int(x), 0), max(int(y), 0)
    out[top : max(int(y + h), 0), left : max(min(int(x + w), VIEW[0]), 0)] = np.maximum(colour, 0)
