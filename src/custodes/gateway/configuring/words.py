"""A configuration in the words of the wire, bounded and made fit for it: what a device says may be anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from custodes.gateway.plain import plain
from custodes.gb28181.manscdp.config import (
    BasicParam,
    ConfigDownload,
    DeviceConfig,
    PictureMask,
    VideoRecordPlan,
)
from custodes.gb28181.manscdp.config import MaskRegion as Region
from custodes.gb28181.manscdp.structure import Extra
from custodes.video.wire.configuration import (
    MOST_OTHERS,
    MOST_REGIONS,
    MOST_SPANS,
    Mask,
    MaskRegion,
    Other,
    PlanSpan,
    Settings,
    Wish,
)

_POINT = re.compile(r"[0-9]{1,5}(?:,[0-9]{1,5}){3}")
_RAW = ("videoparamattribute", "osdconfig")
DEEP = 4
"""Elements within one another whose names are told."""


def settings_of(found: ConfigDownload) -> Settings:
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
            # Where something is that knows it by satellite is told where a person entered it as moving, and nowhere else (decision 0413).
            told |= {"longitude": basic.longitude, "latitude": basic.latitude}
    if (options := found.video_options) is not None:
        told |= {"speeds": _words(options.download_speed), "resolutions": _words(options.resolution)}
    if (mask := found.picture_mask) is not None:
        told["mask"] = _mask(mask)
    if (plan := found.record_plan) is not None:
        told |= {"plan_on": plan.enabled, "plan": tuple(_spans(plan))[:MOST_SPANS]}
    if (alarm := found.alarm_record) is not None:
        told |= {
            "alarm_on": alarm.enabled,
            "after_alarm_s": alarm.record_time,
            "before_alarm_s": alarm.pre_record_time,
        }
    if (report := found.alarm_report) is not None:
        told |= {"motion": report.motion, "field": report.field}
    others = [one for extra in found.extra if extra.name.lower() in _RAW for one in _others(extra, ())]
    return Settings(mirror=found.frame_mirror, others=tuple(others[:MOST_OTHERS]), **told)


def order_of(wish: Wish, sn: int, channel: str) -> DeviceConfig:
    """The command: what is to be changed, and nothing else."""
    basic = None
    if (wish.name, wish.expiration_s, wish.heartbeat_s, wish.heartbeat_count) != (None,) * 4:
        basic = BasicParam(
            name=wish.name or "",
            expiration=wish.expiration_s,
            heartbeat_interval=wish.heartbeat_s,
            heartbeat_count=wish.heartbeat_count,
        )
    mask = None
    if wish.mask is not None:
        regions = tuple(Region(number=one.number, point=one.point) for one in wish.mask.regions)
        mask = PictureMask(on=wish.mask.on, sum_num=len(regions), regions=regions)
    return DeviceConfig(sn=sn, device_id=channel, basic=basic, frame_mirror=wish.mirror, picture_mask=mask)


def compared(wish: Wish, after: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a device says otherwise than it was to be set, and what of it it does not say."""
    differs, untold = [], []
    for name in type(wish).model_fields:
        wanted, said = getattr(wish, name), getattr(after, name)
        if wanted is None:
            continue
        if said is None:
            untold.append(name)
        elif not _same(wanted, said):
            differs.append(name)
    return tuple(differs), tuple(untold)


def _same(wanted: Any, said: Any) -> bool:
    if isinstance(wanted, Mask):
        # A device may write its regions otherwise; whether it hides them is what was set.
        return bool(wanted.on == said.on and (not said.on or len(wanted.regions) == len(said.regions)))
    return bool(wanted == said)


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


def _spans(plan: VideoRecordPlan) -> Iterator[PlanSpan]:
    for day in plan.schedules:
        for one in day.segments:
            yield PlanSpan(
                day=day.week_day,
                start=f"{one.start_hour:02}:{one.start_min:02}:{one.start_sec:02}",
                stop=f"{one.stop_hour:02}:{one.stop_min:02}:{one.stop_sec:02}",
            )


def _others(extra: Extra, above: tuple[str, ...]) -> Iterator[Other]:
    path = (*above, plain(extra.name, 64))
    if extra.parts and len(path) < DEEP:
        for part in extra.parts:
            yield from _others(part, path)
    else:
        yield Other(path=" · ".join(path)[:300], text=plain(extra.text))
