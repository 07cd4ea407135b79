"""What can be asked of a camera that turns, in one form for every protocol (ONVIF PTZ, later GB/T 28181 §9.3)."""

from __future__ import annotations

from dataclasses import dataclass
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
class Motion:
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


STILL = Motion()


@dataclass(frozen=True, slots=True)
class Preset:
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
class Where:
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
class Box:
    """A box drawn in the picture, in parts of its width and height, from the left upper corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Stand:
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

    async def move(self, motion: Motion, seconds: float) -> None:
        """Move until told otherwise; the camera itself is asked to stop after `seconds`, which many ignore."""
        ...

    async def stop(self) -> None:
        """Stand still."""
        ...

    async def presets(self) -> list[Preset]:
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

    async def where(self) -> Where:
        """Where it points now."""
        ...

    async def bearing(self) -> Bearing | None:
        """Where it points now, in degrees; None where it does not say so."""
        ...

    async def precise(self, there: Bearing) -> None:
        """Point there."""
        ...

    async def drag(self, box: Box, nearer: bool) -> None:
        """Show what is in a box of the picture, or have the whole picture in its place."""
        ...

    async def cruise(self, number: int, seconds: float) -> None:
        """Go round the views of a cruise until told otherwise, or until `seconds` have passed without this being said again."""
        ...
