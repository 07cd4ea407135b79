"""Boxes and polygons in pixels of the picture as it is shown, and what lies between two of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_CORNERS = 64


class BadShape(ValueError):
    """A shape that is none; the message says why."""


@dataclass(frozen=True, slots=True)
class MaskBox:
    """An upright rectangle.

    Attributes:
        left, top, right, bottom: pixels from the upper left corner, fractions allowed; it may reach over the picture's edge.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.left, self.top, self.right, self.bottom))):
            raise BadShape("a box has a side that is no number")
        if self.right <= self.left or self.bottom <= self.top:
            raise BadShape("a box has no area")

    @property
    def width(self) -> float:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """x and y."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def grown(self, factor: float) -> MaskBox:
        """The same middle, both sides times `factor`."""
        x, y = self.centre
        half_width, half_height = self.width * factor / 2, self.height * factor / 2
        return MaskBox(x - half_width, y - half_height, x + half_width, y + half_height)

    def moved(self, by_x: float, by_y: float) -> MaskBox:
        """The same size, elsewhere."""
        return MaskBox(self.left + by_x, self.top + by_y, self.right + by_x, self.bottom + by_y)

    def around(self, other: MaskBox) -> MaskBox:
        """The smallest box that holds both."""
        return MaskBox(
            min(self.left, other.left), min(self.top, other.top),
            max(self.right, other.right), max(self.bottom, other.bottom),
        )  # fmt: skip

    def shared(self, other: MaskBox) -> float:
        """Square pixels that lie in both."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def likeness(self, other: MaskBox) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.shared(other)
        return shared / (self.area + other.area - shared)


@dataclass(frozen=True, slots=True)
class Polygon:
    """A polygon of at least three corners; where it crosses itself, all that any reading calls inside is inside.

    Attributes:
        corners: x and y of each, pixels, in order.
    """

    corners: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if not 3 <= len(self.corners) <= MOST_CORNERS:
            raise BadShape(f"a polygon has 3 to {MOST_CORNERS} corners")
        if not all(math.isfinite(value) for corner in self.corners for value in corner):
            raise BadShape("a polygon has a corner that is no number")

    @property
    def bounds(self) -> MaskBox:
        """The box around it."""
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        # A polygon that is a line still hides what it touches.
        return MaskBox(min(across), min(down), max(max(across), min(across) + 1), max(max(down), min(down) + 1))

    def grown(self, factor: float) -> Polygon:
        """Each corner further from the middle of its bounds, by `factor`."""
        x, y = self.bounds.centre
        return Polygon(tuple((x + (a - x) * factor, y + (b - y) * factor) for a, b in self.corners))

    def moved(self, by_x: float, by_y: float) -> Polygon:
        """The same shape, elsewhere."""
        return Polygon(tuple((x + by_x, y + by_y) for x, y in self.corners))


Shape = MaskBox | Polygon


def bounds(shape: Shape) -> MaskBox:
    """The box around a shape."""
    return shape if isinstance(shape, MaskBox) else shape.bounds


def holds(shape: Shape, x: float, y: float) -> bool:
    """Whether the point lies in it, or on its edge for a box."""
    if isinstance(shape, MaskBox):
        return shape.left <= x <= shape.right and shape.top <= y <= shape.bottom
    inside, corners = False, shape.corners
    for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay):
            inside = not inside
    return inside


def between(first: Shape, last: Shape, share: float) -> Shape:
    """What lies at `share` (0 to 1) of the way from one to the other.

    Polygons of one number of corners go corner by corner; whatever can't be matched so is covered by the box around both.
    """
    if isinstance(first, MaskBox) and isinstance(last, MaskBox):
        return MaskBox(*(
            a + (b - a) * share
            for a, b in zip(
                (first.left, first.top, first.right, first.bottom),
                (last.left, last.top, last.right, last.bottom),
                strict=True,
            )
        ))  # fmt: skip
    if isinstance(first, Polygon) and isinstance(last, Polygon) and len(first.corners) == len(last.corners):
        return Polygon(tuple(
            (x + (to_x - x) * share, y + (to_y - y) * share)
            for (x, y), (to_x, to_y) in zip(first.corners, last.corners, strict=True)
        ))  # fmt: skip
    return bounds(first).around(bounds(last))


def corners(shape: Polygon) -> NDArray[np.float64]:
    """The corners as an array of shape (n, 2)."""
    return np.array(shape.corners, np.float64)
