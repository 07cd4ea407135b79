"""How far a camera may turn from its declared direction: pure, time is passed in (S15, S34(7), decision 0308).

Kept is the middle of the picture: its own angle few devices tell. Whichever way a device counts its degrees, only the distance from where it stands in its
declared direction matters.
"""

from __future__ import annotations

from dataclasses import dataclass, field

AHEAD_SECONDS = 0.8
"""A camera that will be outside within this is stopped now: so long it takes until it hears of it."""

INSIDE = 1.0
"""Degrees inside the edge to which a camera is turned in."""

STILL = 0.3
"""Degrees between two looks below which it stands."""

SLACK = 0.5
"""Degrees that a device may be off from where it was told to point."""


@dataclass
class Fence:
    """Keeps a camera inside of its declared field.

    Attributes:
        spread: degrees of the declared field, from side to side.
        zero: the device's own pan while it stands in its declared direction; None before that was seen.
    """

    spread: float
    zero: float | None = None
    _last: tuple[float, float] | None = field(default=None, repr=False)

    def off(self, pan: float) -> float:
        """Degrees from the declared direction, to the right positive as the device counts; -180 to 180. `zero` is known."""
        assert self.zero is not None
        return (pan - self.zero + 180) % 360 - 180

    def holds(self, pan: float) -> bool:
        """Whether it points inside."""
        return abs(self.off(pan)) <= self.spread / 2 + SLACK

    def edge(self, pan: float) -> float:
        """Where to point instead: the nearest place a little inside."""
        off, most = self.off(pan), max(0.0, self.spread / 2 - INSIDE)
        assert self.zero is not None
        return round((self.zero + max(-most, min(most, off))) % 360, 1) % 360

    def forget(self) -> None:
        """What it did before says nothing of what it does next."""
        self._last = None

    def stands(self, pan: float, at: float) -> bool:
        """Whether it has not turned since the look before."""
        last, self._last = self._last, (pan, at)
        return last is not None and abs((pan - last[0] + 180) % 360 - 180) < STILL

    def leaves(self, pan: float, at: float) -> bool:
        """Whether it is outside, or soon will be, and not on its way in; by this look and the one before.

        Args:
            at: seconds of any clock that only goes on.
        """
        off, last, self._last = self.off(pan), self._last, (pan, at)
        if last is None or at <= last[1]:
            return not self.holds(pan)
        turned = (pan - last[0] + 180) % 360 - 180
        if not self.holds(pan):
            return off * turned >= 0
        return abs(off + turned / (at - last[1]) * AHEAD_SECONDS) > self.spread / 2 + SLACK
