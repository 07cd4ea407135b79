"""One question, or one order, and what becomes of it: SIP's answer, then the device's own by the same number."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from custodes.gateway.calls.needs import Process
from custodes.gateway.configuring.gathering import SECOND, Gathering, Patience
from custodes.gb28181.manscdp.config import (
    ConfigDownload,
    ConfigDownloadQuery,
    ConfigType,
    DeviceConfig,
    DeviceConfigAnswer,
    asked,
)
from custodes.gb28181.manscdp.frame import Message, Result
from custodes.gb28181.manscdp.waiting import Question, TooMany, Waiting
from custodes.gb28181.refused import Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.transactions import Full
from custodes.video.wire.configuration import Failure


@dataclass(eq=False)
class Sent:
    """What was sent, while it is waited for.

    Attributes:
        status: of SIP; 0 before there is one.
        result: of an order; None before it came.
    """

    gathering: Gathering
    failure: Failure = ""
    status: int = 0
    result: Result | None = None
    detail: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def fail(self, failure: Failure, detail: str = "", status: int = 0) -> None:
        """It ended here."""
        self.failure, self.detail, self.status = failure, detail[:300], status
        self.gathering.end()
        self.changed.set()


class Asker:
    """Questions and orders that wait for their answers."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._waiting: Waiting[Sent] = Waiting(of_peer=4)
        self._sent: dict[ClientTransaction, Sent] = {}

    async def ask(self, device: str, channel: str, types: tuple[ConfigType, ...], patience: Patience) -> Sent:
        """How a device, or one of its channels, is set."""
        reach = self._process.reach(device)
        if reach is None:
            return self._away()
        try:
            words = asked(types, reach.edition)
        except Refused as error:
            return self._unsendable(error)
        query = ConfigDownloadQuery(sn=self._process.number(device), device_id=channel, types=words)
        return await self._say(device, query, frozenset(types), patience)

    async def order(self, device: str, order: DeviceConfig, patience: Patience) -> Sent:
        """Set it; its `Result` is waited for."""
        return await self._say(device, order, frozenset(), patience)

    # What happens

    def hear(self, got: Got) -> bool:
        """What became of a request; False where it is none of these."""
        sent = self._sent.get(got.transaction)
        if sent is None:
            return False
        status = got.response.status if got.response is not None else 0
        if 0 < status < 200:
            return True
        del self._sent[got.transaction]
        sent.status = status
        answered = sent.gathering.heard or sent.result is not None
        if status >= 300:
            sent.fail("refused", status=status)
        elif not status and not answered:
            sent.fail("no_answer")
        return True

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it was an answer to this, asked for or not."""
        if not isinstance(message, (ConfigDownload, DeviceConfigAnswer)):
            return False
        question = self._waiting.answered(device, message.CMD, message.sn, message.device_id)
        if question is None:
            return True  # late, or nobody asked: nothing comes of it
        sent = question.what
        if isinstance(message, ConfigDownload):
            sent.gathering.add(message, self._now_us())
        elif sent.result is None:
            sent.result = message.result
            sent.gathering.end()
        sent.changed.set()
        return True

    def away(self, device: str) -> None:
        """A device is away: nothing more comes."""
        for question in self._waiting.forget(device):
            # An order was sent: many register anew when they are set, and what came of it is asked then.
            question.what.fail("silent" if question.cmd == DeviceConfig.CMD else "not_registered")

    # Within

    async def _say(
        self,
        device: str,
        message: ConfigDownloadQuery | DeviceConfig,
        types: frozenset[ConfigType],
        patience: Patience,
    ) -> Sent:
        now = self._now_us()
        sent = Sent(Gathering(types, now, patience))
        question = Question(device, message.CMD, message.sn, message.device_id, now + patience.longest, sent)
        transaction: ClientTransaction | None = None
        try:
            self._waiting.ask(question)
            transaction = self._process.say(device, message.device_id, message)
            if transaction is None:
                return self._away()
            self._sent[transaction] = sent
            self._process.transport.drain()
            await self._wait(sent)
        except Refused as error:
            return self._unsendable(error)
        except (Full, TooMany):
            sent.fail("full")
        finally:
            self._waiting.done(question)
            if transaction is not None:
                self._sent.pop(transaction, None)
        if not sent.failure and sent.result is None and not sent.gathering.came:
            # Acknowledged at most; an error that came for all of it is its answer.
            sent.fail(
                "error" if sent.gathering.refused else "silent" if sent.status else "no_answer", status=sent.status
            )
        return sent

    async def _wait(self, sent: Sent) -> None:
        gathering = sent.gathering
        while (due := gathering.due_us) is not None:
            sent.changed.clear()
            try:
                async with asyncio.timeout(max(0, due - self._now_us()) / SECOND):
                    await sent.changed.wait()
            except TimeoutError:
                gathering.tick(self._now_us())

    def _away(self) -> Sent:
        return self._failed("not_registered")

    def _unsendable(self, error: Refused) -> Sent:
        return self._failed("unsendable", str(error))

    def _failed(self, failure: Failure, detail: str = "") -> Sent:
        sent = Sent(Gathering(frozenset(), self._now_us(), Patience()))
        sent.fail(failure, detail)
        return sent

    def _now_us(self) -> int:
        return round(self._process.clock.monotonic() * SECOND)
