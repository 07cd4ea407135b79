"""What a device's clock says (DeviceStatus, GB/T 28181-2016 §9.5): its recordings are asked for, and named, by it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from custodes.gateway.calls.needs import Process
from custodes.gb28181.manscdp.device import DeviceStatus, DeviceStatusQuery
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.waiting import Question, TooMany, Waiting
from custodes.gb28181.refused import Refused
from custodes.gb28181.sip.transactions import Full

log = structlog.get_logger(__name__)

ANSWER_S = 5.0
"""For which its clock is waited for."""
_SECOND = 1_000_000
_WHOLE_US = _SECOND // 2
"""A device names whole seconds, and cuts off the rest: half a second on both sides of the middle."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far a device's clock is ahead of ours, and to within what that is true; microseconds."""

    us: int
    within_us: int


class Clocks:
    """Questions for the clocks of devices that wait for their answers.

    Args:
        answer_s: for which an answer is waited for.
    """

    def __init__(self, process: Process, answer_s: float = ANSWER_S) -> None:
        self._process = process
        self._answer_s = answer_s
        self._waiting: Waiting[asyncio.Future[tuple[DeviceStatus, int]]] = Waiting()

    async def ask(self, device: str) -> Ahead | None:
        """What the device's clock says now; None where it does not say."""
        process = self._process
        answer: asyncio.Future[tuple[DeviceStatus, int]] = asyncio.get_running_loop().create_future()
        query = DeviceStatusQuery(sn=process.number(device), device_id=device)
        due_us = round((process.clock.monotonic() + self._answer_s) * _SECOND)
        question = Question(device, query.CMD, query.sn, device, due_us, answer)
        asked_us = process.clock.wall_us()
        try:
            self._waiting.ask(question)
            if process.say(device, device, query) is None:
                return None
            process.transport.drain()
            async with asyncio.timeout(self._answer_s):
                status, heard_us = await answer
        except (Refused, Full, TooMany, TimeoutError) as error:
            log.info("recordings.no_clock", device=device, why=type(error).__name__)
            return None
        finally:
            self._waiting.done(question)
        if status.device_time is None or heard_us < asked_us:  # our own clock was set back meanwhile
            return None
        told_us = round(status.device_time.timestamp()) * _SECOND + _WHOLE_US
        return Ahead(told_us - (asked_us + heard_us) // 2, (heard_us - asked_us) // 2 + _WHOLE_US)

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it was an answer to this."""
        if not isinstance(message, DeviceStatus):
            return False
        question = self._waiting.answered(device, message.CMD, message.sn, message.device_id)
        if question is None or question.what.done():
            return False
        question.what.set_result((message, self._process.clock.wall_us()))
        return True
