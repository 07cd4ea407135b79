"""Of which cameras has footage arrived lately: one question for many (docs/design/wire.md §3)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MOST = 5_000
"""Cameras in one question: their ids fit in a request's body."""


class ArrivalsAsk(BaseModel):
    """``POST /internal/arrivals``.

    Attributes:
        back_us: how far back the worker looks, µs.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    cameras: Annotated[list[UUID], Field(max_length=MOST)]
    back_us: Annotated[int, Field(gt=0, le=3_600_000_000)]


class Arrivals(BaseModel):
    """The end of the last durable footage of each camera, µs UTC; one of which nothing arrived in that time is not there.

    Attributes:
        now_us: by the worker's clock, µs UTC.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    last: dict[UUID, int]
    now_us: int
