"""What the reader says of one camera: the shape that goes from reader to worker and on to the web."""

from __future__ import annotations

import math
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from custodes.video.health.finding import Finding
from custodes.video.health.reading import Fault

_Number = Annotated[float, Field(allow_inf_nan=False)]


class SeenFault(BaseModel):
    """A fault that is stated or suspected; fields as in `custodes.video.health.finding.Finding`."""

    model_config = ConfigDict(frozen=True)

    fault: Fault
    state: Literal["faulty", "suspected"]
    measure: _Number
    threshold: _Number
    unit: Annotated[str, Field(max_length=40)]
    severe: bool
    since_us: Annotated[int, Field(ge=0, le=2**62)]
    last_us: Annotated[int, Field(ge=0, le=2**62)]
    reference: Annotated[str, Field(max_length=64)] = ""
    details: dict[Annotated[str, Field(max_length=32)], _Number] = Field(default_factory=dict, max_length=16)


class Seen(BaseModel):
    """One camera at its last check. What is neither among `faults` nor `unjudged` is well.

    Attributes:
        at_us: when the last picture that was looked at was taken, µs UTC.
        references: how many declared views it was held against.
    """

    model_config = ConfigDict(frozen=True)

    camera: UUID
    at_us: Annotated[int, Field(ge=0, le=2**62)]
    references: Annotated[int, Field(ge=0, le=1000)]
    faults: tuple[SeenFault, ...] = Field(default=(), max_length=len(Fault))
    unjudged: tuple[Fault, ...] = Field(default=(), max_length=len(Fault))


def seen_of(camera: UUID, at_us: int, references: int, findings: tuple[Finding, ...]) -> Seen:
    """`findings` of a camera as they are told."""
    faults = tuple(
        SeenFault(
            fault=one.fault,
            state="faulty" if one.state == "faulty" else "suspected",
            measure=round(one.measure, 3),
            threshold=one.threshold,
            unit=one.unit,
            severe=one.severe,
            since_us=one.since_us,
            last_us=one.last_us,
            reference=one.reference,
            details={name: round(value, 4) for name, value in one.details if math.isfinite(value)},
        )
        for one in findings
        if one.state in ("faulty", "suspected")
    )
    unjudged = tuple(one.fault for one in findings if one.state == "unjudged")
    return Seen(camera=camera, at_us=at_us, references=references, faults=faults, unjudged=unjudged)
