"""The side channel: an officer's own statement of who asks for a camera of a platform below, and why (S22, S28, N16.2(3), N20).

The platform above says it over HTTPS before it calls, and the one below decides with it (docs/design/wire.md §9, sharing.md).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from custodes.video.wire.shapes import Id, Line, Shape

LONGEST_US = 600_000_000
"""A statement counts ten minutes at most: whoever goes on states anew."""

Stated = Literal["history", "download", "steer"]
"""What has to be stated; live is had by the link's grant alone."""


class StatementsAt(Shape):
    """Where a platform below takes them.

    Attributes:
        url: ``https://HOST:PORT``, without a path; certificate: of its server, PEM, which alone is believed; two while it replaces its own.
    """

    url: Line
    certificate: Annotated[str, Field(max_length=8192)]


class Statement(Shape):
    """``POST /statements`` (gateway of the platform above → gateway of the one below; TLS 1.3, both sides by certificates that were handed over).

    Attributes:
        id: of this statement; said again it is the same.
        upper, lower: IDs of the two platforms, as they call each other in SIP; channel: as the upper is shown it.
        call_id: SIP's Call-ID of the one INVITE that it is of; empty of queries of recordings and of steering, all of which it covers while it counts.
        from_us, until_us: the footage, microseconds UTC; None of steering.
        unit, person, number: the officer's unit, name and work number, as the platform above vouches for them.
        reason: 事由, in the officer's own words; document: number of the letter or case, empty where the ground asks for none.
        ground: name of the ground on which the platform above decided (`custodes.law.grounds`); clauses: its articles.
        index: of the record of that decision in the upper's own log, for whoever compares the two.
        said_us, counts_until_us: microseconds UTC, `LONGEST_US` apart at most.
    """

    id: UUID
    upper: Id
    lower: Id
    channel: Id
    verb: Stated
    call_id: Annotated[str, Field(max_length=256)] = ""
    from_us: int | None = Field(default=None, ge=0)
    until_us: int | None = Field(default=None, ge=0)
    unit: Annotated[str, Field(min_length=1, max_length=120)]
    person: Annotated[str, Field(min_length=1, max_length=60)]
    number: Annotated[str, Field(max_length=40)] = ""
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    document: Annotated[str, Field(max_length=120)] = ""
    ground: Annotated[str, Field(min_length=1, max_length=40)]
    clauses: Annotated[tuple[Annotated[str, Field(max_length=16)], ...], Field(min_length=1, max_length=16)]
    index: int = Field(ge=0)
    said_us: int = Field(ge=0)
    counts_until_us: int = Field(ge=0)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not 0 < self.counts_until_us - self.said_us <= LONGEST_US:
            raise ValueError("a statement counts for ten minutes at most")
        if self.verb == "steer":
            if self.from_us is not None or self.until_us is not None or self.call_id:
                raise ValueError("steering has neither a span nor a call")
        elif self.from_us is None or self.until_us is None or self.from_us >= self.until_us:
            raise ValueError("footage is stated by a span that ends behind its begin")
        return self


class StatementKept(Shape):
    """201 to a `Statement`: it is on record below. Others: 400 its shape or its times, 403 no such link or channel or another platform's name, 409 another under its id, 429, 503; each with ``{"error", "detail"}``.

    Attributes:
        index: of its record in the lower's log.
    """

    id: UUID
    index: int


class UpperStates(Shape):
    """``POST /internal/gateway/statements`` (gateway below → its web): it came over the side channel from the client whose certificate the link has."""

    gateway: str
    link: UUID
    statement: Statement


class StatementAnswer(Shape):
    """What the platform above is told: 201 with the index, else the status and why, in words that say nothing of what it is not shown."""

    status: int = 201
    why: Line = ""
    index: int | None = None


class StatingAsk(Shape):
    """``POST /internal/gateway/stating`` (gateway above → its web): what is to be stated before a channel of a platform below is called or moved?

    Attributes:
        device: the platform below, channel: as it shows it.
        grant: of the look for which it is called (`CallAsk.grant`).
        start, end: seconds since 1970, of footage; 0 and 0 of steering.
    """

    gateway: str
    device: Id
    channel: Id
    camera: UUID
    verb: Stated
    call_id: Annotated[str, Field(max_length=256)] = ""
    grant: UUID
    start: int = Field(default=0, ge=0, lt=2**33)
    end: int = Field(default=0, ge=0, lt=2**33)


class Stating(Shape):
    """The statement, on record here before it is answered; or why there is none: the look is over, or of another camera."""

    statement: Statement | None = None
    why: Line = ""
