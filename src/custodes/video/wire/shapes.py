"""What the records on the wire are made of: their base, and the texts that have a bound (docs/design/wire.md)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(min_length=1, max_length=32)]
"""An ID as a peer calls itself: 20 digits by the standard, other short names by some devices."""
Line = Annotated[str, Field(max_length=300)]


class Shape(BaseModel):
    """A record as it is sent: never changed once made; what a newer sender adds is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")
