"""How a GB/T 28181 device is set, asked and changed by the web through the gateway (docs/design/wire.md §8)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from custodes.video.wire.devicesettings import (
    MOST_STREAMS,
    AlarmRecord,
    AlarmReports,
    Mask,
    Osd,
    RecordPlan,
    Stream,
)
from custodes.video.wire.shapes import Id, Line, Shape

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


class Settings(Shape):
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
    streams: Annotated[tuple[Stream, ...], Field(max_length=MOST_STREAMS)] | None = None
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
    settings: Settings = Settings()


class Wish(Shape):
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
    streams: Annotated[tuple[Stream, ...], Field(min_length=1, max_length=MOST_STREAMS)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Wish:
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
    wish: Wish
    silence_s: int = Field(default=0, ge=0, le=72_000)
    before: Settings = Settings()


class ConfigureAnswer(Shape):
    """What became of it.

    Attributes:
        failure: where it failed, before the device had it or by its own word (``error``, ``refused``); ``silent``: it had it and said
            nothing of it.
        after: what it says since of what was set, asked anew; None where it was not asked, or did not say.
        differs: names of `Wish` that it says otherwise; untold: that it said nothing of.
    """

    failure: Failure = ""
    status: int = 0
    detail: Line = ""
    after: Settings | None = None
    differs: tuple[Line, ...] = ()
    untold: tuple[Line, ...] = ()
