"""Where a simulated camera points: it turns as long as it is told to, by the time that passes, and remembers views."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.gb28181.manscdp.control import DragZoom, Precise
from custodes.gb28181.manscdp.presets import HomePosition
from custodes.gb28181.ptz.command import FAST, FAST_ZOOM, STOP, Command, Cruise, CruiseDo, Move, Preset, PresetDo

PAN_SPEED, TILT_SPEED, ZOOM_SPEED = 90.0, 45.0, 4.0
"""Degrees, degrees and times a second at the highest speed."""
LOWEST, HIGHEST = -30.0, 90.0
NEAREST = 20.0
"""Times of zoom, at most."""

WIDE = 60.0
"""Degrees from side to side of its picture at zoom 1."""


@dataclass(frozen=True, slots=True)
class View:
    """Degrees to the right of where it was mounted (0 to 360), degrees up, times of zoom."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 1.0


class SimulatedPtz:
    """One camera's head.

    Attributes:
        moving: what it does.
        presets: views by number, with their names.
        home: where it returns to, where that was set. It is remembered and told, not acted on.
        cruise: group of the cruise that it is on; it stays where it is all the same.
    """

    def __init__(self, presets: dict[int, tuple[str, View]] | None = None) -> None:
        self.moving: Move = STOP
        self.presets: dict[int, tuple[str, View]] = dict(presets or {})
        self.home: HomePosition | None = None
        self.cruise: int | None = None
        self._from = View()
        self._since = 0.0

    def view(self, now: float) -> View:
        """Where it points. Panning goes round; tilting and zooming stop at their ends."""
        gone, move, start = max(0.0, now - self._since), self.moving, self._from
        pan = (start.pan + gone * PAN_SPEED * move.pan / FAST) % 360
        tilt = start.tilt + gone * TILT_SPEED * move.tilt / FAST
        zoom = start.zoom + gone * ZOOM_SPEED * move.zoom / FAST_ZOOM
        return View(pan, min(max(tilt, LOWEST), HIGHEST), min(max(zoom, 1.0), NEAREST))

    def take(self, command: Command, now: float, name: str = "") -> bool:
        """A command; False for what it can't do. Focus, iris, scans and switches are taken and do nothing."""
        if isinstance(command, Move | Preset):
            self.cruise = None
        if isinstance(command, Cruise) and command.do is CruiseDo.START:
            self.cruise = command.group
        if isinstance(command, Move):
            self._go(self.view(now), command, now)
        elif isinstance(command, Preset):
            return self._preset(command, now, name)
        return True

    def point(self, wish: Precise, now: float) -> None:
        """Point there, at once."""
        view = self.view(now)
        pan = view.pan if wish.pan is None else wish.pan % 360
        tilt = view.tilt if wish.tilt is None else min(max(wish.tilt, LOWEST), HIGHEST)
        zoom = view.zoom if wish.zoom is None else min(max(wish.zoom, 1.0), NEAREST)
        self._go(View(pan, tilt, zoom), STOP, now)

    def drag(self, box: DragZoom, now: float, nearer: bool) -> None:
        """Point at the middle of a box of the picture, and show what is in it, or have the whole picture in its place, at once."""
        view = self.view(now)
        aside = (box.mid_x / box.length - 0.5) * WIDE / view.zoom
        times = min(box.length / max(1, box.length_x), NEAREST)
        zoom = view.zoom * times if nearer else view.zoom / times
        self._go(View((view.pan + aside) % 360, view.tilt, min(max(zoom, 1.0), NEAREST)), STOP, now)

    def _preset(self, command: Preset, now: float, name: str) -> bool:
        number = command.number
        if command.do is PresetDo.SET:
            held = self.presets.get(number)
            self.presets[number] = (name or (held[0] if held else f"{number}"), self.view(now))
        elif number not in self.presets:
            return False
        elif command.do is PresetDo.CALL:
            self._go(self.presets[number][1], STOP, now)
        else:
            del self.presets[number]
        return True

    def _go(self, view: View, move: Move, now: float) -> None:
        self._from, self.moving, self._since = view, move, now
