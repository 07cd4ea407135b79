"""Finds of single pictures become tracks: linked forward, followed back from where they began, bridged, and drawn out.

One missed picture is a leak. So what is found with little certainty counts where something sure is near it in time; what
is missed is followed by its texture, or filled in; and each track begins before its first find and ends after its last.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from custodes.video.mask.detections import Detection
from custodes.video.mask.following import LONG_SIDE
from custodes.video.mask.line import Line, Seen
from custodes.video.mask.picture import Shown, small_luma
from custodes.video.mask.shapes import Box, bounds
from custodes.video.mask.tracks import MODEL_GROWTH, KeyFrame, Kind, Origin, Sighting, Track
from custodes.video.unit import CLOCK_RATE

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

    def __init__(self, kind: Kind, linking: Linking) -> None:
        self._kind, self._linking = kind, linking
        self._going: list[Line] = []
        self._ended: list[Line] = []
        self._before: deque[Seen] = deque(maxlen=13)
        self._last = 0

    def add(self, shown: Shown, found: Sequence[Detection]) -> None:
        """The finds of the next picture."""
        luma, factor = small_luma(shown.planes, LONG_SIDE)
        # A view would keep the whole picture alive.
        seen = Seen(shown.time, luma if luma.base is None else luma.copy(), factor)
        self._last = shown.time
        rest = self._continue(seen, found)
        self._follow(seen)
        for one in rest[: max(0, _MOST_LINES - len(self._going))]:
            self._going.append(Line(seen, one))
        self._confirm()
        self._end_those_lost(seen.time)
        self._before.append(seen)

    def tracks(self, first: int = 1) -> list[Track]:
        """All tracks, when the film is over, numbered from `first` on in the order of their beginnings."""
        sure = [line for line in (*self._ended, *self._going) if line.surest >= self._linking.sure]
        sure.sort(key=lambda line: (line.frames[0].time, bounds(line.frames[0].shape).left))
        return [self._track(first + at, line) for at, line in enumerate(sure)]

    def _continue(self, seen: Seen, found: Sequence[Detection]) -> list[Detection]:
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

    def _follow(self, seen: Seen) -> None:
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

    def _track(self, number: int, line: Line) -> Track:
        frames = _steadied(line.frames)
        extend = round(self._linking.extend * CLOCK_RATE)
        begin, end = max(frames[0].time - extend, 0), min(frames[-1].time + extend, self._last)
        before, after = _drawn_out(frames[:5], frames[0], begin), _drawn_out(frames[-5:], frames[-1], end)
        if before is not None:
            frames.insert(0, before)
        if after is not None:
            frames.append(after)
        return Track(
            number, self._kind, Origin.MODEL, tuple(frames), growth=self._linking.growth, surest=line.surest
        )  # fmt: skip


def _fitting(expected: Box, found: Box) -> float:
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


def _steadied(frames: Sequence[KeyFrame]) -> list[KeyFrame]:
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
            box = Box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
        steadied.append(KeyFrame(one.time, box, one.sighting))
    return steadied


def _drawn_out(near: Sequence[KeyFrame], edge: KeyFrame, time: int) -> KeyFrame | None:
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
    return KeyFrame(time, box.around(box.moved(by_x, by_y)), Sighting.FILLED)
