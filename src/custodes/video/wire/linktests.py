"""Trying a link before it is in force: what web and gateway say to each other of it (docs/design/wire.md §8, sharing.md)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from custodes.video.wire.gateway import Line
from custodes.video.wire.uppers import GatewayUpper

Part = Literal["register", "keepalive", "catalogue", "unregister"]
"""Of a trial, in this order; what comes behind one that failed is not tried, but that we unregister where we were taken."""

MOST_TRIALS = 8


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class LinkTrial(_Shape):
    """A link that is to be tried. Nothing is shown by it and nothing served: the tree is empty, each call is refused.

    Attributes:
        trial: the web's id of it; it is done once.
        upper: as it would be registered with.
    """

    trial: UUID
    upper: GatewayUpper


class LinkTrials(_Shape):
    """``GET /internal/gateway/linktests`` (gateway → web), each 5 s: those that wait."""

    gateway: str
    trials: Annotated[tuple[LinkTrial, ...], Field(max_length=MOST_TRIALS)] = ()


class TriedPart(_Shape):
    """What came of one part.

    Attributes:
        outcome: ``passed``, ``failed``, or ``untried``: also where the other side did not ask for what we offered.
        ms: how long it took, milliseconds; None where it did not come about.
        fault: in one plain sentence without addresses; empty where nothing was wrong.
    """

    part: Part
    outcome: Literal["passed", "failed", "untried"]
    ms: int | None = Field(default=None, ge=0, le=600_000)
    fault: Line = ""


class LinkTried(_Shape):
    """``POST /internal/gateway/linktests/tried`` (gateway → web): 204, also for one that is told again; 404 with the error ``trial`` for one that nobody waits for."""

    gateway: str
    trial: UUID
    parts: Annotated[tuple[TriedPart, ...], Field(max_length=8)]
