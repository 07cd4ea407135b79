"""Alarms of devices, and the answer that they wait for (GB/T 28181 §9.4, Annex A.2.5)."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import ClassVar

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.device import RESULT
from custodes.gb28181.manscdp.frame import Message, Result, Root
from custodes.gb28181.manscdp.structure import Structure, nested, one, structure
from custodes.gb28181.manscdp.values import LATITUDE, LONGITUDE, TIME, Integer, Text


class AlarmMethod(IntEnum):
    """How an alarm came."""

    PHONE = 1
    DEVICE = 2
    SMS = 3
    GPS = 4
    VIDEO = 5
    FAULT = 6
    OTHER = 7


KNOWN_TYPES: dict[AlarmMethod, dict[int, str]] = {
    AlarmMethod.DEVICE: {
        1: "video loss",
        2: "tamper",
        3: "disk full",
        4: "high temperature",
        5: "low temperature",
    },
    AlarmMethod.VIDEO: {
        1: "manual",
        2: "motion",
        3: "left object",
        4: "removed object",
        5: "tripwire",
        6: "intrusion",
        7: "wrong way",
        8: "loitering",
        9: "flow statistics",
        10: "density",
        11: "video abnormal",
        12: "fast movement",
    },
    AlarmMethod.FAULT: {1: "disk fault", 2: "fan fault"},
}
"""What a type means depends on the method. 13 of `VIDEO` (2022) is not confirmed and not named."""


@structure
class AlarmTypeParam(Structure):
    """Of an intrusion: 1 entered, 2 left."""

    event_type: int | None = one("EventType", Integer(1, 2))


@structure
class AlarmInfo(Structure):
    """What kind of alarm."""

    alarm_type: int | None = one("AlarmType", Integer(0, 999))
    alarm_type_param: AlarmTypeParam | None = nested("AlarmTypeParam", AlarmTypeParam)


@structure
class AlarmNotice(Message):
    """Something happened.

    Attributes:
        priority: 1 the highest to 4.
        alarm_type: where 2011 puts it; `type` reads both.
    """

    ROOT: ClassVar = Root.NOTIFY
    CMD: ClassVar = "Alarm"

    priority: int | None = one("AlarmPriority", Integer(1, 4))
    method: int | None = one("AlarmMethod", Integer(1, 99))
    time: datetime | None = one("AlarmTime", TIME)
    description: str = one("AlarmDescription", Text(1024), default="")
    longitude: float | None = one("Longitude", LONGITUDE)
    latitude: float | None = one("Latitude", LATITUDE)
    alarm_type: int | None = one("AlarmType", Integer(0, 999), until=Edition.E2011)
    info: AlarmInfo | None = nested("Info", AlarmInfo, since=Edition.E2014)

    @property
    def type(self) -> int | None:
        """The type, wherever it stands."""
        inner = self.info.alarm_type if self.info is not None else None
        return inner if inner is not None else self.alarm_type

    @property
    def meaning(self) -> str:
        """The type in words of the standard; empty where it has none."""
        try:
            known = KNOWN_TYPES.get(AlarmMethod(self.method), {}) if self.method is not None else {}
        except ValueError:
            return ""
        return known.get(self.type or 0, "")

    @property
    def holds_back(self) -> bool:
        """The device tells of no further one until it is told `AlarmCmd` ResetAlarm (A.2.5)."""
        return self.method == AlarmMethod.DEVICE


@structure
class AlarmAnswer(Message):
    """The alarm arrived; sent by the receiver after its SIP 200, with the alarm's number."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "Alarm"

    result: Result = one("Result", RESULT, default=Result.OK, always=True)


def answer_to(alarm: AlarmNotice) -> AlarmAnswer | None:
    """The answer that the device waits for; None where it named no number or no code to answer to."""
    if not alarm.sn or not alarm.device_id:
        return None
    return AlarmAnswer(sn=alarm.sn, device_id=alarm.device_id)
