"""Tracks that a person draws: boxes and polygons at some times, and help with what lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from custodes.video.mask.linking import LONG_SIDE, Patch, look_for, patch_of
from custodes.video.mask.picture import Plane, small_luma
from custodes.video.mask.progress import ProgressWatcher
from custodes.video.mask.reading import MaskSource
from custodes.video.mask.shapes import Shape, between, bounds
from custodes.video.mask.tracks import BadTrack, MaskedKind, Sighting, Track, TrackDecision, TrackOrigin, TrackPoint


def drawn(number: int, kind: MaskedKind, places: Sequence[tuple[int, Shape]], growth: float = 1.0) -> Track:
    """A track through `places` (ticks and shape), in any order; accepted, since a person drew it.

    Args:
        growth: hides more than was drawn, 1 to 4.

    Raises:
        BadTrack: there is no place, or two at one time.
    """
    frames = tuple(TrackPoint(time, shape) for time, shape in sorted(places, key=lambda one: one[0]))
    return Track(number, kind, TrackOrigin.HAND, frames, TrackDecision.ACCEPTED, growth)


def redrawn(track: Track, time: int, shape: Shape) -> Track:
    """The track with a place drawn at `time`; what was followed or filled in between it and its drawn neighbours goes."""
    drawn_before = max(
        (one.time for one in track.frames if one.sighting is Sighting.DRAWN and one.time < time), default=time
    )
    drawn_after = min(
        (one.time for one in track.frames if one.sighting is Sighting.DRAWN and one.time > time), default=time
    )
    kept = [one for one in track.frames if one.time != time and not (drawn_before < one.time < drawn_after)]
    frames = sorted([*kept, TrackPoint(time, shape)], key=lambda one: one.time)
    return replace(track, frames=tuple(frames))


def assisted(track: Track, source: MaskSource, watcher: ProgressWatcher | None = None) -> Track:
    """The same track with places followed between those that were drawn.

    From each drawn place its texture is followed up to the next one; by how much that misses is spread over the way. A way
    that misses by more than half of its shape, or loses it, stays the even movement that it was. One pass over the source.

    Raises:
        SourceRefused: the source can't be read.
        Stopped: the caller stopped it.
        BadTrack: fewer than two places were drawn.
    """
    anchors = [one for one in track.frames if one.sighting is Sighting.DRAWN]
    if len(anchors) < 2:
        raise BadTrack("two drawn places are needed: one where it begins, one where it ends")
    ways = [_Way(one, two) for one, two in pairwise(anchors)]
    at = 0
    for shown in source.pictures():
        if watcher is not None:
            watcher.at(shown.number, shown.time)
        while at < len(ways) and shown.time > ways[at].last.time:
            at += 1
        if at == len(ways):
            break
        # A picture at the time of a drawn place ends one way and begins the next.
        for way in ways[at : at + 2]:
            if way.first.time <= shown.time <= way.last.time:
                way.look(shown.time, *small_luma(shown.planes, LONG_SIDE))
    frames = {one.time: one for way in ways for one in way.places()}
    frames |= {one.time: one for one in anchors}
    return replace(track, frames=tuple(frames[time] for time in sorted(frames)))


class _Way:
    """From one drawn place to the next."""

    def __init__(self, first: TrackPoint, last: TrackPoint) -> None:
        self.first, self.last = first, last
        self._patch: Patch | None = None
        self._begun = False
        self._lost = False
        self._offsets: list[tuple[int, float, float]] = []

    def look(self, time: int, plane: Plane, factor: float) -> None:
        """The next picture on the way."""
        if not self._begun:
            self._begun = True
            self._patch = patch_of(plane, bounds(self.first.shape), factor)
            return
        if self._patch is None or self._lost:
            return
        x, y = self._offsets[-1][1:] if self._offsets else (0.0, 0.0)
        offset = look_for(plane, self._patch, bounds(self.first.shape).moved(x, y), factor)
        if offset is None:
            self._lost = True
        else:
            self._offsets.append((time, *offset))

    def places(self) -> list[TrackPoint]:
        """Where it was followed to, with what it missed by spread over the way."""
        if not self._offsets or self._lost:
            return []
        begin, end = bounds(self.first.shape), bounds(self.last.shape)
        span = self.last.time - self.first.time
        _, x, y = self._offsets[-1]
        miss_x, miss_y = end.centre[0] - begin.centre[0] - x, end.centre[1] - begin.centre[1] - y
        if abs(miss_x) > begin.width / 2 or abs(miss_y) > begin.height / 2:
            return []
        found = []
        for time, x, y in self._offsets:
            share = (time - self.first.time) / span
            even = between(self.first.shape, self.last.shape, share)
            way_x, way_y = (end.centre[0] - begin.centre[0]) * share, (end.centre[1] - begin.centre[1]) * share
            found.append(
                TrackPoint(time, even.moved(x + miss_x * share - way_x, y + miss_y * share - way_y), Sighting.FOLLOWED)
            )
        return found
