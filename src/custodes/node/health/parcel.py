"""What the reader says of one camera: the shape that goes from reader to worker and on to the web."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from custodes.video.codec.build import codec_parameters
from custodes.video.health.finding import FaultKind, StandingFault
from custodes.video.unit import AccessUnit, Codec

_Number = Annotated[float, Field(allow_inf_nan=False)]


class SeenFault(BaseModel):
    """A fault that is stated or suspected; fields as in `custodes.video.health.finding.StandingFault`."""

    model_config = ConfigDict(frozen=True)

    fault: FaultKind
    state: Literal["faulty", "suspected"]
    measure: _Number
    threshold: _Number
    unit: Annotated[str, Field(max_length=40)]
    severe: bool
    since_us: Annotated[int, Field(ge=0, le=2**62)]
    last_us: Annotated[int, Field(ge=0, le=2**62)]
    reference: Annotated[str, Field(max_length=64)] = ""
    details: dict[Annotated[str, Field(max_length=32)], _Number] = Field(default_factory=dict, max_length=16)


class CheckedCamera(BaseModel):
    """One camera at its last check. What is neither among `faults` nor `unjudged` is well.

    Attributes:
        at_us: when the last picture that was looked at was taken, µs UTC.
        references: how many declared views it was held against.
    """

    model_config = ConfigDict(frozen=True)

    camera: UUID
    at_us: Annotated[int, Field(ge=0, le=2**62)]
    references: Annotated[int, Field(ge=0, le=1000)]
    faults: tuple[SeenFault, ...] = Field(default=(), max_length=len(FaultKind))
    unjudged: tuple[FaultKind, ...] = Field(default=(), max_length=len(FaultKind))


def seen_of(camera: UUID, at_us: int, references: int, findings: tuple[StandingFault, ...]) -> CheckedCamera:
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
    return CheckedCamera(camera=camera, at_us=at_us, references=references, faults=faults, unjudged=unjudged)


MAX_HEAD = 256 * 1024
MAX_BODY = 8 << 20
"""A key frame above this is not decoded (as for stills)."""


class BadParcel(Exception):
    """What came is no parcel; the line is given up."""


@dataclass(frozen=True)
class Parcel:
    """One request or answer."""

    head: dict[str, Any]
    body: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """As it is sent."""
        head = json.dumps(self.head, separators=(",", ":")).encode()
        return b"".join((len(head).to_bytes(4, "big"), head, len(self.body).to_bytes(4, "big"), self.body))


def sized(four: bytes, limit: int) -> int:
    """A length that was sent.

    Raises:
        BadParcel: above `limit`, or cut off.
    """
    size = int.from_bytes(four, "big")
    if len(four) != 4 or size > limit:
        raise BadParcel("a parcel of impossible size")
    return size


def head_of(data: bytes) -> dict[str, Any]:
    """The head that was sent.

    Raises:
        BadParcel: no JSON object.
    """
    try:
        head = json.loads(data)
    except ValueError as error:
        raise BadParcel("a head that is no JSON") from error
    if not isinstance(head, dict):
        raise BadParcel("a head that is no object")
    return head


def pack_key_frame(unit: AccessUnit) -> Parcel:
    """A key frame with its parameter sets."""
    sets = b"".join(len(nal).to_bytes(4, "big") + nal for nal in unit.params.sets)
    head = {
        "codec": unit.params.codec.value,
        "wall_us": unit.wall_us,
        "sets": len(sets),
    }
    return Parcel(head, sets + unit.data)


def unpack_key_frame(parcel: Parcel) -> AccessUnit:
    """The key frame of a parcel.

    Raises:
        BadParcel: it has none, or its parameter sets can't be read.
    """
    try:
        codec, wall_us, size = Codec(parcel.head["codec"]), int(parcel.head["wall_us"]), int(parcel.head["sets"])
        nals, at = [], 0
        while at < size:
            end = at + 4 + int.from_bytes(parcel.body[at : at + 4], "big")
            nals.append(parcel.body[at + 4 : end])
            at = end
        params = codec_parameters(codec, nals)
    except (KeyError, TypeError, ValueError) as error:
        raise BadParcel("no key frame in it") from error
    return AccessUnit(parcel.body[size:], True, 0, wall_us, params)
