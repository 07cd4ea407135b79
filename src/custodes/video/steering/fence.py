"""How far a camera may turn from its declared direction: pure, time is passed in (S15, S34(7), decisions 0308, 0398).

Kept is the middle of the picture: its own angle few devices tell. Whichever way a device counts its degrees sideways, only the distance from
where it stands in its declared direction matters. Up and down the declared elevation is held: degrees from the horizon, up positive, as the
register has it. Devices count down positive (GB/T 28181 PTZPosition; `onvif.degrees` turns ONVIF's about); one whose declared view lies outside
of the declared elevation when it is read so counts otherwise, and is read by that view.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from custodes.video.steering.model import Bearing

AHEAD_SECONDS = 0.8
"""A camera that will be outside within this is stopped now: so long it takes until it hears of it."""

INSIDE = 1.0
"""Degrees inside the edge to which a camera is turned in."""

STILL = 0.3
"""Degrees between two looks below which it stands."""

SLACK = 0.5
"""Degrees that a device may be off from where it was told to point."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two ways in which a camera turns.

    Attributes:
        off: degrees from the middle of what is declared.
        most: how far to each side that reaches.
    """

    off: float
    most: float

    @property
    def holds(self) -> bool:
        """Whether it points inside."""
        return abs(self.off) <= self.most + SLACK

    @property
    def inward(self) -> float:
        """Degrees to turn until it points a little inside."""
        most = max(0.0, self.most - INSIDE)
        return max(-most, min(most, self.off)) - self.off

    def leaves(self, before: Side, seconds: float) -> bool:
        """Whether it is outside, or soon will be, and not on its way in; `before` is the look `seconds` ago."""
        turned = _turn(self.off - before.off)
        if not self.holds:
            return self.off * turned >= 0
        return abs(self.off + turned / seconds * AHEAD_SECONDS) > self.most + SLACK


@dataclass
class Fence:
    """Keeps a camera inside of its declared field.

    Attributes:
        spread: degrees of the declared field, from side to side; None for all round, or none declared.
        rise: lowest and highest declared elevation; None for none declared.
        home: where the device says that it points while it stands in its declared direction; None before that was seen.
        seen: it came there when it was sent, and is not only thought to stand there since nobody turned it.
    """

    spread: float | None
    rise: tuple[float, float] | None = None
    home: Bearing | None = None
    seen: bool = False
    _last: tuple[Bearing, float] | None = field(default=None, repr=False)

    @property
    def climbs(self) -> bool:
        """Whether it is known what of its tilt is declared."""
        return self._span is not None

    @property
    def level(self) -> bool:
        """Whether an elevation is declared, and the device did not say how high it points in its declared direction."""
        return self.rise is not None and self.home is not None and self.home.tilt is None

    def suppose(self, here: Bearing) -> None:
        """It stands there, and nobody here turned it away from its declared direction.

        Somebody may have turned it at the device itself. So this is not believed where the device would have to count otherwise than both
        protocols do: that would hold it on the wrong side of the horizon.
        """
        if self._as_protocols(here.tilt):
            self.home = here

    def declare(self, spread: float | None, rise: tuple[float, float] | None) -> None:
        """This is declared from now on; what was only supposed is not kept where it does not fit any more."""
        self.spread, self.rise = spread, rise
        if self.home is not None and not self.seen and not self._as_protocols(self.home.tilt):
            self.home = None

    def _as_protocols(self, tilt: float | None) -> bool:
        """Whether that lies in the declared elevation, counted down positive."""
        if self.rise is None or tilt is None:
            return True
        return -self.rise[1] - SLACK <= tilt <= -self.rise[0] + SLACK

    def holds(self, here: Bearing) -> bool:
        """Whether it points inside. `home` is known, here and below."""
        return all(side.holds for side in self.sides(here) if side is not None)

    def edge(self, here: Bearing) -> Bearing:
        """Where to point instead: the nearest place a little inside."""
        pan, tilt = self.sides(here)
        return Bearing(
            here.pan if pan is None else round((here.pan + pan.inward) % 360, 1) % 360,
            here.tilt if tilt is None or here.tilt is None else round(here.tilt + tilt.inward, 1),
            here.zoom,
        )

    def forget(self) -> None:
        """What it did before says nothing of what it does next."""
        self._last = None

    def stands(self, here: Bearing, at: float) -> bool:
        """Whether it has not turned since the look before."""
        last, self._last = self._last, (here, at)
        if last is None:
            return False
        tilted = (here.tilt or 0.0) - (last[0].tilt or 0.0)
        return abs(_turn(here.pan - last[0].pan)) < STILL and (self.rise is None or abs(tilted) < STILL)

    def leaves(self, here: Bearing, at: float) -> bool:
        """Whether it is outside, or soon will be, and not on its way in; by this look and the one before.

        Args:
            at: seconds of any clock that only goes on.
        """
        last, self._last = self._last, (here, at)
        if last is None or at <= last[1]:
            return not self.holds(here)
        pairs = zip(self.sides(here), self.sides(last[0]), strict=True)
        return any(now.leaves(before, at - last[1]) for now, before in pairs if now is not None and before is not None)

    def sides(self, here: Bearing) -> tuple[Side | None, Side | None]:
        """Pan and tilt; None for what is not declared, or what the device does not tell."""
        assert self.home is not None
        pan = None if self.spread is None else Side(_turn(here.pan - self.home.pan), self.spread / 2)
        span = self._span
        if span is None or here.tilt is None:
            return pan, None
        return pan, Side(here.tilt - (span[0] + span[1]) / 2, (span[1] - span[0]) / 2)

    @property
    def _span(self) -> tuple[float, float] | None:
        """What is declared of its tilt, as its device counts.

        Down positive is what both protocols have. Where the declared view does not lie inside then, up positive is tried, and after that the
        declared view is taken for the middle: half of the declared range to each side of it.
        """
        if self.rise is None or self.home is None or self.home.tilt is None:
            return None
        (low, high), tilt = self.rise, self.home.tilt
        if self._as_protocols(tilt):
            return -high, -low
        if low - SLACK <= tilt <= high + SLACK:
            return low, high
        return tilt - (high - low) / 2, tilt + (high - low) / 2


def _turn(degrees: float) -> float:
    """The same turn the short way, -180 to 180."""
    return (degrees + 180) % 360 - 180
