"""A film without an end: the frames that a caller handed in, over and over, found by place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame

FRAME = CLOCK_RATE // 25
"""Ticks that the last frame of a film of one frame lasts."""


class Reel:
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
