"""What a detector says of one picture, and how boxes that mean the same thing become one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from custodes.video.mask.picture import Planes
from custodes.video.mask.shapes import Box
from custodes.video.mask.tracks import Kind

SAME = 0.3
"""Intersection over union from which two boxes are of one thing."""

INSIDE = 0.7
"""Share of the smaller box in the larger from which they are too: the two scales draw different sizes."""


class Detection(NamedTuple):
    """One find.

    Attributes:
        box: pixels of the shown picture.
        score: 0 to 1.
    """

    box: Box
    score: float


class Detector(Protocol):
    """Finds one kind of thing in single pictures, remembers nothing of them."""

    @property
    def finds(self) -> Kind:
        """What it finds."""
        ...

    @property
    def named(self) -> tuple[str, str]:
        """Its name and SHA-256, for sidecars and reports."""
        ...

    def detect(self, planes: Planes, least: float) -> list[Detection]:
        """What is in the picture with a score of `least` or more, each thing once."""
        ...


def suppress(found: Sequence[Detection]) -> list[Detection]:
    """Each thing once, the surest box of it; highest score first."""
    kept: list[Detection] = []
    for one in sorted(found, key=lambda one: (-one.score, one.box.left, one.box.top)):
        if not any(_same(one.box, other.box) for other in kept):
            kept.append(one)
    return kept


def _same(one: Box, other: Box) -> bool:
    shared = one.shared(other)
    return shared > 0 and (one.likeness(other) >= SAME or shared / min(one.area, other.area) >= INSIDE)
