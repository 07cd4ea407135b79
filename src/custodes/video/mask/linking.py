"""Finds of single pictures become tracks: linked forward, followed back from where they began, bridged, and drawn out.

One missed picture is a leak. So what is found with little certainty counts where something sure is near it in time; what
is missed is followed by its texture, or filled in; and each track begins before its first find and ends after its last. A track while
the film runs has its places so far, its speed, and how it looked when it was last found. Nothing of a piece of a picture that was looked for is kept.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from custodes.video.mask.detector import Detection
from custodes.video.mask.picture import Plane, TimedPicture, small_luma
from custodes.video.mask.shapes import MaskBox, bounds
from custodes.video.mask.tracks import MODEL_GROWTH, MaskedKind, Sighting, Track, TrackOrigin, TrackPoint
from custodes.video.unit import CLOCK_RATE

LONG_SIDE = 640
"""Of the luma that is searched, pixels."""

_SEARCHED = 2.0
_ALIKE_TEXTURE = 0.6
"""Normalised correlation from which it is taken to be the same thing."""

_SMALLEST, _PLAINEST = 5, 4.0
"""Sides (pixels) and spread (grey values) below which a piece looks like anything."""


@dataclass(frozen=True, slots=True)
class Patch:
    """How something looks, and its box at that time in pixels of the full picture."""

    luma: Plane
    box: MaskBox


def patch_of(luma: Plane, box: MaskBox, factor: float) -> Patch | None:
    """The piece of `luma` in `box`; None where it is too small, too plain, or reaches over the edge by more than a half.

    Args:
        factor: pixels of the full picture for one of `luma`.
    """
    window = _window(luma, box, factor)
    if window is None:
        return None
    left, top, right, bottom = window
    if (right - left) * (bottom - top) * factor * factor < box.area / 2:
        return None
    piece = luma[top:bottom, left:right].copy()
    if min(piece.shape) < _SMALLEST or float(piece.std()) < _PLAINEST:
        return None
    return Patch(piece, MaskBox(left * factor, top * factor, right * factor, bottom * factor))


def look_for(luma: Plane, patch: Patch, near: MaskBox, factor: float) -> tuple[float, float] | None:
    """How far from `patch.box` its texture lies now, x and y in pixels of the full picture; None where it isn't found.

    Args:
        near: where it is expected; looked for in an area of twice its sides.
    """
    window = _window(luma, near.grown(_SEARCHED), factor)
    if window is None:
        return None
    left, top, right, bottom = window
    area = luma[top:bottom, left:right]
    if area.shape[0] < patch.luma.shape[0] or area.shape[1] < patch.luma.shape[1]:
        return None
    alike = cv2.matchTemplate(area, patch.luma, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(np.nan_to_num(alike))
    if best < _ALIKE_TEXTURE:
        return None
    return (left + x) * factor - patch.box.left, (top + y) * factor - patch.box.top


def _window(luma: Plane, box: MaskBox, factor: float) -> tuple[int, int, int, int] | None:
    height, width = luma.shape
    left, top = max(round(box.left / factor), 0), max(round(box.top / factor), 0)
    right, bottom = min(round(box.right / factor), width), min(round(box.bottom / factor), height)
    return (left, top, right, bottom) if right > left and bottom > top else None


_NEW_SPEED = 0.5
"""Weight of the last step in the speed."""

_LONGEST_STEP = 9_000
"""Ticks over which a speed is carried on; what was lost for longer is expected where it was going by then."""


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A picture's small luma.

    Attributes:
        time: ticks.
        luma: shape (height, width).
        factor: pixels of the full picture for one of `luma`.
    """

    time: int
    luma: Plane
    factor: float


class TrackInMaking:
    """A track that is being made.

    Attributes:
        frames: places so far.
        surest: highest score so far.
        confirmed: whether it has been followed back.
    """

    def __init__(self, seen: SmallPicture, one: Detection) -> None:
        self.frames = [TrackPoint(seen.time, one.box, Sighting.FOUND)]
        self.surest = one.score
        self.confirmed = False
        self._found_at = seen.time
        self._speed = (0.0, 0.0)
        self._patch: Patch | None = patch_of(seen.luma, one.box, seen.factor)
        self._first_patch = self._patch
        self._box = one.box

    def expected(self, time: int) -> MaskBox:
        """Where it would be at `time`, ticks."""
        step = min(time - self.frames[-1].time, _LONGEST_STEP)
        return bounds(self.frames[-1].shape).moved(self._speed[0] * step, self._speed[1] * step)

    def found(self, seen: SmallPicture, one: Detection) -> None:
        """It was found."""
        self._step(seen.time, one.box)
        self.frames.append(TrackPoint(seen.time, one.box, Sighting.FOUND))
        self.surest = max(self.surest, one.score)
        self._found_at, self._box = seen.time, one.box
        self._patch = patch_of(seen.luma, one.box, seen.factor)

    def follow(self, seen: SmallPicture, longest: int) -> None:
        """It was not found: look for how it looked, at most `longest` ticks after the last find."""
        if self._patch is None or seen.time - self._found_at > longest:
            return
        offset = look_for(seen.luma, self._patch, self.expected(seen.time), seen.factor)
        if offset is not None:
            box = self._box.moved(*offset)
            self._step(seen.time, box)
            self.frames.append(TrackPoint(seen.time, box, Sighting.FOLLOWED))

    def follow_back(self, before: Sequence[SmallPicture], longest: int) -> None:
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
            self.frames.insert(0, TrackPoint(seen.time, at, Sighting.FOLLOWED))

    def forget(self) -> None:
        """How it looked is not needed any more."""
        self._patch = self._first_patch = None

    def _step(self, time: int, box: MaskBox) -> None:
        (x, y), (a, b) = bounds(self.frames[-1].shape).centre, box.centre
        ticks = max(time - self.frames[-1].time, 1)
        self._speed = (
            self._speed[0] * (1 - _NEW_SPEED) + (a - x) / ticks * _NEW_SPEED,
            self._speed[1] * (1 - _NEW_SPEED) + (b - y) / ticks * _NEW_SPEED,
        )


_ALIKE = 0.2
_NEAR = 0.6
_FARTHEST = 3.0
"""Own sizes by which a track is drawn out at most: a speed from a few boxes is a rough one."""

_AROUND = CLOCK_RATE
"""Ticks before and after, in which finds say how large a thing is."""

_MOST_LINES = 500
"""Lines at one time. A picture with more finds than this is noise, or a crowd in which single faces can't be told apart anyhow."""


@dataclass(frozen=True, slots=True)
class Linking:
    """How finds are linked. Times are seconds.

    Attributes:
        least: score from which a find goes on a track, or begins one that something sure may confirm.
        sure: score that confirms a track; one find with it is enough.
        follow: how long a track is followed by its texture after its last find, and before its first.
        bridge: longest gap over which a find goes on a track; what lies between is filled in.
        extend: how long a track is drawn out before its first and after its last place.
        growth: by which boxes are filled larger than found.
    """

    least: float = 0.15
    sure: float = 0.35
    follow: float = 0.5
    bridge: float = 1.0
    extend: float = 0.5
    growth: float = MODEL_GROWTH


class Linker:
    """Links one detector's finds over a film. Keeps a few small pictures and the tracks, whatever the film's length.

    Args:
        kind: what the detector finds.
    """

    def __init__(self, kind: MaskedKind, linking: Linking) -> None:
        self._kind, self._linking = kind, linking
        self._going: list[TrackInMaking] = []
        self._ended: list[TrackInMaking] = []
        self._before: deque[SmallPicture] = deque(maxlen=13)
        self._last = 0

    def add(self, shown: TimedPicture, found: Sequence[Detection]) -> None:
        """The finds of the next picture."""
        luma, factor = small_luma(shown.planes, LONG_SIDE)
        # A view would keep the whole picture alive.
        seen = SmallPicture(shown.time, luma if luma.base is None else luma.copy(), factor)
        self._last = shown.time
        rest = self._continue(seen, found)
        self._follow(seen)
        for one in rest[: max(0, _MOST_LINES - len(self._going))]:
            self._going.append(TrackInMaking(seen, one))
        self._confirm()
        self._end_those_lost(seen.time)
        self._before.append(seen)

    def tracks(self, first: int = 1) -> list[Track]:
        """All tracks, when the film is over, numbered from `first` on in the order of their beginnings."""
        sure = [line for line in (*self._ended, *self._going) if line.surest >= self._linking.sure]
        sure.sort(key=lambda line: (line.frames[0].time, bounds(line.frames[0].shape).left))
        return [self._track(first + at, line) for at, line in enumerate(sure)]

    def _continue(self, seen: SmallPicture, found: Sequence[Detection]) -> list[Detection]:
        """Give each line the find that fits it best; the finds that fit none."""
        pairs = []
        for at, line in enumerate(self._going):
            expected = line.expected(seen.time)
            for number, one in enumerate(found):
                fits = _fitting(expected, one.box)
                if fits > 0:
                    pairs.append((fits, at, number))
        lines, finds = set[int](), set[int]()
        for _, at, number in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
            if at not in lines and number not in finds:
                lines.add(at)
                finds.add(number)
                self._going[at].found(seen, found[number])
        return [one for number, one in enumerate(found) if number not in finds]

    def _follow(self, seen: SmallPicture) -> None:
        for line in self._going:
            if line.frames[-1].time < seen.time and line.surest >= self._linking.sure:
                line.follow(seen, round(self._linking.follow * CLOCK_RATE))

    def _confirm(self) -> None:
        """What has just become sure was there before it was found: follow it back."""
        for line in self._going:
            if line.surest >= self._linking.sure and not line.confirmed:
                line.confirmed = True
                line.follow_back(list(self._before), round(self._linking.follow * CLOCK_RATE))

    def _end_those_lost(self, time: int) -> None:
        still = []
        for line in self._going:
            if time - line.frames[-1].time <= self._linking.bridge * CLOCK_RATE:
                still.append(line)
            elif line.surest >= self._linking.sure:
                line.forget()
                self._ended.append(line)
        self._going = still

    def _track(self, number: int, line: TrackInMaking) -> Track:
        frames = _steadied(line.frames)
        extend = round(self._linking.extend * CLOCK_RATE)
        begin, end = max(frames[0].time - extend, 0), min(frames[-1].time + extend, self._last)
        before, after = _drawn_out(frames[:5], frames[0], begin), _drawn_out(frames[-5:], frames[-1], end)
        if before is not None:
            frames.insert(0, before)
        if after is not None:
            frames.append(after)
        return Track(
            number, self._kind, TrackOrigin.MODEL, tuple(frames), growth=self._linking.growth, surest=line.surest
        )  # fmt: skip


def _fitting(expected: MaskBox, found: MaskBox) -> float:
    """How well a find fits to where a line is expected; 0 where it doesn't."""
    alike = expected.likeness(found)
    if alike >= _ALIKE:
        return 1 + alike
    if not 0.4 <= found.width / expected.width <= 2.5:
        return 0.0
    (x, y), (a, b) = expected.centre, found.centre
    size = (expected.width + expected.height + found.width + found.height) / 4
    apart = math.hypot(x - a, y - b) / size
    return max(0.0, 1 - apart / _NEAR)


def _steadied(frames: Sequence[TrackPoint]) -> list[TrackPoint]:
    """Each box at least as large as most finds around it in time: a half-turned head gives a small find, and is one head still."""
    found = [one for one in frames if one.sighting is Sighting.FOUND]
    times = [one.time for one in found]
    widths, heights = ([getattr(bounds(one.shape), side) for one in found] for side in ("width", "height"))
    steadied = []
    for one in frames:
        near = slice(bisect_left(times, one.time - _AROUND), bisect_right(times, one.time + _AROUND))
        box = bounds(one.shape)
        if widths[near]:
            wide, tall = max(box.width, median(widths[near])), max(box.height, median(heights[near]))
            x, y = box.centre
            box = MaskBox(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
        steadied.append(TrackPoint(one.time, box, one.sighting))
    return steadied


def _drawn_out(near: Sequence[TrackPoint], edge: TrackPoint, time: int) -> TrackPoint | None:
    """Where it may be at `time`, outside of what was seen: where it stood at the edge, where it was going, and all between."""
    if time == edge.time:
        return None
    first, last = near[0], near[-1]
    box = bounds(edge.shape)
    span = max(last.time - first.time, 1)
    (x, y), (a, b) = bounds(first.shape).centre, bounds(last.shape).centre
    share = (time - edge.time) / span if len(near) > 1 else 0.0
    by_x = min(max((a - x) * share, -_FARTHEST * box.width), _FARTHEST * box.width)
    by_y = min(max((b - y) * share, -_FARTHEST * box.height), _FARTHEST * box.height)
    return TrackPoint(time, box.around(box.moved(by_x, by_y)), Sighting.FILLED)
