"""How much of a field others see already (S8.3): counted on points that each stand for the same area."""

from __future__ import annotations

import math
from collections.abc import Sequence

from custodes.places.geometry.field import Field

_RINGS, _BEARINGS = 40, 60
"""2,400 points: a share is right to about one in a hundred."""


def share_seen(field: Field, others: Sequence[Field]) -> float:
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
