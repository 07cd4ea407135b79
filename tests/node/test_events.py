"""What cameras say of themselves reaches the next report once for each camera and kind, and nothing else depends on it."""

from __future__ import annotations

import asyncio
from uuid import UUID

from custodes.node.events import EventBoard, EventWatch
from custodes.video.clock import FakeClock
from custodes.video.onvif.events import OnvifNotice
from custodes.video.source.address import AddressPolicy
from custodes.video.wire.assignment import CameraAssignment, OnvifAssignment, SourceAssignment
from tests.patience import until_async
from tests.video.onvif.pullpoint import notification, talking_device

CAMERA = UUID(int=7)
ON, OFF = (
    OnvifNotice("tamper", True, "VideoSource/ImageTooDark"),
    OnvifNotice("tamper", False, "VideoSource/ImageTooDark"),
)


def assigned(port: int, motion: bool = False, camera: UUID = CAMERA) -> CameraAssignment:
    return CameraAssignment(
        id=camera,
        name="c",
        main=SourceAssignment(url="rtsp://127.0.0.1:8554/x"),
        onvif=OnvifAssignment(port=port, motion=motion),
    )


def watch(board: EventBoard, pauses: list[float] | None = None) -> EventWatch:
    async def pause(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)
        await asyncio.sleep(0)

    return EventWatch(board, AddressPolicy(allow_loopback=True), FakeClock(5_000_000), lambda sealed: sealed, pause)


def test_a_storm_is_one_row_with_a_count() -> None:
    board = EventBoard()
    for at in range(10_000):
        board.note(CAMERA, ON, 1_000 + at)
    [(camera, kind, row)] = board.rows()
    assert (camera, kind, row.since_us, row.last_us, row.count, row.over) == (
        CAMERA,
        "tamper",
        1_000,
        10_999,
        10_000,
        False,
    )


def test_what_is_over_is_reported_once_more_and_then_forgotten() -> None:
    board = EventBoard()
    board.note(CAMERA, ON, 1)
    first = board.rows()
    board.note(CAMERA, OFF, 2)  # while the first report was on its way
    board.reported(first)
    [(_camera, _kind, row)] = board.rows()
    assert row.over
    board.reported(board.rows())
    assert board.rows() == []


def test_the_end_of_something_that_never_began_is_nothing() -> None:
    board = EventBoard()
    board.note(CAMERA, OFF, 1)
    assert board.rows() == []


def test_what_begins_again_before_the_end_was_reported_is_a_new_happening() -> None:
    board = EventBoard()
    board.note(CAMERA, ON, 1)
    board.note(CAMERA, OFF, 2)
    said = board.rows()
    board.note(CAMERA, ON, 3)
    board.reported(said)
    [(_camera, _kind, row)] = board.rows()
    assert (row.since_us, row.over) == (3, False)


async def test_a_cameras_notices_reach_the_board_and_motion_only_where_it_is_wanted() -> None:
    board = EventBoard()
    with talking_device() as device:
        listening = watch(board)
        listening.apply([assigned(device.port)])
        device.say.put(notification("tns1:VideoSource/MotionAlarm", "true"))
        device.say.put(notification("tns1:RuleEngine/TamperDetector/Tamper", "true"))
        [(_camera, kind, _row)] = await until_async(board.rows)
        assert kind == "tamper"
        listening.apply([assigned(device.port, motion=True)])
        assert board.rows() == [], "what another connection said is not carried over"
        await until_async(lambda: device.subscriptions == 2)
        device.say.put(notification("tns1:VideoSource/MotionAlarm", "true"))
        assert [kind for _camera, kind, _row in await until_async(board.rows)] == ["motion"]
        await listening.stop()


async def test_a_subscription_that_ends_is_opened_anew_and_a_device_that_is_away_is_asked_ever_less_often() -> None:
    board, pauses = EventBoard(), []
    with talking_device() as device:
        listening = watch(board, pauses)
        listening.apply([assigned(device.port)])
        device.say.put("gone")
        device.say.put(notification("tns1:RuleEngine/TamperDetector/Tamper", "1"))
        await until_async(board.rows)
        assert device.subscriptions == 2
    await until_async(lambda: len(pauses) >= 6)
    assert pauses[5] > pauses[1]
    await listening.stop()


async def test_a_camera_that_goes_or_stays_the_same_is_treated_so() -> None:
    board = EventBoard()
    with talking_device() as device:
        listening = watch(board)
        listening.apply([assigned(device.port)])
        await until_async(lambda: device.subscriptions == 1)
        listening.apply([assigned(device.port)])
        device.say.put(notification("tns1:RuleEngine/TamperDetector/Tamper", "1"))
        await until_async(board.rows)
        assert device.subscriptions == 1
        listening.apply([])
        assert board.rows() == []
        await listening.stop()


async def test_what_was_told_to_end_before_is_over_when_all_is() -> None:
    with talking_device() as device:
        listening = watch(EventBoard())
        listening.apply([assigned(device.port)])
        [listens] = [task for task in asyncio.all_tasks() if task.get_name().startswith("events-")]
        await until_async(lambda: device.subscriptions == 1)
        listening.apply([])
        assert not listens.done()
        await listening.stop()
        assert listens.done()
