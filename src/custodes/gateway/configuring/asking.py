"""One question, or one order, and what becomes of it: SIP's answer, then the device's own by the same number."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from custodes.gateway.calls.needs import Process
from custodes.gateway.configuring.gathering import AnswerGathering, GatheringPatience
from custodes.gateway.inquiries import Inquiries
from custodes.gb28181.manscdp.config import (
    ConfigDownload,
    ConfigDownloadQuery,
    ConfigType,
    DeviceConfig,
    DeviceConfigAnswer,
    asked,
)
from custodes.gb28181.manscdp.frame import Message, Result
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.events import Got
from custodes.video.wire.configuration import Failure


@dataclass(eq=False)
class Sent:
    """What was sent, while it is waited for.

    Attributes:
        collector: of the answers to a question; of an order there is but one.
        order: it is one.
        failure: empty where it was answered. why, detail: it could not be sent, by the name of the exception and its words.
        status: of SIP; 0 before there is one.
        result: of an order; None before it came.
        over: nothing more is waited for.
    """

    collector: AnswerGathering
    order: bool = False
    failure: Failure = ""
    why: str = ""
    detail: str = ""
    status: int = 0
    result: Result | None = None
    over: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def answered(self) -> bool:
        """The device said something, so a lost acknowledgement is no failure."""
        return bool(self.collector.heard) or self.result is not None

    def fail(self, failure: Failure, detail: str = "") -> None:
        """It ended here."""
        self.failure, self.detail, self.over = failure, detail[:300], True
        self.changed.set()

    def leave(self) -> None:
        """The device went. An order was sent: many register anew when they are set, and what came of it is asked then."""
        self.fail("silent" if self.order else "not_registered")


class Asker:
    """Questions and orders that wait for their answers."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._inquiries: Inquiries[Sent] = Inquiries(process, of_peer=4)

    async def ask(self, device: str, channel: str, types: tuple[ConfigType, ...], patience: GatheringPatience) -> Sent:
        """How a device, or one of its channels, is set."""
        sent = Sent(AnswerGathering(frozenset(types), self._inquiries.now_us(), patience))
        reach = self._process.reach(device)
        if reach is None:
            sent.fail("not_registered")
            return sent
        try:
            words = asked(types, reach.edition)
        except Gb28181Refused as error:
            sent.fail("unsendable", str(error))
            return sent
        query = ConfigDownloadQuery(sn=self._process.number(device), device_id=channel, types=words)
        return await self._say(sent, device, query, patience)

    async def order(self, device: str, order: DeviceConfig, patience: GatheringPatience) -> Sent:
        """Set it; its `Result` is waited for."""
        sent = Sent(AnswerGathering(frozenset(), self._inquiries.now_us(), patience), order=True)
        return await self._say(sent, device, order, patience)

    # What happens

    def hear(self, got: Got) -> bool:
        """What became of a request; False where it is none of these."""
        return self._inquiries.hear(got)

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it was an answer to this, asked for or not."""
        if not isinstance(message, (ConfigDownload, DeviceConfigAnswer)):
            return False
        sent = self._inquiries.of(device, message)
        if sent is None:
            return True  # late, or nobody asked: nothing comes of it
        if isinstance(message, ConfigDownload):
            sent.collector.add(message, self._inquiries.now_us())
        elif sent.result is None:
            sent.result, sent.over = message.result, True
        sent.changed.set()
        return True

    def away(self, device: str) -> None:
        """A device is away: nothing more comes."""
        self._inquiries.away(device)

    # Within

    async def _say(
        self, sent: Sent, device: str, message: ConfigDownloadQuery | DeviceConfig, patience: GatheringPatience
    ) -> Sent:
        await self._inquiries.ask(sent, device, message.device_id, message, patience.longest)
        if sent.why:
            sent.fail("unsendable" if sent.why == Gb28181Refused.__name__ else "full", sent.detail)
        elif not sent.failure and sent.result is None and not sent.collector.came:
            # Acknowledged at most; an error that came for all of it is its answer.
            sent.fail("error" if sent.collector.refused else "silent" if sent.status else "no_answer")
        return sent
