"""Questions and commands of an upper: what we answer ourselves, what is asked of our owner, what is refused by rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.cascade.events import Event, Lapsed, Questioned
from custodes.gb28181.cascade.sending import PagedSending, Taking, UpperOutbox
from custodes.gb28181.cascade.settings import UpperPlatformSettings
from custodes.gb28181.cascade.shown import ShownEntries, shorter, told
from custodes.gb28181.manscdp import device, presets
from custodes.gb28181.manscdp.broadcast import Broadcast, BroadcastAnswer
from custodes.gb28181.manscdp.catalog import CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.config import BasicParam, ConfigDownload, ConfigDownloadQuery, ConfigType
from custodes.gb28181.manscdp.control import ANSWERED, OF_DEVICE, DeviceControl, DeviceControlAnswer
from custodes.gb28181.manscdp.frame import Message, Result, Root
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.records import RecordInfoPart, RecordInfoQuery, RecordItem
from custodes.gb28181.refused import Gb28181Refused

_ASKED = (
    DeviceControl,
    RecordInfoQuery,
    presets.PresetQuery,
    presets.HomePositionQuery,
    presets.PtzPositionQuery,
)
"""What our owner decides. All others of the standard are refused: who is shared a channel is not given the device, its cards and its settings."""


@dataclass(slots=True)
class _Waiting:
    message: Message
    until: float


class UpperQuestions:
    """What one upper asks.

    Args:
        tell: takes what is to be told; number: counts what waits for an answer.

    Attributes:
        denied: questions and commands that got `Result` ERROR.
        catalogues: how often the catalogue was asked for.
    """

    def __init__(
        self,
        settings: UpperPlatformSettings,
        shown: ShownEntries,
        outbox: UpperOutbox,
        tell: Callable[[Event], None],
        number: Callable[[], int],
    ) -> None:
        self.denied = 0
        self.catalogues = 0
        self.line = PagedSending(outbox, settings.bounds.takings, 1 / settings.bounds.parts)
        self._settings = settings
        self._shown = shown
        self._outbox = outbox
        self._tell = tell
        self._number = number
        self._waiting: dict[int, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def due(self) -> float:
        """When `step` is to be called."""
        return min([self.line.due, *(one.until for one in self._waiting.values())])

    def asked(self, message: Message, now: float, wall_us: int) -> None:
        """A question or command that was read."""
        if isinstance(message, Broadcast):
            # Nobody speaks from outside into a place of ours.
            if message.sn:
                self._outbox.say(BroadcastAnswer(sn=message.sn, device_id=message.target, result=Result.ERROR), now)
            return
        if message.ROOT not in (Root.QUERY, Root.CONTROL):
            return
        if not message.sn:
            return  # no answer could be told apart
        own = message.device_id == self._settings.id
        item = self._shown.find(message.device_id)
        if isinstance(message, CatalogQuery):
            self.catalogues += 1
            self._catalog(message, now)
        elif own and isinstance(message, device.DeviceInfoQuery):
            self._outbox.say(self._of_us(message), now)
        elif own and isinstance(message, device.DeviceStatusQuery):
            self._outbox.say(self._status(message, None, wall_us), now)
        elif item is not None and isinstance(message, device.DeviceInfoQuery):
            entry = told(item, self._settings.id)
            made = device.DeviceInfo(
                sn=message.sn,
                device_id=message.device_id,
                device_name=entry.name,
                manufacturer=entry.manufacturer,
                model=entry.model,
            )
            self._outbox.say(made, now)
        elif item is not None and isinstance(message, device.DeviceStatusQuery):
            self._outbox.say(self._status(message, item, wall_us), now)
        elif isinstance(message, ConfigDownloadQuery):
            self._settings_of(message, now)
        elif self._may(message):
            number = self._number()
            self._waiting[number] = _Waiting(message, now + self._settings.bounds.answer_s)
            self._tell(Questioned(number, message.device_id, message))
        else:
            self.deny(message, now)

    def deny(self, message: Message, now: float, reason: str = "") -> None:
        """Refuse by `Result` ERROR."""
        self.denied += 1
        if reason and isinstance(message, DeviceControl):
            no = DeviceControlAnswer(sn=message.sn, device_id=message.device_id, result=Result.ERROR, reason=reason)
            self._outbox.send(self._outbox.body(no), now)
            return
        self._outbox.error(message, now)

    def answer(self, number: int, answer: Message | Sequence[RecordItem] | None, now: float) -> bool:
        """What is answered: recordings to a question for them, a body of the command asked for; None for a command that was done.

        The number and the ID of the question are put into it. False where it waits no more.

        Raises:
            Refused: an answer to something else, or one that can't be written for this upper; the question goes on waiting.
        """
        one = self._waiting.get(number)
        if one is None:
            return False
        question = one.message
        if isinstance(question, RecordInfoQuery):
            if answer is None or isinstance(answer, Message):
                raise Gb28181Refused(
                    "answer", "is no list of recordings", "give the recordings, an empty list for none"
                )
            self._records(question, answer, now)
        elif isinstance(question, DeviceControl) and answer is None:
            # Of other commands nobody waits for a word (§9.3).
            if question.command in ANSWERED:
                done = DeviceControlAnswer(sn=question.sn, device_id=question.device_id, result=Result.OK)
                self._outbox.send(self._outbox.body(done), now)
        elif isinstance(answer, Message) and (answer.ROOT, answer.CMD) == (Root.RESPONSE, question.CMD):
            made = replace(answer, sn=question.sn, device_id=question.device_id)
            self._outbox.send(self._outbox.body(made), now)
        else:
            raise Gb28181Refused("answer", f"is none to {question.CMD}", "answer what was asked, or deny it")
        del self._waiting[number]
        return True

    def denied_by_owner(self, number: int, now: float, reason: str = "") -> bool:
        """It is refused. False where it waits no more."""
        one = self._waiting.pop(number, None)
        if one is not None:
            self.deny(one.message, now, reason)
        return one is not None

    def hide(self, channels: set[str], now: float) -> None:
        """These are not shown any more: what was asked of them is refused."""
        self._lapse([key for key, one in self._waiting.items() if one.message.device_id in channels], now)

    def step(self, now: float) -> None:
        """Refuse what nobody answered in time, and send what can be sent."""
        self._lapse([key for key, one in self._waiting.items() if now >= one.until], now)
        self.line.pump(now)

    def stop(self) -> None:
        """The upper is not there: nothing is answered any more."""
        self.line.stop()
        for number in list(self._waiting):
            del self._waiting[number]
            self._tell(Lapsed(number))

    # Within

    def _lapse(self, numbers: Sequence[int], now: float) -> None:
        for number in numbers:
            self.denied_by_owner(number, now)
            self._tell(Lapsed(number))

    def _may(self, message: Message) -> bool:
        """Whether it is for our owner to decide."""
        if not isinstance(message, _ASKED) or self._shown.channel(message.device_id) is None:
            return False
        if isinstance(message, DeviceControl) and message.command in OF_DEVICE:
            return False
        return len(self._waiting) < self._settings.bounds.questions

    def _catalog(self, message: CatalogQuery, now: float) -> None:
        if not self._shown.knows(message.device_id):
            self.deny(message, now)
            return
        own = self._settings.id

        def write(total: int, items: tuple[CatalogItem, ...]) -> Message:
            return CatalogPart(sn=message.sn, device_id=message.device_id, sum_num=total, items=items)

        taking = Taking(
            message,
            lambda: self._shown.about(message.device_id),
            write,
            lambda item: shorter(item, own),
            lambda item: told(item, own),
        )
        self._queue(taking, now)

    def _records(self, message: RecordInfoQuery, records: Sequence[RecordItem], now: float) -> None:
        item = self._shown.find(message.device_id)
        name = item.name if item is not None else ""

        def write(total: int, found: tuple[RecordItem, ...]) -> Message:
            return RecordInfoPart(sn=message.sn, device_id=message.device_id, name=name, sum_num=total, records=found)

        def lean(record: RecordItem) -> list[RecordItem]:
            return [replace(record, name="", file_path="", address="", location="")]

        # Each has to have a name (Annex A): that of its channel where its owner gave it none.
        own = [replace(record, device_id=message.device_id, name=record.name or name) for record in records]
        self._queue(Taking(message, lambda: own, write, lean), now)

    def _settings_of(self, message: ConfigDownloadQuery, now: float) -> None:
        """What it is called, and how we stand with this upper, which is how the channel does (A.2.4.7). How a device is set is its owner's
        matter: of the types of a question only this one is answered, and none where it is not among them."""
        item = self._shown.channel(message.device_id)
        if item is None or ConfigType.BASIC not in message.types:
            self.deny(message, now)
            return
        upper = self._settings.upper
        basic = BasicParam(
            name=told(item, self._settings.id).name,
            expiration=upper.expires,
            heartbeat_interval=round(upper.interval),
            heartbeat_count=upper.misses,
            position_capability=0,
        )
        self._outbox.say(ConfigDownload(sn=message.sn, device_id=message.device_id, basic=basic), now)

    def _queue(self, taking: Taking, now: float) -> None:
        for message in self.line.add(taking):
            self.deny(message, now)
        self.line.pump(now)

    def _of_us(self, message: Message) -> Message:
        settings = self._settings
        return device.DeviceInfo(
            sn=message.sn,
            device_id=settings.id,
            device_name=settings.name,
            manufacturer=settings.maker,
            model=settings.model,
            firmware=settings.firmware,
            channel=self._shown.channels,
        )

    def _status(self, message: Message, item: CatalogItem | None, wall_us: int) -> Message:
        online = item is None or not self._shown.off(item)
        return device.DeviceStatus(
            sn=message.sn,
            device_id=message.device_id,
            online=device.Online.ONLINE if online else device.Online.OFFLINE,
            status=Result.OK,
            encode=online,
            device_time=datetime.fromtimestamp(wall_us // 1_000_000, UTC).astimezone(BEIJING),
        )
