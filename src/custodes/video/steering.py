"""What can be asked of a camera that turns, in one form for every protocol (ONVIF PTZ, GB/T 28181 §9.3), and how far it may turn.

The bounds are those around its declared direction: pure, time is passed in (S15, S34(7), decision 0308). Kept is the middle of
the picture: its own angle few devices tell. Whichever way a device counts its degrees sideways, only the distance from where it
stands in its declared direction matters. Up and down the declared elevation is held: degrees from the horizon, up positive, as
the register has it. Devices count down positive (GB/T 28181 PTZPosition; `onvif.degrees` turns ONVIF's about); one whose
declared view lies outside of the declared elevation when it is read so counts otherwise, and is read by that view.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

FULL = 100
"""Speeds are whole per cent of what the camera can do: -100 to 100."""


class SteerFailure(Exception):
    """A command that the camera did not take.

    Attributes:
        kind: ``refused``, ``timeout``, ``password``, ``path``, ``protocol``, ``unsupported``; ``outside`` of the declared field, ``bearing``: not known,
            ``presets``: the camera is only turned to presets; ``held``: a platform below steers the camera itself, and the hand here is over.
        detail: one plain sentence for people; it repeats nothing that the camera sent.
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True)
class PtzMotion:
    """How a camera is to move until it is told to stop: per cent, -100 to 100.

    Attributes:
        pan: right is positive; tilt: up; zoom: nearer; focus: farther; iris: more open.
    """

    pan: int = 0
    tilt: int = 0
    zoom: int = 0
    focus: int = 0
    iris: int = 0

    def __post_init__(self) -> None:
        if any(not -FULL <= value <= FULL for value in self.values):
            raise ValueError("a speed is a whole per cent from -100 to 100")

    @property
    def values(self) -> tuple[int, int, int, int, int]:
        """Pan, tilt, zoom, focus, iris."""
        return self.pan, self.tilt, self.zoom, self.focus, self.iris

    @property
    def still(self) -> bool:
        """Nothing moves."""
        return not any(self.values)


STILL = PtzMotion()


@dataclass(frozen=True, slots=True)
class ViewPreset:
    """A view that the camera remembers."""

    token: str
    name: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a camera offers. What it does not say that it can is not asked of it.

    Attributes:
        move: turns as long as it is asked to; step: by a given distance; place: to a given position.
        zoom: nears and widens.
        focus, iris: can be set by hand.
        presets: how many views it remembers, 0 for none.
        home: has a home position; set_home: lets it be set.
    """

    move: bool = False
    step: bool = False
    place: bool = False
    zoom: bool = False
    focus: bool = False
    iris: bool = False
    presets: int = 0
    home: bool = False
    set_home: bool = False

    @property
    def steerable(self) -> bool:
        """Whether there is anything to steer."""
        return self.move or self.step or self.zoom or self.presets > 0


@dataclass(frozen=True, slots=True)
class PtzPosition:
    """Where a camera says that it points, in its own units from -1 to 1 (zoom 0 to 1), None where it does not say."""

    pan: float | None
    tilt: float | None
    zoom: float | None
    moving: bool | None


@dataclass(frozen=True, slots=True)
class Bearing:
    """Where a camera points as its device counts: degrees (pan 0 to 360, tilt down), times of zoom; also where it is to point.

    `tilt` is None where the device does not tell it; `zoom` so too, or where it is to stay as it is.
    """

    pan: float
    tilt: float | None
    zoom: float | None


@dataclass(frozen=True, slots=True)
class PtzBox:
    """A box drawn in the picture, in parts of its width and height, from the left upper corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SteeredStand:
    """Where a camera stands as far as we steered it; what others did to it nobody knows.

    Attributes:
        preset: token of the preset that it was sent to and has reached; empty for its declared direction; None where it was
            turned by hand, or sent somewhere and it is not known whether it arrived.
        moving: it is being turned, or may still be on its way.
        since_us: from when on its pictures show that, µs UTC; 0 for ever since.
    """

    preset: str | None = ""
    moving: bool = False
    since_us: int = 0


class Steerable(Protocol):
    """One camera that can be steered. Every call may raise `SteerFailure`."""

    async def abilities(self) -> Abilities:
        """What it offers; asked once."""
        ...

    async def move(self, motion: PtzMotion, seconds: float) -> None:
        """Move until told otherwise; the camera itself is asked to stop after `seconds`, which many ignore."""
        ...

    async def stop(self) -> None:
        """Stand still."""
        ...

    async def presets(self) -> list[ViewPreset]:
        """The views that it remembers."""
        ...

    async def goto(self, token: str) -> None:
        """Turn to a remembered view."""
        ...

    async def set_preset(self, name: str, token: str = "") -> str:
        """Remember the present view under a name, in place of `token` where one is given; its token."""
        ...

    async def remove_preset(self, token: str) -> None:
        """Forget a view."""
        ...

    async def goto_home(self) -> None:
        """Turn to the home position."""
        ...

    async def set_home(self) -> None:
        """Make the present view the home position."""
        ...

    async def where(self) -> PtzPosition:
        """Where it points now."""
        ...

    async def bearing(self) -> Bearing | None:
        """Where it points now, in degrees; None where it does not say so."""
        ...

    async def precise(self, there: Bearing) -> None:
        """Point there."""
        ...

    async def drag(self, box: PtzBox, nearer: bool) -> None:
        """Show what is in a box of the picture, or have the whole picture in its place."""
        ...

    async def cruise(self, number: int, seconds: float) -> None:
        """Go round the views of a cruise until told otherwise, or until `seconds` have passed without this being said again."""
        ...


AHEAD_SECONDS = 0.8
"""A camera that will be outside within this is stopped now: so long it takes until it hears of it."""

INSIDE = 1.0
"""Degrees inside the edge to which a camera is turned in."""

STILL_SPEED = 0.3
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
        return abs(_turn(here.pan - last[0].pan)) < STILL_SPEED and (self.rise is None or abs(tilted) < STILL_SPEED)

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
