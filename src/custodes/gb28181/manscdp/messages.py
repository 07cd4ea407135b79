"""All bodies that we know: which class reads which, and the one way in."""

from __future__ import annotations

from custodes.gb28181.manscdp import (
    alarm,
    broadcast,
    catalog,
    config,
    control,
    device,
    keepalive,
    position,
    presets,
    records,
    snapshot,
    subscription,
)
from custodes.gb28181.manscdp.frame import BodyFrame, Message, Root, read_frame, read_message, read_unknown
from custodes.gb28181.manscdp.xml import LIMITS, XmlLimits

KNOWN: tuple[type[Message], ...] = (
    keepalive.Keepalive,
    catalog.CatalogQuery,
    catalog.CatalogPart,
    catalog.CatalogNotice,
    device.DeviceInfoQuery,
    device.DeviceInfo,
    device.DeviceStatusQuery,
    device.DeviceStatus,
    device.CardStatusQuery,
    device.CardStatus,
    presets.PresetQuery,
    presets.PresetList,
    presets.HomePositionQuery,
    presets.HomePositionAnswer,
    presets.CruiseTrackListQuery,
    presets.CruiseTrackList,
    presets.CruiseTrackQuery,
    presets.CruiseTrackAnswer,
    presets.PtzPositionQuery,
    presets.PtzPosition,
    presets.PtzPositionNotice,
    records.RecordInfoQuery,
    records.RecordInfoPart,
    alarm.AlarmNotice,
    alarm.AlarmAnswer,
    position.MobilePosition,
    subscription.AlarmSubscription,
    subscription.PositionSubscription,
    broadcast.Broadcast,
    broadcast.BroadcastAnswer,
    broadcast.MediaStatus,
    config.ConfigDownloadQuery,
    config.ConfigDownload,
    config.DeviceConfig,
    config.DeviceConfigAnswer,
    snapshot.SnapShotDone,
    snapshot.UpgradeDone,
    control.DeviceControl,
    control.DeviceControlAnswer,
)
_BY_NAME: dict[tuple[Root, str], type[Message]] = {
    (cls.ROOT, name.lower()): cls for cls in KNOWN for name in (cls.CMD, *cls.ALSO)
}


def class_of(frame: BodyFrame) -> type[Message] | None:
    """Which class reads a body; None for a command that we do not know."""
    return _BY_NAME.get((frame.root, frame.cmd.lower()))


def read_body(data: bytes, limits: XmlLimits = LIMITS) -> Message:
    """A body, read. `Unknown` where its command is not known: it is answered, not passed over (`frame.write_error`).

    Raises:
        Refused: it can't be right; SIP answers 400 then, and nothing else happens.
    """
    return read_framed(read_frame(data, limits))


def read_framed(frame: BodyFrame) -> Message:
    """The same, of a frame: where a command can't be right, the frame still says whom to answer.

    Raises:
        Refused: an element of the command that has to be there is not, or makes no sense.
    """
    cls = class_of(frame)
    if cls is None:
        return read_unknown(frame)
    message: Message = read_message(frame, cls)
    message.check()
    return message
