"""Films without an end: the frames that a caller handed in, over and over, found by place; one of several, where the camera is steered."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from custodes.gb28181.device.ptz import View
from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame

FRAME = CLOCK_RATE // 25
"""Ticks that the last frame of a film of one frame lasts."""


class LoopedFilm:
    """Frames by number from 0 on; places are 90 kHz ticks from the first.

    Raises:
        ValueError: it does not begin with a key frame of video, or its times fall.
    """

    def __init__(self, frames: Sequence[Frame]) -> None:
        if not frames or not (frames[0].coding.video and frames[0].key):
            raise ValueError("a film begins with a key frame")
        self.frames = self._frames = tuple(frames)
        self._places = [frame.time - frames[0].time for frame in frames]
        if self._places != sorted(self._places):
            raise ValueError("the times of a film never fall")
        last = self._places[-1]
        pictures = [place for place, frame in zip(self._places, frames, strict=True) if frame.coding.video]
        step = (pictures[-1] - pictures[0]) // (len(pictures) - 1) if len(pictures) > 1 else FRAME
        self.length = last + max(step, 1)
        self._keys = [number for number, frame in enumerate(frames) if frame.coding.video and frame.key]
        self.video = frames[0].coding
        self.sound: Coding | None = next((frame.coding for frame in frames if not frame.coding.video), None)

    def at(self, number: int) -> tuple[int, Frame]:
        """Place and frame of a number."""
        round_, index = divmod(number, len(self._frames))
        return round_ * self.length + self._places[index], self._frames[index]

    def key_before(self, place: int) -> int:
        """Number of the last key frame at or before a place."""
        round_, rest = divmod(max(place, 0), self.length)
        index = bisect_right([self._places[key] for key in self._keys], rest) - 1
        return round_ * len(self._frames) + self._keys[index]

    def key_from(self, number: int) -> int:
        """Number of the first key frame at or behind a number."""
        round_, index = divmod(number, len(self._frames))
        found = bisect_left(self._keys, index)
        if found == len(self._keys):
            return (round_ + 1) * len(self._frames) + self._keys[0]
        return round_ * len(self._frames) + self._keys[found]


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


class Steered(LoopedFilm, Generic[Name]):
    """A reel for one stream that shows another film while `wanted` says so.

    Args:
        straight: shown where there is no other.
        others: of its length, with key frames and times at its places; they may come while it runs.
        wanted: which of them is to be seen now.
    """

    def __init__(self, straight: LoopedFilm, others: Mapping[Name, LoopedFilm], wanted: Callable[[], Name]) -> None:
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
