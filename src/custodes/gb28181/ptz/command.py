"""What a PTZ command can ask for (GB/T 28181 A.3.2 to A.3.7), as values that can't contradict themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from custodes.gb28181.refused import Gb28181Refused

FAST = 0xFF
"""The highest speed of pan, tilt, focus and iris."""

FAST_ZOOM = 0xF
LONG = 0xFFF
"""The highest value of twelve bits: seconds of a stay, speed of a cruise or a scan."""


def within(field: str, value: int, least: int, most: int) -> None:
    """Whether a number fits its bits.

    Raises:
        Refused: it does not.
    """
    if not least <= value <= most:
        raise Gb28181Refused(field, f"is not from {least} to {most}", "give a number of that range")


@dataclass(frozen=True, slots=True)
class Move:
    """Turn and zoom until told otherwise; all zero: stand still. Directions are those of the picture.

    Attributes:
        pan: right is positive; tilt: up; both -255 to 255.
        zoom: nearer is positive; -15 to 15.
    """

    pan: int = 0
    tilt: int = 0
    zoom: int = 0

    def __post_init__(self) -> None:
        within("pan", self.pan, -FAST, FAST)
        within("tilt", self.tilt, -FAST, FAST)
        within("zoom", self.zoom, -FAST_ZOOM, FAST_ZOOM)


@dataclass(frozen=True, slots=True)
class Lens:
    """Focus and iris until told otherwise; all zero: leave them.

    Attributes:
        focus: farther is positive; iris: more open; both -255 to 255.
    """

    focus: int = 0
    iris: int = 0

    def __post_init__(self) -> None:
        within("focus", self.focus, -FAST, FAST)
        within("iris", self.iris, -FAST, FAST)


class PresetDo(StrEnum):
    """What is done with a remembered view."""

    SET = "set"
    CALL = "call"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Preset:
    """Remember, show or forget a view. 0 is reserved."""

    do: PresetDo
    number: int

    def __post_init__(self) -> None:
        within("preset", self.number, 1, 0xFF)


class CruiseDo(StrEnum):
    """What is done with a cruise. It is stopped by `Move()`."""

    ADD = "add"
    DELETE = "delete"
    SPEED = "speed"
    STAY = "stay"
    START = "start"


@dataclass(frozen=True, slots=True)
class Cruise:
    """A round of remembered views.

    Attributes:
        group: 0 to 255.
        value: of `ADD` and `DELETE` the preset (0 with `DELETE`: the whole cruise); of `SPEED` its number, of `STAY` seconds, both to 4095.
    """

    do: CruiseDo
    group: int
    value: int = 0

    def __post_init__(self) -> None:
        within("group", self.group, 0, 0xFF)
        least, most = {
            CruiseDo.ADD: (1, 0xFF),
            CruiseDo.DELETE: (0, 0xFF),
            CruiseDo.SPEED: (0, LONG),
            CruiseDo.STAY: (0, LONG),
            CruiseDo.START: (0, 0),
        }[self.do]
        within("value", self.value, least, most)


class ScanDo(StrEnum):
    """What is done with a scan. It is stopped by `Move()`."""

    START = "start"
    LEFT = "left"
    RIGHT = "right"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class Scan:
    """Turning between two borders, first from right to left. `speed` to 4095, with `SPEED` alone."""

    do: ScanDo
    group: int
    speed: int = 0

    def __post_init__(self) -> None:
        within("group", self.group, 0, 0xFF)
        within("speed", self.speed, 0, LONG if self.do is ScanDo.SPEED else 0)


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """A switch: 1 is the wiper."""

    on: bool
    number: int

    def __post_init__(self) -> None:
        within("switch", self.number, 0, 0xFF)


Command = Move | Lens | Preset | Cruise | Scan | Auxiliary
STOP = Move()
LEAVE_LENS = Lens()


def of_percent(percent: int, top: int) -> int:
    """A speed of -100 to 100 per cent in steps of a camera, whose fastest is `top`; a movement never becomes none.

    Raises:
        Refused: it is no per cent.
    """
    within("speed", percent, -100, 100)
    steps = max(1, round(abs(percent) * top / 100)) if percent else 0
    return steps if percent > 0 else -steps


def move_of_percent(pan: int, tilt: int, zoom: int) -> Move:
    """Turning and zooming by per cent, as whoever steers says it: right, up and nearer are positive.

    Raises:
        Refused: one is no per cent.
    """
    return Move(of_percent(pan, FAST), of_percent(tilt, FAST), of_percent(zoom, FAST_ZOOM))


def lens_of_percent(focus: int, iris: int) -> Lens:
    """Focus and iris by per cent: farther and more open are positive.

    Raises:
        Refused: one is no per cent.
    """
    return Lens(of_percent(focus, FAST), of_percent(iris, FAST))
