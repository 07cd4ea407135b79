"""Where what moves was last, from the gateway to the web and on to upper platforms (docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from custodes.video.wire.shapes import Id, Shape

Watch = Literal["waiting", "active", "refused", "unanswered"]
"""How a subscription stands: not asked for yet, or the device is away; the device tells; it would not; it said nothing."""
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
MOST_PLACES = 1000
"""Places, and states of subscriptions, in one report."""
MOST_SHOWN_PLACES = 2000
"""Places that one upper is told of."""


class MobilePlace(Shape):
    """Where it was last: WGS 84 as devices have it, degrees. Speed and direction are left where they came.

    Attributes:
        said_us: microseconds UTC, by the device's clock; None where it does not say.
        heard_us: when it came to the gateway.
    """

    device: Id
    channel: Id
    longitude: Longitude
    latitude: Latitude
    said_us: int | None = None
    heard_us: int


class MobileStand(Shape):
    """How its subscription stands.

    Attributes:
        status: of SIP, where it was refused.
    """

    device: Id
    channel: Id
    watch: Watch
    status: int = Field(default=0, ge=0, le=999)
    since_us: int


class GatewayPlaces(Shape):
    """``POST /internal/gateway/places``: the newest place of each, and what changed of subscriptions. 204."""

    gateway: str
    places: Annotated[tuple[MobilePlace, ...], Field(max_length=MOST_PLACES)] = ()
    stands: Annotated[tuple[MobileStand, ...], Field(max_length=MOST_PLACES)] = ()


class ShownPosition(Shape):
    """Where a camera that an upper is shown was last, under its link's own ID."""

    channel: Id
    longitude: Longitude
    latitude: Latitude
    at_us: int


class ShownPositions(Shape):
    """``GET /internal/gateway/shown/positions?link=UUID`` (gateway → web); 404 with the error ``link`` where it is not in force."""

    link: UUID
    positions: Annotated[tuple[ShownPosition, ...], Field(max_length=MOST_SHOWN_PLACES)] = ()
