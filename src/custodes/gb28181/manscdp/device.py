"""What a device is and how it does: DeviceInfo, DeviceStatus (GB/T 28181 §9.5), the state of its cards (2022)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, Result, Root
from custodes.gb28181.manscdp.structure import Structure, listed, one, structure
from custodes.gb28181.manscdp.values import CODE, TEXT, TIME, Flag, Integer, Text, WordChoice

RESULT = WordChoice(Result, {"true": Result.OK, "success": Result.OK, "fail": Result.ERROR, "failed": Result.ERROR})


@structure
class DeviceInfoQuery(Message):
    """What are you?"""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "DeviceInfo"


@structure
class DeviceInfo(Message):
    """Maker, model, firmware, channels. `device_type`, `max_camera` and `max_alarm` are of 2011."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "DeviceInfo"

    device_name: str = one("DeviceName", TEXT, default="")
    result: Result = one("Result", RESULT, default=Result.OK, always=True)
    manufacturer: str = one("Manufacturer", TEXT, default="")
    model: str = one("Model", TEXT, default="")
    firmware: str = one("Firmware", TEXT, default="")
    channel: int | None = one("Channel", Integer(0, 1_000_000))
    device_type: str = one("DeviceType", Text(64), default="", until=Edition.E2014)
    max_camera: int | None = one("MaxCamera", Integer(0, 1_000_000), until=Edition.E2014)
    max_alarm: int | None = one("MaxAlarm", Integer(0, 1_000_000), until=Edition.E2014)


class Online(StrEnum):
    """Whether a device works."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"


class Duty(StrEnum):
    """What an alarm device does."""

    ONDUTY = "ONDUTY"
    OFFDUTY = "OFFDUTY"
    ALARM = "ALARM"


@structure
class DutyItem(Structure):
    """One alarm device."""

    device_id: str = one("DeviceID", CODE, required=True)
    duty: Duty | None = one("DutyStatus", WordChoice(Duty))


@structure
class DeviceStatusQuery(Message):
    """How do you do?"""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "DeviceStatus"


@structure
class DeviceStatus(Message):
    """Whether a device works, encodes and records; its clock."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "DeviceStatus"

    result: Result = one("Result", RESULT, default=Result.OK, always=True)
    online: Online | None = one(
        "Online", WordChoice(Online, {"offile": Online.OFFLINE, "on": Online.ONLINE, "off": Online.OFFLINE})
    )
    status: Result | None = one("Status", RESULT)
    reason: str = one("Reason", TEXT, default="")
    encode: bool | None = one("Encode", Flag("ON", "OFF"))
    record: bool | None = one("Record", Flag("ON", "OFF"))
    device_time: datetime | None = one("DeviceTime", TIME)
    alarms: tuple[DutyItem, ...] = listed("Alarmstatus", DutyItem)


class CardState(StrEnum):
    """What a card does (2022)."""

    OK = "ok"
    FORMATTING = "formatting"
    UNFORMATTED = "unformatted"
    IDLE = "idle"
    ERROR = "error"


@structure
class Card(Structure):
    """One card; sizes in megabytes."""

    number: int = one("ID", Integer(0, 1000), required=True)
    name: str = one("HddName", Text(128), default="")
    state: CardState | None = one("Status", WordChoice(CardState))
    format_progress: int | None = one("FormatProgress", Integer(0, 100))
    capacity: int | None = one("Capacity", Integer(0, 2**40))
    free_space: int | None = one("FreeSpace", Integer(0, 2**40))


@structure
class CardStatusQuery(Message):
    """How are your cards (2022)?"""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "SDCardStatus"
    SINCE: ClassVar = Edition.E2022


@structure
class CardStatus(Message):
    """The cards of a device (2022)."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "SDCardStatus"
    SINCE: ClassVar = Edition.E2022

    sum_num: int | None = one("SumNum", Integer(0, 1000), always=True)
    cards: tuple[Card, ...] = listed("SDCardStatusInfo", Card)
