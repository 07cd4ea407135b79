"""What web and worker say of an archive (docs/design/wire.md §2, §3): holds (S33.2a), decisions about volumes, what will be deleted
and what is kept, and original footage that is handed out.
"""

from __future__ import annotations

import datetime
import re
from enum import IntEnum, StrEnum
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


class VolumeAction(StrEnum):
    """What is to be done."""

    ADD = "add"
    """Use a folder as a volume from now on."""
    DRAIN = "drain"
    """Write nothing more to a volume; its footage stays until its day."""
    RESUME = "resume"
    """Write to a drained volume again."""
    RETIRE = "retire"
    """Take a drained volume out, when nothing is left on it."""
    REPLACE = "replace"
    """Use what is at a volume's folder now, in its place."""


class VolumeOrderOutcome(IntEnum):
    """What became of an order. The numbers stand in indexes: none is ever given a second meaning."""

    DONE = 0
    NOT_ALLOWED = 1
    """The folder is not below one that the machine's administrator allowed (`CUSTODES_VOLUME_ROOTS`)."""
    NOT_THERE = 2
    """No folder is there."""
    NOT_A_VOLUME = 3
    """It holds other files, or its identity can't be read."""
    COPY = 4
    """It says that it is a volume which stands elsewhere."""
    SHARED_DISK = 5
    """It is on the disk of the node's own data, as the bare folder of a disk that is not mounted is."""
    NESTED = 6
    """It lies within another volume, or another volume within it."""
    NOT_WRITABLE = 7
    """The node may not write there."""
    UNKNOWN = 8
    """No worker knows such a volume."""
    ALREADY = 9
    """It is so already."""
    NOT_DRAINED = 10
    """It is written to."""
    NOT_EMPTY = 11
    """Footage is on it."""
    FAILED = 12
    """A file or a disk failed; the node's log says how."""
    STANDS = 13
    """The volume that should be there is there: nothing is to be replaced."""


class VolumeOrder(BaseModel):
    """One decision about a volume; each worker carries it out once.

    Attributes:
        id: one order is carried out once, however often it comes.
        path: the folder, for `add` and `replace`.
        volume: the volume's id, for the others, and of the one that is replaced.
        shared_disk: a person says that the folder may be on the disk of the node's own data.
        by, reason: who decided it and why; they stand in the record.
        at_us: when, microseconds UTC.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    action: VolumeAction
    path: Annotated[str, Field(max_length=400)] = ""
    volume: Annotated[str, Field(pattern=r"^(?:[0-9a-f-]{36})?$")] = ""
    shared_disk: bool = False
    by: str
    reason: str
    at_us: int

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wants_path = self.action in (VolumeAction.ADD, VolumeAction.REPLACE)
        if wants_path and not self.path.startswith("/"):
            raise ValueError(f"{self.action} needs the whole path of a folder")
        if self.action is not VolumeAction.ADD and not self.volume:
            raise ValueError(f"{self.action} needs a volume's id")
        return self


Amount = Annotated[int, Field(ge=0, le=2**62)]
Words = Annotated[str, Field(max_length=400)]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PlannedDay(_Said):
    """Footage of a camera's local day that the next pass would delete, or that holds keep; as `dry_run.Day`."""

    camera: UUID
    day: datetime.date
    rule: Words
    segments: Amount
    bytes: Amount
    held_segments: Amount
    held_bytes: Amount
    holds: Annotated[list[Words], Field(max_length=1000)] = []


class WantedVolume(_Said):
    """What it would want of a volume; as `dry_run.VolumeWish`."""

    path: Words
    segments: Amount
    of: Amount
    braked: bool
    absent: bool


class StoppedVolume(_Said):
    """A volume on which the last pass deleted nothing."""

    path: Words
    segments: Amount
    of: Amount
    bytes: Amount
    from_us: Amount
    to_us: Amount
    cameras: Amount


class StoppedPass(_Said):
    """A pass that wanted too much and waits for a person (`custodes purge`)."""

    at_us: Amount
    rule: Words
    volumes: Annotated[list[StoppedVolume], Field(max_length=1000)]


class RetentionLook(_Said):
    """``GET /internal/retention``."""

    at: datetime.datetime
    volumes: Annotated[list[WantedVolume], Field(max_length=1000)]
    days: Annotated[list[PlannedDay], Field(max_length=5000)]
    more_days: Amount = 0
    brake_share: Annotated[float, Field(ge=0, le=1)]
    stopped: StoppedPass | None = None


class KeptCamera(_Said):
    """One camera's line of the daily account; as `kept.Kept`."""

    camera: UUID
    days: Annotated[int, Field(ge=0, le=36_500)]
    asked_us: Amount
    oldest_us: Amount | None
    begins_us: Amount | None
    short_days: Annotated[int, Field(ge=0, le=36_500)]
    missing: dict[Annotated[str, Field(max_length=32)], Amount] = Field(default={}, max_length=32)


class KeepingReport(_Said):
    """``POST /internal/keeping``: how far back each camera's footage reaches on a local day."""

    worker: Annotated[int, Field(ge=0, le=255)]
    day: datetime.date
    at_us: Amount
    cameras: Annotated[list[KeptCamera], Field(max_length=100_000)]


MOST_SEGMENTS = 500
"""Segments that one answer lists; more are asked for from where it ends."""
MOST_GAPS = 1000
"""Gaps that one answer names; more are asked for from where it says."""

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
    """The answer; `more` says that there are others behind the last.

    Attributes:
        gaps: ids of the ``gap`` records that reach into the span, in order; `MOST_GAPS` at most. They say why something is not there.
        gaps_from: where there are more of them: the time from which to ask, µs UTC.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    segments: list[ListedSegment]
    more: bool = False
    gaps: list[UUID] = []
    gaps_from: int | None = None


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
