"""The detectors run again, over the masked copy: whatever they find there is told, picture by picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from custodes.video.mask.detector import Detector
from custodes.video.mask.progress import ProgressWatcher
from custodes.video.mask.reading import MaskSource
from custodes.video.mask.shapes import MaskBox, bounds
from custodes.video.mask.tracks import MaskedKind, Track

_UNDER = 0.5


class Where(StrEnum):
    """What a find in the copy means."""

    UNDER_MASK = "under mask"
    """It shows through: the filling is too weak, or the mask is no mask."""

    SHOWN = "shown"
    """A reviewer decided that it may be seen."""

    UNMARKED = "unmarked"
    """Nobody marked it."""


@dataclass(frozen=True, slots=True)
class Leak:
    """One find in one picture of the copy.

    Attributes:
        picture, time: number from 0, ticks.
        kind, box, score: what, where (pixels), how sure (0 to 1).
        where: what it means.
        tracks: numbers of the tracks it lies on.
    """

    picture: int
    time: int
    kind: MaskedKind
    box: MaskBox
    score: float
    where: Where
    tracks: tuple[int, ...]


def find_leaks(
    copy: MaskSource, tracks: Sequence[Track], detectors: Sequence[Detector], least: float, watcher: ProgressWatcher
) -> Iterator[Leak]:
    """What is still found in the copy with a score of `least` or more.

    Raises:
        SourceRefused: the copy can't be read.
        Stopped: the caller stopped it.
    """
    for shown in copy.pictures() if detectors else ():
        watcher.at(shown.number, shown.time)
        for detector in detectors:
            for one in detector.detect(shown.planes, least):
                where, on = place(one.box, tracks, shown.time)
                yield Leak(shown.number, shown.time, detector.finds, one.box, one.score, where, on)


def place(box: MaskBox, tracks: Sequence[Track], time: int) -> tuple[Where, tuple[int, ...]]:
    """What a find at `box` means at `time`, and the tracks it lies on."""
    on = [one for one in tracks if _covers(one, box, time)]
    numbers = tuple(one.number for one in on)
    if any(one.hidden for one in on):
        return Where.UNDER_MASK, numbers
    return (Where.SHOWN, numbers) if on else (Where.UNMARKED, ())


def _covers(track: Track, box: MaskBox, time: int) -> bool:
    shape = track.mask_at(time)
    return shape is not None and bounds(shape).shared(box) >= box.area * _UNDER
