"""A camera that was steered is turned back to its declared view (S15, S34(7)), and until then `moved` is not judged."""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from pathlib import Path

import pytest

from custodes.node.steering.book import Away
from custodes.node.steering.desk import RETRY_SECONDS, RETURN_TRIES, SETTLE_SECONDS
from custodes.video.steering import PtzMotion, SteeredStand, SteerFailure
from custodes.video.wire.assignment import SourceAssignment
from tests.node.steering.support import CAMERA, GRANT, Room, begin


async def steer_away(room: Room) -> None:
    assert (await room.desk.begin(begin())).ok
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    await helm.control("goto", "1", "")
    await room.desk.stop()
    await room.desk.look_after()


def place(room: Room) -> str | None:
    """What the camera's picture is held against: a preset, nothing but its declared direction, or None for nothing."""
    stand = room.desk.stand(CAMERA)
    return None if stand.moving else stand.preset


async def test_when_nobody_has_steered_for_the_set_time_the_camera_is_turned_home(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    assert place(room) is None  # on its way there
    room.clock.advance(299)
    await room.desk.look_after()
    assert room.device.names() == ["goto"]
    room.clock.advance(2)
    await room.desk.look_after()
    assert room.device.names() == ["goto", "home"]
    [returned] = room.records("control.returned")
    assert (returned.camera, returned.preset, returned.outcome) == (CAMERA, "", "taken")
    assert place(room) is None  # on its way
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) == ""
    await room.desk.look_after()
    assert room.device.names() == ["goto", "home"]


async def test_a_camera_of_a_platform_below_is_turned_back_there(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    below = SourceAssignment(url="gb28181://54010200002000000001/54010200001320000001")
    room.cameras[CAMERA].assignment = room.cameras[CAMERA].assignment.model_copy(update={"main": below})
    room.clock.advance(301)
    await room.desk.look_after()
    assert room.device.names() == ["goto"]
    assert not room.records("control.returned")
    assert not room.book.away()


async def test_a_declared_preset_comes_before_the_cameras_own_home(tmp_path: Path) -> None:
    room = Room(tmp_path, home="5")
    await steer_away(room)
    room.clock.advance(301)
    await room.desk.look_after()
    assert room.device.told[-1] == ("goto", "5")
    assert room.records("control.returned")[0].preset == "5"


@pytest.mark.parametrize(("home", "what", "token"), [("", "home", ""), ("5", "goto", "5"), ("5", "home", "")])
async def test_whoever_turns_it_back_by_hand_saves_the_system_the_work(
    tmp_path: Path, home: str, what: str, token: str
) -> None:
    room = Room(tmp_path, home=home)
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    await helm.control("goto", "1", "")
    await helm.control(what, token, "")
    await room.desk.stop()
    room.clock.advance(301)
    before = len(room.device.told)
    await room.desk.look_after()
    assert len(room.device.told) == before
    assert not room.records("control.returned")


async def test_a_camera_is_not_turned_back_under_a_hand(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    await room.desk.begin(begin())
    room.clock.advance(301)
    await room.desk.look_after()
    assert "home" not in room.device.names()
    await room.desk.stop()


async def test_a_restart_does_not_forget_that_a_camera_is_away(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    room.book.close()
    room.open()
    assert place(room) is None, "it may still be on its way"
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) == "1"
    room.clock.advance(301)
    await room.desk.look_after()
    assert room.device.names() == ["goto", "home"]


async def test_a_clock_that_is_set_back_keeps_no_camera_away(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    room.clock.step_wall(-86_400)
    await room.desk.look_after()
    assert room.device.names() == ["goto", "home"]


async def test_a_camera_that_is_not_reached_is_tried_again_and_then_judged_as_it_stands(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    room.device.refuses["home"] = "timeout"
    room.clock.advance(301)
    for tries in range(1, RETURN_TRIES + 1):
        await room.desk.look_after()
        await room.desk.look_after()  # not at once again
        assert room.device.names().count("home") == tries
        room.clock.advance(RETRY_SECONDS + 1)
    [returned] = room.records("control.returned")
    assert returned.outcome == "timeout"
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) == ""  # from now on an alarm says that it looks elsewhere


async def test_a_camera_without_a_home_stays_and_that_is_on_record(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    room.device.refuses["home"] = "unsupported"
    room.clock.advance(301)
    await room.desk.look_after()
    assert room.records("control.returned")[0].outcome == "unsupported"


async def test_where_it_was_sent_to_it_stands_once_it_had_the_time(tmp_path: Path) -> None:
    room = Room(tmp_path)
    assert room.desk.stand(CAMERA) == SteeredStand("", moving=False, since_us=0)
    assert (await room.desk.begin(begin())).ok
    assert place(room) == "", "a hand that asks for nothing has turned nothing"
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    await helm.control("goto", "1", "")
    sent_us = room.clock.wall_us()
    assert place(room) is None
    room.clock.advance(SETTLE_SECONDS - 1)
    assert place(room) is None
    room.clock.advance(2)
    assert room.desk.stand(CAMERA) == SteeredStand(
        "1", moving=False, since_us=sent_us + round(SETTLE_SECONDS * 1_000_000)
    )
    await helm.control("home", "", "")
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) == ""
    await room.desk.stop()


@pytest.mark.parametrize("what", ["goto", "home"])
async def test_a_recall_that_it_did_not_take_leaves_it_anywhere(tmp_path: Path, what: str) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    room.device.refuses[what] = "timeout"
    with pytest.raises(SteerFailure):
        await helm.control(what, "1", "")
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) is None
    await room.desk.stop()
    room.book.close()
    room.open()
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) is None, "after a restart too"


async def test_turned_by_hand_it_stands_nowhere_that_was_declared(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    await helm._move(PtzMotion(pan=30))
    room.clock.advance(SETTLE_SECONDS + 1)
    assert room.desk.stand(CAMERA).moving, "as long as it is held"
    await helm._stop("stop")
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) is None
    [away] = room.book.away()
    assert away.preset is None
    await room.desk.stop()


async def test_a_stop_on_the_way_to_a_preset_leaves_it_between(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    assert room.book.away()[0].preset == "1"
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    await helm._stop("stop")
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) is None
    assert room.book.away()[0].preset is None
    await room.desk.stop()


async def test_a_call_home_that_fails_takes_no_camera_away_from_home(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.device.refuses["home"] = "refused"
    await room.desk.begin(begin())
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    with pytest.raises(SteerFailure):
        await helm.control("home", "", "")
    assert place(room) is None
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) == ""
    await room.desk.stop()


def test_a_book_of_the_first_format_goes_on_without_knowing_presets(tmp_path: Path) -> None:
    path = tmp_path / "steering.sqlite3"
    steering = uuid.uuid4()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(
            """
            CREATE TABLE steerings (steering TEXT PRIMARY KEY, log_index INTEGER NOT NULL, person TEXT NOT NULL, camera TEXT NOT NULL,
                sent INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
            CREATE TABLE commands (id INTEGER PRIMARY KEY AUTOINCREMENT, steering TEXT NOT NULL, command TEXT NOT NULL) STRICT;
            CREATE TABLE away (camera TEXT PRIMARY KEY, steering TEXT NOT NULL, since_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, record BLOB NOT NULL) STRICT;
            PRAGMA user_version = 1;
            """
        )
        db.execute("INSERT INTO away VALUES (?, ?, 5)", (str(CAMERA), str(steering)))
        db.commit()
    room = Room(tmp_path)
    assert room.book.away() == [Away(CAMERA, steering, 5, None)]
    room.clock.advance(SETTLE_SECONDS + 1)
    assert place(room) is None
