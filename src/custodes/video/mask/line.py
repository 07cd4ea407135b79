"""One track while the film runs: its places so far, its speed, and how it looked when it was last found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custodes.video.mask.detections import Detection
from custodes.video.mask.following import Patch, look_for, patch_of
from custodes.video.mask.picture import Plane
from custodes.video.mask.shapes import Box, bounds
from custodes.video.mask.tracks import KeyFrame, Sighting

_NEW_SPEED = 0.5
"""Weight of the last step in the speed."""

_LONGEST_STEP = 9_000
"""Ticks over which a speed is carried on; what was lost for longer is expected where it was going by then."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture's small luma.

    Attributes:
        time: ticks.
        luma: shape (height, width).
        factor: pixels of the full picture for one of `luma`.
    """

    time: int
    luma: Plane
    factor: float


class Line:
    """A track that is being made.

    Attributes:
        frames: places so far.
        surest: highest score so far.
        confirmed: whether it has been followed back.
    """

    def __init__(self, seen: Seen, one: Detection) -> None:
        self.frames = [KeyFrame(seen.time, one.box, Sighting.FOUND)]
        self.surest = one.score
        self.confirmed = False
        self._found_at = seen.time
        self._speed = (0.0, 0.0)
        self._patch: Patch | None = patch_of(seen.luma, one.box, seen.factor)
        self._first_patch = self._patch
        self._box = one.box

    def expected(self, time: int) -> Box:
        """Where it would be at `time`, ticks."""
        step = min(time - self.frames[-1].time, _LONGEST_STEP)
        return bounds(self.frames[-1].shape).moved(self._speed[0] * step, self._speed[1] * step)

    def found(self, seen: Seen, one: Detection) -> None:
        """It was found."""
        self._step(seen.time, one.box)
        self.frames.append(KeyFrame(seen.time, one.box, Sighting.FOUND))
        self.surest = max(self.surest, one.score)
        self._found_at, self._box = seen.time, one.box
        self._patch = patch_of(seen.luma, one.box, seen.factor)

    def follow(self, seen: Seen, longest: int) -> None:
        """It was not found: look for how it looked, at most `longest` ticks after the last find."""
        if self._patch is None or seen.time - self._found_at > longest:
            return
        offset = look_for(seen.luma, self._patch, self.expected(seen.time), seen.factor)
        if offset is not None:
            box = self._box.moved(*offset)
            self._step(seen.time, box)
            self.frames.append(KeyFrame(seen.time, box, Sighting.FOLLOWED))

    def follow_back(self, before: Sequence[Seen], longest: int) -> None:
        """Look for it in the pictures before its first place, the latest first, until it isn't there."""
        first = self.frames[0]
        patch, box = self._first_patch, bounds(first.shape)
        if patch is None:
            return
        at = box
        for seen in reversed(before):
            if seen.time >= first.time:
                continue
            if first.time - seen.time > longest:
                break
            offset = look_for(seen.luma, patch, at, seen.factor)
            if offset is None:
                break
            at = box.moved(*offset)
            self.frames.insert(0, KeyFrame(seen.time, at, Sighting.FOLLOWED))

    def forget(self) -> None:
        """How it looked is not needed any more."""
        self._patch = self._first_patch = None

    def _step(self, time: int, box: Box) -> None:
        (x, y), (a, b) = bounds(self.frames[-1].shape).centre, box.centre
        ticks = max(time - self.frames[-1].time, 1)
        self._speed = (
            self._speed[0] * (1 - _NEW_SPEED) + (a - x) / ticks * _NEW_SPEED,
            self._speed[1] * (1 - _NEW_SPEED) + (b - y) / ticks * _NEW_SPEED,
        )
