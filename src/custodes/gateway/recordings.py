"""Which recordings a device has of a channel (RecordInfo, GB/T 28181-2016 §9.7): told in parts, by devices that miscount and stop in the middle;
and what its clock says (DeviceStatus, §9.5), by which recordings are asked for and named.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import structlog
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.needs import NotStated, Process, Signed, States, StatesNothing
from custodes.gateway.desk import read, said, until_hung_up
from custodes.gateway.inquiries import Failure, Inquiries, Inquiry
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.manscdp.collector import SECOND, AnswerPatience, Collector, End
from custodes.gb28181.manscdp.device import DeviceStatus, DeviceStatusQuery
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.records import RecordInfoPart, RecordInfoQuery, RecordItem, RecordType, key_of, within
from custodes.gb28181.manscdp.waiting import TooManyQuestions, Waiting, WaitingQuestion
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.events import Event, Got
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.transactions import Full
from custodes.video.wire.calls import LONGEST_SPAN, MOST_RECORDINGS, Recording, RecordingsAnswer, RecordingsAsk

log = structlog.get_logger(__name__)


ANSWER_S = 5.0
"""For which its clock is waited for."""
_SECOND = 1_000_000
_WHOLE_US = _SECOND // 2
"""A device names whole seconds, and cuts off the rest: half a second on both sides of the middle."""


@dataclass(frozen=True, slots=True)
class DeviceClockAhead:
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

    async def ask(self, device: str) -> DeviceClockAhead | None:
        """What the device's clock says now; None where it does not say."""
        process = self._process
        answer: asyncio.Future[tuple[DeviceStatus, int]] = asyncio.get_running_loop().create_future()
        query = DeviceStatusQuery(sn=process.number(device), device_id=device)
        due_us = round((process.clock.monotonic() + self._answer_s) * _SECOND)
        question = WaitingQuestion(device, query.CMD, query.sn, device, due_us, answer)
        asked_us = process.clock.wall_us()
        try:
            self._waiting.ask(question)
            if process.say(device, device, query) is None:
                return None
            process.transport.drain()
            async with asyncio.timeout(self._answer_s):
                status, heard_us = await answer
        except (Gb28181Refused, Full, TooManyQuestions, TimeoutError) as error:
            log.info("recordings.no_clock", device=device, why=type(error).__name__)
            return None
        finally:
            self._waiting.done(question)
        if status.device_time is None or heard_us < asked_us:  # our own clock was set back meanwhile
            return None
        told_us = round(status.device_time.timestamp()) * _SECOND + _WHOLE_US
        return DeviceClockAhead(told_us - (asked_us + heard_us) // 2, (heard_us - asked_us) // 2 + _WHOLE_US)

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it was an answer to this."""
        if not isinstance(message, DeviceStatus):
            return False
        question = self._waiting.answered(device, message.CMD, message.sn, message.device_id)
        if question is None or question.what.done():
            return False
        question.what.set_result((message, self._process.clock.wall_us()))
        return True


PATIENCE = AnswerPatience(first=10 * SECOND, idle=5 * SECOND, longest=60 * SECOND, most=MOST_RECORDINGS)
"""A recorder looks through its disk before it answers; then a part may hold one recording."""
OF_DEVICE = 2
"""Questions to one device at once: more search its disk at the same time, and it has recordings to make."""

_AWAY = frozenset({"restarted", "offline", "gone"})
_KINDS: dict[RecordType | None, Literal["", "time", "alarm", "manual"]] = {
    RecordType.TIME: "time",
    RecordType.ALARM: "alarm",
    RecordType.MANUAL: "manual",
}


class Recordings:
    """Questions about recordings that wait for their answers; `states` says to a platform below who asks, before it is asked."""

    def __init__(self, process: Process, patience: AnswerPatience = PATIENCE, states: States | None = None) -> None:
        self._process = process
        self._states = states or StatesNothing()
        self._patience = patience
        self._inquiries: Inquiries[Inquiry[RecordItem]] = Inquiries(process)
        self._of_device: Counter[str] = Counter()
        self.clocks = Clocks(process)

    async def ask(self, node: str, ask: RecordingsAsk) -> RecordingsAnswer:
        """What a device has of a camera of this node. Cancelled when the node hangs up."""
        device, channel = ask.device, ask.channel
        if self._process.assigned.channel(ask.camera, device, channel, node) is None:
            return RecordingsAnswer(failure="not_assigned", detail="the channel is no camera of this node")
        if self._process.reach(device) is None:
            return RecordingsAnswer(failure="not_registered", detail="the device is not registered")
        if self._of_device[device] >= OF_DEVICE:
            return RecordingsAnswer(failure="full", detail="the device is being asked as much as it may be")
        self._of_device[device] += 1
        try:
            return await self._answered(ask)
        except NotStated as error:
            return RecordingsAnswer(failure="not_stated", detail=str(error)[:300])
        finally:
            self._of_device[device] -= 1
            if not self._of_device[device]:
                del self._of_device[device]

    async def _answered(self, ask: RecordingsAsk) -> RecordingsAnswer:
        """
        Raises:
            NotStated: nothing was asked.
        """
        device, channel = ask.device, ask.channel
        await self._states.records(ask)
        start, end = _moment(ask.start), _moment(ask.end)
        query = RecordInfoQuery(
            sn=self._process.number(device),
            device_id=channel,
            start=start,
            end=end,
            secrecy=False,
            type=RecordType.ALL,
        )
        # Whoever looks is shown times of ours; what fills a gap keeps the device's.
        telling = asyncio.create_task(self.clocks.ask(device)) if ask.grant is not None else None
        try:
            asked = await self._ask(device, query)
            ahead = await telling if telling is not None and not asked.failure else None
        finally:
            if telling is not None:
                telling.cancel()
        if asked.failure:
            return RecordingsAnswer(failure=asked.failure, detail=_WORDS[asked.failure])
        found = asked.collector.collected()
        if found.end is End.SILENT:
            return RecordingsAnswer(failure="no_answer", detail=_WORDS["no_answer"])
        told = tuple(_told(record) for record in within(found.entries, start, end) if _is_of(record, device, channel))
        return RecordingsAnswer(whole=found.whole, recordings=told, **_clock(ahead))

    # What happens

    def hear(self, event: Event) -> bool:
        """An event of the endpoint; True where it was about a request of this room. A `RegistrationChange` is never its own."""
        match event:
            case Got():
                return self._inquiries.hear(event)
            case RegistrationChange() if event.what in _AWAY:
                self._inquiries.away(event.id)
        return False

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it was an answer to this room, asked for or not."""
        if not isinstance(message, RecordInfoPart):
            return self.clocks.hear_message(device, message)
        asked = self._inquiries.of(device, message)
        if asked is None:
            return True
        if not asked.refused_in(message):
            before = asked.collector.arrived
            asked.over = asked.collector.add(message.sum_num, message.records, self._inquiries.now_us()) is not None
            asked.answered = asked.collector.arrived > 0
            # As parts of a catalogue, which may hold one entry each too (decision 0422).
            if asked.collector.arrived > before and (reach := self._process.reach(device)) is not None:
                self._process.transport.awaited(reach.peer.host)
        asked.changed.set()
        return True

    async def _ask(self, device: str, query: RecordInfoQuery) -> Inquiry[RecordItem]:
        asked = Inquiry(Collector(key_of, self._inquiries.now_us(), self._patience))
        await self._inquiries.ask(asked, device, query.device_id, query, self._patience.longest)
        if asked.why:
            log.info("recordings.not_asked", device=device, why=asked.why)
        return asked


_WORDS: dict[Failure, str] = {
    "not_registered": "the device is not registered any more",
    "no_answer": "the device did not say what it has recorded",
    "refused": "the device refused to say what it has recorded",
}


def _clock(ahead: DeviceClockAhead | None) -> dict[str, int]:
    if ahead is None:
        return {}
    return {"ahead_ms": round(ahead.us / 1000), "ahead_within_ms": -(-ahead.within_us // 1000)}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING)


def _is_of(record: RecordItem, device: str, channel: str) -> bool:
    """Some name the device in each entry; one that names another channel answers to something else."""
    return record.device_id in ("", channel, device)


def _told(record: RecordItem) -> Recording:
    assert record.start is not None
    assert record.end is not None
    start, end = (int(moment.timestamp()) for moment in (record.start, record.end))
    return Recording(start=start, end=end, kind=_KINDS.get(record.type, ""), bytes=record.file_size)


@dataclass(frozen=True)
class RecordingsDesk:
    """``/internal/records``."""

    recordings: Recordings

    def routes(self, signed: Signed) -> list[Route]:
        """The route; `signed` lets nodes through, and no one else."""
        return [until_hung_up(signed("/internal/records", self.records))]

    async def records(self, node: str, body: bytes) -> Response:
        """What a device has recorded of a channel."""
        ask = read(RecordingsAsk, body)
        if isinstance(ask, Response):
            return ask
        if not ask.start < ask.end <= ask.start + LONGEST_SPAN:
            wrong = f"end: does not lie within {LONGEST_SPAN} seconds behind start; ask in parts"
            return JSONResponse({"detail": wrong}, 422)
        return said(await self.recordings.ask(node, ask))
