"""What a camera has in view: a sector of the ground."""

from __future__ import annotations

import math
from dataclasses import dataclass

from custodes.places.geometry.plane import Box, Plane

MAX_RANGE = 2000
"""Metres; longer ranges are a mistake, and boxes are looked up by it."""

_STEP = 5.0
"""Degrees between two points of the arc."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of view.

    Attributes:
        longitude, latitude: where the camera stands, degrees of CGCS2000.
        azimuth: of its middle, degrees clockwise from true north.
        angle: horizontal angle of view, degrees; 360 for all around.
        range: how far it sees, metres.
    """

    longitude: float
    latitude: float
    azimuth: float
    angle: float
    range: float

    @property
    def plane(self) -> Plane:
        """The plane in whose middle the camera stands."""
        return Plane(self.longitude, self.latitude)

    def outline(self) -> tuple[tuple[float, float], ...]:
        """The corners in metres east and north of the camera, clockwise; the camera first where it does not see all around."""
        steps = max(1, math.ceil(self.angle / _STEP))
        first = self.azimuth - self.angle / 2
        whole = self.angle >= 360
        arc = tuple(
            (self.range * math.sin(bearing), self.range * math.cos(bearing))
            for bearing in (
                math.radians(first + self.angle * step / steps) for step in range(steps if whole else steps + 1)
            )
        )
        return arc if whole else ((0.0, 0.0), *arc)

    def polygon(self) -> tuple[tuple[float, float], ...]:
        """The corners as longitude and latitude, the first one again at the end (a ring of GeoJSON, clockwise)."""
        plane = self.plane
        ring = tuple(plane.degrees(east, north) for east, north in self.outline())
        return (*ring, ring[0])

    def box(self) -> Box:
        """The box that holds it, the arc's farthest points too."""
        plane = self.plane
        farthest = [bearing for bearing in (0.0, 90.0, 180.0, 270.0) if self._turns_to(bearing)]
        edges = [self.azimuth + side * self.angle / 2 for side in (-1, 1)]
        corners = (plane.degrees(*self._at(bearing)) for bearing in (*farthest, *edges))
        return Box.around((plane.degrees(0, 0), *corners))

    def sees(self, longitude: float, latitude: float) -> bool:
        """Whether it has this point in view; its edges belong to it."""
        east, north = self.plane.metres(longitude, latitude)
        distance = math.hypot(east, north)
        if distance > self.range:
            return False
        return distance == 0 or self._turns_to(math.degrees(math.atan2(east, north)))

    def _turns_to(self, bearing: float) -> bool:
        off = abs((bearing - self.azimuth + 180) % 360 - 180)
        return off <= self.angle / 2

    def _at(self, bearing: float) -> tuple[float, float]:
        turned = math.radians(bearing)
        return self.range * math.sin(turned), self.range * math.cos(turned)
