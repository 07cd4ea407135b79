"""A camera is kept in its declared field as far as its device tells where it points; what would leave it is refused, and on record."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from custodes.node.steering import bounds
from custodes.node.steering.camera_steering import CameraSteering
from custodes.video.steering import STILL, Bearing, PtzBox, PtzMotion, SteerFailure
from tests.node.steering.support import CAMERA, GRANT, FakeCamera, Room, begin
from tests.patience import PATIENCE, until_async

RIGHT, DOWN = PtzMotion(pan=60), PtzMotion(tilt=-60)
AHEAD = Bearing(100.0, 0.0, 1.0)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(bounds, "STAND_SECONDS", 0.1)


def room_of(folder: Path, here: Bearing | None = AHEAD, spread: float | None = 60.0, **declared: Any) -> Room:
    room = Room(folder, home="1", spread=spread, **declared)
    room.device.here = here
    return room


async def hand(room: Room, **changes: Any) -> CameraSteering:
    assert (await room.desk.begin(begin(presets=True, **changes))).ok
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    async with asyncio.timeout(PATIENCE):
        await helm._looked.wait()
    return helm


async def fails(helm: CameraSteering, what: str, token: str = "", **more: Any) -> str:
    with pytest.raises(SteerFailure) as failure:
        await helm.control(what, token, "", **more)
    return failure.value.kind


async def looked(helm: CameraSteering) -> None:
    assert helm._watch is not None
    assert helm._watch._task is not None
    async with asyncio.timeout(PATIENCE):
        await helm._watch._task


def outcomes(room: Room) -> list[tuple[str, str]]:
    return [(one.what, one.outcome) for record in room.records("control.commands") for one in record.commands]


async def test_a_place_outside_is_refused_and_on_record(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    helm = await hand(room)
    assert helm.note == ""
    await helm.control("precise", "", "", there=Bearing(125.0, 5.0, 2.0))
    assert await fails(helm, "precise", there=Bearing(135.0, 5.0, 2.0)) == "outside"
    await room.desk.stop()
    assert room.device.told == [("precise", Bearing(125.0, 5.0, 2.0))]
    [record] = room.records("control.commands")
    assert [(one.what, one.outcome, one.where) for one in record.commands] == [
        ("precise", "taken", "pan 125.0 tilt 5.0 zoom 2.0"),
        ("precise", "outside", "pan 135.0 tilt 5.0 zoom 2.0"),
    ]


async def test_a_camera_that_turns_is_stopped_at_the_edge_and_turned_in(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    helm = await hand(room)
    room.device.turning = 40.0  # beyond the edge with the first look already
    helm.hold(RIGHT)
    await until_async(lambda: "precise" in room.device.names())
    assert room.device.told == [("move", RIGHT), ("stop", None), ("precise", Bearing(129.0, 0.0, 1.0))]
    assert not helm.moving
    assert helm.note == "edge"
    helm.hold(RIGHT)  # the hand still holds: that moves nothing
    await helm._step()
    assert room.device.names() == ["move", "stop", "precise"]
    helm.hold(STILL)
    helm.hold(PtzMotion(pan=-60))
    await until_async(lambda: len(room.device.told) == 4)
    assert helm.note == ""
    await room.desk.stop()
    assert outcomes(room)[:3] == [("move", "taken"), ("edge", "taken"), ("move", "taken")]


async def test_a_camera_that_says_no_more_where_it_points_is_stopped(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    helm = await hand(room)
    room.device.refuses["bearing"] = "timeout"
    helm.hold(RIGHT)
    await until_async(lambda: room.device.names() == ["move", "stop"])
    helm.hold(STILL)
    helm.hold(PtzMotion(zoom=20))  # which turns nothing
    await until_async(lambda: len(room.device.told) == 3)
    await room.desk.stop()
    assert outcomes(room)[1] == ("edge", "taken")


async def test_a_preset_that_lies_outside_is_left_again_and_none_is_set_there(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    room.device.views["2"] = "别处"
    helm = await hand(room)
    room.device.here = Bearing(200.0, 0.0, 3.0)
    assert await fails(helm, "set") == "outside"
    await helm.control("goto", "2", "")
    await until_async(lambda: "precise" in room.device.names())
    assert room.device.told == [("goto", "2"), ("stop", None), ("precise", Bearing(129.0, 0.0, 3.0))]
    await helm.control("set", "", "边上")
    await room.desk.stop()
    assert outcomes(room)[0] == ("set", "outside")


async def test_where_its_declared_direction_lies_is_learnt_when_it_stands_there(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    room.desk._place(CAMERA, None)  # turned away, and the worker was started anew since
    helm = await hand(room)
    assert helm.note == "bearing"
    helm.hold(RIGHT)
    await until_async(lambda: not helm.moving)
    assert await fails(helm, "precise", there=AHEAD) == "bearing"
    assert await fails(helm, "cruise", "1") == "bearing"
    assert await fails(helm, "drag_in", box=PtzBox(0, 0, 0.5, 0.5)) == "bearing"
    assert room.device.told == []
    room.device.here = Bearing(10.0, 0.0, 1.0)
    await helm.control("home", "", "")
    await until_async(lambda: helm.note == "")
    await helm.control("precise", "", "", there=Bearing(345.0, 0.0, 1.0))
    assert await fails(helm, "precise", there=AHEAD) == "outside"
    await helm.control("home", "", "")  # whose preset somebody set anew meanwhile, at the edge: that moves no field
    assert helm._watch is not None
    assert helm._watch.learns
    await looked(helm)
    assert helm.bounds.fence is not None
    assert helm.bounds.fence.home is not None
    assert helm.bounds.fence.home.pan == 10.0
    await helm.leave("left")
    helm = await hand(room)  # and it is remembered for the next hand, wherever the camera stands now
    assert await fails(helm, "precise", there=AHEAD) == "outside"
    await room.desk.stop()


async def test_the_declared_elevation_is_held_as_the_field_is(tmp_path: Path) -> None:
    room = room_of(tmp_path, here=Bearing(100.0, 20.0, 1.0), rise=(-30.0, -5.0))
    room.device.views["2"] = "树梢"
    helm = await hand(room)
    assert await fails(helm, "precise", there=Bearing(100.0, 35.0, 1.0)) == "outside"
    await helm.control("precise", "", "", there=Bearing(100.0, 28.0, 1.0))
    await looked(helm)  # else the look after it would see to the next movement as well
    room.device.climbing = 20.0  # beyond the edge with the first look already
    helm.hold(DOWN)
    await until_async(lambda: room.device.names() == ["precise", "move", "stop", "precise"])
    assert room.device.told[-1] == ("precise", Bearing(100.0, 29.0, 1.0))
    await until_async(lambda: helm.note == "edge")
    helm.hold(STILL)
    room.device.here = Bearing(100.0, -10.0, 1.0)
    assert await fails(helm, "set") == "outside"
    await helm.control("goto", "2", "")
    await until_async(lambda: room.device.told[-1:] == [("precise", Bearing(100.0, 6.0, 1.0))])
    room.device.here = Bearing(100.0, None, 1.0)
    assert await fails(helm, "set") == "bearing", "a device that said how high says it no more"
    await room.desk.stop()


async def test_up_and_down_waits_for_the_declared_view_where_an_elevation_is_declared(tmp_path: Path) -> None:
    room = room_of(tmp_path, spread=None, rise=(-30.0, 0.0))
    room.desk._place(CAMERA, None)
    helm = await hand(room)
    assert helm.note == "bearing"
    helm.hold(DOWN)
    await until_async(lambda: helm.bars(DOWN))
    assert room.device.told == []
    assert await fails(helm, "precise", there=AHEAD) == "bearing"
    helm.hold(STILL)
    helm.hold(RIGHT)  # nothing is declared sideways
    await until_async(lambda: room.device.told == [("move", RIGHT)])
    await room.desk.stop()


async def test_a_device_that_says_no_elevation_is_held_sideways_and_the_rest_is_said(tmp_path: Path) -> None:
    room = room_of(tmp_path, here=Bearing(100.0, None, 1.0), rise=(-30.0, 0.0))
    helm = await hand(room)
    assert helm.note == "blind"
    assert await fails(helm, "precise", there=AHEAD) == "bearing"
    room.device.turning = 40.0
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told[-1:] == [("precise", Bearing(129.0, None, 1.0))])
    await room.desk.stop()


@pytest.mark.parametrize("here", [None, AHEAD])
async def test_what_is_turned_to_presets_alone_is_turned_by_no_hand(tmp_path: Path, here: Bearing | None) -> None:
    room = room_of(tmp_path, here=here, spread=None, presets_only=True)
    helm = await hand(room)
    assert helm.note == "presets"
    assert not helm.precise
    for motion in (RIGHT, DOWN):
        helm.hold(motion)
        await until_async(partial(helm.bars, motion))
        helm.hold(STILL)
    assert await fails(helm, "precise", there=AHEAD) == "presets"
    assert await fails(helm, "cruise", "1") == "presets"
    assert await fails(helm, "drag_in", box=PtzBox(0, 0, 0.5, 0.5)) == "presets"
    assert room.device.told == []
    near = PtzMotion(zoom=20)
    helm.hold(near)
    await until_async(lambda: room.device.told == [("move", near)])
    await helm.control("goto", "1", "")
    await helm.control("home", "", "")
    assert room.device.names().count("goto") == 2
    await room.desk.stop()
    assert {("move", "presets"), ("cruise", "presets")} <= set(outcomes(room))


async def test_a_camera_that_tells_nothing_turns_and_it_is_said_that_nobody_can_tell(tmp_path: Path) -> None:
    room = room_of(tmp_path, here=None)
    helm = await hand(room)
    assert helm.note == "blind"
    assert await fails(helm, "precise", there=AHEAD) == "bearing"
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told == [("move", RIGHT)])
    await room.desk.stop()
    assert room.device.names() == ["move", "stop"]


@pytest.mark.parametrize("spread", [None, 360.0])
async def test_without_a_bounded_field_nothing_is_asked_and_nothing_refused(
    tmp_path: Path, spread: float | None
) -> None:
    room = room_of(tmp_path, spread=spread)
    room.device.refuses["bearing"] = "timeout"
    helm = await hand(room)
    await helm.control("precise", "", "", there=Bearing(300.0, 0.0, 1.0))
    assert helm.note == ""
    await room.desk.stop()


async def test_another_declared_field_or_device_holds_for_the_next_hand(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    helm = await hand(room)
    await helm.leave("left")
    room.cameras[CAMERA].assignment = room.cameras[CAMERA].assignment.model_copy(update={"spread": 100.0})
    helm = await hand(room)
    await helm.control("precise", "", "", there=Bearing(145.0, 0.0, 1.0))
    await helm.leave("left")
    room.cameras[CAMERA].assignment = room.cameras[CAMERA].assignment.model_copy(update={"home": "7"})
    helm = await hand(room)
    assert helm.note == "bearing"  # it was turned away, and where the new direction lies nobody knows
    await room.desk.stop()


async def test_a_drag_and_a_cruise_are_written_down_and_end_with_the_hand(tmp_path: Path) -> None:
    room = room_of(tmp_path, spread=None)
    helm = await hand(room)
    box = PtzBox(0.1, 0.2, 0.3, 0.4)
    await helm.control("drag_in", "", "", box=box)
    await helm.control("drag_out", "", "", box=box)
    assert await fails(helm, "drag_in") == "refused"
    for wrong in ("", "256", "²", "1 "):
        assert await fails(helm, "cruise", wrong) == "refused"
    await helm.control("cruise", "3", "")
    assert helm.moving
    room.clock.advance(2.5)
    await until_async(lambda: room.device.names().count("cruise") == 2)  # said again, written down once
    helm.hold(STILL)
    await until_async(lambda: not helm.moving)
    await helm.control("cruise", "3", "")
    await helm.control("goto", "1", "")  # which ends it
    await helm.control("cruise", "4", "")
    await room.desk.stop()
    assert room.device.told[-1] == ("stop", None)
    [record] = room.records("control.commands")
    said = [(one.what, one.preset, one.where) for one in record.commands if one.outcome == "taken"]
    assert said == [
        ("drag_in", "", "box 0.100 0.200 0.300 0.400"),
        ("drag_out", "", "box 0.100 0.200 0.300 0.400"),
        ("cruise", "3", ""),
        ("stop", "", ""),
        ("cruise", "3", ""),
        ("stop", "", ""),
        ("goto", "1", ""),
        ("cruise", "4", ""),
        ("stop", "", ""),
    ]


async def test_a_cruise_of_which_nothing_was_heard_is_stopped_and_an_idle_hand_ends_it(tmp_path: Path) -> None:
    room = room_of(tmp_path, spread=None)
    helm = await hand(room)
    room.device.refuses["cruise"] = "timeout"
    assert await fails(helm, "cruise", "3") == "timeout"
    assert room.device.names() == ["cruise", "stop"]
    room.device.refuses.clear()
    await helm.control("cruise", "3", "")
    room.clock.advance(61)
    await until_async(lambda: room.desk.hand(CAMERA) is None)
    assert room.device.names()[-1] == "stop"
    assert room.records("control.ended")[-1].reason == "idle"


async def test_without_a_declared_field_no_movement_waits_for_where_it_points(tmp_path: Path) -> None:
    room, answer = room_of(tmp_path, spread=None), asyncio.Event()

    async def slow() -> Bearing:
        await answer.wait()
        return AHEAD

    room.device.bearing = slow  # type: ignore[method-assign]
    helm = await hand(room)
    helm.hold(RIGHT)
    await until_async(lambda: room.device.told == [("move", RIGHT)])
    assert not helm.precise
    answer.set()
    await until_async(lambda: helm.precise)
    await room.desk.stop()


async def test_a_camera_that_is_left_on_its_way_outside_is_turned_back_at_once(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    helm = await hand(room)
    await helm.control("drag_in", "", "", box=PtzBox(0, 0, 0.1, 0.1))
    await helm.leave("left")
    await room.desk.look_after()
    assert room.device.names() == ["drag_in"], "it is inside as yet"
    room.device.here = Bearing(180.0, 0.0, 1.0)
    await room.desk.look_after()
    assert room.device.told[-1] == ("goto", "1")
    [record] = room.records("control.returned")
    assert record.outcome == "taken"
    await room.desk.look_after()
    assert room.device.names() == ["drag_in", "goto"]


async def test_a_camera_that_is_left_inside_stays_until_it_would_be_turned_back_anyway(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    helm = await hand(room)
    await helm.control("precise", "", "", there=Bearing(120.0, 0.0, 1.0))
    await helm.leave("left")
    for _ in range(40):  # longer than it is waited for to stand
        room.clock.advance(1)
        await room.desk.look_after()
    assert room.device.names() == ["precise"]
    room.clock.advance(300)
    await room.desk.look_after()
    assert room.device.told[-1] == ("goto", "1")


async def test_the_next_hand_finds_no_camera_standing_outside(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    await (await hand(room)).leave("left")
    room.device.here = Bearing(180.0, 0.0, 1.0)
    helm = await hand(room)
    await until_async(lambda: room.device.told[-1:] == [("precise", Bearing(129.0, 0.0, 1.0))])
    await helm.leave("left")
    assert outcomes(room) == [("edge", "taken")]


@pytest.mark.parametrize("changed", [{"presets_only": True}, {"spread": 30.0}, {"rise": (-30.0, 0.0)}, {"home": "7"}])
async def test_a_hand_ends_when_something_else_is_declared(tmp_path: Path, changed: dict[str, Any]) -> None:
    room = room_of(tmp_path, spread=None)
    await hand(room)
    await room.desk.look_after()
    assert room.desk.hand(CAMERA) is not None
    declared = room.cameras[CAMERA].assignment
    if "home" in changed:
        changed = {"onvif": declared.onvif.model_copy(update=changed)}
    room.cameras[CAMERA].assignment = declared.model_copy(update=changed)
    await room.desk.look_after()
    await until_async(lambda: room.desk.hand(CAMERA) is None)
    assert room.records("control.ended")[-1].reason == "camera"


async def test_a_declared_view_that_reads_the_wrong_way_is_not_believed_before_it_was_gone_to(tmp_path: Path) -> None:
    # Somebody turned it at the device, to the windows: upwards, where counting the other way would be allowed.
    room = room_of(tmp_path, here=Bearing(100.0, -20.0, 1.0), rise=(-45.0, -5.0))
    helm = await hand(room)
    assert helm.note == "bearing"
    assert await fails(helm, "precise", there=Bearing(100.0, -30.0, 1.0)) == "bearing"
    room.device.here = Bearing(100.0, 20.0, 1.0)
    await helm.control("home", "", "")
    await until_async(lambda: helm.note == "")
    assert await fails(helm, "precise", there=Bearing(100.0, -30.0, 1.0)) == "outside"
    await helm.control("precise", "", "", there=Bearing(100.0, 40.0, 1.0))
    await room.desk.stop()


async def test_the_view_that_it_goes_home_to_is_set_inside_alone(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    helm = await hand(room)
    room.device.here = Bearing(180.0, 0.0, 1.0)
    assert await fails(helm, "set_home") == "outside"
    room.device.here = Bearing(110.0, 0.0, 1.0)
    await helm.control("set_home", "", "")
    await room.desk.stop()


async def test_one_lost_answer_makes_no_device_of_it_that_tells_nothing(tmp_path: Path) -> None:
    room, tell = room_of(tmp_path), FakeCamera.bearing
    answers = iter([SteerFailure("timeout", "lost")])

    async def bearing() -> Bearing | None:
        for lost in answers:
            raise lost
        return await tell(room.device)

    room.device.bearing = bearing  # type: ignore[method-assign]
    helm = await hand(room)
    assert helm.note == ""
    assert await fails(helm, "precise", there=Bearing(180.0, 0.0, 1.0)) == "outside"
    await room.desk.stop()
