"""A simulated camera that turns: where it points, the views that it remembers, and the films that show it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import cv2
import numpy as np

from custodes.video.rtsp.mount import MountFrame
from custodes.video.simcam import scene
from custodes.video.simcam.scene import ScenePlanes

View = Literal["left", "right", "near"]
VIEWS: tuple[View, ...] = get_args(View)

SECONDS_ACROSS = 4.0
"""From one end of the range to the other at full speed."""

ASIDE_DEGREES = (60.0, 30.0)
"""How far it turns from the middle to each side, and up and down."""

TURNED, NEAR = 0.25, 0.3
"""From where on the picture is that of another view, of a range from -1 to 1, and of a zoom from 0 to 1."""

ASIDE, CLOSER = 0.3, 2
Place = tuple[float, float, float]
HOME: Place = (0.0, 0.0, 0.0)


def turned(planes: ScenePlanes, view: View) -> ScenePlanes:
    """`planes` as the camera sees them turned this way. The strip and the burnt-in name are not the lens's."""
    out = planes.copy()
    for plane, scale in ((out.y, 1), (out.cb, 2), (out.cr, 2)):
        rows, columns = planes.height // scale, planes.width // scale
        values = np.frombuffer(plane, np.uint8).reshape(rows, columns)  # a bytearray's: written in place
        below = values[rows // scene.STRIP_ROWS + rows // 12 :]
        below[:] = _seen(below, view)
    return out


def _seen(below: np.ndarray, view: View) -> np.ndarray:
    height, width = below.shape
    if view == "near":
        top, left = height // 4, width // 4
        cut = below[top : top + height // CLOSER, left : left + width // CLOSER]
        return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.roll(below, round(width * ASIDE / 2) * 2 * (1 if view == "left" else -1), axis=1)


@dataclass
class Dome:
    """Where the camera points: pan and tilt from -1 to 1, zoom from 0 to 1. Any thread may call.

    Attributes:
        presets: token to name and place.
        clock: monotonic seconds.
    """

    presets: dict[str, tuple[str, Place]]
    clock: Callable[[], float] = time.monotonic
    _place: Place = HOME
    _speed: Place = HOME
    _since: float = 0.0
    _until: float = 0.0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def move(self, speed: Place, seconds: float) -> None:
        """Move at this speed, shares of the fastest, until told otherwise or for `seconds`."""
        with self._lock:
            self._place = self.place
            self._speed, self._since = speed, self.clock()
            self._until = self._since + seconds

    def stop(self) -> None:
        """Stand still."""
        self.move(HOME, 0.0)

    def go(self, place: Place) -> None:
        """Be there; simulated motors are quick."""
        with self._lock:
            self._place, self._speed = place, HOME

    def keep(self, token: str, name: str) -> str:
        """Remember where it points; the token, a new one where none is given."""
        with self._lock:
            numbers = (str(number) for number in itertools.count(1))
            token = token or next(number for number in numbers if number not in self.presets)
            self.presets[token] = (name, self.place)
            return token

    @property
    def place(self) -> Place:
        """Where it points now."""
        with self._lock:
            gone = max(0.0, min(self.clock(), self._until) - self._since) * 2 / SECONDS_ACROSS
            pan, tilt, zoom = (at + speed * gone for at, speed in zip(self._place, self._speed, strict=True))
            return (_within(pan, -1.0), _within(tilt, -1.0), _within(zoom, 0.0))

    @property
    def moving(self) -> bool:
        """Whether it is on its way."""
        with self._lock:
            return self._speed != HOME and self.clock() < self._until

    @property
    def view(self) -> View | None:
        """Which film shows it; None for the one without a turn."""
        pan, _tilt, zoom = self.place
        if zoom > NEAR:
            return "near"
        if abs(pan) <= TURNED:
            return None
        return "left" if pan < 0 else "right"


def steered(
    straight: Sequence[MountFrame], others: Mapping[View, Sequence[MountFrame]], view: Callable[[], View | None]
) -> Iterator[MountFrame]:
    """Frames without end, of the film that shows where the camera points; films change at key frames.

    Args:
        straight: the film without a turn.
        others: the others, which have its length and its key frames; they may come while it runs.
    """
    shown = straight
    for number in itertools.count():
        at = number % len(straight)
        if straight[at].key:
            wanted = view()
            shown = others.get(wanted, straight) if wanted is not None else straight
        yield shown[at]


def _within(value: float, least: float) -> float:
    return max(least, min(1.0, value))
