"""What a simulated device is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from custodes.gb28181.charset import Charset
from custodes.gb28181.device.moving import Path
from custodes.gb28181.device.quirks import NONE, Quirk
from custodes.gb28181.manscdp.item import Info, Item, Status, completed
from custodes.gb28181.manscdp.records import RecordType
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import Upper


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording of a channel."""

    start: datetime
    end: datetime
    type: RecordType = RecordType.TIME


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: a camera (131, 132), a voice output (137) …; with a path it moves."""

    id: str
    name: str
    turns: bool = True
    recordings: tuple[Recording, ...] = ()
    longitude: float | None = None
    latitude: float | None = None
    path: Path | None = None

    def item(self, parent: str, online: bool) -> Item:
        """Its entry in the catalog."""
        made = Item(
            device_id=self.id,
            name=self.name,
            parents=(parent,),
            status=Status.ON if online else Status.OFF,
            longitude=self.longitude,
            latitude=self.latitude,
            info=Info(ptz_type=1 if self.turns else 3),
        )
        return completed(made, parent[:6])


@dataclass(frozen=True, slots=True)
class Settings:
    """One device.

    Attributes:
        upper: where it registers, and its own edition.
        platform: the address where that is at first.
        media: address that its descriptions name; ports: of its streams, first and last.
        streams: how many it sends at once; a further call gets 486.
        of_part: entries of one message of an answer in parts.
        largest: octets of an RTP payload.
        expects_reset: after an alarm of method 2 it tells of none until it is reset (2016 A.2.5).
    keepalive: whether it sends keepalives; a device that has stopped does not.
    charset: of its bodies whatever the platform writes in; None and it follows the platform.
    """

    upper: Upper
    platform: Peer
    channels: tuple[Channel, ...]
    media: str
    ports: tuple[int, int] = (15_000, 15_999)
    name: str = "Simulated device"
    manufacturer: str = "Custodes"
    model: str = "simcam"
    firmware: str = "1"
    streams: int = 4
    of_part: int = 1
    largest: int = 1_400
    expects_reset: bool = True
    keepalive: bool = True
    charset: Charset | None = None
    quirks: frozenset[Quirk] = NONE

    @property
    def id(self) -> str:
        """Its ID."""
        return self.upper.id
