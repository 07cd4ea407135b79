"""Tracks: what is to be hidden, from when to when, who or what found it, and what a reviewer said. Never who it is.

Times are ticks of 90 kHz from the first shown picture of the source.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from enum import StrEnum

from custodes.video.mask.shapes import MaskBox, Shape, between, bounds

MODEL_GROWTH = 1.3
"""A detector's box ends at chin and brow; hair, ears and its own error need room (evidence on masking, docs/design/mask.md)."""

BODY_WIDTHS, BODY_HEIGHTS, BODY_ABOVE = 4.0, 9.0, 0.6
"""Of a standing person, in widths and heights of the face: arms held out, hair, and a stride."""


class BadTrack(ValueError):
    """A track that is none; the message says why."""


class TrackOrigin(StrEnum):
    """Who drew it first."""

    MODEL = "model"
    HAND = "hand"


class MaskedKind(StrEnum):
    """What is hidden (S30.2; N22 names faces, plates, and names and licences of legal persons).

    `OVERLAY` is what the camera has burnt into its pictures: time, place, its name.
    """

    FACE = "face"
    PLATE = "plate"
    SIGN = "sign"
    LICENCE = "licence"
    BODY = "body"
    OVERLAY = "overlay"
    OTHER = "other"


class TrackDecision(StrEnum):
    """What was decided. Only `REJECTED` is shown; what nobody looked at is hidden."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Acquaintance(StrEnum):
    """The reviewer's answer: could somebody who knows the person tell who it is, though the track is hidden?"""

    UNASKED = "unasked"
    NO = "no"
    YES = "yes"


class Sighting(StrEnum):
    """How a key frame came to be."""

    FOUND = "found"
    FOLLOWED = "followed"
    FILLED = "filled"
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """Where it is at a time.

    Attributes:
        time: ticks.
        shape: pixels of the shown picture.
        sighting: found by the detector, followed by its texture, filled in, or drawn.
    """

    time: int
    shape: Shape
    sighting: Sighting = Sighting.DRAWN


@dataclass(frozen=True, slots=True)
class Review:
    """What a person said of a track; the pages ask (release flow).

    Attributes:
        by: their id in the system's list of users, empty before.
        acquaintance: the answer about somebody who knows the person.
        remark: in their words.
    """

    by: str = ""
    acquaintance: Acquaintance = Acquaintance.UNASKED
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """One thing that is hidden for a while.

    Attributes:
        number: in its sidecar, from 1; names nothing outside of it.
        kind, origin, state: see there.
        frames: key frames, times rising; between them it moves evenly, before the first and after the last it isn't there.
        growth: both sides are multiplied by this before filling.
        whole_body: a face whose whole body is hidden.
        surest: highest score of the detector, 0 to 1; 0 where a person drew it.
        review: what the reviewer said.
    """

    number: int
    kind: MaskedKind
    origin: TrackOrigin
    frames: tuple[TrackPoint, ...]
    state: TrackDecision = TrackDecision.OPEN
    growth: float = 1.0
    whole_body: bool = False
    surest: float = 0.0
    review: Review = field(default_factory=Review)

    def __post_init__(self) -> None:
        if not self.frames:
            raise BadTrack(f"track {self.number} has no key frame")
        if any(one.time >= two.time for one, two in zip(self.frames, self.frames[1:], strict=False)):
            raise BadTrack(f"the key frames of track {self.number} are not in the order of their times")
        if self.frames[0].time < 0:
            raise BadTrack(f"track {self.number} begins before the film")
        if not 1.0 <= self.growth <= 4.0:
            raise BadTrack(f"track {self.number} grows by {self.growth}; 1 to 4 is what makes sense")
        if self.whole_body and self.kind is not MaskedKind.FACE:
            raise BadTrack(f"track {self.number} is no face: draw a body of its own")

    @property
    def begins(self) -> int:
        """Ticks."""
        return self.frames[0].time

    @property
    def ends(self) -> int:
        """Ticks; still hidden at this time."""
        return self.frames[-1].time

    @property
    def hidden(self) -> bool:
        """Whether it is filled."""
        return self.state is not TrackDecision.REJECTED

    def seen_at(self, time: int) -> Shape | None:
        """Where the thing itself is, without growth; None where the track isn't."""
        if not self.begins <= time <= self.ends:
            return None
        at = bisect_right(self.frames, time, key=lambda one: one.time) - 1
        here = self.frames[at]
        if here.time == time or at + 1 == len(self.frames):
            return here.shape
        there = self.frames[at + 1]
        return between(here.shape, there.shape, (time - here.time) / (there.time - here.time))

    def mask_at(self, time: int) -> Shape | None:
        """What is filled at `time`; None where nothing is."""
        seen = self.seen_at(time)
        if seen is None:
            return None
        return (
            body_of(bounds(seen)).around(bounds(seen).grown(self.growth))
            if self.whole_body
            else seen.grown(self.growth)
        )

    def decided(self, state: TrackDecision, review: Review) -> Track:
        """The same track with what a person said."""
        return replace(self, state=state, review=review)

    def with_body(self, whole: bool = True) -> Track:
        """The same face, with its body or without.

        Raises:
            BadTrack: it is no face.
        """
        return replace(self, whole_body=whole)


def body_of(face: MaskBox) -> MaskBox:
    """A box that holds a standing or sitting person whose face is `face`."""
    x, _ = face.centre
    half = face.width * BODY_WIDTHS / 2
    top = face.top - face.height * BODY_ABOVE
    return MaskBox(x - half, top, x + half, top + face.height * BODY_HEIGHTS)
