"""Questions to devices whose answers are messages of their own, in parts maybe: sent, waited for, and told from those of others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from custodes.gateway.calls.needs import Process
from custodes.gb28181.manscdp.collector import SECOND, Collector
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.waiting import MOST_OF_PEER, TooManyQuestions, Waiting, WaitingQuestion
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.transactions import Full

Failure = Literal["", "not_registered", "no_answer", "refused"]

T = TypeVar("T")
A = TypeVar("A", bound="WaitingInquiry")


class Collecting(Protocol):
    """What puts an answer together: how long it is waited for."""

    @property
    def due_us(self) -> int | None:
        """When `tick` is to be called; None when it is over."""
        ...

    def tick(self, now_us: int) -> object:
        """Time has passed."""
        ...


class WaitingInquiry(Protocol):
    """What `Inquiries` need of a question while it waits; `Inquiry` is one, whose answer is a list."""

    why: str
    detail: str
    status: int
    over: bool
    changed: asyncio.Event

    @property
    def collector(self) -> Collecting:
        """Of its answer."""
        ...

    @property
    def answered(self) -> bool:
        """Something came that counts as an answer."""
        ...

    def fail(self, failure: Failure) -> None:
        """It has no answer."""
        ...

    def leave(self) -> None:
        """The device went while it waited."""
        ...


@dataclass(eq=False)
class Inquiry(Generic[T]):
    """One question while it waits.

    Attributes:
        collector: of the entries of its answer.
        why: it was not even sent, by the name of the exception; detail: what that says.
        status: of SIP; 0 before there is one.
        answered: something came that counts as an answer, so a lost acknowledgement is no failure.
        over: nothing more is waited for.
    """

    collector: Collector[T]
    failure: Failure = ""
    why: str = ""
    detail: str = ""
    status: int = 0
    answered: bool = False
    over: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def fail(self, failure: Failure) -> None:
        """It has no answer."""
        self.failure, self.over = failure, True
        self.changed.set()

    def leave(self) -> None:
        """The device went while it waited."""
        self.fail("not_registered")

    def refused_in(self, message: Message) -> bool:
        """Whether an answer says that there will be none, which fails it."""
        refused = any(extra.name.lower() == "result" and extra.text.upper() == "ERROR" for extra in message.extra)
        if refused:
            self.fail("refused")
        return refused


class Inquiries(Generic[A]):
    """Those of one room that wait.

    Args:
        of_peer: how many may wait for one device.
    """

    def __init__(self, process: Process, of_peer: int = MOST_OF_PEER) -> None:
        self._process = process
        self._waiting: Waiting[A] = Waiting(of_peer=of_peer)
        self._sent: dict[ClientTransaction, A] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def now_us(self) -> int:
        """The moment, as collectors have it."""
        return round(self._process.clock.monotonic() * SECOND)

    async def ask(self, asked: A, device: str, channel: str, query: Message, longest_us: int) -> None:
        """Send a question, and wait until its answer is whole, or nothing more comes of it."""
        question = WaitingQuestion(device, query.CMD, query.sn, channel, self.now_us() + longest_us, asked)
        transaction: ClientTransaction | None = None
        try:
            self._waiting.ask(question)
            transaction = self._process.say(device, channel, query)
            if transaction is None:
                asked.fail("not_registered")
            else:
                self._sent[transaction] = asked
                self._process.transport.drain()
                await self._wait(asked)
        except (Gb28181Refused, Full, TooManyQuestions) as error:
            asked.why, asked.detail = type(error).__name__, str(error)
            asked.fail("refused")
        finally:
            self._waiting.done(question)
            if transaction is not None:
                self._sent.pop(transaction, None)

    async def _wait(self, asked: A) -> None:
        while not asked.over:
            due = asked.collector.due_us
            if due is None or due <= self.now_us():
                break
            asked.changed.clear()
            try:
                async with asyncio.timeout((due - self.now_us()) / SECOND):
                    await asked.changed.wait()
            except TimeoutError:
                asked.collector.tick(self.now_us())
        asked.collector.tick(self.now_us())

    def of(self, device: str, message: Message) -> A | None:
        """The question that an answer belongs to; None for one that comes late, or that nobody asked for: nothing comes of it."""
        question = self._waiting.answered(device, message.CMD, message.sn, message.device_id)
        return None if question is None else question.what

    def hear(self, got: Got) -> bool:
        """What became of a request; False where it is none of these."""
        asked = self._sent.get(got.transaction)
        if asked is None:
            return False
        status = got.response.status if got.response is not None else 0
        if 0 < status < 200:
            return True
        asked.status = status
        if status >= 300:
            asked.fail("refused")
        elif not status and not asked.answered:
            asked.fail("no_answer")
        return True

    def away(self, device: str) -> None:
        """A device is away: nothing more comes."""
        for question in self._waiting.forget(device):
            question.what.leave()
