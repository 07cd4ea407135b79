"""What a camera remembers: presets (2014), its home position, cruise tracks and where it points (2022)."""

from __future__ import annotations

from typing import ClassVar

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, Root
from custodes.gb28181.manscdp.structure import Structure, listed, nested, one, structure
from custodes.gb28181.manscdp.values import Decimal, Flag, Integer, Text

PAN, TILT, ZOOM = Decimal(0, 360), Decimal(-90, 90), Decimal(0, 10_000)
_NAME = Text(255)


@structure
class PresetItem(Structure):
    """A view that a camera remembers. `number` is text on the wire, and 1 to 255 in every command."""

    number: int = one("PresetID", Integer(1, 255), required=True)
    name: str = one("PresetName", _NAME, default="", always=True)


@structure
class PresetQuery(Message):
    """Which views do you remember? (`PersetQuery` in texts of 2014.)"""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "PresetQuery"
    ALSO: ClassVar = ("PersetQuery",)
    SINCE: ClassVar = Edition.E2014


@structure
class PresetList(Message):
    """The views. `sum_num` is missing from some makes, and some send several parts."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "PresetQuery"
    ALSO: ClassVar = ("PersetQuery",)
    SINCE: ClassVar = Edition.E2014

    sum_num: int | None = one("SumNum", Integer(0, 10_000), always=True)
    presets: tuple[PresetItem, ...] = listed("PresetList", PresetItem)


@structure
class HomePosition(Structure):
    """The view to which a camera returns by itself.

    Attributes:
        reset_time: seconds without steering until it does.
    """

    enabled: bool = one("Enabled", Flag(), required=True)
    reset_time: int | None = one("ResetTime", Integer(0, 86_400))
    preset: int | None = one("PresetIndex", Integer(0, 255))


@structure
class HomePositionQuery(Message):
    """Where do you return to (2022)?"""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "HomePositionQuery"
    SINCE: ClassVar = Edition.E2022


@structure
class HomePositionAnswer(Message):
    """Where it returns to (2022)."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "HomePositionQuery"
    SINCE: ClassVar = Edition.E2022

    home: HomePosition | None = nested("HomePosition", HomePosition)


@structure
class CruiseTrack(Structure):
    """A cruise by its number."""

    number: int = one("Number", Integer(0, 255), required=True)
    name: str = one("Name", _NAME, default="", always=True)


@structure
class CruiseTrackListQuery(Message):
    """Which cruises do you know (2022)?"""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "CruiseTrackListQuery"
    SINCE: ClassVar = Edition.E2022


@structure
class CruiseTrackList(Message):
    """The cruises (2022)."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "CruiseTrackListQuery"
    SINCE: ClassVar = Edition.E2022

    sum_num: int | None = one("SumNum", Integer(0, 10_000), always=True)
    tracks: tuple[CruiseTrack, ...] = listed("CruiseTrackList", CruiseTrack, item="CruiseTrack")


@structure
class CruisePoint(Structure):
    """A station of a cruise: preset, seconds of stay, speed."""

    preset: int = one("PresetIndex", Integer(1, 255), required=True)
    stay_time: int | None = one("StayTime", Integer(0, 4095))
    speed: int | None = one("Speed", Integer(0, 4095))


@structure
class CruiseTrackQuery(Message):
    """Where does this cruise go (2022)?"""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "CruiseTrackQuery"
    SINCE: ClassVar = Edition.E2022

    number: int = one("Number", Integer(0, 255), required=True)


@structure
class CruiseTrackAnswer(Message):
    """Where a cruise goes (2022)."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "CruiseTrackQuery"
    SINCE: ClassVar = Edition.E2022

    number: int | None = one("Number", Integer(0, 255))
    name: str = one("Name", _NAME, default="")
    sum_num: int | None = one("SumNum", Integer(0, 10_000), always=True)
    points: tuple[CruisePoint, ...] = listed("CruisePointList", CruisePoint, item="CruisePoint")


@structure
class PtzPositionQuery(Message):
    """Where do you point (2022)? Also the body of a subscription, which may say each how many seconds, as one to where something is does."""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "PTZPosition"
    SINCE: ClassVar = Edition.E2022

    interval: int | None = one("Interval", Integer(1, 86_400))


@structure
class _Pointing(Message):
    pan: float | None = one("Pan", PAN)
    tilt: float | None = one("Tilt", TILT)
    zoom: float | None = one("Zoom", ZOOM)
    horizontal_field_angle: float | None = one("HorizontalFieldAngle", Decimal(0, 360))
    vertical_field_angle: float | None = one("VerticalFieldAngle", Decimal(0, 360))
    max_view_distance: float | None = one("MaxViewDistance", Decimal(0, 1_000_000))


@structure
class PtzPosition(_Pointing):
    """Where it points: degrees, times of zoom, metres (2022)."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "PTZPosition"
    SINCE: ClassVar = Edition.E2022


@structure
class PtzPositionNotice(_Pointing):
    """The same, told to a subscriber (2022)."""

    ROOT: ClassVar = Root.NOTIFY
    CMD: ClassVar = "PTZPosition"
    SINCE: ClassVar = Edition.E2022
