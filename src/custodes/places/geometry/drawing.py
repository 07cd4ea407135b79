"""Fields as the paths of a small SVG: metres around the first one, north up. It bears no co-ordinate of any camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custodes.places.geometry.field import Field

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


def draw(field: Field, others: Sequence[Field] = ()) -> Drawing:
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
