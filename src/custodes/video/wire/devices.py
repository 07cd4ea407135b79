"""What the gateway tells the web of devices (docs/design/wire.md §8, gateway.md): how they stand, who was turned away, what they say that they have, their alarms, and where what moves was last; the latter also goes on to upper platforms."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from custodes.video.wire.shapes import Id, Line, Shape

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


Standing = Literal["online", "offline", "never"]


class DeviceState(Shape):
    """How a device stands.

    Attributes:
        since_us: microseconds UTC at which it came to stand so.
        address: host and port that it is heard from; empty before it was.
        why: for ``offline``: ``silent``, ``expired``, ``unregistered``, ``connection``, ``restarted``.
        maker, model, firmware: as it says in DeviceInfo; nothing is done by them.
        channels: entries of its last catalogue; None before there was one.
    """

    device: Id
    standing: Standing
    since_us: int
    address: Line = ""
    transport: Literal["", "udp", "tcp"] = ""
    edition: Line = ""
    why: Line = ""
    maker: Line = ""
    model: Line = ""
    firmware: Line = ""
    channels: int | None = None


RefusedWhy = Literal["unknown", "password", "network", "realm", "username", "unanswered", "port"]
"""Why somebody may not register: an ID that is not entered; a wrong password; from outside the networks; a login for another SIP domain, or
under another user name than the ID; challenged again and again, and never answered; or why what it said did not
count: it came from another port than it registered from."""


class UnknownRegistrant(Shape):
    """Somebody who tried to register and may not: by address, none of their words is believed.

    Attributes:
        id: as it called itself, cut and shown as text.
    """

    address: Line
    id: Line
    why: RefusedWhy
    tries: int
    first_us: int
    last_us: int


class GatewayStates(Shape):
    """``POST /internal/gateway/states``: what changed since the last report, each 10 s; all of it where `whole`."""

    gateway: str
    whole: bool = False
    devices: tuple[DeviceState, ...] = ()
    unknown: tuple[UnknownRegistrant, ...] = ()
    started_us: int = 0
    registered: int = 0
    calls: int = 0


class DeviceAlarm(Shape):
    """An alarm as a device tells it (GB/T 28181-2016 §9.4); numbers are those of Annex A."""

    device: Id
    channel: Id
    priority: int | None = None
    method: int | None = None
    kind: int | None = None
    at_us: int
    words: Line = ""
