"""What web and worker say of original footage that is handed out (docs/design/wire.md §3)."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MOST_SEGMENTS = 500
"""Segments that one answer lists; more are asked for from where it ends."""

Token = Annotated[str, Field(max_length=8192)]
Micros = Annotated[int, Field(ge=0, lt=1 << 62)]
Number = Annotated[int, Field(ge=0, lt=1 << 62)]


class SegmentsAsk(BaseModel):
    """``POST /internal/segments``: what is sealed of `camera` within the token's span, from `from_us` on."""

    model_config = ConfigDict(frozen=True)

    token: Token
    camera: UUID
    from_us: Micros


class ListedSegment(BaseModel):
    """One sealed segment that reaches into the span.

    Attributes:
        record: id of its ``segment.sealed``.
        init_size: bytes of its initialisation segment.
        fragments: of each: bytes, start and end (µs UTC), whether a decoder can start there.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    record: UUID
    sequence: Number
    start_us: int
    end_us: int
    init_size: Annotated[int, Field(ge=1)]
    fragments: list[tuple[int, int, int, bool]]


class Segments(BaseModel):
    """The answer; `more` says that there are others behind the last."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    segments: list[ListedSegment]
    more: bool = False


class SegmentAsk(BaseModel):
    """``POST /internal/segment``: `count` fragments of one segment from number `first` on.

    The answer is one line of JSON (`SegmentHead`), then the initialisation segment and the fragments.
    """

    model_config = ConfigDict(frozen=True)

    token: Token
    camera: UUID
    sequence: Number
    start_us: Micros
    first: Annotated[int, Field(ge=0, lt=100_000)]
    count: Annotated[int, Field(ge=1, lt=100_000)]


class SegmentHead(BaseModel):
    """Leaf hashes of the *whole* segment in hex, the initialisation segment's first: what is given is proved without the rest."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    leaves: list[Annotated[str, Field(pattern=re.compile(r"^[0-9a-f]{64}$"))]]
