"""Which recordings there are: decided by the web, listed by the node, told in parts in the upper's IDs and in Beijing's time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import structlog

from custodes.gateway.upper_platforms.deciding import Deciding, worker_of
from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.senders import NodeUnavailable, Senders
from custodes.gateway.upper_platforms.served import UpperRefusal
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.manscdp.records import RecordInfoQuery, RecordItem, RecordType
from custodes.video.wire.sending import SendRecordings, SendRecords

log = structlog.get_logger(__name__)

SECOND_US = 1_000_000
MOST = 2_000
"""Recordings of one answer."""

MOST_PAGES = 4
"""Pages of a node's for one answer: each is decided anew, since a node takes a grant once."""


class Listing:
    """Recordings of all channels, for all uppers. Nothing is kept of an answer: who asks again is decided about again, and that is on record
    again. A request that is only sent once more does not come here: its transaction answers it."""

    def __init__(self, deciding: Deciding, senders: Senders, pace: UpperPace) -> None:
        self._deciding = deciding
        self._senders = senders
        self._pace = pace

    async def find(self, link: UpperLink, query: RecordInfoQuery) -> list[RecordItem] | str:
        """The recordings, or why there is no answer."""
        span_us = _span_us(query)
        if not 0 <= span_us[0] < span_us[1]:
            return "no-span"
        spans: tuple[tuple[int, int], ...] = ()
        at_us, more = span_us[0], True
        for number in range(MOST_PAGES):
            found = await self._page(link, query, (at_us, span_us[1]))
            if isinstance(found, str):
                if not number:
                    return found
                break  # what is known is told
            page = _within(found.spans, (at_us, span_us[1]))
            spans += page
            more = found.more and bool(page)
            if not more or page[-1][1] >= span_us[1] or len(spans) >= MOST:
                break
            at_us = page[-1][1]
        if more:
            log.info("upper.listed_in_part", link=str(link.upper.link), told=len(spans))
        return records_of(spans, query)

    async def _page(self, link: UpperLink, query: RecordInfoQuery, span_us: tuple[int, int]) -> SendRecordings | str:
        """What one question to the node gives, or why there is no answer."""
        verdict = await self._deciding.decide(link, uuid4(), query.device_id, "history", str(query.sn), span_us)
        if isinstance(verdict, UpperRefusal):
            return verdict.why
        ask = SendRecords(token=verdict.token, start_us=span_us[0], end_us=span_us[1])
        try:
            found = await self._senders.records(worker_of(verdict), ask, self._pace.node)
        except NodeUnavailable as error:
            log.warning("upper.not_listed", why=str(error))
            return "node-away"
        return f"node-{found.step}" if found.step else found


def records_of(spans: Sequence[tuple[int, int]], query: RecordInfoQuery) -> list[RecordItem]:
    """Stretches as an upper is told them, to the second: none begins before the one before it ends, and none is without length.

    We record by plan and nothing else: a question for what an alarm or a hand began finds nothing.
    """
    if query.type in (RecordType.ALARM, RecordType.MANUAL):
        return []
    found: list[RecordItem] = []
    after = 0
    for start_us, end_us in spans[:MOST]:
        start, end = max(after, start_us // SECOND_US), -(-end_us // SECOND_US)
        if start < end:
            after = end
            found.append(
                RecordItem(
                    device_id=query.device_id,
                    start=_moment(start),
                    end=_moment(end),
                    secrecy=False,
                    type=RecordType.TIME,
                )
            )
    return found


def _within(spans: Sequence[tuple[int, int]], asked: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """In order and within what was asked, whatever a node says: nothing else was decided."""
    found = sorted((max(start, asked[0]), min(end, asked[1])) for start, end in spans)
    return tuple((start, end) for start, end in found if start < end)


def _span_us(query: RecordInfoQuery) -> tuple[int, int]:
    return int(query.start.timestamp()) * SECOND_US, int(query.end.timestamp()) * SECOND_US


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING)
