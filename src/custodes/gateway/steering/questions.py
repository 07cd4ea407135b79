"""What a camera remembers and where it points, asked of its device: presets (2014), home and PTZ position (2022). The answer is a message of its own, in parts maybe."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from custodes.gateway.calls.needs import Process
from custodes.gb28181.ids import family
from custodes.gb28181.manscdp.collector import SECOND, Collector, End, Patience
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.presets import (
    HomePosition,
    HomePositionAnswer,
    HomePositionQuery,
    Preset,
    PresetList,
    PresetQuery,
    PtzPosition,
    PtzPositionQuery,
)
from custodes.gb28181.manscdp.waiting import Question, TooMany, Waiting
from custodes.gb28181.refused import Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.transactions import Full

PATIENCE = Patience(first=6 * SECOND, idle=2 * SECOND, longest=9 * SECOND, most=255)
"""Some makes send several parts and announce no number, or a wrong one."""

AT_ONCE = Patience(first=2 * SECOND, idle=SECOND, longest=2 * SECOND, most=1)
"""Where a camera that moves was two seconds ago helps nobody."""

BELOW = Patience(first=4 * SECOND, idle=SECOND, longest=4 * SECOND, most=1)
"""A platform below decides first, and may have to ask one below it; who watches a camera that moves does not wait for so long."""

Failure = Literal["", "not_registered", "no_answer", "refused"]


@dataclass(eq=False)
class _Asked:
    collector: Collector[Preset]
    failure: Failure = ""
    home: HomePosition | None = None
    position: PtzPosition | None = None
    answered: bool = False
    over: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def fail(self, failure: Failure) -> None:
        self.failure, self.over = failure, True
        self.changed.set()


class Questions:
    """Questions to cameras that wait."""

    def __init__(self, process: Process, patience: Patience = PATIENCE) -> None:
        self._process = process
        self._patience = patience
        self._waiting: Waiting[_Asked] = Waiting(of_peer=16)
        self._sent: dict[ClientTransaction, _Asked] = {}

    async def presets(self, device: str, channel: str) -> tuple[Failure, tuple[Preset, ...]]:
        """The presets of a channel, by their numbers."""
        asked = await self._ask(device, channel, PresetQuery(sn=self._process.number(device), device_id=channel))
        if asked.failure:
            return asked.failure, ()
        found = asked.collector.collected()
        if found.end is End.SILENT:
            return "no_answer", ()
        return "", tuple(sorted(found.entries, key=lambda preset: preset.number))

    async def home(self, device: str, channel: str) -> tuple[Failure, HomePosition | None]:
        """Where a channel of a 2022 device returns to; None for nowhere."""
        asked = await self._ask(device, channel, HomePositionQuery(sn=self._process.number(device), device_id=channel))
        return asked.failure or ("" if asked.answered else "no_answer"), asked.home

    async def position(self, device: str, channel: str) -> tuple[Failure, PtzPosition | None]:
        """Where a channel of a 2022 device points now."""
        query = PtzPositionQuery(sn=self._process.number(device), device_id=channel)
        asked = await self._ask(device, channel, query, BELOW if family(device) == "platform" else AT_ONCE)
        return asked.failure or ("" if asked.answered else "no_answer"), asked.position

    def hear(self, got: Got) -> bool:
        """What became of a request; False where it is none of these."""
        asked = self._sent.get(got.transaction)
        if asked is None:
            return False
        status = got.response.status if got.response is not None else 0
        if not 0 < status < 200:
            del self._sent[got.transaction]
        if status >= 300:
            asked.fail("refused")
        elif not status and not asked.answered:
            asked.fail("no_answer")
        return True

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; False where it is no answer to a question of ours."""
        if not isinstance(message, (PresetList, HomePositionAnswer, PtzPosition)):
            return False
        question = self._waiting.answered(device, message.CMD, message.sn, message.device_id)
        if question is None:
            return True  # late, or nobody asked: nothing comes of it
        asked = question.what
        asked.answered = True
        if any(extra.name.lower() == "result" and extra.text.upper() == "ERROR" for extra in message.extra):
            asked.fail("refused")
        elif isinstance(message, PresetList):
            asked.over = asked.collector.add(message.sum_num, message.presets, self._now_us()) is not None
        elif isinstance(message, PtzPosition):
            asked.position, asked.over = message, True
        else:
            asked.home, asked.over = message.home, True
        asked.changed.set()
        return True

    def away(self, device: str) -> None:
        """A device is away: nothing more comes."""
        for question in self._waiting.forget(device):
            question.what.fail("not_registered")

    async def _ask(
        self,
        device: str,
        channel: str,
        query: PresetQuery | HomePositionQuery | PtzPositionQuery,
        patience: Patience | None = None,
    ) -> _Asked:
        now, patience = self._now_us(), patience or self._patience
        asked = _Asked(Collector(lambda preset: preset.number, now, patience))
        question = Question(device, query.CMD, query.sn, channel, now + patience.longest, asked)
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
        except (Refused, Full, TooMany):
            asked.fail("refused")
        finally:
            self._waiting.done(question)
            if transaction is not None:
                self._sent.pop(transaction, None)
        return asked

    async def _wait(self, asked: _Asked) -> None:
        while not asked.over:
            due = asked.collector.due_us
            if due is None or due <= self._now_us():
                break
            asked.changed.clear()
            try:
                async with asyncio.timeout((due - self._now_us()) / SECOND):
                    await asked.changed.wait()
            except TimeoutError:
                asked.collector.tick(self._now_us())
        asked.collector.tick(self._now_us())

    def _now_us(self) -> int:
        return round(self._process.clock.monotonic() * SECOND)
