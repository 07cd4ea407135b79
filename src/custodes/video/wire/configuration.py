"""How a GB/T 28181 device is set, asked and changed by the web through the gateway (docs/design/wire.md §8).

Plans, text over the picture, streams and masks are shown and set as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from custodes.video.wire.shapes import Id, Line, Shape

MOST_REGIONS = 4
MOST_SPANS = 56
MOST_A_DAY = 8
"""Spans of a day's plan (GB/T 28181-2022 A.2.1)."""
MOST_LINES = 16
MOST_STREAMS = 16
DAY = 86_400
_TIME = re.compile(r"([0-2][0-9]):([0-5][0-9]):([0-5][0-9])")


class MaskRegion(Shape):
    """A part of the picture that the device hides: ``left,top,right,bottom`` in pixels."""

    number: int = Field(ge=1, le=MOST_REGIONS)
    point: str = Field(pattern=r"^[0-9]{1,5}(,[0-9]{1,5}){3}$")

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom, whichever corners were told of first."""
        left, top, right, bottom = map(int, self.point.split(","))
        return min(left, right), min(top, bottom), max(left, right), max(top, bottom)

    def covers(self, other: MaskRegion) -> bool:
        """Whether all of the other is hidden by this one."""
        (left, top, right, bottom), (left_o, top_o, right_o, bottom_o) = self.box, other.box
        return left <= left_o and top <= top_o and right >= right_o and bottom >= bottom_o


class Mask(Shape):
    """What the device hides of its picture.

    Attributes:
        whole: every region that it told of is here; else it can't be written back.
    """

    on: bool
    regions: Annotated[tuple[MaskRegion, ...], Field(max_length=MOST_REGIONS)] = ()
    whole: bool = True

    def opens(self, before: Mask) -> bool:
        """Whether something is seen by it that was hidden before."""
        if not before.on:
            return False
        return not self.on or any(not any(one.covers(old) for one in self.regions) for old in before.regions)


class PlanSpan(Shape):
    """A span of a week's day, 1 Monday to 7 Sunday, in which the device records: ``HH:MM:SS``."""

    day: int = Field(ge=1, le=7)
    start: Line
    stop: Line

    @property
    def seconds(self) -> tuple[int, int] | None:
        """From and to within the day; None where it is no span. Devices write 23:59:59 for the day's end."""
        start, stop = _seconds(self.start), _seconds(self.stop)
        if start is None or stop is None or start >= stop:
            return None
        return start, DAY if stop == DAY - 1 else stop


class RecordPlan(Shape):
    """When the device records by itself.

    Attributes:
        whole: every span that it told of is here and is one; else it can't be written back.
    """

    on: bool
    spans: Annotated[tuple[PlanSpan, ...], Field(max_length=MOST_SPANS)] = ()
    whole: bool = True

    def of_day(self, day: int) -> tuple[PlanSpan, ...]:
        """The spans of a day, the first first."""
        return tuple(sorted((one for one in self.spans if one.day == day), key=lambda one: one.start))

    @property
    def week(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """What is recorded on each day, spans that touch taken as one; nothing where the plan is off."""
        return tuple(_joined(self.of_day(day)) if self.on else () for day in range(1, 8))

    def leaves_out(self, before: RecordPlan) -> bool:
        """Whether a second is recorded no more that was recorded before."""
        pairs = zip(before.week, self.week, strict=True)
        return any(
            not any(start <= old_start and stop >= old_stop for start, stop in new)
            for old, new in pairs
            for old_start, old_stop in old
        )

    @property
    def wrong(self) -> str:
        """Why it is no plan, in words for a log; empty where it is one."""
        for day in range(1, 8):
            spans = self.of_day(day)
            told = [one.seconds for one in spans]
            known = [one for one in told if one is not None]
            if len(known) < len(told):
                return f"day {day}: a span does not end behind its start"
            if len(spans) > MOST_A_DAY:
                return f"day {day}: more than {MOST_A_DAY} spans"
            if any(later[0] < earlier[1] for earlier, later in pairwise(known)):
                return f"day {day}: spans overlap"
        return ""


class AlarmRecord(Shape):
    """What the device records around an alarm, in seconds."""

    on: bool
    after_s: int | None = Field(default=None, ge=0, le=86_400)
    before_s: int | None = Field(default=None, ge=0, le=86_400)


class AlarmReports(Shape):
    """What it raises alarms of by itself; None for what it did not tell."""

    motion: bool | None = None
    field: bool | None = None


class OsdLine(Shape):
    """A line of text over the picture, its upper left corner in pixels of the window."""

    text: Line
    x: int | None = Field(default=None, ge=0, le=65_535)
    y: int | None = Field(default=None, ge=0, le=65_535)


class Osd(Shape):
    """What the device writes over its picture.

    Attributes:
        length, width: pixels of the window across and down.
        time_type: 0 ``2026-11-24 21:45:07``, 1 ``2026年11月24日 21:45:07``.
        most: lines of text that it has, by its own word.
        whole: every line that it told of is here; else it can't be written back.
    """

    length: int | None = None
    width: int | None = None
    time_on: bool | None = None
    time_x: int | None = Field(default=None, ge=0, le=65_535)
    time_y: int | None = Field(default=None, ge=0, le=65_535)
    time_type: int | None = Field(default=None, ge=0, le=9)
    text_on: bool | None = None
    lines: Annotated[tuple[OsdLine, ...], Field(max_length=MOST_LINES)] = ()
    most: int = Field(default=1, ge=1, le=MOST_LINES)
    whole: bool = True


class DeviceStream(Shape):
    """One stream of the device, in its own words.

    Attributes:
        format: 1 MPEG-4, 2 H.264, 3 SVAC, 4 3GP, 5 H.265. resolution: 1 QCIF to 6 1080P, or ``1920x1080``.
        rate: pictures a second. kind: of the bit rate, 1 fixed, 2 varying. bits: kbit/s.
    """

    number: Line
    format: Line = ""
    resolution: Line = ""
    rate: Line = ""
    kind: Line = ""
    bits: Line = ""


def _seconds(time: str) -> int | None:
    found = _TIME.fullmatch(time)
    if found is None:
        return None
    hour, minute, second = map(int, found.groups())
    whole = hour * 3600 + minute * 60 + second
    return whole if whole <= DAY else None


def _joined(spans: Iterable[PlanSpan]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(one.seconds for one in spans if one.seconds is not None):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return tuple(joined)


Kind = Literal[
    "BasicParam",
    "VideoParamOpt",
    "VideoParamAttribute",
    "VideoRecordPlan",
    "VideoAlarmRecord",
    "PictureMask",
    "FrameMirror",
    "AlarmReport",
    "OSDConfig",
]
"""Types of a configuration that are asked for, as the standard calls them; all but the first two since 2022."""

Failure = Literal[
    "", "not_registered", "full", "below", "not_expected", "no_answer", "refused", "silent", "error", "unsendable",
    "not_read", "changed", "unclear",
]  # fmt: skip
"""Where it failed: the device is away; it is being asked already; it is a platform below, whose devices are its own matter; the gateway
does not expect keepalives that seldom yet; SIP was not answered; SIP refused; acknowledged and never answered; answered by ERROR; the
peer's edition has no such thing. Of an order that rests on what stands, and nothing was sent: that could not be read; it is another than the
person had before them; not all of it was understood, so that writing it back would lose something."""

MOST_OTHERS = 64
NAME_LENGTH = 64
"""Characters of a name that a device is given; more than that, makes cut."""


class Other(Shape):
    """One value of a part whose structure is not confirmed, as it came: the names of its elements from the outside in, and its text."""

    path: Line
    text: Line = ""


class DeviceSettings(Shape):
    """How a device or channel is set; None for what it did not tell.

    Attributes:
        expiration_s: of its registration; heartbeat_s: between keepalives; heartbeat_count: how many may fail before it registers anew.
        position: how it knows where it is: 0 not, 1 by GPS, 2 by BeiDou.
        speeds, resolutions: that it offers, as numbers of Annex F.
        mirror: 0 not, 1 left and right, 2 up and down, 3 both.
        streams, osd, record_plan, alarm_record, alarm_report: since 2022.
    """

    name: Line | None = None
    expiration_s: int | None = None
    heartbeat_s: int | None = None
    heartbeat_count: int | None = None
    position: int | None = None
    longitude: float | None = None
    latitude: float | None = None
    speeds: Annotated[tuple[Line, ...], Field(max_length=16)] | None = None
    resolutions: Annotated[tuple[Line, ...], Field(max_length=16)] | None = None
    mirror: int | None = Field(default=None, ge=0, le=3)
    mask: Mask | None = None
    record_plan: RecordPlan | None = None
    alarm_record: AlarmRecord | None = None
    alarm_report: AlarmReports | None = None
    osd: Osd | None = None
    streams: Annotated[tuple[DeviceStream, ...], Field(max_length=MOST_STREAMS)] | None = None
    others: Annotated[tuple[Other, ...], Field(max_length=MOST_OTHERS)] = ()


class ConfigurationAsk(Shape):
    """``POST /internal/configuration`` (web → gateway): how is this device, or one of its channels, set?

    Attributes:
        channel: the device's own ID for the device itself.
    """

    device: Id
    channel: Id


class ConfigurationAnswer(Shape):
    """How it says that it is set, or why that is not known.

    Attributes:
        status: of SIP, where `failure` is ``refused``.
        edition: in which it was asked, as on the wire (``2.0``, ``3.0``).
        missing: types that were asked for and did not come.
    """

    failure: Failure = ""
    status: int = 0
    detail: Line = ""
    edition: Line = ""
    missing: tuple[Kind, ...] = ()
    settings: DeviceSettings = DeviceSettings()


class ConfigurationWish(Shape):
    """What is to be set: None leaves a thing as it is. Bounds are those of the register (docs/design/gateway.md)."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH)] | None = None
    expiration_s: int | None = Field(default=None, ge=3600, le=86_400)
    heartbeat_s: int | None = Field(default=None, ge=5, le=3600)
    heartbeat_count: int | None = Field(default=None, ge=1, le=20)
    mirror: int | None = Field(default=None, ge=0, le=3)
    mask: Mask | None = None
    record_plan: RecordPlan | None = None
    alarm_record: AlarmRecord | None = None
    alarm_report: AlarmReports | None = None
    osd: Osd | None = None
    streams: Annotated[tuple[DeviceStream, ...], Field(min_length=1, max_length=MOST_STREAMS)] | None = None

    @model_validator(mode="after")
    def _something(self) -> ConfigurationWish:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("nothing is to be set")
        for name in ("mask", "record_plan", "osd"):
            part = getattr(self, name)
            if part is not None and not part.whole:
                raise ValueError(f"{name}: what was not understood can't be written back")
        if self.record_plan is not None and (wrong := self.record_plan.wrong):
            raise ValueError(f"record_plan: {wrong}")
        if self.osd is not None and len(self.osd.lines) > self.osd.most:
            raise ValueError("osd: more lines than the device has")
        return self


class ConfigureAsk(Shape):
    """``POST /internal/configure`` (web → gateway): set it so, and look whether it stands; after the step's record is durable.

    Attributes:
        step: of the register that says who wants it and why.
        silence_s: seconds of silence that the register expects of the device from now on; nothing is sent before the gateway does too.
        before: what the person had before them of the parts that are written as a whole; nothing is sent where the device says otherwise now.
    """

    device: Id
    channel: Id
    step: UUID
    wish: ConfigurationWish
    silence_s: int = Field(default=0, ge=0, le=72_000)
    before: DeviceSettings = DeviceSettings()


class ConfigureAnswer(Shape):
    """What became of it.

    Attributes:
        failure: where it failed, before the device had it or by its own word (``error``, ``refused``); ``silent``: it had it and said
            nothing of it.
        after: what it says since of what was set, asked anew; None where it was not asked, or did not say.
        differs: names of `ConfigurationWish` that it says otherwise; untold: that it said nothing of.
    """

    failure: Failure = ""
    status: int = 0
    detail: Line = ""
    after: DeviceSettings | None = None
    differs: tuple[Line, ...] = ()
    untold: tuple[Line, ...] = ()
