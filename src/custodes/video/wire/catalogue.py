"""What a device says that it has, from the gateway to the web (docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from custodes.video.wire.shapes import Id, Line, Shape

MOST_ITEMS = 1000
"""Channels in one part of a catalogue."""
MOST_CHANNELS = 200_000
"""Entries of one device's catalogue, for gateway and web alike; a lower platform that has more is joined by parts of it."""


class DeviceAsk(Shape):
    """``POST /internal/catalogue`` (web → gateway): take the catalogue of this device now. 204; 404 where it is not registered."""

    device: Id


class CatalogueItem(Shape):
    """One entry of a device's catalogue: proposals, none of them changes the register."""

    id: Id
    parent: Line = ""
    name: Line = ""
    maker: Line = ""
    model: Line = ""
    civil_code: Line = ""
    address: Line = ""
    ptz: int | None = None
    online: bool | None = None
    longitude: float | None = None
    latitude: float | None = None


class CataloguePart(Shape):
    """``POST /internal/gateway/catalogue``: one part of what a device says that it has.

    Attributes:
        taking: id of this taking; its parts are put together by it.
        part, parts: from 0; the last one ends the taking.
        complete: the device sent as many as it had said; False where time ran out.
        said: how many it had said; of more than `MOST_CHANNELS` no entry is sent, so that it is known why there are none.
    """

    gateway: str
    device: Id
    taking: UUID
    part: int = Field(ge=0)
    parts: int = Field(ge=1, le=1000)
    complete: bool
    said: int
    at_us: int
    items: Annotated[tuple[CatalogueItem, ...], Field(max_length=MOST_ITEMS)] = ()
