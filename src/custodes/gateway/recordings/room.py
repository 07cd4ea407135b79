"""Which recordings a device has of a channel (RecordInfo, GB/T 28181-2016 §9.7): told in parts, by devices that miscount and stop in the middle."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Literal

import structlog

from custodes.gateway.calls.needs import Process
from custodes.gateway.inquiries import Asked, Failure, Inquiries
from custodes.gateway.recordings.clocks import Ahead, Clocks
from custodes.gateway.statements.needs import NotStated, States, StatesNothing
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.manscdp.collector import SECOND, Collector, End, Patience
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.records import Record, RecordInfoPart, RecordInfoQuery, RecordType, key_of, within
from custodes.gb28181.sip.events import Event, Got
from custodes.gb28181.sip.registrar import Change
from custodes.video.wire.recordings import MOST_RECORDINGS, Recording, RecordingsAnswer, RecordingsAsk

log = structlog.get_logger(__name__)

PATIENCE = Patience(first=10 * SECOND, idle=5 * SECOND, longest=60 * SECOND, most=MOST_RECORDINGS)
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

    def __init__(self, process: Process, patience: Patience = PATIENCE, states: States | None = None) -> None:
        self._process = process
        self._states = states or StatesNothing()
        self._patience = patience
        self._inquiries: Inquiries[Asked[Record]] = Inquiries(process)
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
        """An event of the endpoint; True where it was about a request of this room. A `Change` is never its own."""
        match event:
            case Got():
                return self._inquiries.hear(event)
            case Change() if event.what in _AWAY:
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

    async def _ask(self, device: str, query: RecordInfoQuery) -> Asked[Record]:
        asked = Asked(Collector(key_of, self._inquiries.now_us(), self._patience))
        await self._inquiries.ask(asked, device, query.device_id, query, self._patience.longest)
        if asked.why:
            log.info("recordings.not_asked", device=device, why=asked.why)
        return asked


_WORDS: dict[Failure, str] = {
    "not_registered": "the device is not registered any more",
    "no_answer": "the device did not say what it has recorded",
    "refused": "the device refused to say what it has recorded",
}


def _clock(ahead: Ahead | None) -> dict[str, int]:
    if ahead is None:
        return {}
    return {"ahead_ms": round(ahead.us / 1000), "ahead_within_ms": -(-ahead.within_us // 1000)}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING)


def _is_of(record: Record, device: str, channel: str) -> bool:
    """Some name the device in each entry; one that names another channel answers to something else."""
    return record.device_id in ("", channel, device)


def _told(record: Record) -> Recording:
    assert record.start is not None
    assert record.end is not None
    start, end = (int(moment.timestamp()) for moment in (record.start, record.end))
    return Recording(start=start, end=end, kind=_KINDS.get(record.type, ""), bytes=record.file_size)
