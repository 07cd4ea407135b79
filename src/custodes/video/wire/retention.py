"""What a worker says of keeping and deleting: the next pass before it is made, and each day's account (wire.md §2, §3)."""

from __future__ import annotations

import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

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
