"""Which recordings there are is decided, listed by the node, and told in the upper's IDs, in Beijing's time, to the second."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gateway.upper_platforms.listing import MOST, MOST_PAGES, records_of
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.manscdp.control import DeviceControlAnswer
from custodes.gb28181.manscdp.records import RecordInfoPart, RecordInfoQuery, RecordItem, RecordType
from custodes.video.wire.sending import SendRecordings, SendRecords
from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants
from tests.gateway.upper_platforms.caller import Under, under
from tests.gateway.upper_platforms.world import camera
from tests.patience import until_async

BEGIN = datetime(2026, 11, 20, 8, 0, 0, tzinfo=BEIJING)
END = BEGIN + timedelta(hours=1)
BEGIN_US, END_US = (round(at.timestamp()) * 1_000_000 for at in (BEGIN, END))


def query(sn: int = 77, number: int = 2, **more: Any) -> RecordInfoQuery:
    return RecordInfoQuery(**{"sn": sn, "device_id": camera(number), "start": BEGIN, "end": END, **more})


def told(both: Under, sn: int) -> list[RecordItem] | None:
    """The whole answer; None while it is not."""
    parts = [part for part in both.caller.of(RecordInfoPart) if part.sn == sn]
    found = [record for part in parts for record in part.records]
    return found if parts and len(found) == parts[0].sum_num else None


async def denied(both: Under, why: str) -> None:
    await until_async(lambda: both.ours.uppers.asked.replies.denied[why])


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_recordings_are_decided_listed_and_told(tmp_path: Path, transport: str) -> None:
    async with under(tmp_path, transport=transport) as both:
        spans = [(BEGIN_US + n * 60_000_000, BEGIN_US + n * 60_000_000 + 59_400_000) for n in range(60)]
        both.node.recordings = SendRecordings(spans=tuple(spans))
        both.caller.say(query())
        found = await until_async(lambda: told(both, 77))
        (wants,) = both.web.wants
        assert (wants.verb, wants.channel, wants.call_id, wants.address) == ("history", camera(2), "77", "")
        assert (wants.from_us, wants.until_us) == (BEGIN_US, END_US)
        assert both.node.lists == [SendRecords(token="grant", start_us=BEGIN_US, end_us=END_US)]
        assert len(found) == 60
        first = found[0]
        assert (first.device_id, first.name, first.secrecy, first.type) == (camera(2), "机位2", False, RecordType.TIME)
        assert (first.start, first.end) == (BEGIN, BEGIN + timedelta(seconds=60))
        assert not both.node.said, "nothing is sent by that"
        assert both.ours.uppers.asked.replies.answered == {"RecordInfo": 1}


async def test_pages_are_asked_for_to_the_end_each_decided_anew(tmp_path: Path) -> None:
    minute = 60_000_000
    pages = [[(n * minute, n * minute + 30_000_000) for n in range(at, at + 3)] for at in (0, 3, 6)]

    async def listed(ask: SendRecords) -> SendRecordings:
        number = len(both.node.lists) - 1
        spans = tuple((BEGIN_US + start, BEGIN_US + end) for start, end in pages[number])
        return SendRecordings(spans=spans, more=number < 2)

    async with under(tmp_path) as both:
        both.node.listed = listed
        both.caller.say(query())
        found = await until_async(lambda: told(both, 77))
        assert len(found) == 9
        begins = [BEGIN_US, BEGIN_US + pages[0][-1][1], BEGIN_US + pages[1][-1][1]]
        assert [(ask.start_us, ask.end_us) for ask in both.node.lists] == [(at, END_US) for at in begins]
        assert [(wants.from_us, wants.until_us) for wants in both.web.wants] == [(at, END_US) for at in begins]
        assert len({wants.call for wants in both.web.wants}) == 3


async def test_a_page_that_is_refused_and_a_node_that_goes_on_for_ever_end_the_answer(tmp_path: Path) -> None:
    async def listed(ask: SendRecords) -> SendRecordings:
        return SendRecordings(spans=((ask.start_us, ask.start_us + 1_000_000),), more=True)

    async with under(tmp_path) as both:
        both.node.listed = listed
        both.caller.say(query(1))
        await until_async(lambda: told(both, 1))
        assert len(both.node.lists) == MOST_PAGES

        async def once(wants: UpperWants) -> UpperVerdict:
            return await both.below.grant(wants) if wants.from_us == BEGIN_US else UpperVerdict(status=403)

        both.web.decide = once
        both.caller.say(query(2, 1))
        assert len(await until_async(lambda: told(both, 2))) == 1
        assert len(both.node.lists) == MOST_PAGES + 1


async def test_where_nothing_was_recorded_the_answer_says_so(tmp_path: Path) -> None:
    async with under(tmp_path) as both:
        both.caller.say(query())
        await until_async(lambda: both.caller.of(RecordInfoPart))
        (part,) = both.caller.of(RecordInfoPart)
        assert (part.sum_num, part.records, part.device_id) == (0, (), camera(2))


async def test_whoever_asks_the_same_again_is_decided_about_again(tmp_path: Path) -> None:
    async with under(tmp_path) as both:
        both.node.recordings = SendRecordings(spans=((BEGIN_US, END_US),))
        for sn in (1, 2):
            both.caller.say(query(sn))
            assert len(await until_async(lambda sn=sn: told(both, sn))) == 1
        both.caller.say(query(2))  # another request that has the number of the one before
        await until_async(lambda: both.ours.uppers.asked.replies.answered["RecordInfo"] == 3)
        assert [wants.call_id for wants in both.web.wants] == ["1", "2", "2"]
        assert len({wants.call for wants in both.web.wants}) == len(both.node.lists) == 3, "each has a leaf of its own"


async def test_a_request_that_is_only_sent_once_more_is_one_question(tmp_path: Path) -> None:
    async with under(tmp_path) as both:
        both.caller.say(query(1), copies=3)
        await until_async(lambda: told(both, 1) is not None)
        both.caller.say(query(2))
        await until_async(lambda: told(both, 2) is not None)
        assert [wants.call_id for wants in both.web.wants] == ["1", "2"]


async def test_whatever_fails_is_denied_alike(tmp_path: Path) -> None:
    async with under(tmp_path) as both:

        async def refuse(_wants: UpperWants) -> UpperVerdict:
            return UpperVerdict(status=403)

        both.web.decide = refuse
        both.caller.say(query(1))
        await denied(both, "not-granted")
        both.web.decide = both.below.grant
        both.node.recordings = SendRecordings(step="not_here")
        both.caller.say(query(2))
        await denied(both, "node-not_here")
        both.node.away.add("records")
        both.caller.say(query(3))
        await denied(both, "node-away")
        both.web.away = True
        both.caller.say(query(4))
        await denied(both, "web-away")
        both.web.away = False
        wants = len(both.web.wants)
        both.caller.say(query(5, start=END, end=BEGIN))
        both.caller.say(query(6, start=BEGIN.replace(year=1960)))
        await until_async(lambda: both.ours.uppers.asked.replies.denied["no-span"] == 2)
        assert len(both.web.wants) == wants, "what is no time is not decided"
        # An upper learns the same each time.
        assert not both.caller.of(RecordInfoPart) or all(
            part.sum_num in (None, 0) for part in both.caller.of(RecordInfoPart)
        )
        assert not both.caller.of(DeviceControlAnswer)


SPANS = st.lists(st.tuples(st.integers(0, 4_000_000_000), st.integers(1, 100_000_000)), max_size=40)


@given(SPANS)
def test_no_recording_is_told_twice_and_none_is_empty(pieces: list[tuple[int, int]]) -> None:
    at, spans = BEGIN_US, []
    for gap, length in pieces:
        spans.append((at + gap, at + gap + length))
        at += gap + length
    found = records_of(spans, query())
    times = [(record.start, record.end) for record in found]
    assert all(start < end for start, end in times if start and end)
    assert all(one[1] <= other[0] for one, other in pairwise(times) if one[1] and other[0])
    # Each moment that was recorded lies in one that is told.
    for start, end in spans:
        middle = (start + end) // 2
        assert any(
            one.timestamp() * 1_000_000 <= middle <= other.timestamp() * 1_000_000
            for one, other in times
            if one and other
        )


def test_an_answer_has_so_many_recordings_and_no_more() -> None:
    spans = [(BEGIN_US + n * 2_000_000, BEGIN_US + n * 2_000_000 + 1_000_000) for n in range(MOST + 10)]
    assert len(records_of(spans, query())) == MOST


def test_what_an_alarm_or_a_hand_began_is_not_there() -> None:
    for kind, count in ((RecordType.ALARM, 0), (RecordType.MANUAL, 0), (RecordType.TIME, 1), (RecordType.ALL, 1)):
        assert len(records_of([(BEGIN_US, END_US)], query(type=kind))) == count
