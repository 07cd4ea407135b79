"""A hand on a camera: hold to move, a stop when the hand is gone, one hand at a time, each command on paper first."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from custodes.video.steering import PtzMotion, SteerFailure, ViewPreset
from tests.node.steering.support import CAMERA, GRANT, Room, begin
from tests.patience import until_async

OTHER = UUID(int=71)
RIGHT = PtzMotion(pan=60)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_a_camera_moves_while_it_is_held_and_stops_when_the_hand_says_so(room: Room) -> None:
    assert (await room.desk.begin(begin())).ok
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told == [("move", RIGHT)])
    helm.hold(PtzMotion())
    await until_async(lambda: room.device.names() == ["move", "stop"])
    await room.desk.stop()
    [commands] = room.records("control.commands")
    assert [(one.what, one.motion[0], one.outcome) for one in commands.commands] == [
        ("move", 60, "taken"),
        ("stop", 0, "taken"),
    ]
    [ended] = room.records("control.ended")
    assert (ended.commands, ended.reason, ended.index, ended.person) == (2, "restart", 5, "p1")


async def test_a_stop_waits_for_no_list_of_presets(room: Room) -> None:
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    told, asked = asyncio.Event(), asyncio.Event()

    async def presets() -> list[ViewPreset]:
        asked.set()
        await told.wait()
        return []

    room.device.presets = presets  # type: ignore[method-assign]
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told)
    listing = asyncio.ensure_future(helm.presets())
    await asked.wait()
    helm.hold(PtzMotion())
    await until_async(lambda: room.device.names() == ["move", "stop"])
    told.set()
    assert await listing == []
    await room.desk.stop()


async def test_a_hand_that_is_not_heard_of_for_a_second_lets_go(room: Room) -> None:
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told)
    room.clock.advance(0.8)
    helm.hold(RIGHT)
    room.clock.advance(0.8)
    await helm._step()
    assert room.device.names() == ["move"]
    room.clock.advance(0.3)
    await until_async(lambda: room.device.names() == ["move", "stop"])
    await room.desk.stop()
    [commands] = room.records("control.commands")
    assert [one.what for one in commands.commands] == ["move", "watchdog"]


@pytest.mark.parametrize("reason", ["disconnected", "revoked", "expired"])
async def test_when_the_look_ends_the_camera_stands_still(room: Room, reason: str) -> None:
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told)
    room.desk.leave(GRANT, reason)
    await until_async(lambda: room.records("control.ended"))
    assert room.device.names() == ["move", "stop"]
    assert room.records("control.ended")[0].reason == reason
    await until_async(lambda: room.desk.hand(CAMERA) is None)


async def test_the_same_movement_is_said_again_to_the_camera_and_written_down_once(room: Room) -> None:
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told)
    for _ in range(3):
        room.clock.advance(0.9)
        helm.hold(RIGHT)
        await helm._step()
    await until_async(lambda: len(room.device.told) >= 2)
    assert set(room.device.names()) == {"move"}
    await room.desk.stop()
    [commands] = room.records("control.commands")
    assert [one.what for one in commands.commands] == ["move", "stop"]


async def test_every_command_is_durable_before_it_is_given(room: Room, tmp_path: Path) -> None:
    seen = []

    def look(what: str) -> None:
        with sqlite3.connect(tmp_path / "steering.sqlite3") as other:
            rows = other.execute("SELECT command FROM commands ORDER BY id").fetchall()
        seen.append((what, json.loads(rows[-1][0])["what"], json.loads(rows[-1][0])["outcome"]))

    room.device.before = look
    await room.desk.begin(begin(presets=True))
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told)
    await helm.control("goto", "1", "")
    await helm.control("set", "", "操场")
    await room.desk.stop()
    assert seen == [("move", "move", ""), ("goto", "goto", ""), ("set", "set", "")]


async def test_a_command_that_can_not_be_written_down_is_not_given_but_a_stop_is(room: Room) -> None:
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told)
    room.book.note = lambda *_: (_ for _ in ()).throw(sqlite3.OperationalError("disk"))  # type: ignore[method-assign]
    with pytest.raises(SteerFailure) as failure:
        await helm.control("goto", "1", "")
    assert failure.value.kind == "journal"
    await room.desk.stop()
    assert room.device.names() == ["move", "stop"] or room.device.names()[-1] == "stop"
    assert "goto" not in room.device.names()


async def test_a_stop_that_is_refused_is_tried_again_and_the_trouble_is_told(room: Room) -> None:
    told: list[str] = []
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    room.desk.listen(CAMERA, lambda: told.append(helm.trouble))
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told)
    room.device.refuses["stop"] = "timeout"
    helm.hold(PtzMotion())
    await until_async(lambda: room.device.names().count("stop") == 3)
    assert "stop is refused" in told
    await room.desk.stop()
    [commands] = room.records("control.commands")
    assert [one.outcome for one in commands.commands if one.what == "stop"][:3] == ["timeout"] * 3


async def test_one_hand_at_a_time_and_the_other_is_told_who(room: Room) -> None:
    room.open_looks.add((OTHER, CAMERA))
    await room.desk.begin(begin())
    answer = await room.desk.begin(begin("p2", grant=OTHER))
    assert (answer.ok, answer.failure) == (False, "held")
    assert answer.holder is not None
    assert answer.holder.person_name == "name of p1"
    assert room.desk.helm(CAMERA, OTHER) is None
    [refused] = room.records("control.ended")
    assert (refused.person, refused.reason, refused.commands) == ("p2", "held", 0)
    await room.desk.stop()


@pytest.mark.parametrize(("rank", "over", "taken"), [(2, True, True), (2, False, False), (1, True, False)])
async def test_a_higher_post_takes_over_when_it_says_so_and_nobody_else(
    room: Room, rank: int, over: bool, taken: bool
) -> None:
    room.open_looks.add((OTHER, CAMERA))
    await room.desk.begin(begin())
    first = room.desk.helm(CAMERA, GRANT)
    assert first is not None
    first.hold(RIGHT)
    await until_async(lambda: room.device.told)
    answer = await room.desk.begin(begin("p2", rank, OTHER, over=over))
    assert answer.ok is taken
    assert (room.desk.helm(CAMERA, OTHER) is not None) is taken
    assert ("stop" in room.device.names()) is taken  # the movement of the first is not inherited
    await room.desk.stop()


async def test_nobody_steers_without_an_open_look_or_a_camera_that_does_not_turn(room: Room) -> None:
    assert (await room.desk.begin(begin(grant=OTHER))).failure == "not_open"
    room.cameras.clear()
    assert (await room.desk.begin(begin())).failure == "unsteerable"
    assert [record.reason for record in room.records("control.ended")] == ["not_open", "unsteerable"]


async def test_an_idle_hand_gives_the_camera_back(room: Room) -> None:
    await room.desk.begin(begin())
    room.clock.advance(61)
    helm = room.desk.hand(CAMERA)
    assert helm is not None
    helm._changed.set()
    await until_async(lambda: room.records("control.ended"))
    assert room.records("control.ended")[0].reason == "idle"


async def test_a_camera_that_was_taken_away_is_steered_no_more(room: Room) -> None:
    await room.desk.begin(begin())
    room.cameras.clear()
    await room.desk.look_after()
    await until_async(lambda: room.records("control.ended"))
    assert room.records("control.ended")[0].reason == "camera"


async def test_an_end_that_can_not_be_written_down_frees_the_camera_and_is_on_record_after_the_next_start(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise sqlite3.OperationalError("disk is full")

    await room.desk.begin(begin())
    with monkeypatch.context() as away:
        away.setattr(room.book, "end", full)
        room.desk.leave(GRANT, "left")
        await until_async(lambda: room.desk.hand(CAMERA) is None)
    assert room.records() == []
    room.book.close()
    room.open()
    assert [record.reason for record in room.records("control.ended")] == ["crash"]


async def test_what_the_camera_refuses_is_on_record_as_refused(room: Room) -> None:
    room.device.refuses["goto"] = "protocol"
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    with pytest.raises(SteerFailure):
        await helm.control("goto", "1", "")
    await room.desk.stop()
    [commands] = room.records("control.commands")
    assert [(one.what, one.preset, one.outcome) for one in commands.commands] == [("goto", "1", "protocol")]


async def test_many_commands_make_several_records_in_order(room: Room) -> None:
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    for _ in range(450):
        await helm.control("goto", "1", "")
    await room.desk.stop()
    records = room.records("control.commands")
    assert [len(record.commands) for record in records] == [200, 200, 50]
    assert room.records("control.ended")[0].commands == 450


async def test_after_a_crash_the_account_is_closed_with_what_was_written(room: Room) -> None:
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told)
    assert helm._task is not None
    helm._task.cancel()  # as a process that dies: nothing more is written by it
    room.book.end = lambda *_: None  # type: ignore[method-assign]
    await asyncio.gather(helm._task, return_exceptions=True)
    room.book.close()
    room.open()
    [commands] = room.records("control.commands")
    [ended] = room.records("control.ended")
    assert ([one.what for one in commands.commands], ended.reason) == (["move"], "crash")
