"""A question of the choosing map: for what, and a window or a shape, which is a circle around a place or a ring of corners. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from custodes.places.geometry import MICRO, MapBox, Plane
from custodes.places.map.asked import Window

LEAST_METRES, MOST_METRES = 20.0, 20_000.0
"""A circle that were smaller would ask where one camera stands; a larger one narrows nothing."""
MOST_CORNERS = 100


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle; degrees and metres."""

    longitude: float
    latitude: float
    metres: float

    def box(self) -> MapBox:
        """The smallest box around it."""
        plane = Plane(self.longitude, self.latitude)
        return MapBox.around((plane.degrees(-self.metres, -self.metres), plane.degrees(self.metres, self.metres)))

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether the point lies in it; its edge belongs to it."""
        east, north = Plane(self.longitude, self.latitude).metres(longitude, latitude)
        return east * east + north * north <= self.metres * self.metres


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring of three corners or more (longitude, latitude), closed by itself."""

    corners: tuple[tuple[float, float], ...]

    def box(self) -> MapBox:
        """The smallest box around it."""
        return MapBox.around(self.corners)

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether the point lies in it: a ray to the east crosses its edges an odd number of times."""
        inside = False
        for (x1, y1), (x2, y2) in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True):
            if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
                inside = not inside
        return inside


Shape = Circle | Ring


def read_shape(said: object) -> Shape | None:
    """From ``{"circle": [longitude, latitude, metres]}`` or ``{"ring": [[longitude, latitude], …]}``; None when it is neither."""
    if not isinstance(said, dict):
        return None
    circle = _numbers(said.get("circle"), 3)
    if circle is not None:
        longitude, latitude, metres = circle
        fits = _on_earth(longitude, latitude) and LEAST_METRES <= metres <= MOST_METRES
        return Circle(longitude, latitude, metres) if fits else None
    corners = said.get("ring")
    if not isinstance(corners, list) or not 3 <= len(corners) <= MOST_CORNERS:
        return None
    read = [_numbers(corner, 2) for corner in corners]
    found = tuple((one[0], one[1]) for one in read if one is not None and _on_earth(one[0], one[1]))
    return Ring(found) if len(found) == len(corners) else None


def snapped(box: MapBox, grid: int) -> MapBox:
    """The box made larger to whole `grid` micro-degrees: who moves an edge by less learns nothing."""
    return MapBox(
        box.west // grid * grid, box.south // grid * grid, -(-box.east // grid) * grid, -(-box.north // grid) * grid
    )


def degrees(box: MapBox) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    return box.west / MICRO, box.south / MICRO, box.east / MICRO, box.north / MICRO


def _numbers(said: Any, count: int) -> list[float] | None:
    if not isinstance(said, list) or len(said) != count:
        return None
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in said):
        return None
    try:
        return [float(one) for one in said]
    except OverflowError:  # a whole number may have any length
        return None


def _on_earth(longitude: float, latitude: float) -> bool:
    return -180 <= longitude <= 180 and -85 <= latitude <= 85


MOST_BYTES = 6_000
"""Largest question: a ring of a hundred corners."""


@dataclass(frozen=True, slots=True)
class ChoosingQuestion:
    """One question. Without window and shape everything is asked for, and the answer says where that is."""

    subject: str
    window: Window | None = None
    shape: Shape | None = None


def read(body: bytes) -> ChoosingQuestion | None:
    """From a body of JSON; None when it can't be read."""
    try:
        said = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("subject"), str):
        return None
    window, shape = Window.read(said.get("box")), read_shape(said.get("shape"))
    if (window is None and said.get("box") is not None) or (shape is None and said.get("shape") is not None):
        return None
    return ChoosingQuestion(said["subject"][:80], window, shape)
