"""A camera that was steered is turned back to its declared view (S15, S34(7)), and until then `moved` is not judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from custodes.node.steering.desk import RETRY_SECONDS, RETURN_TRIES, SETTLE_SECONDS
from tests.node.steering.support import CAMERA, GRANT, Room, begin


async def steer_away(room: Room) -> None:
    assert (await room.desk.begin(begin())).ok
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    await helm.control("goto", "1", "")
    await room.desk.stop()
    await room.desk.look_after()


async def test_when_nobody_has_steered_for_the_set_time_the_camera_is_turned_home(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    assert room.desk.elsewhere(CAMERA)
    room.clock.advance(299)
    await room.desk.look_after()
    assert room.device.names() == ["goto"]
    room.clock.advance(2)
    await room.desk.look_after()
    assert room.device.names() == ["goto", "home"]
    [returned] = room.records("control.returned")
    assert (returned.camera, returned.preset, returned.outcome) == (CAMERA, "", "taken")
    assert room.desk.elsewhere(CAMERA)  # on its way
    room.clock.advance(SETTLE_SECONDS + 1)
    assert not room.desk.elsewhere(CAMERA)
    await room.desk.look_after()
    assert room.device.names() == ["goto", "home"]


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
    assert room.desk.elsewhere(CAMERA)
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
    assert not room.desk.elsewhere(CAMERA)  # from now on an alarm says that it looks elsewhere


async def test_a_camera_without_a_home_stays_and_that_is_on_record(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await steer_away(room)
    room.device.refuses["home"] = "unsupported"
    room.clock.advance(301)
    await room.desk.look_after()
    assert room.records("control.returned")[0].outcome == "unsupported"
