"""A device's own recordings: what there is, and how one that plays is steered (docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from custodes.video.wire.shapes import Id, Line, Shape

LONGEST_SPAN = 86_400
"""Seconds that one question about recordings, or one call for them, may reach over; longer ones are asked in parts."""
MOST_RECORDINGS = 2_000
"""Recordings in one answer."""


class Recording(Shape):
    """One recording of a device. Its name and path are left there: a recording is called for by its times.

    Attributes:
        start, end: seconds since 1970, by the device's clock.
        kind: why it was recorded; empty where the device does not say, or says something else.
        bytes: as the device says, None where it does not.
    """

    start: int
    end: int
    kind: Literal["", "time", "alarm", "manual"] = ""
    bytes: int | None = None


class RecordingsAsk(Shape):
    """``POST /internal/records`` (node → gateway): what has the device recorded of this channel?

    Attributes:
        start, end: seconds since 1970, `LONGEST_SPAN` apart at most.
        grant: as of `CallAsk`.
    """

    camera: UUID
    device: Id
    channel: Id
    start: int = Field(ge=1, lt=2**33)
    end: int = Field(ge=1, lt=2**33)
    grant: UUID | None = None


class RecordingsAnswer(Shape):
    """What it has, or why that is not known.

    Attributes:
        failure: as of `GatewayTaken`; ``full``: as many questions wait as may.
        whole: the device sent as many as it had announced; else there may be more than these.
        recordings: those that touch the span, by their start; `MOST_RECORDINGS` at most.
        ahead_ms: how far the device's clock is ahead of the gateway's, as it told it meanwhile (DeviceStatus), milliseconds; None where it did not.
        ahead_within_ms: that is true to within this.
    """

    failure: Literal["", "not_assigned", "not_registered", "no_answer", "refused", "full", "not_stated"] = ""
    detail: Line = ""
    whole: bool = False
    recordings: Annotated[tuple[Recording, ...], Field(max_length=MOST_RECORDINGS)] = ()
    ahead_ms: int | None = None
    ahead_within_ms: int = 0


class CallStep(Shape):
    """``POST /internal/call/steps`` (node → gateway): steer a recording that plays (MANSRTSP).

    Attributes:
        step: ``play`` (go on), ``pause``, ``scale`` (at this speed), ``seek`` (to this place).
        scale: speed, below 0 backward.
        seconds: from the beginning of what was called for.
    """

    call: UUID
    step: Literal["play", "pause", "scale", "seek"]
    scale: float = Field(default=1.0, ge=-16, le=16, allow_inf_nan=False)
    seconds: float = Field(default=0.0, ge=0, le=LONGEST_SPAN, allow_inf_nan=False)


class StepTaken(Shape):
    """Whether the device follows; `failure` ∈ empty, ``unknown`` (no such call of recordings), ``busy`` (one is under way), ``no_answer``,
    ``refused`` (with SIP's or RTSP's `status`)."""

    failure: Literal["", "unknown", "busy", "no_answer", "refused"] = ""
    status: int = 0
    detail: Line = ""
