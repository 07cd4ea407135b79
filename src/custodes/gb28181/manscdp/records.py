"""RecordInfo: which recordings there are of a channel (GB/T 28181 §9.7), told in parts."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, Root
from custodes.gb28181.manscdp.structure import Structure, listed, one, structure
from custodes.gb28181.manscdp.values import CODE, TIME, Flag, Integer, Text, WordChoice

_PATH = Text(1024)
_NAME = Text(256)


class RecordType(StrEnum):
    """Why something was recorded; `ALL` in questions alone."""

    TIME = "time"
    ALARM = "alarm"
    MANUAL = "manual"
    ALL = "all"


@structure
class RecordInfoQuery(Message):
    """Which recordings have you of this channel, from when to when?

    Attributes:
        indistinct: False: look where the To header points; True: in the centre and in the device.
    """

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "RecordInfo"

    start: datetime = one("StartTime", TIME, required=True)
    end: datetime = one("EndTime", TIME, required=True)
    file_path: str = one("FilePath", _PATH, default="")
    address: str = one("Address", _NAME, default="")
    secrecy: bool | None = one("Secrecy", Flag())
    type: RecordType | None = one("Type", WordChoice(RecordType))
    recorder_id: str = one("RecorderID", _NAME, default="")
    indistinct: bool | None = one("IndistinctQuery", Flag())
    stream_number: int | None = one("StreamNumber", Integer(0, 15), since=Edition.E2022)
    alarm_method: str = one("AlarmMethod", Text(64), default="", since=Edition.E2022)
    alarm_type: str = one("AlarmType", Text(64), default="", since=Edition.E2022)


@structure
class RecordItem(Structure):
    """One recording. `file_size` in octets."""

    device_id: str = one("DeviceID", CODE, required=True)
    name: str = one("Name", _NAME, default="")
    file_path: str = one("FilePath", _PATH, default="")
    address: str = one("Address", _NAME, default="")
    start: datetime | None = one("StartTime", TIME)
    end: datetime | None = one("EndTime", TIME)
    secrecy: bool | None = one("Secrecy", Flag())
    type: RecordType | None = one("Type", WordChoice(RecordType))
    recorder_id: str = one("RecorderID", _NAME, default="")
    file_size: int | None = one("FileSize", Integer(0, 2**60), since=Edition.E2016)
    location: str = one("RecordLocation", _NAME, default="", since=Edition.E2022)
    stream_number: int | None = one("StreamNumber", Integer(0, 15), since=Edition.E2022)


@structure
class RecordInfoPart(Message):
    """Part of an answer; `sum_num` 0 with no list is a complete one."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "RecordInfo"

    name: str = one("Name", _NAME, default="")
    sum_num: int | None = one("SumNum", Integer(0, 10_000_000), always=True)
    records: tuple[RecordItem, ...] = listed("RecordList", RecordItem)


def key_of(record: RecordItem) -> Hashable:
    """What tells recordings apart (for `Collector`)."""
    return record.start, record.end, record.file_path


def within(records: tuple[RecordItem, ...], start: datetime, end: datetime) -> list[RecordItem]:
    """Those that overlap a time, sorted by their start: devices overlap it at both ends, ignore its end, and send them in any order.

    What has no start or no end, or ends before it starts, is left out: it can't be played.
    """
    fit = [
        (record.start, record.end, record.file_path, number)
        for number, record in enumerate(records)
        if record.start is not None and record.end is not None and record.start < end and start < record.end
        if record.start <= record.end
    ]
    return [records[number] for *_, number in sorted(fit)]
