"""What an upper commands (DeviceControl, GB/T 28181 Annex A.2.3, A.3) as a node is asked for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from custodes.gb28181.manscdp.control import DeviceControl, DragZoom, Precise
from custodes.gb28181.ptz.command import FAST, FAST_ZOOM, Cruise, CruiseDo, Lens, Move, Preset, PresetDo
from custodes.gb28181.ptz.octets import decode
from custodes.gb28181.refused import Gb28181Refused
from custodes.video.wire.commands import Command, PictureBox, PointAt

_PRESETS: dict[PresetDo, Command] = {PresetDo.CALL: "goto", PresetDo.SET: "set", PresetDo.DELETE: "remove"}
SMALLEST = 0.01
"""Part of the picture that a box has at least (`PictureBox`)."""

FARTHEST_ZOOM = 1_000.0


@dataclass(frozen=True, slots=True)
class UpperMotion:
    """What goes on until it is told otherwise: per cent, right, up, nearer, farther and more open are positive; a cruise by its group."""

    pan: int = 0
    tilt: int = 0
    zoom: int = 0
    focus: int = 0
    iris: int = 0
    cruise: int | None = None

    def with_(self, wish: Turn | Focus | Round) -> UpperMotion:
        """The same with one part of it changed: turning and the lens are two commands, and each has its stop. Either ends a cruise, but for the stop of the lens."""
        match wish:
            case Turn(pan, tilt, zoom):
                return replace(self, pan=pan, tilt=tilt, zoom=zoom, cruise=None)
            case Focus(focus, iris):
                return (
                    self
                    if wish.stops and self.cruise is not None
                    else replace(self, focus=focus, iris=iris, cruise=None)
                )
            case Round(group):
                return UpperMotion(cruise=group)


STILL = UpperMotion()


@dataclass(frozen=True, slots=True)
class Turn:
    """Turn and zoom; all zero: stand still."""

    pan: int
    tilt: int
    zoom: int

    @property
    def stops(self) -> bool:
        """It takes something back."""
        return not (self.pan or self.tilt or self.zoom)


@dataclass(frozen=True, slots=True)
class Focus:
    """Focus and iris; all zero: leave them."""

    focus: int
    iris: int

    @property
    def stops(self) -> bool:
        """It takes something back."""
        return not (self.focus or self.iris)


@dataclass(frozen=True, slots=True)
class Round:
    """Go on a cruise."""

    group: int
    stops = False


@dataclass(frozen=True, slots=True)
class OnceCommand:
    """What is done once.

    Attributes:
        moves: the camera looks elsewhere by it: what moved it before has ended.
    """

    command: Command
    preset: int = 0
    box: PictureBox | None = None
    point: PointAt | None = None

    @property
    def moves(self) -> bool:
        return self.command not in ("set", "remove")


Wish = Turn | Focus | Round | OnceCommand


def steers(control: DeviceControl) -> bool:
    """Whether it is a command that steers, as far as there is a way for any of its kind."""
    return control.command in ("ptz", "drag_in", "drag_out", "precise")


def wish_of(control: DeviceControl) -> Wish | None:
    """What it asks for; None where nothing leads there.

    That is so of scans, switches, the stations of a cruise and the home position: those set a camera up, which is for whoever answers for it.
    """
    if control.ptz is not None:
        return _of_ptz(control.ptz)
    if control.drag_in is not None or control.drag_out is not None:
        box = _box(control.drag_in or control.drag_out)
        return (
            OnceCommand("drag_in" if control.drag_in is not None else "drag_out", box=box) if box is not None else None
        )
    if control.precise is not None:
        point = _point(control.precise)
        return OnceCommand("precise", point=point) if point is not None else None
    return None


def _of_ptz(text: str) -> Wish | None:
    try:
        command = decode(text).command
    except Gb28181Refused:
        return None
    match command:
        case Move(pan, tilt, zoom):
            return Turn(_per_cent(pan, FAST), _per_cent(tilt, FAST), _per_cent(zoom, FAST_ZOOM))
        case Lens(focus, iris):
            return Focus(_per_cent(focus, FAST), _per_cent(iris, FAST))
        case Preset(do, number):
            return OnceCommand(_PRESETS[do], preset=number)
        case Cruise(CruiseDo.START, group):
            return Round(group)
    return None


def _per_cent(steps: int, top: int) -> int:
    """A speed in steps as per cent; a movement never becomes none."""
    found = max(1, round(abs(steps) * 100 / top)) if steps else 0
    return found if steps > 0 else -found


def _box(drag: DragZoom | None) -> PictureBox | None:
    """The box in parts of the picture, what lies outside cut off; None where nothing is left."""
    if drag is None:
        return None
    left, right = _share(drag.mid_x, drag.length_x, drag.length)
    top, bottom = _share(drag.mid_y, drag.length_y, drag.width)
    if right - left < SMALLEST or bottom - top < SMALLEST:
        return None
    return PictureBox(left=left, top=top, width=right - left, height=bottom - top)


def _share(middle: int, size: int, whole: int) -> tuple[float, float]:
    return max(0.0, (middle - size / 2) / whole), min(1.0, (middle + size / 2) / whole)


def _point(precise: Precise) -> PointAt | None:
    """Where to point; None where it does not say all of it, or says what no camera has."""
    pan, tilt, zoom = precise.pan, precise.tilt, precise.zoom
    if pan is None or tilt is None or zoom is None or zoom > FARTHEST_ZOOM:
        return None
    return PointAt(pan=pan, tilt=tilt, zoom=zoom)
