"""Trying a link before it is in force: what web and gateway say to each other of it (docs/design/wire.md §8, sharing.md)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from custodes.video.wire.shapes import Id, Line, Shape
from custodes.video.wire.statements import StatementsAt
from custodes.video.wire.uppers import GatewayUpper

UpperPart = Literal["register", "keepalive", "catalogue", "unregister"]
"""Of a trial of a platform above, in this order; what comes behind one that failed is not tried, but that we unregister where we were taken."""

LowerPart = Literal["registered", "alive", "time", "info", "entries", "call", "side", "admitted"]
"""Of a trial of a platform below, in this order: it registers with us, its next keepalive comes in time, its clock is right, it says what it is
(DeviceInfo), its catalogue comes whole, it takes a call to one channel, its side channel shows the certificate that was handed over, and takes
ours."""

Part = UpperPart | LowerPart

MOST_TRIALS = 8
FARTHEST_MS = 2**45
"""By how much a clock is said to be off at most, milliseconds: some 1,100 years, further than which nobody cares."""
LOWER_SECONDS = 360
"""So long a trial of a platform below may take, from when it was asked for until it is told."""


class LinkTrial(Shape):
    """A link that is to be tried. Nothing is shown by it and nothing served: the tree is empty, each call is refused.

    Attributes:
        trial: the web's id of it; it is done once.
        upper: as it would be registered with.
    """

    trial: UUID
    upper: GatewayUpper


class LowerTrial(Shape):
    """A link with a platform below that is to be tried. What it sends is measured and shown to nobody.

    Attributes:
        trial: the web's id of it; it is done once.
        device: as which it registers.
        call: whoever asked for the trial wants one channel called; no media is taken of it.
        statements: its side channel, where one was handed over.
        left_s: seconds within which it is to be told.
    """

    trial: UUID
    device: Id
    call: bool = False
    statements: StatementsAt | None = None
    left_s: int = Field(ge=1, le=LOWER_SECONDS)


class LinkTrials(Shape):
    """``GET /internal/gateway/linktests`` (gateway → web), each 5 s: those that wait."""

    gateway: str
    trials: Annotated[tuple[LinkTrial, ...], Field(max_length=MOST_TRIALS)] = ()
    lowers: Annotated[tuple[LowerTrial, ...], Field(max_length=MOST_TRIALS)] = ()


class TriedPart(Shape):
    """What came of one part.

    Attributes:
        outcome: ``passed``, ``failed``, or ``untried``: also where the other side did not ask for what we offered.
        ms: how long it took, milliseconds; None where it did not come about.
        fault: in one plain sentence without addresses; empty where nothing was wrong.
        ago_s: of ``registered``: how long ago it was last heard of, seconds.
        off_ms: of ``time``: by how much its clock is ahead of ours, milliseconds.
        got, said: of ``entries``: how many came, and how many it announced.
    """

    part: Part
    outcome: Literal["passed", "failed", "untried"]
    ms: int | None = Field(default=None, ge=0, le=600_000)
    fault: Line = ""
    ago_s: int | None = Field(default=None, ge=0, le=86_400)
    off_ms: int | None = Field(default=None, ge=-FARTHEST_MS, le=FARTHEST_MS)
    got: int | None = Field(default=None, ge=0, le=2**31 - 1)
    said: int | None = Field(default=None, ge=0, le=2**31 - 1)


class LinkTried(Shape):
    """``POST /internal/gateway/linktests/tried`` (gateway → web): 204, also for one that is told again; 404 with the error ``trial`` for one
    that nobody waits for. Each part is told once."""

    gateway: str
    trial: UUID
    parts: Annotated[tuple[TriedPart, ...], Field(max_length=8)]
