"""MobilePosition: where something that moves is (GB/T 28181-2016 §9.11). Nobody answers it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, Root
from custodes.gb28181.manscdp.structure import Structure, listed, one, structure
from custodes.gb28181.manscdp.values import CODE, LATITUDE, LONGITUDE, TIME, Decimal, Integer

SPEED, DIRECTION, METRES = Decimal(0, 100_000), Decimal(0, 360), Decimal(-20_000, 100_000)


@structure
class MovedItem(Structure):
    """Where one device was, and when (2022)."""

    device_id: str = one("DeviceID", CODE, required=True)
    capture_time: datetime | None = one("CaptureTime", TIME)
    longitude: float = one("Longitude", LONGITUDE, required=True)
    latitude: float = one("Latitude", LATITUDE, required=True)
    speed: float | None = one("Speed", SPEED)
    direction: float | None = one("Direction", DIRECTION)
    altitude: float | None = one("Altitude", METRES)
    height: float | None = one("Height", METRES)


@structure
class MobilePosition(Message):
    """Where a device is: degrees, km/h, degrees from north, metres. In 2022 several at once, in `devices`."""

    ROOT: ClassVar = Root.NOTIFY
    CMD: ClassVar = "MobilePosition"
    SINCE: ClassVar = Edition.E2016

    time: datetime | None = one("Time", TIME)
    longitude: float | None = one("Longitude", LONGITUDE)
    latitude: float | None = one("Latitude", LATITUDE)
    speed: float | None = one("Speed", SPEED)
    direction: float | None = one("Direction", DIRECTION)
    altitude: float | None = one("Altitude", METRES)
    sum_num: int | None = one("SumNum", Integer(0, 100_000), since=Edition.E2022)
    devices: tuple[MovedItem, ...] = listed("DeviceList", MovedItem, since=Edition.E2022)

    def places(self) -> tuple[MovedItem, ...]:
        """All places that it tells, in one form for both editions."""
        if self.devices or self.longitude is None or self.latitude is None or not self.device_id:
            return self.devices
        return (
            MovedItem(
                device_id=self.device_id,
                capture_time=self.time,
                longitude=self.longitude,
                latitude=self.latitude,
                speed=self.speed,
                direction=self.direction,
                altitude=self.altitude,
            ),
        )
