"""How a simulated device is set: it tells (ConfigDownload), is set (DeviceConfig), and does as it is set. What it can't do it cuts without a word (`Quirk.CUTS_SETTINGS`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.config import (
    AlarmReport,
    BasicParam,
    ConfigDownload,
    ConfigDownloadQuery,
    ConfigType,
    DeviceConfig,
    DeviceConfigAnswer,
    MaskRegion,
    PictureMask,
    RecordSchedule,
    TimeSegment,
    VideoAlarmRecord,
    VideoParamOpt,
    VideoRecordPlan,
)
from custodes.gb28181.manscdp.frame import Message, Result
from custodes.gb28181.manscdp.picture import OSDConfig, OSDText, VideoAttribute, VideoParamAttribute

MOST_LETTERS = 16
"""Characters of a line of text."""
MOST_LINES = 2
MOST_RATE = 25
MOST_BITS = 4096
MOST_SPANS = 4
"""Spans of a day."""
MOST_REGIONS = 1
MOST_SECONDS = 60
"""Recorded behind an alarm."""


def cut(value: Any) -> Any:
    """What is left of a part of a configuration."""
    match value:
        case OSDConfig():
            lines = tuple(replace(one, text=one.text[:MOST_LETTERS]) for one in value.items[:MOST_LINES])
            return replace(value, items=lines, sum_num=len(lines))
        case VideoParamAttribute():
            items = (
                replace(
                    one,
                    frame_rate=_at_most(one.frame_rate, MOST_RATE),
                    video_bit_rate=_at_most(one.video_bit_rate, MOST_BITS),
                )
                for one in value.items
            )
            return replace(value, items=tuple(items))
        case VideoRecordPlan():
            days = (replace(one, segments=one.segments[:MOST_SPANS]) for one in value.schedules)
            return replace(value, schedules=tuple(replace(one, sum_num=len(one.segments)) for one in days))
        case PictureMask():
            regions = value.regions[:MOST_REGIONS]
            return replace(value, regions=regions, sum_num=len(regions))
        case VideoAlarmRecord():
            return replace(value, record_time=min(value.record_time or 0, MOST_SECONDS))
    return value


def _at_most(text: str, most: int) -> str:
    return str(min(int(text), most)) if text.isdecimal() else text


FIELDS: Mapping[str, str] = {
    ConfigType.BASIC: "basic",
    ConfigType.VIDEO_OPTIONS: "video_options",
    ConfigType.RECORD_PLAN: "record_plan",
    ConfigType.ALARM_RECORD: "alarm_record",
    ConfigType.PICTURE_MASK: "picture_mask",
    ConfigType.FRAME_MIRROR: "frame_mirror",
    ConfigType.ALARM_REPORT: "alarm_report",
    ConfigType.VIDEO_ATTRIBUTE: "video_attribute",
    ConfigType.OSD: "osd",
}
"""Types that have a structure, by the field of `ConfigDownload`."""

_SETTABLE = tuple(FIELDS.values())
_STREAMS = (
    VideoAttribute(stream_number="0", video_format="2", resolution="6", frame_rate="25", bit_rate_type="2", video_bit_rate="4096"),
    VideoAttribute(stream_number="1", video_format="2", resolution="4", frame_rate="15", bit_rate_type="1", video_bit_rate="512"),
)  # fmt: skip


class Configured:
    """What stands, for the device and each of its channels."""

    def __init__(self, settings: SimulatedDeviceSettings, channels: Mapping[str, SimulatedChannel]) -> None:
        self._settings = settings
        self._channels = channels
        self._stands: dict[str, ConfigDownload] = {}

    @property
    def pace(self) -> tuple[float, int, int]:
        """Seconds between keepalives, how many may be missing, seconds of a registration: as the device is set."""
        basic, upper = self.of(self._settings.id).basic, self._settings.upper
        assert basic is not None
        interval = basic.heartbeat_interval or upper.interval
        # What nobody has changed is as it was, also where it is no whole number of seconds.
        same = interval == max(1, round(upper.interval))
        return (
            upper.interval if same else float(interval),
            basic.heartbeat_count or upper.misses,
            basic.expiration or upper.expires,
        )

    def of(self, about: str) -> ConfigDownload:
        """How the device, or one of its channels, is set."""
        if about not in self._stands:
            self._stands[about] = self._at_first(about)
        return self._stands[about]

    def told(self, query: ConfigDownloadQuery) -> list[Message]:
        """What is answered to a question: what it knows of the types that were asked for."""
        quirks = self._settings.quirks
        if Quirk.MUTE_SETTINGS in quirks:
            return []
        if len(query.types) > 1 and Quirk.ONE_TYPE_AT_ONCE in quirks:
            return [self._answer(query, {}, Result.ERROR)]
        stands = self.of(query.device_id)
        known = [(one, FIELDS[one]) for one in query.types if one in FIELDS]
        parts: list[dict[str, Any]] = [
            {field: getattr(stands, field)} for _one, field in known if getattr(stands, field) is not None
        ]
        if not parts:
            return [self._answer(query, {}, Result.ERROR)]
        if Quirk.ONE_TYPE_EACH in quirks:
            return [self._answer(query, part) for part in parts]
        return [self._answer(query, {name: value for part in parts for name, value in part.items()})]

    def be(self, order: DeviceConfig) -> list[Message]:
        """Be set so; the answer, or none."""
        quirks = self._settings.quirks
        wanted = {name: value for name in _SETTABLE if (value := getattr(order, name)) is not None}
        stands = self.of(order.device_id)
        done = bool(wanted) and Quirk.REFUSES_SETTINGS not in quirks
        # What it does not have it can't be set to.
        done = done and all(getattr(stands, name) is not None for name in wanted)
        if done and Quirk.SETS_NOTHING not in quirks:
            fits = cut if Quirk.CUTS_SETTINGS in quirks else _as_it_is
            self._stands[order.device_id] = replace(
                stands, **{name: _over(getattr(stands, name), fits(value)) for name, value in wanted.items()}
            )
        if Quirk.MUTE_SETTINGS in quirks:
            return []
        result = Result.OK if done else Result.ERROR
        return [DeviceConfigAnswer(sn=order.sn, device_id=order.device_id, result=result)]

    def _answer(self, query: ConfigDownloadQuery, values: dict[str, Any], result: Result = Result.OK) -> ConfigDownload:
        return ConfigDownload(sn=query.sn, device_id=query.device_id, result=result, **values)

    def _at_first(self, about: str) -> ConfigDownload:
        upper = self._settings.upper
        options = VideoParamOpt(download_speed=("1", "2", "4"), resolution=("4", "5", "6"))
        if about == self._settings.id:
            basic = BasicParam(
                name=self._settings.name,
                expiration=upper.expires,
                heartbeat_interval=max(1, round(upper.interval)),
                heartbeat_count=upper.misses,
            )
            return ConfigDownload(sn=1, device_id=about, basic=basic, video_options=options)
        channel = self._channels[about]
        made = ConfigDownload(sn=1, device_id=about, basic=BasicParam(name=channel.name), video_options=options)
        if upper.edition < Edition.E2022:
            return made
        region = MaskRegion(number=1, point="0,0,640,180")
        night = TimeSegment(start_hour=0, start_min=0, start_sec=0, stop_hour=24, stop_min=0, stop_sec=0)
        days = tuple(RecordSchedule(week_day=day, sum_num=1, segments=(night,)) for day in range(1, 8))
        return replace(
            made,
            record_plan=VideoRecordPlan(enabled=True, sum_num=7, schedules=days),
            alarm_record=VideoAlarmRecord(enabled=True, record_time=30, pre_record_time=5),
            picture_mask=PictureMask(on=True, sum_num=1, regions=(region,)),
            frame_mirror=0,
            alarm_report=AlarmReport(motion=True, field=False),
            video_attribute=VideoParamAttribute(items=_STREAMS),
            osd=OSDConfig(
                length=1920, width=1080, time_x=48, time_y=48, time_enabled=True, time_type=0, text_enabled=True,
                sum_num=4, items=(OSDText(text=channel.name, x=48, y=984),),
            ),
        )  # fmt: skip


def _as_it_is(value: Any) -> Any:
    return value


def _over(stands: Any, wanted: Any) -> Any:
    """What is wanted, over what stands: of a structure only what it names."""
    if not isinstance(wanted, BasicParam):
        return wanted
    said = {
        field.name: value
        for field in fields(wanted)
        if field.name != "extra" and (value := getattr(wanted, field.name)) not in (None, "")
    }
    return replace(stands, **said)
