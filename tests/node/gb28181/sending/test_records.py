"""What an upper is told of recordings: stretches without a gap, of what the token opens alone, a page at a time."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from custodes.node.gb28181.sending import reading
from custodes.node.gb28181.sending.reading import RecordDesk
from custodes.video.archive.archive import Archive
from custodes.video.wire.sending import SendRecordings, SendRecords
from tests.node.gb28181.sending.footage import ArchiveRoom, archive_room
from tests.node.gb28181.sending.room import CAMERA, Upper
from tests.patience import PATIENCE, until_async


def desk_of(here: ArchiveRoom) -> RecordDesk:
    return RecordDesk(here.desk.cameras, here.gate, here.studio)


async def found(here: ArchiveRoom, begin: float, end: float, **how: Any) -> SendRecordings:
    token = here.token_of(*how.pop("span", (begin, end)), what="list", **how)
    return await desk_of(here).find(SendRecords(token=token, start_us=here.at(begin), end_us=here.at(end)))


def seconds(here: ArchiveRoom, spans: tuple[tuple[int, int], ...]) -> list[tuple[float, float]]:
    return [(round((a - here.start) / 1e6, 1), round((b - here.start) / 1e6, 1)) for a, b in spans]


async def test_stretches_without_a_gap_are_told_as_the_archive_has_them(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(50)  # three files
        here.gap(1.5)
        here.record(10)
        here.gap(30)
        here.record(10)
        here.gap(3)
        here.record(5.5)  # still being written
        answer = await found(here, 0, 1000)
        assert (answer.step, answer.more) == ("", False)
        assert seconds(here, answer.spans) == [(0, 61.5), (91.5, 101.5), (104.5, 109.5)]
        inside = await found(here, 20, 95, span=(10, 93))
        assert seconds(here, inside.spans) == [(20, 61.5), (91.5, 93)]
        assert (await found(here, 70, 90)).spans == ()
        assert (await found(here, 20, 60, span=(60, 90))).spans == ()


@pytest.mark.parametrize(
    "claims",
    [
        {"span": None, "live": True},
        {"span": None, "back_seconds": 3600},
        {"burnt": "a name"},
        {"handover": True},
        {"masking": True},
        {"span": None, "upper": "steer"},
        {"what": "history"},
        {"what": "download"},
        {"upper": ""},
        {"still": True},
        {"cameras": ()},
        {"cameras": (CAMERA, UUID(int=2))},
        {"aud": "node-1/1"},
    ],
    ids=lambda claims: ",".join(claims),
)
async def test_a_token_for_anything_else_lists_nothing(tmp_path: Path, claims: dict[str, Any]) -> None:
    async with archive_room(tmp_path) as here:
        here.record(5)
        here.done()
        token = here.token_of(0, 5, **({"what": "list"} | claims))
        answer = await desk_of(here).find(SendRecords(token=token, start_us=here.at(0), end_us=here.at(5)))
        assert (answer.step, answer.spans) == ("not_granted", ())


async def test_a_token_lists_once_and_sends_nothing_then(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(5)
        here.done()
        token = here.token_of(0, 5, what="list")
        ask = SendRecords(token=token, start_us=here.at(0), end_us=here.at(5))
        assert (await desk_of(here).find(ask)).spans
        assert (await desk_of(here).find(ask)).step == "not_granted"
        fresh = here.token_of(0, 5, what="list")
        for session in ("Playback", "Download", "Play"):
            for one in (token, fresh):
                ready = await here.desk.make_ready(here.ask(Upper("udp"), 0, 5, session=session, token=one))
                assert ready.step == "not_granted"
        ask = SendRecords(token=fresh, start_us=here.at(0), end_us=here.at(5))
        assert (await desk_of(here).find(ask)).step == "not_granted", "it was used up all the same"
        assert not here.records("view.begun")


async def test_a_camera_that_was_taken_back_or_is_elsewhere_lists_nothing(tmp_path: Path) -> None:
    grant = UUID(int=77)
    async with archive_room(tmp_path) as here:
        here.record(5)
        here.done()
        here.gate.withhold([grant], [CAMERA], "why", "S20", here.now)
        assert (await found(here, 0, 5, grant=grant)).step == "not_granted"
        assert (await found(here, 0, 5, cameras=(UUID(int=2),))).step == "not_here"


async def test_a_page_ends_and_the_next_begins_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_SPANS", 2)
    async with archive_room(tmp_path) as here:
        for _ in range(5):
            here.record(3)
            here.gap(10)
        here.done()
        pages, at = [], 0.0
        while True:
            answer = await found(here, at, 100)
            pages.append(seconds(here, answer.spans))
            if not answer.more:
                break
            at = (answer.spans[-1][1] - here.start) / 1e6
    assert pages == [[(0, 3), (13, 16)], [(26, 29), (39, 42)], [(52, 55)]]


async def test_so_many_questions_are_answered_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    stretches = Archive.stretches

    def slow(self: Archive, *how: Any) -> Any:
        free.wait(PATIENCE)
        return stretches(self, *how)

    monkeypatch.setattr(Archive, "stretches", slow)
    monkeypatch.setattr(reading, "AT_ONCE", 1)
    async with archive_room(tmp_path) as here:
        here.record(5)
        here.done()
        desk = desk_of(here)

        def ask() -> SendRecords:
            return SendRecords(token=here.token_of(0, 5, what="list"), start_us=here.at(0), end_us=here.at(5))

        first = asyncio.create_task(desk.find(ask()))
        await until_async(lambda: desk._asked)
        spare = ask()
        assert (await desk.find(spare)).step == "full"
        free.set()
        assert (await first).spans
        assert (await desk.find(spare)).spans, "the token of the one that had to wait counts still"
