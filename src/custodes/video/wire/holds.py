"""A hold as the web tells a worker of it, and what the worker answers (wire.md §3, S33.2a)."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_CAMERAS = 500
"""Cameras in one hold: their ids fit in a request's body, and a page can name them."""

MOST_SPANS = 200
"""Spans of each kind that an answer names; the sums count all."""

Us = Annotated[int, Field(ge=0, le=2**62)]
Span = tuple[Us, Us]


class HoldOrder(BaseModel):
    """Footage that is not to be deleted, or is not held for this reason any more.

    What is left out of an assignment is not released by that: a hold ends by an order that says `released`, with a higher
    `version` than the worker has. So nothing that is old can take away what is newer.

    Attributes:
        version: rises with each step that changes what holds.
        from_us, to_us: microseconds UTC, the end is not part of it; the end may lie ahead.
        cameras: those that this worker is told of.
        released: two people have released it.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    version: int = Field(ge=1, le=2**31 - 1)
    from_us: Us
    to_us: Us
    cameras: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_CAMERAS)]
    released: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.to_us <= self.from_us:
            raise ValueError("a hold ends after it begins")
        return self


class HeldCamera(BaseModel):
    """What of the span a worker has of one camera, once the hold was in its index.

    Attributes:
        known: the worker has, or had, footage of the camera.
        there_us, deleted_us, never_us: how much is there, was deleted before the hold came, and was never recorded.
        there, deleted, never: the same as spans, the first `MOST_SPANS` of each.
        ahead_us: how much of the span had not come yet.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    camera: UUID
    known: bool
    there_us: Us = 0
    deleted_us: Us = 0
    never_us: Us = 0
    ahead_us: Us = 0
    there: Annotated[list[Span], Field(max_length=MOST_SPANS)] = []
    deleted: Annotated[list[Span], Field(max_length=MOST_SPANS)] = []
    never: Annotated[list[Span], Field(max_length=MOST_SPANS)] = []


class HoldAnswer(BaseModel):
    """``POST /internal/hold``: the order is durable in the worker's index.

    Attributes:
        version, released: what the index says of the hold now; it may know more than it was told.
        now_us: by the worker's clock, µs UTC.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    version: int
    released: bool
    cameras: Annotated[list[HeldCamera], Field(max_length=MOST_CAMERAS)]
    now_us: Us
