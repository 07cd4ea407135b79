"""A configuration in the words of the wire, bounded and made fit for it: what a device says may be anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from custodes.gateway.plain import plain
from custodes.gb28181.manscdp.config import ConfigDownload, PictureMask, VideoRecordPlan
from custodes.gb28181.manscdp.picture import OSDConfig, VideoAttribute
from custodes.gb28181.manscdp.structure import Extra
from custodes.video.wire.configuration import (
    MOST_LINES,
    MOST_OTHERS,
    MOST_REGIONS,
    MOST_SPANS,
    MOST_STREAMS,
    AlarmRecord,
    AlarmReports,
    DeviceSettings,
    DeviceStream,
    Mask,
    MaskRegion,
    Osd,
    OsdLine,
    Other,
    PlanSpan,
    RecordPlan,
)

_POINT = re.compile(r"[0-9]{1,5}(?:,[0-9]{1,5}){3}")
DEEP = 4
"""Elements within one another whose names are told."""


def settings_of(found: ConfigDownload) -> DeviceSettings:
    """What came, as the web is told it."""
    told: dict[str, Any] = {}
    if (basic := found.basic) is not None:
        told |= {
            "name": plain(basic.name, 256) or None,
            "expiration_s": basic.expiration,
            "heartbeat_s": basic.heartbeat_interval,
            "heartbeat_count": basic.heartbeat_count,
            "position": basic.position_capability,
        }
        if not basic.position_capability:
            # Where something is that knows it by satellite is told where a person entered it as moving, and nowhere else (decision 0389).
            told |= {"longitude": basic.longitude, "latitude": basic.latitude}
    if (options := found.video_options) is not None:
        told |= {"speeds": _words(options.download_speed), "resolutions": _words(options.resolution)}
    if (mask := found.picture_mask) is not None:
        told["mask"] = _mask(mask)
    if (plan := found.record_plan) is not None:
        told["record_plan"] = _plan(plan)
    if (alarm := found.alarm_record) is not None:
        told["alarm_record"] = AlarmRecord(on=alarm.enabled, after_s=alarm.record_time, before_s=alarm.pre_record_time)
    if (report := found.alarm_report) is not None:
        told["alarm_report"] = AlarmReports(motion=report.motion, field=report.field)
    if found.osd is not None:
        told["osd"] = _osd(found.osd)
    if (attribute := found.video_attribute) is not None:
        told["streams"] = tuple(map(_stream, attribute.items[:MOST_STREAMS]))
    others = tuple(_strange(found))
    return DeviceSettings(mirror=found.frame_mirror, others=others[:MOST_OTHERS], **told)


def _words(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain(text) for text in texts[:16])


def _mask(mask: PictureMask) -> Mask:
    good = {
        region.number: MaskRegion(number=region.number, point=point)
        for region in mask.regions
        if (point := re.sub(r"\s", "", region.point)) and _POINT.fullmatch(point)
    }
    told = len(mask.regions) if mask.sum_num is None else max(mask.sum_num, len(mask.regions))
    return Mask(on=mask.on, regions=tuple(good.values())[:MOST_REGIONS], whole=len(good) == told)


def _plan(plan: VideoRecordPlan) -> RecordPlan:
    spans = tuple(_spans(plan))
    days = len(plan.schedules)
    whole = (
        len(spans) <= MOST_SPANS
        and plan.sum_num in (None, days)
        and len({day.week_day for day in plan.schedules}) == days
        and all(day.sum_num in (None, len(day.segments)) for day in plan.schedules)
    )
    told = RecordPlan(on=plan.enabled, spans=spans[:MOST_SPANS])
    return told.model_copy(update={"whole": whole and not told.wrong})


def _spans(plan: VideoRecordPlan) -> Iterator[PlanSpan]:
    for day in plan.schedules:
        for one in day.segments:
            yield PlanSpan(
                day=day.week_day,
                start=f"{one.start_hour:02}:{one.start_min:02}:{one.start_sec:02}",
                stop=f"{one.stop_hour:02}:{one.stop_min:02}:{one.stop_sec:02}",
            )


def _osd(osd: OSDConfig) -> Osd:
    count = len(osd.items)
    return Osd(
        length=osd.length, width=osd.width,
        time_on=osd.time_enabled, time_x=osd.time_x, time_y=osd.time_y, time_type=osd.time_type,
        text_on=osd.text_enabled,
        lines=tuple(OsdLine(text=plain(one.text), x=one.x, y=one.y) for one in osd.items[:MOST_LINES]),
        most=min(max(osd.sum_num or 0, count, 1), MOST_LINES),
        whole=count <= MOST_LINES,
    )  # fmt: skip


def _stream(item: VideoAttribute) -> DeviceStream:
    return DeviceStream(
        number=plain(item.stream_number), format=plain(item.video_format), resolution=plain(item.resolution),
        rate=plain(item.frame_rate), kind=plain(item.bit_rate_type), bits=plain(item.video_bit_rate),
    )  # fmt: skip


def _strange(found: ConfigDownload) -> Iterator[Other]:
    """What stands in the parts that one source describes and that it does not name."""
    if found.osd is not None:
        for osd in (found.osd, *found.osd.items):
            for extra in osd.extra:
                yield from _others(extra, ("OSDConfig",))
    if found.video_attribute is not None:
        for part in (found.video_attribute, *found.video_attribute.items):
            for extra in part.extra:
                yield from _others(extra, ("VideoParamAttribute",))


def _others(extra: Extra, above: tuple[str, ...]) -> Iterator[Other]:
    path = (*above, plain(extra.name, 64))
    if extra.parts and len(path) < DEEP:
        for part in extra.parts:
            yield from _others(part, path)
    else:
        yield Other(path=" · ".join(path)[:300], text=plain(extra.text))
