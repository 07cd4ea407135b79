"""Where a simulated channel is that moves: along a made path, there and back."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """A path.

    Attributes:
        points: longitude and latitude in degrees, two at least.
        leg_s: seconds from one point to the next.
        late_s: so many seconds lie between where it was and when it tells: it had no connection.
    """

    points: tuple[tuple[float, float], ...]
    leg_s: float = 60.0
    late_s: float = 0.0

    def at(self, moment: float) -> tuple[float, float]:
        """Where it is, `moment` in seconds of any clock, to a ten-millionth of a degree."""
        legs = len(self.points) - 1
        along = (moment / self.leg_s) % (2 * legs)
        along = min(along, 2 * legs - along)
        leg = min(math.floor(along), legs - 1)
        part = along - leg
        (west, south), (east, north) = self.points[leg], self.points[leg + 1]
        return round(west + (east - west) * part, 7), round(south + (north - south) * part, 7)
