"""How a hold names the request that it rests on, written and read in one place."""

from __future__ import annotations

from uuid import UUID

AGENCY = "agency.request"
OWN_IMAGE = "own_image.request"


def reference(request: UUID, kind: str = AGENCY) -> str:
    """As it stands on the hold and in its record."""
    return f"{kind}:{request}"


def referred(said: str, kind: str = AGENCY) -> UUID | None:
    """The request of this kind that is named; None where it is of another kind or none."""
    before, colon, key = said.partition(":")
    return UUID(key) if colon and before == kind else None
