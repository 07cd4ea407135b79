"""What web and worker say of a film that is masked for public release (docs/design/wire.md §3, docs/design/mask.md)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from custodes.video.wire.archive import Micros, Token

MOST_PIECE_BYTES = 4 << 20
"""Of the working film in one answer: the next piece has a token of its own, for which it is decided again."""

MOST_PACKED_BYTES = 32 << 20
MOST_SIDECAR_BYTES = 128 << 20
"""A file of tracks, packed (zlib) and plain."""

MOST_LEAKS = 10_000
"""Finds in a copy that are told one by one; a copy with so many is not looked at for more."""

Digest = Annotated[str, Field(pattern=re.compile(r"^[0-9a-f]{64}$"))]
Stage = Literal["queued", "reading", "found", "writing", "written", "failed"]


class MaskRefusalReason(StrEnum):
    """Why something was refused (409), or why a job failed."""

    NO_JOB = "no_job"
    OTHER_SPAN = "other_span"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    NO_FOOTAGE = "no_footage"
    NOT_SEALED = "not_sealed"
    NOT_YET = "not_yet"
    BAD_TRACKS = "bad_tracks"
    BEYOND = "beyond"
    GONE = "gone"
    UNREADABLE = "unreadable"
    MODEL = "model"
    DISK = "disk"
    MEMORY = "memory"
    TIME = "time"
    KILLED = "killed"
    NOT_CLEAN = "not_clean"
    NOT_REMOVED = "not_removed"
    ERROR = "error"


class MaskAsk(BaseModel):
    """Any question: the job is the release and the camera; the token is used up by it."""

    model_config = ConfigDict(frozen=True)

    token: Token
    release: UUID
    camera: UUID


class BeginAsk(MaskAsk):
    """``POST /internal/masking/begin``: the footage from `from_us` to `to_us` (µs UTC), cut inward at fragments."""

    from_us: Micros
    to_us: Micros


class FilmAsk(MaskAsk):
    """``POST /internal/masking/film``: bytes `first` to `last` of the working film, both included, `MOST_PIECE_BYTES` at most."""

    first: Annotated[int, Field(ge=0, lt=1 << 53)] = 0
    last: Annotated[int, Field(ge=0, lt=1 << 53)] | None = None


class WriteHead(MaskAsk):
    """``POST /internal/masking/write``: one line of this, then the file of tracks, packed by zlib.

    Attributes:
        way: how masks are filled, a `filling.Way`.
    """

    way: Annotated[str, Field(max_length=20)]


class PieceHead(BaseModel):
    """The line of JSON before bytes: which of how many they are (`last` included)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    total: Annotated[int, Field(ge=0)]
    first: Annotated[int, Field(ge=0)]
    last: int


class Forgotten(BaseModel):
    """The answer of ``POST /internal/masking/forget``: nothing is left of it here; `removed`: there was something."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    removed: bool


class LeakFound(BaseModel):
    """One find of a detector in the masked copy.

    Attributes:
        picture, time: number from 0, ticks of 90 kHz.
        kind, where: a `tracks.Kind`, a `leaks.Where`.
        box: left, top, right, bottom, pixels.
        score: 0 to 1.
        tracks: numbers of the tracks it lies on.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    picture: int
    time: int
    kind: str
    box: tuple[float, float, float, float]
    score: float
    where: str
    tracks: tuple[int, ...] = ()


class MaskStanding(BaseModel):
    """The answer of ``POST /internal/masking/standing``.

    Attributes:
        done, total: pictures of the stage that is under way.
        why: why it failed, `bound` what it goes beyond then; `detail` says it in English, for who maintains it.
        source: SHA-256 over the footage's fragments; empty before they were read.
        from_us, to_us: of what was read, cut inward, µs UTC.
        width, height, times: of its pictures: pixels, and ticks of 90 kHz from the first.
        models: detectors that were run, with the SHA-256 of each.
        by_hand: kinds that none of them looks for.
        device: from when to when it is the device's own recording, taken later, µs UTC; the copy says so of itself.
        copy_sha256, copy_bytes: of the masked copy; empty and 0 without one.
        leaks: what a detector still finds in it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: Stage
    done: int = 0
    total: int = 0
    why: MaskRefusalReason | None = None
    detail: str = ""
    bound: int = 0
    source: str = ""
    from_us: int = 0
    to_us: int = 0
    width: int = 0
    height: int = 0
    times: tuple[int, ...] = ()
    models: tuple[tuple[str, str], ...] = ()
    by_hand: tuple[str, ...] = ()
    device: tuple[tuple[int, int], ...] = ()
    copy_sha256: str = ""
    copy_bytes: int = 0
    leaks: tuple[LeakFound, ...] = ()


class MaskRefusal(BaseModel):
    """The body of a 409: why, and the bound that it goes beyond where there is one (seconds, pixels, jobs, bytes)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    why: MaskRefusalReason
    detail: str = ""
    bound: int = 0
