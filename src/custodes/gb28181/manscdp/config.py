"""Configuration of a device: ConfigDownload asks, DeviceConfig sets (GB/T 28181-2016 A.2.3.2, A.2.4.7; 2022 A.2.1.15–24).

SVAC settings are kept as they came, in `extra`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, ClassVar

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.device import RESULT
from custodes.gb28181.manscdp.frame import Message, Result, Root
from custodes.gb28181.manscdp.picture import OSDConfig, VideoParamAttribute
from custodes.gb28181.manscdp.snapshot import SnapShotConfig
from custodes.gb28181.manscdp.structure import (
    MOST_EXTRA,
    Structure,
    listed,
    nested,
    one,
    plan,
    several,
    structure,
)
from custodes.gb28181.manscdp.values import LATITUDE, LONGITUDE, Flag, Integer, Joined, Text
from custodes.gb28181.refused import Gb28181Refused


class ConfigType(StrEnum):
    """What can be asked for."""

    BASIC = "BasicParam"
    VIDEO_OPTIONS = "VideoParamOpt"
    SVAC_ENCODE = "SVACEncodeConfig"
    SVAC_DECODE = "SVACDecodeConfig"
    VIDEO_ATTRIBUTE = "VideoParamAttribute"
    RECORD_PLAN = "VideoRecordPlan"
    ALARM_RECORD = "VideoAlarmRecord"
    PICTURE_MASK = "PictureMask"
    FRAME_MIRROR = "FrameMirror"
    ALARM_REPORT = "AlarmReport"
    OSD = "OSDConfig"
    SNAPSHOT = "SnapShotConfig"


OF_2016 = frozenset({ConfigType.BASIC, ConfigType.VIDEO_OPTIONS, ConfigType.SVAC_ENCODE, ConfigType.SVAC_DECODE})


@structure
class BasicParam(Structure):
    """Name and registration; seconds. In answers also where it is."""

    name: str = one("Name", Text(256), default="")
    expiration: int | None = one("Expiration", Integer(0, 10_000_000))
    heartbeat_interval: int | None = one("HeartBeatInterval", Integer(0, 86_400))
    heartbeat_count: int | None = one("HeartBeatCount", Integer(0, 1000))
    position_capability: int | None = one("PositionCapability", Integer(0, 9))
    longitude: float | None = one("Longitude", LONGITUDE)
    latitude: float | None = one("Latitude", LATITUDE)


@structure
class VideoParamOpt(Structure):
    """What speeds and resolutions it offers, as numbers of Annex F."""

    download_speed: tuple[str, ...] = one("DownloadSpeed", Joined(), default=())
    resolution: tuple[str, ...] = one("Resolution", Joined(), default=())


@structure
class TimeSegment(Structure):
    """A span of a day."""

    start_hour: int = one("StartHour", Integer(0, 24), required=True)
    start_min: int = one("StartMin", Integer(0, 59), required=True)
    start_sec: int = one("StartSec", Integer(0, 59), required=True)
    stop_hour: int = one("StopHour", Integer(0, 24), required=True)
    stop_min: int = one("StopMin", Integer(0, 59), required=True)
    stop_sec: int = one("StopSec", Integer(0, 59), required=True)


@structure
class RecordSchedule(Structure):
    """The spans of one day of the week, 1 Monday to 7 Sunday; at most eight."""

    week_day: int = one("WeekDayNum", Integer(1, 7), required=True)
    sum_num: int | None = one("TimeSegmentSumNum", Integer(0, 8))
    segments: tuple[TimeSegment, ...] = several("TimeSegment", TimeSegment)


@structure
class VideoRecordPlan(Structure):
    """When the device records by itself (2022)."""

    enabled: bool = one("RecordEnable", Flag(), required=True)
    sum_num: int | None = one("RecordScheduleSumNum", Integer(0, 7))
    schedules: tuple[RecordSchedule, ...] = several("RecordSchedule", RecordSchedule)
    stream_number: int | None = one("StreamNumber", Integer(0, 15))


@structure
class VideoAlarmRecord(Structure):
    """What the device records around an alarm, in seconds (2022)."""

    enabled: bool = one("RecordEnable", Flag(), required=True)
    record_time: int | None = one("RecordTime", Integer(0, 86_400))
    pre_record_time: int | None = one("PreRecordTime", Integer(0, 86_400))
    stream_number: int | None = one("StreamNumber", Integer(0, 15))


@structure
class MaskRegion(Structure):
    """A hidden part of the picture: `point` is ``lx,ly,rx,ry`` in pixels."""

    number: int = one("Seq", Integer(1, 4), required=True)
    point: str = one("Point", Text(64), required=True)


@structure
class PictureMask(Structure):
    """What the device hides of its picture (2022)."""

    on: bool = one("On", Flag(), required=True)
    sum_num: int | None = one("SumNum", Integer(0, 4))
    regions: tuple[MaskRegion, ...] = listed("RegionList", MaskRegion)


@structure
class AlarmReport(Structure):
    """What the device tells of by itself (2022)."""

    motion: bool | None = one("MotionDetection", Flag())
    field: bool | None = one("FieldDetection", Flag())


@structure
class ConfigDownloadQuery(Message):
    """How are you set? `types` are asked for at once; a device may answer each by a message of its own, all with this number."""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "ConfigDownload"
    SINCE: ClassVar = Edition.E2014

    types: tuple[str, ...] = one("ConfigType", Joined(), required=True)


@structure
class _Settings(Message):
    basic: BasicParam | None = nested("BasicParam", BasicParam)
    video_options: VideoParamOpt | None = nested("VideoParamOpt", VideoParamOpt)
    video_attribute: VideoParamAttribute | None = nested(
        "VideoParamAttribute", VideoParamAttribute, since=Edition.E2022, refused=True
    )
    record_plan: VideoRecordPlan | None = nested("VideoRecordPlan", VideoRecordPlan, since=Edition.E2022, refused=True)
    alarm_record: VideoAlarmRecord | None = nested(
        "VideoAlarmRecord", VideoAlarmRecord, since=Edition.E2022, refused=True
    )
    picture_mask: PictureMask | None = nested("PictureMask", PictureMask, since=Edition.E2022, refused=True)
    frame_mirror: int | None = one("FrameMirror", Integer(0, 3), since=Edition.E2022, refused=True)
    alarm_report: AlarmReport | None = nested("AlarmReport", AlarmReport, since=Edition.E2022, refused=True)
    osd: OSDConfig | None = nested("OSDConfig", OSDConfig, since=Edition.E2022, refused=True)


@structure
class ConfigDownload(_Settings):
    """How it is set: one element for each type, as many as it cares to send at once."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "ConfigDownload"
    SINCE: ClassVar = Edition.E2014

    result: Result = one("Result", RESULT, default=Result.OK, always=True)
    snapshot: SnapShotConfig | None = nested(
        "SnapShot", SnapShotConfig, also=("SnapShotConfig",), since=Edition.E2022, refused=True
    )


@structure
class DeviceConfig(_Settings):
    """Be set so."""

    ROOT: ClassVar = Root.CONTROL
    CMD: ClassVar = "DeviceConfig"
    SINCE: ClassVar = Edition.E2014

    snapshot: SnapShotConfig | None = nested("SnapShotConfig", SnapShotConfig, since=Edition.E2022, refused=True)


@structure
class DeviceConfigAnswer(Message):
    """It is set so, or not."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "DeviceConfig"
    SINCE: ClassVar = Edition.E2014

    result: Result = one("Result", RESULT, required=True)


def asked(types: tuple[ConfigType, ...], edition: Edition) -> tuple[str, ...]:
    """The words of a question.

    Raises:
        Refused: none, or one that this edition has not.
    """
    if not types:
        raise Gb28181Refused("ConfigType", "is empty", "name what is asked for")
    if edition < Edition.E2022 and not OF_2016.issuperset(types):
        raise Gb28181Refused("ConfigType", f"is not in edition {edition.wire}", "ask it of peers from 3.0 on")
    return tuple(one_type.value for one_type in types)


def merged(answers: Sequence[ConfigDownload]) -> ConfigDownload:
    """One answer out of several of a number: devices may answer each type by itself. Where two tell of one, the later counts.

    Raises:
        ValueError: there are none.
    """
    if not answers:
        raise ValueError("there is no answer")
    values: dict[str, Any] = {}
    for answer in answers:
        told = {name: getattr(answer, name) for name, _element, _default in plan(ConfigDownload)}
        values |= {name: value for name, value in told.items() if value is not None}
    failed = any(answer.result is Result.ERROR for answer in answers)
    extra = tuple(extra for answer in answers for extra in answer.extra)[:MOST_EXTRA]
    return replace(answers[0], **values | {"result": Result.ERROR if failed else Result.OK, "extra": extra})
