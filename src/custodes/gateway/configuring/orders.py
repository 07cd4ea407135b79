"""An order out of what is wanted and what stands, and what a device says afterwards held against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from custodes.gateway.plain import plain
from custodes.gb28181.manscdp.config import (
    AlarmReport,
    BasicParam,
    ConfigDownload,
    ConfigType,
    DeviceConfig,
    PictureMask,
    RecordSchedule,
    TimeSegment,
    VideoAlarmRecord,
    VideoRecordPlan,
)
from custodes.gb28181.manscdp.config import MaskRegion as Region
from custodes.gb28181.manscdp.picture import OSDConfig, OSDText, VideoAttribute, VideoParamAttribute
from custodes.gb28181.manscdp.structure import MOST_EXTRA, Extra, Structure, plan
from custodes.gb28181.manscdp.values import Text
from custodes.video.wire.configuration import (
    AlarmRecord,
    AlarmReports,
    ConfigurationWish,
    DeviceSettings,
    DeviceStream,
    Mask,
    MaskRegion,
    Osd,
    PlanSpan,
    RecordPlan,
)

AS_READ = {
    "mask": ConfigType.PICTURE_MASK,
    "record_plan": ConfigType.RECORD_PLAN,
    "alarm_record": ConfigType.ALARM_RECORD,
    "alarm_report": ConfigType.ALARM_REPORT,
    "osd": ConfigType.OSD,
    "streams": ConfigType.VIDEO_ATTRIBUTE,
}
"""Parts of a wish that are written as a whole, over what was read right before, with all that stands there."""

BROKEN = "\ufffd"
"""What octets that are no character were read as."""
BLOCK = 16
"""Pixels by which a device may round a side of a region."""


def types_of_wish(wish: ConfigurationWish) -> tuple[ConfigType, ...]:
    """Of what is to be changed."""
    of = AS_READ | {"mirror": ConfigType.FRAME_MIRROR}
    return tuple(dict.fromkeys(of.get(name, ConfigType.BASIC) for name in _wanted(wish)))


def read_before(wish: ConfigurationWish) -> tuple[ConfigType, ...]:
    """What has to be read before it can be set so."""
    return tuple(AS_READ[name] for name in _wanted(wish) if name in AS_READ)


def other_now(before: DeviceSettings, now: DeviceSettings) -> bool:
    """Whether a part that the person had before them is another by now."""
    return any(
        (was := getattr(before, name)) is not None and not same(was, getattr(now, name), exactly=True)
        for name in AS_READ
    )


def lossy(part: Structure) -> bool:
    """Whether something in it was cut or broken on the way in, so that it would not go back as it came."""
    if len(part.extra) >= MOST_EXTRA or any(map(_broken, part.extra)):
        return True
    for name, element, _default in plan(type(part)):
        value = getattr(part, name)
        if isinstance(value, str):
            most = element.kind.most if isinstance(element.kind, Text) else len(value) + 1
            if len(value) >= most or BROKEN in value:
                return True
        elif any(lossy(one) for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Structure)):
            return True
    return False


def _broken(extra: Extra) -> bool:
    return BROKEN in extra.text or len(extra.parts) >= MOST_EXTRA or any(map(_broken, extra.parts))


def order_of(wish: ConfigurationWish, stands: ConfigDownload | None, sn: int, channel: str) -> DeviceConfig:
    """The command: what is to be changed, and nothing else; a part that is written as a whole goes with all that stands in it.

    Args:
        stands: what was read right before of `read_before`.
    """
    basic = None
    if (wish.name, wish.expiration_s, wish.heartbeat_s, wish.heartbeat_count) != (None,) * 4:
        basic = BasicParam(
            name=wish.name or "",
            expiration=wish.expiration_s,
            heartbeat_interval=wish.heartbeat_s,
            heartbeat_count=wish.heartbeat_count,
        )
    parts: dict[str, Any] = {}
    if stands is not None:
        parts = {
            "picture_mask": _mask(wish.mask, stands.picture_mask),
            "record_plan": _plan(wish.record_plan, stands.record_plan),
            "alarm_record": _alarm(wish.alarm_record, stands.alarm_record),
            "alarm_report": _reports(wish.alarm_report, stands.alarm_report),
            "osd": _osd(wish.osd, stands.osd),
            "video_attribute": _streams(wish.streams, stands.video_attribute),
        }
    return DeviceConfig(sn=sn, device_id=channel, basic=basic, frame_mirror=wish.mirror, **parts)


def compared(wish: ConfigurationWish, after: DeviceSettings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a device says otherwise than it was to be set, and what of it it does not say."""
    differs, untold = [], []
    for name in _wanted(wish):
        said = getattr(after, name)
        if said is None:
            untold.append(name)
        elif not same(getattr(wish, name), said):
            differs.append(name)
    return tuple(differs), tuple(untold)


def same(wanted: Any, said: Any, exactly: bool = False) -> bool:
    """Whether it comes to the same; what a device writes otherwise and means the same is no difference.

    Args:
        exactly: regions of a mask count by where they are, not by their number alone.
    """
    if said is None:
        return wanted is None
    if isinstance(wanted, Mask):
        if wanted.on != said.on:
            return False
        if exactly:
            return {one.point for one in wanted.regions} == {one.point for one in said.regions}
        # A device may round its regions, by a block of its encoder; one that stands elsewhere hides something else.
        return not said.on or (
            len(wanted.regions) == len(said.regions)
            and all(any(_near(one, other) for other in said.regions) for one in wanted.regions)
        )
    if isinstance(wanted, RecordPlan):
        return bool(wanted.on == said.on and (not wanted.on or wanted.week == said.week))
    if isinstance(wanted, Osd):
        return _written(wanted) == _written(said)
    return bool(wanted == said)


def _near(one: MaskRegion, other: MaskRegion) -> bool:
    return all(abs(a - b) <= BLOCK for a, b in zip(one.box, other.box, strict=True))


def _wanted(wish: ConfigurationWish) -> list[str]:
    return [name for name in type(wish).model_fields if getattr(wish, name) is not None]


def _written(osd: Osd) -> tuple[Any, ...]:
    """What is seen of it: where nothing is written, it does not matter where."""
    clock, text = osd.time_on is not False, osd.text_on is not False
    time = (osd.time_x, osd.time_y, osd.time_type) if clock else ()
    lines = tuple((one.text.strip(), one.x, one.y) for one in osd.lines if one.text.strip()) if text else ()
    return clock, time, text, lines


def _mask(wish: Mask | None, stands: PictureMask | None) -> PictureMask | None:
    if wish is None or stands is None:
        return None
    old = {one.number: one for one in stands.regions}
    regions = tuple(
        replace(old.get(one.number, Region(number=one.number, point=one.point)), point=one.point)
        for one in wish.regions
    )
    return replace(stands, on=wish.on, sum_num=len(regions), regions=regions)


def _plan(wish: RecordPlan | None, stands: VideoRecordPlan | None) -> VideoRecordPlan | None:
    if wish is None or stands is None:
        return None
    old = {one.week_day: one for one in stands.schedules}
    schedules = []
    for day in range(1, 8):
        spans = wish.of_day(day)
        if spans or day in old:
            segments = tuple(map(_segment, spans))
            schedule = replace(old.get(day, RecordSchedule(week_day=day)), sum_num=len(spans), segments=segments)
            schedules.append(schedule)
    return replace(stands, enabled=wish.on, sum_num=len(schedules), schedules=tuple(schedules))


def _segment(span: PlanSpan) -> TimeSegment:
    start, stop = ([int(part) for part in text.split(":")] for text in (span.start, span.stop))
    return TimeSegment(
        start_hour=start[0], start_min=start[1], start_sec=start[2],
        stop_hour=stop[0], stop_min=stop[1], stop_sec=stop[2],
    )  # fmt: skip


def _alarm(wish: AlarmRecord | None, stands: VideoAlarmRecord | None) -> VideoAlarmRecord | None:
    if wish is None or stands is None:
        return None
    return replace(stands, enabled=wish.on, record_time=wish.after_s, pre_record_time=wish.before_s)


def _reports(wish: AlarmReports | None, stands: AlarmReport | None) -> AlarmReport | None:
    if wish is None or stands is None:
        return None
    return replace(stands, motion=wish.motion, field=wish.field)


def _osd(wish: Osd | None, stands: OSDConfig | None) -> OSDConfig | None:
    if wish is None or stands is None:
        return None
    lines = []
    for at, line in enumerate(wish.lines):
        old = stands.items[at] if at < len(stands.items) else OSDText()
        # What was told of it stands in for characters that a page can't show: a line that stays goes as it came.
        text = old.text if line.text == plain(old.text) else line.text
        lines.append(replace(old, text=text, x=line.x, y=line.y))
    return replace(
        stands,
        time_enabled=wish.time_on, time_x=wish.time_x, time_y=wish.time_y, time_type=wish.time_type,
        text_enabled=wish.text_on, sum_num=len(lines), items=tuple(lines),
    )  # fmt: skip


def _streams(wish: Iterable[DeviceStream] | None, stands: VideoParamAttribute | None) -> VideoParamAttribute | None:
    if wish is None or stands is None:
        return None
    # Some makes number none of them, or all alike: of one number the first is the first.
    wanted: dict[str, list[DeviceStream]] = {}
    for one in wish:
        wanted.setdefault(one.number, []).append(one)
    items = []
    for item in stands.items:
        of_number = wanted.get(plain(item.stream_number))
        items.append(_item(item, of_number.pop(0) if of_number else None))
    return replace(stands, items=tuple(items))


def _item(stands: VideoAttribute, wish: DeviceStream | None) -> VideoAttribute:
    if wish is None:
        return stands
    return replace(
        stands,
        video_format=wish.format, resolution=wish.resolution, frame_rate=wish.rate,
        bit_rate_type=wish.kind, video_bit_rate=wish.bits,
    )  # fmt: skip
