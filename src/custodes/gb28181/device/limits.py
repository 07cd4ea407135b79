"""What a simulated device can't do, and cuts without a word (`Quirk.CUTS_SETTINGS`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from custodes.gb28181.manscdp.config import PictureMask, VideoAlarmRecord, VideoRecordPlan
from custodes.gb28181.manscdp.picture import OSDConfig, VideoParamAttribute

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
