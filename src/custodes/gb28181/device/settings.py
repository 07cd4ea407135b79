"""What a simulated device is, and where a channel is that moves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from custodes.gb28181.charset import Charset
from custodes.gb28181.device.quirks import NONE, Quirk
from custodes.gb28181.manscdp.item import CatalogItem, EntryStatus, Info, completed
from custodes.gb28181.manscdp.records import RecordType
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import RegistrarServer


@dataclass(frozen=True, slots=True)
class Path:
    """A path.

    Attributes:
        points: longitude and latitude in degrees, two at least.
        leg_s: seconds from one point to the next.
        late_s: so many seconds lie between where it was and when it tells: it had no connection.
    """

    points: tuple[tuple[float, float], ...]
    leg_s: float = 60.0
    late_s: float = 0.0

    def at(self, moment: float) -> tuple[float, float]:
        """Where it is, `moment` in seconds of any clock, to a ten-millionth of a degree."""
        legs = len(self.points) - 1
        along = (moment / self.leg_s) % (2 * legs)
        along = min(along, 2 * legs - along)
        leg = min(math.floor(along), legs - 1)
        part = along - leg
        (west, south), (east, north) = self.points[leg], self.points[leg + 1]
        return round(west + (east - west) * part, 7), round(south + (north - south) * part, 7)


@dataclass(frozen=True, slots=True)
class SimulatedRecording:
    """One recording of a channel."""

    start: datetime
    end: datetime
    type: RecordType = RecordType.TIME


@dataclass(frozen=True, slots=True)
class SimulatedChannel:
    """One channel: a camera (131, 132), a voice output (137) …; with a path it moves."""

    id: str
    name: str
    turns: bool = True
    recordings: tuple[SimulatedRecording, ...] = ()
    longitude: float | None = None
    latitude: float | None = None
    path: Path | None = None

    def item(self, parent: str, online: bool) -> CatalogItem:
        """Its entry in the catalog."""
        made = CatalogItem(
            device_id=self.id,
            name=self.name,
            parents=(parent,),
            status=EntryStatus.ON if online else EntryStatus.OFF,
            longitude=self.longitude,
            latitude=self.latitude,
            info=Info(ptz_type=1 if self.turns else 3),
        )
        return completed(made, parent[:6])


@dataclass(frozen=True, slots=True)
class SimulatedDeviceSettings:
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

    upper: RegistrarServer
    platform: Peer
    channels: tuple[SimulatedChannel, ...]
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
