"""One speaker on a camera, only by a look that stands, and every speech that begins ends on record."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from custodes.node.gb28181.speaking.desk import NotSpoken
from custodes.video.wire.control_leases import SpeakStep
from tests.node.speaking.support import CAMERA, GRANT, OTHER, OUTPUT, QUIET, Room, assignment, begin
from tests.patience import PATIENCE, until_async

SECOND = b"\xd5" * 8000


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    made = Room(tmp_path)
    yield made
    await made.floors.stop()
    made.disk.close()
    made.book.close()


async def test_the_device_is_called_once_leave_is_on_disk_and_what_is_said_reaches_it(room: Room) -> None:
    room.devices.before = lambda: checked.append(room.book._db.execute("SELECT count(*) FROM speeches").fetchone())
    checked: list[Any] = []
    begun = await room.speaking()
    assert checked == [(1,)]
    room.floors.feed(CAMERA, GRANT, b"\x01" * 480)
    room.floors.feed(CAMERA, GRANT, b"\x02" * 480)
    assert room.devices.heard == b"\x01" * 480 + b"\x02" * 480
    room.clock.advance(4)
    room.floors.leave(GRANT, "left")
    await room.over()
    [record] = room.records()
    assert (record.type, record.speech, record.index, record.person) == ("speech.ended", begun.speech, 5, "p1")
    assert (record.reason, record.step, record.spoken_us, record.form) == ("left", "", 120_000, "broadcast")
    assert record.ended_us - record.begun_us == 4_000_000
    assert room.devices.speeches[-1].closed
    over = room.floors.over(CAMERA, GRANT)
    assert over is not None
    assert over.reason == "left"
    assert room.floors.over(CAMERA, OTHER) is None


async def test_what_was_still_waiting_when_it_was_hung_up_on_was_not_spoken(room: Room) -> None:
    await room.speaking()
    room.floors.feed(CAMERA, GRANT, b"\x01" * 8_000)
    room.devices.speeches[-1].waiting = 2_000
    room.floors.leave(GRANT, "left")
    await room.over()
    assert [record.spoken_us for record in room.records()] == [750_000]


async def test_no_word_is_kept(room: Room) -> None:
    await room.speaking()
    room.floors.feed(CAMERA, GRANT, b"\x6b\x5a\x77\x42" * 120)
    room.floors.leave(GRANT, "left")
    await room.over()
    for path in room.folder.iterdir():
        assert b"\x6b\x5a\x77\x42\x6b\x5a\x77\x42" not in path.read_bytes(), path


async def test_one_at_a_time_and_the_speaker_is_named_to_the_next(room: Room) -> None:
    await room.speaking()
    answer = await room.floors.begin(begin("p2", OTHER))
    assert (answer.ok, answer.failure) == (False, "held")
    assert answer.speaker is not None
    assert answer.speaker.person_name == "name of p1"
    room.floors.feed(CAMERA, OTHER, SECOND)
    assert room.devices.heard == b""
    assert [record.reason for record in room.records()] == ["held"]


async def test_two_who_ask_at_once_get_one_floor(room: Room) -> None:
    answers = await asyncio.gather(room.floors.begin(begin()), room.floors.begin(begin("p2", OTHER)))
    assert sorted(answer.ok for answer in answers) == [False, True]
    assert len(room.devices.calls) <= 1


async def test_the_same_person_in_another_window_begins_anew(room: Room) -> None:
    await room.speaking()
    assert (await room.floors.begin(begin("p1", OTHER))).ok
    assert [record.reason for record in room.records()] == ["again"]
    assert room.devices.speeches[0].closed


async def test_the_same_person_begins_anew_also_while_the_first_is_being_written_down(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go, write = threading.Event(), threading.Event(), room.book.begin

    def slow(speech: UUID, *how: Any) -> None:
        if not asked.is_set():
            asked.set()
            go.wait(PATIENCE)
        write(speech, *how)

    monkeypatch.setattr(room.book, "begin", slow)
    first = asyncio.ensure_future(room.floors.begin(begin()))
    await asyncio.to_thread(asked.wait, PATIENCE)
    second = asyncio.ensure_future(room.floors.begin(begin("p1", OTHER)))
    await until_async(lambda: (floor := room.floors.floor(CAMERA)) is not None and floor.over)
    go.set()
    assert [(await one).ok for one in (first, second)] == [True, True]
    await room.until(lambda: (floor := room.floors.floor(CAMERA)) is not None and floor.state == "speaking")
    assert room.devices.calls == [(CAMERA, OTHER)]
    floor = room.floors.floor(CAMERA)
    assert floor is not None
    assert floor.begun.grant == OTHER
    assert [record.reason for record in room.records()] == ["again"]


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"camera": QUIET}, "no_speaker"),
        ({"output": "54010200021378000002"}, "no_speaker"),
        ({"grant": CAMERA}, "not_open"),
    ],
)
async def test_without_a_loudspeaker_or_a_look_there_is_no_speech(
    room: Room, changes: dict[str, Any], failure: str
) -> None:
    answer = await room.floors.begin(begin(**changes))
    assert (answer.ok, answer.failure) == (False, failure)
    assert room.devices.calls == []
    assert [record.reason for record in room.records()] == [failure]


async def test_a_device_that_does_not_take_it_is_told_with_the_step(room: Room) -> None:
    room.devices.fails = NotSpoken(SpeakStep.NO_ANSWER, "the device said nothing", "talk")
    assert (await room.floors.begin(begin())).ok
    await room.over()
    [record] = room.records()
    assert (record.reason, record.step, record.begun_us, record.spoken_us) == ("failed", "no_answer", None, 0)
    assert record.form == "talk"


async def test_a_fault_ends_the_speech_and_frees_the_floor(room: Room) -> None:
    room.devices.fails = RuntimeError("broken")
    assert (await room.floors.begin(begin())).ok
    await room.over()
    assert [record.reason for record in room.records()] == ["error"]
    room.devices.fails = None
    await room.speaking()


@pytest.mark.parametrize("reason", ["revoked", "disconnected", "left", "expired"])
async def test_a_look_that_ends_while_the_device_is_called_gives_the_call_up(room: Room, reason: str) -> None:
    room.devices.waits = asyncio.Event()
    assert (await room.floors.begin(begin())).ok
    room.floors.feed(CAMERA, GRANT, SECOND)
    room.floors.leave(GRANT, reason)
    await room.over()
    assert room.devices.speeches == []
    assert [(record.reason, record.spoken_us) for record in room.records()] == [(reason, 0)]


async def test_a_device_that_had_taken_it_when_it_was_given_up_is_hung_up_on_and_its_form_is_on_record(
    room: Room,
) -> None:
    room.devices.waits, room.devices.late = asyncio.Event(), True
    assert (await room.floors.begin(begin())).ok
    await until_async(lambda: room.devices.calls)
    room.floors.leave(GRANT, "left")
    await room.over()
    assert room.devices.speeches[-1].closed
    assert [(one.reason, one.begun_us, one.form) for one in room.records()] == [("left", None, "broadcast")]


async def test_who_waits_for_an_end_and_is_stopped_leaves_it_to_go_on_record(room: Room) -> None:
    await room.speaking()
    speech = room.devices.speeches[-1]
    speech.slow = asyncio.Event()
    anew = asyncio.ensure_future(room.floors.begin(begin("p1", OTHER)))
    await until_async(lambda: speech.closed)
    anew.cancel()
    await asyncio.wait([anew])
    speech.slow.set()
    await room.over()
    assert [record.reason for record in room.records()] == ["again"]


async def test_what_is_said_behind_a_revocation_reaches_nobody(room: Room) -> None:
    await room.speaking()
    room.floors.feed(CAMERA, GRANT, b"\x01" * 160)
    room.floors.leave(GRANT, "revoked")
    room.floors.feed(CAMERA, GRANT, b"\x02" * 160)
    assert room.devices.heard == b"\x01" * 160
    await room.over()


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("device", ("device", "")),
        ("gateway", ("device", "gateway")),
        ("silent", ("idle", "")),
        ("gone", ("device", "gone")),
    ],
)
async def test_a_device_that_hangs_up_ends_it(room: Room, why: str, told: tuple[str, str]) -> None:
    await room.speaking()
    room.devices.speeches[-1].hung_up(why)
    await room.over()
    assert [(record.reason, record.step) for record in room.records()] == [told]


async def test_sound_faster_than_it_is_spoken_is_dropped_and_then_ends_it(room: Room) -> None:
    await room.speaking()
    for _ in range(4):
        room.floors.feed(CAMERA, GRANT, SECOND)
    assert len(room.devices.heard) == 16_000
    assert room.floors.floor(CAMERA) is not None
    room.floors.feed(CAMERA, GRANT, SECOND)
    await room.over()
    assert [(record.reason, record.spoken_us) for record in room.records()] == [("flood", 2_000_000)]


async def test_sound_at_its_own_pace_is_all_taken(room: Room) -> None:
    await room.speaking()
    for _ in range(250):
        room.clock.advance(1.0)
        room.floors.feed(CAMERA, GRANT, SECOND)
    floor = room.floors.floor(CAMERA)
    assert floor is not None
    assert floor.spoken_us == 250_000_000


async def test_whoever_says_nothing_has_done_and_no_speech_is_endless(room: Room) -> None:
    await room.speaking()
    room.clock.advance(29)
    room.floors.feed(CAMERA, GRANT, SECOND)
    room.clock.advance(29)
    await room.floors.look_after()
    assert not room.floors.floor(CAMERA).over  # type: ignore[union-attr]
    room.clock.advance(2)
    await room.floors.look_after()
    await room.over()
    await room.speaking()
    for _ in range(31):
        room.clock.advance(10)
        room.floors.feed(CAMERA, GRANT, b"\xd5" * 160)
        await room.floors.look_after()
    await room.over()
    assert [record.reason for record in room.records()] == ["idle", "longest"]


async def test_a_register_that_names_another_output_or_a_look_that_is_gone_ends_it(room: Room) -> None:
    await room.speaking()
    room.cameras[CAMERA].assignment = assignment(CAMERA, ("54010200021378000002",))
    await room.floors.look_after()
    await room.over()
    room.cameras[CAMERA].assignment = assignment(CAMERA, (OUTPUT,))
    await room.speaking()
    room.open_looks.clear()
    await room.floors.look_after()
    await room.over()
    assert [record.reason for record in room.records()] == ["camera", "not_open"]


async def test_a_crash_leaves_an_end_with_what_was_noted(room: Room) -> None:
    await room.speaking()
    for _ in range(5):
        room.clock.advance(1)
        room.floors.feed(CAMERA, GRANT, SECOND)
    await room.floors.look_after()
    room.clock.advance(60)
    book = room.book
    room.open()
    [record] = room.records()
    assert (record.reason, record.spoken_us, record.form) == ("crash", 5_000_000, "broadcast")
    assert record.ended_us - record.begun_us == 5_000_000
    ended = asyncio.all_tasks() - {asyncio.current_task()}
    for task in ended:  # what a crash would have ended
        task.cancel()
    await asyncio.wait(ended)
    book.close()


async def test_a_book_of_the_first_format_goes_on_and_ends_what_it_has_without_a_form(room: Room) -> None:
    begun = begin()
    room.book.begin(begun.speech, 5, "p1", CAMERA)
    room.book.close()
    with contextlib.closing(sqlite3.connect(room.folder / "speaking.sqlite3")) as db:
        db.executescript("ALTER TABLE speeches DROP COLUMN form; PRAGMA user_version = 1;")
    room.open()
    assert [(one.speech, one.reason, one.form) for one in room.records()] == [(begun.speech, "crash", "")]
    await room.speaking()
    await room.floors.stop()
    assert [one.form for one in room.records()] == ["", "broadcast"]


async def test_a_stop_hangs_up(room: Room) -> None:
    await room.speaking()
    await room.floors.stop()
    assert room.devices.speeches[-1].closed
    assert [record.reason for record in room.records()] == ["restart"]
