"""What a simulated device answers to questions and commands: a body, a list in parts, or nothing where the standard wants none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.device.configured import Configured
from custodes.gb28181.device.ptz import SimulatedPtz
from custodes.gb28181.device.quirks import total
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp import device, presets
from custodes.gb28181.manscdp.catalog import CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.config import ConfigDownloadQuery, DeviceConfig
from custodes.gb28181.manscdp.control import (
    ANSWERED,
    DeviceControl,
    DeviceControlAnswer,
    GuardCommand,
    RecordingCommand,
)
from custodes.gb28181.manscdp.frame import Message, Result
from custodes.gb28181.manscdp.records import RecordInfoPart, RecordInfoQuery, RecordItem, RecordType
from custodes.gb28181.ptz.octets import decode
from custodes.gb28181.refused import Gb28181Refused


@dataclass(frozen=True, slots=True)
class Parts:
    """An answer in parts: `write` makes the body of a part of so many in all."""

    entries: Sequence[Any]
    write: Callable[[int, tuple[Any, ...]], Message]


Answer = Message | Parts | list[Message] | None


class Unsupported(Exception):
    """A question or command that it does not know: `Result` ERROR."""


class DeviceAnswers:
    """What one device says and remembers.

    Attributes:
        recording, guarded: what it was told last, by ID.
        booted: how often it was told to start again.
        alarm_held: it told of an alarm of method 2 and waits for a reset.
        configured: how it and its channels are set.
    """

    def __init__(
        self, settings: SimulatedDeviceSettings, channels: Mapping[str, SimulatedChannel], offline: set[str]
    ) -> None:
        self.recording: dict[str, bool] = {}
        self.guarded: dict[str, bool] = {}
        self.booted = 0
        self.alarm_held = False
        self.heads: dict[str, SimulatedPtz] = {}
        self.configured = Configured(settings, channels)
        self._settings = settings
        self._channels = channels
        self._offline = offline

    def head(self, id: str) -> SimulatedPtz:
        """Of a channel."""
        return self.heads.setdefault(id, SimulatedPtz())

    def of(self, message: Message, now: float, wall_us: int) -> Answer:
        """The answer to a question or command.

        Raises:
            Unsupported: it knows nothing of it, or has nobody of that ID.
        """
        settings, about = self._settings, message.device_id
        if about != settings.id and about not in self._channels:
            raise Unsupported
        sn = message.sn
        match message:
            case CatalogQuery():
                return self._catalog(message)
            case RecordInfoQuery():
                return self._records(message)
            case device.DeviceInfoQuery():
                return device.DeviceInfo(
                    sn=sn,
                    device_id=about,
                    device_name=settings.name if about == settings.id else self._channels[about].name,
                    manufacturer=settings.manufacturer,
                    model=settings.model,
                    firmware=settings.firmware,
                    channel=len(self._channels),
                )
            case device.DeviceStatusQuery():
                return device.DeviceStatus(
                    sn=sn,
                    device_id=about,
                    online=device.Online.OFFLINE if about in self._offline else device.Online.ONLINE,
                    status=Result.OK,
                    encode=about not in self._offline,
                    record=self.recording.get(about, True),
                    device_time=datetime.fromtimestamp(wall_us // 1_000_000, UTC).astimezone(BEIJING),
                )
            case presets.PresetQuery():
                return self._presets(message)
            case presets.HomePositionQuery():
                return presets.HomePositionAnswer(sn=sn, device_id=about, home=self.head(about).home)
            case presets.PtzPositionQuery():
                view = self.head(about).view(now)
                return presets.PtzPosition(sn=sn, device_id=about, pan=view.pan, tilt=view.tilt, zoom=view.zoom)
            case DeviceControl():
                return self._control(message, now)
            case ConfigDownloadQuery():
                return self.configured.told(message)
            case DeviceConfig():
                return self.configured.be(message)
        raise Unsupported

    def items(self, about: str = "") -> list[Any]:
        """Entries of the catalog: of all channels, or of one."""
        id = self._settings.id
        return [
            one.item(id, one.id not in self._offline) for one in self._channels.values() if about in ("", id, one.id)
        ]

    def _catalog(self, message: CatalogQuery) -> Parts:
        def write(count: int, entries: tuple[Any, ...]) -> Message:
            told = total(count, self._settings.quirks)
            return CatalogPart(sn=message.sn, device_id=message.device_id, sum_num=told, items=entries)

        return Parts(self.items(message.device_id), write)

    def _records(self, message: RecordInfoQuery) -> Parts:
        channel = self._channels.get(message.device_id)
        if channel is None:
            raise Unsupported
        found = [
            RecordItem(
                device_id=channel.id,
                name=channel.name,
                file_path=f"{channel.id}_{number}",
                address=channel.name,
                start=one.start,
                end=one.end,
                secrecy=False,
                type=one.type,
                recorder_id=self._settings.id,
            )
            for number, one in enumerate(channel.recordings)
            if one.start < message.end and message.start < one.end
            if message.type in (None, RecordType.ALL, one.type)
        ]

        def write(count: int, entries: tuple[Any, ...]) -> Message:
            told = total(count, self._settings.quirks)
            return RecordInfoPart(sn=message.sn, device_id=channel.id, name=channel.name, sum_num=told, records=entries)

        return Parts(found, write)

    def _presets(self, message: presets.PresetQuery) -> Message:
        known = self.head(message.device_id).presets
        made = tuple(presets.PresetItem(number=number, name=known[number][0]) for number in sorted(known))
        return presets.PresetList(
            sn=message.sn, device_id=message.device_id, sum_num=total(len(made), self._settings.quirks), presets=made
        )

    def _control(self, message: DeviceControl, now: float) -> Message | None:
        about, command = message.device_id, message.command
        if command not in _DONE:
            raise Unsupported
        done = True
        head = self.head(about)
        if message.ptz is not None:
            names = message.names
            try:
                done = head.take(decode(message.ptz).command, now, names.preset if names is not None else "")
            except Gb28181Refused:
                done = False
        elif message.precise is not None:
            head.point(message.precise, now)
        elif (box := message.drag_in or message.drag_out) is not None:
            head.drag(box, now, nearer=message.drag_in is not None)
        elif message.home is not None:
            head.home = message.home
        elif message.recording is not None:
            self.recording[about] = message.recording is RecordingCommand.RECORD
        elif message.guard is not None:
            self.guarded[about] = message.guard is GuardCommand.SET
        elif message.alarm_reset is not None:
            self.alarm_held = False
        elif message.boot is not None:
            self.booted += 1
        if command not in ANSWERED:
            return None
        return DeviceControlAnswer(sn=message.sn, device_id=about, result=Result.OK if done else Result.ERROR)


_DONE = frozenset(
    {"ptz", "boot", "recording", "guard", "alarm_reset", "key_frame", "drag_in", "drag_out", "home", "precise"}
)
"""Commands that it follows; upgrades, cards and tracking are answered by ERROR."""


def spoken(ours: Edition, theirs: Edition) -> Edition:
    """The edition in which the two talk."""
    return min(ours, theirs)
