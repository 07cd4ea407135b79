"""How devices stand with the gateway, who was turned away, and their alarms (docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from typing import Literal

from custodes.video.wire.shapes import Id, Line, Shape

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


class Unknown(Shape):
    """Somebody who tried to register and may not: by address, none of their words is believed.

    Attributes:
        id: as it called itself, cut and shown as text.
        why: ``unknown``, ``password``, ``network``.
    """

    address: Line
    id: Line
    why: Literal["unknown", "password", "network"]
    tries: int
    first_us: int
    last_us: int


class GatewayStates(Shape):
    """``POST /internal/gateway/states``: what changed since the last report, each 10 s; all of it where `whole`."""

    gateway: str
    whole: bool = False
    devices: tuple[DeviceState, ...] = ()
    unknown: tuple[Unknown, ...] = ()
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
