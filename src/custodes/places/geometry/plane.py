"""Degrees and metres: the tangent plane at a place, good to a millimetre in a kilometre, which is more than a register knows."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Ellipsoid of CGCS2000 (GB 22021): semi-major axis in metres, flattening.
_A = 6_378_137.0
_F = 1 / 298.257222101
_E2 = _F * (2 - _F)

MICRO = 1_000_000
"""Boxes are kept in whole millionths of a degree."""


@dataclass(frozen=True, slots=True)
class Plane:
    """The tangent plane at a point; east and north in metres from there.

    Attributes:
        longitude, latitude: of the point, degrees.
    """

    longitude: float
    latitude: float

    @property
    def _east(self) -> float:
        """Metres a degree of longitude."""
        phi = math.radians(self.latitude)
        normal = _A / math.sqrt(1 - _E2 * math.sin(phi) ** 2)
        return math.radians(1) * normal * math.cos(phi)

    @property
    def _north(self) -> float:
        """Metres a degree of latitude."""
        phi = math.radians(self.latitude)
        return math.radians(1) * _A * (1 - _E2) / math.pow(1 - _E2 * math.sin(phi) ** 2, 1.5)

    def metres(self, longitude: float, latitude: float) -> tuple[float, float]:
        """East and north of the point."""
        return (longitude - self.longitude) * self._east, (latitude - self.latitude) * self._north

    def degrees(self, east: float, north: float) -> tuple[float, float]:
        """Longitude and latitude of what lies so far east and north."""
        return self.longitude + east / self._east, self.latitude + north / self._north


@dataclass(frozen=True, slots=True)
class Box:
    """A box in whole micro-degrees; its edges belong to it."""

    west: int
    south: int
    east: int
    north: int

    @classmethod
    def around(cls, points: tuple[tuple[float, float], ...]) -> Box:
        """The smallest one that holds these points (longitude, latitude)."""
        longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
        return cls(
            math.floor(min(longitudes) * MICRO),
            math.floor(min(latitudes) * MICRO),
            math.ceil(max(longitudes) * MICRO),
            math.ceil(max(latitudes) * MICRO),
        )

    def meets(self, other: Box) -> bool:
        """Whether both have a point in common."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )
