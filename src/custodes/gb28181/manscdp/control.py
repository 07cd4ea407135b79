"""DeviceControl: exactly one command to a camera or device (GB/T 28181 §9.3, Annex A.2.3.1). Sent by a platform, received by a lower one."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import ClassVar

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.device import RESULT
from custodes.gb28181.manscdp.frame import Message, Result, Root
from custodes.gb28181.manscdp.presets import HomePosition
from custodes.gb28181.manscdp.snapshot import SESSION
from custodes.gb28181.manscdp.structure import Structure, nested, one, structure
from custodes.gb28181.manscdp.values import CODE, Decimal, Integer, Text, WordChoice
from custodes.gb28181.refused import Gb28181Refused

_HEX = re.compile(r"[0-9A-Fa-f]{16}")


class _PtzText:
    """The eight bytes of a PTZ command as 16 digits; what they mean is `custodes.gb28181.ptz`'s."""

    def read(self, text: str) -> str:
        text = "".join(text.split())
        if not _HEX.fullmatch(text):
            raise ValueError("is not 16 hexadecimal digits")
        return text.upper()

    def write(self, value: str) -> str:
        return self.read(value)


class Boot(StrEnum):
    """Start again."""

    BOOT = "Boot"


class RecordingCommand(StrEnum):
    """Recording in the device."""

    RECORD = "Record"
    STOP = "StopRecord"


class GuardCommand(StrEnum):
    """Whether an alarm device watches."""

    SET = "SetGuard"
    RESET = "ResetGuard"


class AlarmReset(StrEnum):
    """The alarm is dealt with."""

    RESET = "ResetAlarm"


class KeyFrameCommand(StrEnum):
    """Send a key frame."""

    SEND = "Send"


class Tracking(StrEnum):
    """Following a target (2022)."""

    AUTO = "Auto"
    MANUAL = "Manual"
    STOP = "Stop"


@structure
class DragZoom(Structure):
    """A box in a window, both in pixels: size of the window, middle and size of the box."""

    length: int = one("Length", Integer(1, 100_000), required=True)
    width: int = one("Width", Integer(1, 100_000), required=True)
    mid_x: int = one("MidPointX", Integer(0, 100_000), required=True)
    mid_y: int = one("MidPointY", Integer(0, 100_000), required=True)
    length_x: int = one("LengthX", Integer(0, 100_000), required=True)
    length_y: int = one("LengthY", Integer(0, 100_000), required=True)


@structure
class Precise(Structure):
    """Where to point: degrees and times of zoom (2022)."""

    pan: float | None = one("Pan", Decimal(0, 360))
    tilt: float | None = one("Tilt", Decimal(-30, 90))
    zoom: float | None = one("Zoom", Decimal(1, 10_000))


@structure
class Upgrade(Structure):
    """Firmware to be fetched (2022)."""

    firmware: str = one("Firmware", Text(256), required=True)
    url: str = one("FileURL", Text(1024), required=True)
    manufacturer: str = one("Manufacturer", Text(256), required=True)
    session: str = one("SessionID", SESSION, required=True)


@structure
class ControlInfo(Structure):
    """What stands in `Info` beside a command: priority of a PTZ command (1 to 255), which alarm is reset."""

    priority: int | None = one("ControlPriority", Integer(1, 255))
    alarm_method: str = one("AlarmMethod", Text(32), default="")
    alarm_type: str = one("AlarmType", Text(64), default="")


@structure
class PtzNames(Structure):
    """Names that go with a PTZ command (2022)."""

    preset: str = one("PresetName", Text(255), default="")
    cruise: str = one("CruiseTrackName", Text(255), default="")


@structure
class DeviceControl(Message):
    """One command. Of the fields, exactly one of `COMMANDS` is set; the others go with it.

    Attributes:
        key_frame: `IFameCmd`, the standard's own slip of 2016, mended to `IFrameCmd` in 2022; both are read, the peer's is written.
        format_card: number of the card, 0 for all.
    """

    ROOT: ClassVar = Root.CONTROL
    CMD: ClassVar = "DeviceControl"

    ptz: str | None = one("PTZCmd", _PtzText())
    boot: Boot | None = one("TeleBoot", WordChoice(Boot))
    recording: RecordingCommand | None = one("RecordCmd", WordChoice(RecordingCommand, {"stop": RecordingCommand.STOP}))
    guard: GuardCommand | None = one("GuardCmd", WordChoice(GuardCommand))
    alarm_reset: AlarmReset | None = one("AlarmCmd", WordChoice(AlarmReset))
    key_frame: KeyFrameCommand | None = one(
        "IFameCmd", WordChoice(KeyFrameCommand), since=Edition.E2014, in_2022="IFrameCmd", refused=True
    )
    drag_in: DragZoom | None = nested("DragZoomIn", DragZoom, since=Edition.E2014, refused=True)
    drag_out: DragZoom | None = nested("DragZoomOut", DragZoom, since=Edition.E2014, refused=True)
    home: HomePosition | None = nested("HomePosition", HomePosition, since=Edition.E2014, refused=True)
    precise: Precise | None = nested("PTZPreciseCtrl", Precise, since=Edition.E2022, refused=True)
    upgrade: Upgrade | None = nested("DeviceUpgrade", Upgrade, since=Edition.E2022, refused=True)
    format_card: int | None = one("FormatSDCard", Integer(0, 1000), since=Edition.E2022, refused=True)
    tracking: Tracking | None = one("TargetTrack", WordChoice(Tracking), since=Edition.E2022, refused=True)
    stream_number: int | None = one("StreamNumber", Integer(0, 15), since=Edition.E2022)
    panorama: str = one("DeviceID2", CODE, default="", since=Edition.E2022)
    target: DragZoom | None = nested("TargetArea", DragZoom, since=Edition.E2022)
    names: PtzNames | None = nested("PTZCmdParams", PtzNames, since=Edition.E2022)
    info: ControlInfo | None = nested("Info", ControlInfo)

    def check(self) -> None:
        """It is exactly one command."""
        _ = self.command

    @property
    def command(self) -> str:
        """Name of the field that is set.

        Raises:
            Refused: none is set, or several.
        """
        found = [name for name in COMMANDS if getattr(self, name) is not None]
        if len(found) != 1:
            rule = "holds several commands" if found else "holds no command that makes sense"
            raise Gb28181Refused("DeviceControl", rule, "send exactly one, as Annex A describes it")
        return found[0]


COMMANDS = (
    "ptz",
    "boot",
    "recording",
    "guard",
    "alarm_reset",
    "key_frame",
    "drag_in",
    "drag_out",
    "home",
    "precise",
    "upgrade",
    "format_card",
    "tracking",
)
ANSWERED = frozenset({"recording", "guard", "alarm_reset", "home", "upgrade"})
"""Commands that a device answers by a message. Many answer others too, or none: nothing is to wait for it (§3.9)."""

OF_DEVICE = frozenset({"boot", "upgrade", "format_card"})
"""Commands to the whole device: who shares a channel does not share these (§6.2)."""


@structure
class DeviceControlAnswer(Message):
    """It was done, or not."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "DeviceControl"

    result: Result = one("Result", RESULT, required=True)
    reason: str = one("Reason", Text(32), default="")


HELD = "held"
"""`reason` of ours: the camera is steered where it stands. Said to platforms that run this program, and read of no others (decision 0387)."""


def drag_zoom(window: tuple[int, int], corner: tuple[int, int], other: tuple[int, int]) -> DragZoom:
    """The box between two corners of a window (length and width in pixels), in whatever order they were drawn.

    Raises:
        Refused: the window has no size, a corner lies outside of it, or the box has no area.
    """
    length, width = window
    if length < 1 or width < 1:
        raise Gb28181Refused("Length", "is a window without size", "give its size in pixels")
    if any(not (0 <= x <= length and 0 <= y <= width) for x, y in (corner, other)):
        raise Gb28181Refused("MidPointX", "is a box outside of the window", "draw it inside")
    left, right = sorted((corner[0], other[0]))
    top, bottom = sorted((corner[1], other[1]))
    if left == right or top == bottom:
        raise Gb28181Refused("LengthX", "is a box without area", "draw a box, not a line")
    return DragZoom(
        length=length,
        width=width,
        mid_x=(left + right) // 2,
        mid_y=(top + bottom) // 2,
        length_x=right - left,
        length_y=bottom - top,
    )
