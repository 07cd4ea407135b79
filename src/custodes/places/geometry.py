"""Where a camera stands and what it has in view: positions, fields, their overlap, and how they are drawn. Pure.

Positions are decimal degrees of CGCS2000, lengths metres, azimuths degrees clockwise from true north. The tangent plane at a place is
good to a millimetre in a kilometre, which is more than a register knows. A field is what the lens could see over flat, empty ground:
walls, slopes, height and tilt are not in it. A drawing bears no co-ordinate of any camera: metres around the first one, north up.

"Is this point seen" is a distance and a bearing, exact. The share that others see (S8.3) is counted on 2,400 points of equal area (40
rings × 60 bearings): right to about one in a hundred, also for the union of many and for angles above 180°, where clipping of polygons
(Shapely, GEOS) is at its worst. The threshold of S8.3 is a half and a person gives the reason, so a hundredth decides nothing; the share
is an upper bound, and the page says so. One share takes milliseconds a neighbour, a square with fifty cameras tenths of a second.

Each camera's row has the box of its field in whole micro-degrees under the index `camera_box`. No range is above 2,000 m, so a window
bounds each edge on both sides: no table scan on SQLite or PostgreSQL, and no extension (PostGIS) is asked of an installation.

For a person overlap is counted with the cameras whose base data they may read (R9): with all of them, anybody who may draft a camera
could find out by trying where others' stand. Two units may each be told of no overlap where there is one; the inspector sees both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
class MapBox:
    """A box in whole micro-degrees; its edges belong to it."""

    west: int
    south: int
    east: int
    north: int

    @classmethod
    def around(cls, points: tuple[tuple[float, float], ...]) -> MapBox:
        """The smallest one that holds these points (longitude, latitude)."""
        longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
        return cls(
            math.floor(min(longitudes) * MICRO),
            math.floor(min(latitudes) * MICRO),
            math.ceil(max(longitudes) * MICRO),
            math.ceil(max(latitudes) * MICRO),
        )

    def meets(self, other: MapBox) -> bool:
        """Whether both have a point in common."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


MAX_RANGE = 2000
"""Metres; longer ranges are a mistake, and boxes are looked up by it."""

_STEP = 5.0
"""Degrees between two points of the arc."""


@dataclass(frozen=True, slots=True)
class FieldOfView:
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

    def box(self) -> MapBox:
        """The box that holds it, the arc's farthest points too."""
        plane = self.plane
        farthest = [bearing for bearing in (0.0, 90.0, 180.0, 270.0) if self._turns_to(bearing)]
        edges = [self.azimuth + side * self.angle / 2 for side in (-1, 1)]
        corners = (plane.degrees(*self._at(bearing)) for bearing in (*farthest, *edges))
        return MapBox.around((plane.degrees(0, 0), *corners))

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


_RINGS, _BEARINGS = 40, 60
"""2,400 points: a share is right to about one in a hundred."""


def share_seen(field: FieldOfView, others: Sequence[FieldOfView]) -> float:
    """The share of `field`'s area, 0 to 1, that at least one of `others` has in view."""
    near = [other for other in others if other.box().meets(field.box())]
    if not near:
        return 0.0
    plane = field.plane
    seen = 0
    for ring in range(_RINGS):
        distance = field.range * math.sqrt((ring + 0.5) / _RINGS)
        for step in range(_BEARINGS):
            bearing = math.radians(field.azimuth - field.angle / 2 + field.angle * (step + 0.5) / _BEARINGS)
            point = plane.degrees(distance * math.sin(bearing), distance * math.cos(bearing))
            seen += any(other.sees(*point) for other in near)
    return seen / (_RINGS * _BEARINGS)


_SIZE = 320
_MARGIN = 1.15
_SCALES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the template draws.

    Attributes:
        size: edge of the square, units of the SVG.
        own: path of the field itself.
        others: paths of the others, in their order.
        scale: length of the scale's bar, units; `scale_metres` what it stands for.
    """

    size: int
    own: str
    others: tuple[str, ...]
    scale: float
    scale_metres: int


def draw(field: FieldOfView, others: Sequence[FieldOfView] = ()) -> Drawing:
    """Draw `field` with the camera in the middle, and what of `others` lies within the square."""
    reach = field.range * _MARGIN
    unit = _SIZE / (2 * reach)
    plane = field.plane
    drawn = []
    for other in others:
        east, north = plane.metres(other.longitude, other.latitude)
        drawn.append(_path([(east + x, north + y) for x, y in other.outline()], unit))
    metres = max((one for one in _SCALES if one <= reach / 2), default=_SCALES[0])
    return Drawing(_SIZE, _path(field.outline(), unit), tuple(drawn), round(metres * unit, 1), metres)


def _path(points: Sequence[tuple[float, float]], unit: float) -> str:
    half = _SIZE / 2
    corners = (f"{half + east * unit:.1f} {half - north * unit:.1f}" for east, north in points)
    return f"M{' L'.join(corners)} Z"
