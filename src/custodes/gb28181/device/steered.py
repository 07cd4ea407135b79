"""A film that shows where a camera points: one of several, changed at key frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from custodes.gb28181.device.head import View
from custodes.gb28181.device.reel import Reel
from custodes.gb28181.media.frame import Frame

ASIDE = 30.0
"""Degrees of pan from which on a picture is that of another side."""
NEAR = 4.0
"""Times of zoom from which on it is the near one."""

Name = TypeVar("Name")


def side_of(view: View) -> str:
    """Which film shows a view: ``near``, ``left``, ``right``, or empty for straight ahead."""
    if view.zoom > NEAR:
        return "near"
    if ASIDE < view.pan <= 180:
        return "right"
    return "left" if 180 < view.pan < 360 - ASIDE else ""


class Steered(Reel, Generic[Name]):
    """A reel for one stream that shows another film while `wanted` says so.

    Args:
        straight: shown where there is no other.
        others: of its length, with key frames and times at its places; they may come while it runs.
        wanted: which of them is to be seen now.
    """

    def __init__(self, straight: Reel, others: Mapping[Name, Reel], wanted: Callable[[], Name]) -> None:
        super().__init__(straight.frames)
        self._others = others
        self._wanted = wanted
        self._shown = straight
        self._straight = straight
        self._decided = -1

    def at(self, number: int) -> tuple[int, Frame]:
        """Place and frame of a number. Which film it is from is decided when its key frame is first asked for."""
        place, frame = super().at(number)
        if not frame.coding.video:
            return place, frame
        if frame.key and number != self._decided:
            self._decided = number
            self._shown = self._others.get(self._wanted(), self._straight)
        return place, self._shown.at(number)[1]
