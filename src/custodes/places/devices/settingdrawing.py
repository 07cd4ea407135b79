"""Small drawings of how a device is set: where text and masks stand in the picture, when it records in the week. For a template's SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from custodes.places.devices.settinglines import CLOCKS, DAYS
from custodes.places.devices.settingrules import LETTER, boxes_of
from custodes.video.wire.devicesettings import DAY, Mask, Osd, RecordPlan

LENGTH, WIDTH = 1920, 1080
"""Of a picture whose size nobody told."""


@dataclass(frozen=True)
class Written:
    """Text in the picture: its corner, and the base line that SVG wants."""

    x: int
    y: int
    base: int
    text: Any


@dataclass(frozen=True)
class Picture:
    """A picture of `length` by `width` pixels with what stands in it.

    Attributes:
        high: of a letter, in pixels. hidden: left, top, across, down, and whether it is new.
    """

    length: int
    width: int
    high: int
    written: tuple[Written, ...]
    hidden: tuple[tuple[int, int, int, int, bool], ...]


def draw_picture(frame: tuple[int, int] | None, osd: Osd | None, mask: Mask | None, before: Mask | None) -> Picture:
    """Where things will stand.

    Args:
        frame: pixels across and down; None where nobody told.
        before: what is hidden now.
    """
    length, width = frame or (LENGTH, WIDTH)
    high = max(1, width // LETTER)
    written = []
    for field, box in boxes_of(osd) if osd is not None else ():
        text = CLOCKS.get((osd.time_type if osd else 0) or 0, CLOCKS[0]) if field == "time_x" else _line(osd, field)
        written.append(Written(box[0], box[1], box[1] + high * 9 // 10, text))
    now = set(before.regions) if before is not None else set()
    hidden = []
    for region in mask.regions if mask is not None and mask.on else ():
        left, top, right, bottom = region.box
        hidden.append((left, top, right - left, bottom - top, region not in now))
    return Picture(length, width, high, tuple(written), tuple(hidden))


def _line(osd: Osd | None, field: str) -> str:
    return osd.lines[int(field.removeprefix("line").removesuffix("_x"))].text if osd is not None else ""


def draw_week(plan: RecordPlan) -> list[tuple[Any, list[tuple[int, int]]]]:
    """Each day with its spans as start and length in minutes."""
    return [
        (label, [(start // 60, max(1, (stop - start) * 24 * 60 // DAY)) for start, stop in plan.week[day - 1]])
        for day, label in DAYS.items()
    ]
