"""How good masks are, held against labels: what counts is each picture of a person's life in the film, not average precision.

Labels are tracks too (origin `hand`), of what is really there. Figures are of the labelled set and say nothing about other
films; the report says which set it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2

from custodes.video.mask.filling import coverage
from custodes.video.mask.shapes import bounds
from custodes.video.mask.tracks import Track

ENOUGH = 0.9
"""Share of a labelled shape that must be filled for its picture to count as covered."""


@dataclass(frozen=True, slots=True)
class Score:
    """Sums over one film or several; add them up with ``+``.

    Attributes:
        shown: labelled things times pictures in which they are to be seen.
        covered: of these, how many are covered.
        labels: labelled things.
        leaking: of these, how many have a picture in which they are not covered.
        tracks: hidden tracks.
        false: of these, how many touch no labelled thing in any picture.
        pictures: of the film.
        masked: filled area in pictures, labelled area in pictures (1 is a whole picture).
    """

    shown: int = 0
    covered: int = 0
    labels: int = 0
    leaking: int = 0
    tracks: int = 0
    false: int = 0
    pictures: int = 0
    masked: float = 0.0
    labelled: float = 0.0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in Score.__slots__))

    @property
    def frame_recall(self) -> float:
        """Share of labelled pictures that are covered, 0 to 1; 1 where nothing is labelled."""
        return self.covered / self.shown if self.shown else 1.0

    @property
    def track_leak_rate(self) -> float:
        """Share of labelled things with at least one picture that shows them, 0 to 1."""
        return self.leaking / self.labels if self.labels else 0.0

    @property
    def area(self) -> float:
        """Mean share of the picture that is filled, 0 to 1."""
        return self.masked / self.pictures if self.pictures else 0.0

    @property
    def excess(self) -> float:
        """Filled area for each unit of labelled area."""
        return self.masked / self.labelled if self.labelled else 0.0


def score(labels: Sequence[Track], tracks: Sequence[Track], times: Sequence[int], width: int, height: int) -> Score:
    """Hold `tracks` against `labels` at the times of the film's pictures.

    Args:
        times: ticks of each picture.
        width, height: of the picture, pixels.
    """
    hidden = [one for one in tracks if one.hidden]
    shown = covered = 0
    masked = labelled = 0.0
    leaking, touching = set[int](), set[int]()
    for time in times:
        masks = {one.number: shape for one in hidden if (shape := one.mask_at(time)) is not None}
        mask = coverage(list(masks.values()), width, height)
        masked += cv2.countNonZero(mask) / (width * height)
        for label in labels:
            seen = label.seen_at(time)
            if seen is None:
                continue
            there = coverage([seen], width, height)
            area = cv2.countNonZero(there)
            if not area:
                continue
            shown += 1
            labelled += area / (width * height)
            if cv2.countNonZero(cv2.bitwise_and(mask, there)) >= ENOUGH * area:
                covered += 1
            else:
                leaking.add(label.number)
            touching |= {number for number, shape in masks.items() if bounds(shape).shared(bounds(seen)) > 0}
    return Score(
        shown, covered, len(labels), len(leaking), len(hidden), len(hidden) - len(touching), len(times), masked, labelled
    )  # fmt: skip
