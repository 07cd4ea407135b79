"""A gap is filled from what the device recorded itself, within bounds, and whatever goes wrong leaves a gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from custodes.gb28181.device.quirks import Quirk
from custodes.node.camera import NodeCamera, ShortageRecording
from custodes.node.gb28181.filling import fetch as fetching
from custodes.node.gb28181.filling.fetch import FillPart, due, there
from custodes.node.gb28181.filling.room import TRIES, Filling
from custodes.node.gb28181.place import ChannelUrl
from custodes.node.gb28181.source import GbSource
from custodes.video.archive.verify import verify_segments
from custodes.video.clock import FakeClock
from custodes.video.plan import RecordingPlan
from custodes.video.recorder import late as recording_late
from custodes.video.recorder.recorder import Recorder
from custodes.video.source.address import AddressPolicy
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.source.state import SourceState
from custodes.video.source.tick import Reader
from custodes.video.wire.assignment import PlannedStop
from custodes.video.wire.calls import Recording
from tests.gateway.calls.house import CAMERAS, ask
from tests.node.gb28181.filling.world import CHANNEL, QUICK, SECOND, URL, World, recording, world
from tests.patience import until_async

_ALL = (0, 1 << 60)
TEN_MINUTES = 600 * SECOND


@asynccontextmanager
async def running(room: Filling) -> AsyncIterator[Filling]:
    task = asyncio.create_task(room.run())
    try:
        yield room
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_gap_that_is_over_is_filled_and_said_to_be(tmp_path: Path, transport: str) -> None:
    async with world(tmp_path) as all:
        gap = all.gap(20, 2)
        async with running(all.filling(transport=transport)) as room:
            await until_async(lambda: room.filled_us > 0)
        [record] = all.records("gap.filled")
        assert (record["from_us"], record["to_us"], record["source"]) == (*gap, "device")
        [span] = all.archive.filled(all.camera, *_ALL)
        assert span[0] == gap[0]
        assert gap[1] - 200_000 < span[1] <= gap[1]
        assert record["filled"] == [list(span)]
        assert all.archive.gaps(all.camera, *gap) == [(*gap, "network")]
        assert [one["source"] for one in all.records("segment.sealed")] == ["device"]
        assert verify_segments(tmp_path / "volume", records=all.records("segment.sealed")).proven == 1
        [call] = all.line.asks
        assert (call.session, call.start * SECOND, call.end * SECOND, call.speed) == ("Download", *gap, 2)
        await until_async(lambda: not all.device.outlets)  # ended at the device too


async def test_a_link_that_was_cut_is_recorded_again_and_what_is_missing_filled(tmp_path: Path) -> None:
    """Everything is real but HTTP: live over UDP, cut for some seconds, back, and filled while live goes on."""
    async with world(tmp_path, (recording(600, -600),)) as all:
        reader = Reader(all.clock, 10)
        recorder = Recorder(all.camera, all.archive, all.clock)
        states: list[SourceState] = []

        def state(new: SourceState) -> None:
            states.append(new)
            recorder.source_state(new)

        source = GbSource(
            all.camera,
            f"gb28181://{URL.device}/{URL.channel}",
            ConnectionOptions(transport="udp"),
            stream="main",
            place=all.place,
            desk=all.desk,
            reader=reader,
            policy=AddressPolicy(allow_loopback=True),
            clock=all.clock,
            on_unit=recorder.take,
            on_state=state,
            silent_seconds=0.6,
        )
        reading = asyncio.create_task(reader.run())
        source.start()
        try:
            stream = all.archive.stream(all.camera)
            await until_async(lambda: stream.gap is None and recorder.status.sequence > 0)
            all.device.cut = True
            await until_async(lambda: recorder.status.state != "recording")
            lost = all.clock.wall_us()
            # Only whole seconds of a gap are asked for, and two at the least: it lasts for more than four.
            await until_async(lambda: all.clock.wall_us() - lost > 3_200_000)
            all.device.cut = False
            await until_async(lambda: stream.gap is None)
            all.archive.tick()  # each second, where it has a thread
            async with running(all.filling()) as room:
                await until_async(lambda: room.filled_us > 0)
            assert recorder.status.state == "recording"
        finally:
            source.stop()
            reading.cancel()
            recorder.close()
            reader.close()
        all.archive.tick()
        [(begin, end)] = all.archive.filled(all.camera, *_ALL)
        gaps = [one for one in all.archive.gaps(all.camera, lost - 30 * SECOND, lost + 30 * SECOND) if one[2] != "new"]
        assert gaps[0][0] <= begin < end <= gaps[-1][1]
        assert end - begin >= 2 * SECOND - 200_000
        report = verify_segments(tmp_path / "volume", records=all.records("segment.sealed"))
        assert report.ok, report.lines()
        assert report.proven >= 3


async def test_what_the_device_has_not_stays_a_gap_and_is_not_asked_for_again(tmp_path: Path) -> None:
    async with world(tmp_path, ()) as all:
        gap = all.gap(20, 4)
        async with running(all.filling()) as room:
            await until_async(lambda: bool(room._idle))
            assert len(all.line.questions) == 1
        assert all.archive.filled(all.camera, *_ALL) == []
        assert all.archive.gaps(all.camera, *gap) == [(*gap, "network")]
        assert all.records("gap.filled") == []


async def test_only_what_the_device_has_of_it_is_filled(tmp_path: Path) -> None:
    async with world(tmp_path, (recording(28, 26), recording(23, 21))) as all:
        gap = all.gap(30, 12)
        async with running(all.filling()) as room:
            await until_async(lambda: bool(room._idle))
        assert len(all.line.questions) == 1
        all.archive.tick()
        spans = all.archive.filled(all.camera, *gap)
        assert len(spans) == 2
        for begin, end in spans:
            assert 2 * SECOND - 300_000 < end - begin <= 2 * SECOND


async def test_a_device_that_does_not_say_that_it_is_through_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SILENT_SECONDS", 1.0)
    async with world(tmp_path, quirks=[Quirk.NO_MEDIA_STATUS]) as all:
        all.gap(20, 2)
        async with running(all.filling()) as room:
            await until_async(lambda: room.filled_us > 0)
        [record] = all.records("gap.filled")
        assert sum(end - begin for begin, end in record["filled"]) > 1_700_000
        await until_async(lambda: not all.device.outlets)


async def test_a_device_that_refuses_is_asked_a_few_times_and_left(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.gap(20, 2)
        # Another node has a recording of the channel played: there is room for one.
        other = all.process.assigned.camera(CAMERAS[0])
        now = all.clock.wall_us() // SECOND
        played = await all.line.call(ask(other, session="Playback", start=now - 60, end=now - 1))
        assert played.step == ""
        all.line.board.calls.bounds = replace(all.line.board.calls.bounds, room_s=0.05)
        async with running(all.filling(replace(QUICK, again_s=0.01))) as room:
            await until_async(lambda: room.failed >= TRIES and not room._tasks)
        assert room.failed == TRIES
        [camera] = room.cameras
        assert room._parts(camera)
        assert not any(room._may(all.camera, part) for part in room._parts(camera))
        assert all.archive.filled(all.camera, *_ALL) == []


async def test_a_gateway_that_is_away_is_waited_for(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.gap(20, 2)
        room = all.filling()
        room.gateway = lambda: None
        async with running(room):
            await until_async(lambda: room.failed == 1)
            room.gateway = lambda: all.line
            await until_async(lambda: bool(all.line.asks))


async def test_stopped_in_the_midst_what_came_is_kept_with_its_mark(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        gap = all.gap(60, 30)
        async with running(all.filling()):
            await until_async(lambda: all.device.outlets.sent > 200_000)
        all.archive.tick()
        [(begin, end)] = all.archive.filled(all.camera, *_ALL)
        assert gap[0] == begin < end < gap[1]
        await until_async(lambda: not all.device.outlets)


@pytest.mark.parametrize(
    "more",
    [{"state": "silent"}, {"kept": ShortageRecording.KEY_FRAMES}, {"kept": ShortageRecording.NOTHING}],
)
async def test_a_camera_that_is_not_recorded_whole_is_left_alone(tmp_path: Path, more: dict[str, Any]) -> None:
    async with world(tmp_path) as all:
        all.gap(20, 2)
        room = all.filling(**more)
        room.look()
        assert not room._tasks


async def test_it_rests_first_and_off_is_off(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.gap(20, 2)
        room = all.filling(replace(QUICK, rest_s=60))
        room.look()
        assert not room._tasks
        off = all.filling(replace(QUICK, least_s=0))
        off.look()
        assert not off._tasks
        assert all.line.questions == []


async def test_what_is_past_its_retention_or_a_day_old_is_not_brought_back(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.archive.stream(all.camera).first_us = 0
        all.gap(90_000, 60)
        room = all.filling()
        [camera] = room.cameras
        assert room._parts(camera) == []
        recent = all.gap(300, 10)
        assert [part.span for part in room._parts(camera)] == [recent]
        room.retention = replace(room.retention, training_minutes=1)
        assert room._parts(camera) == []


# What somebody wanted left out


def stop(begin_us: int, end_us: int, *, dark: bool = True) -> PlannedStop:
    return PlannedStop(id=uuid4(), cause="vote", from_us=begin_us, until_us=end_us, dark=dark)


async def test_a_plan_that_came_after_its_gap_began_is_kept_too(tmp_path: Path) -> None:
    """Camera and node were away while a vote was approved, began and ended: the gap was never named after it."""
    async with world(tmp_path) as all:
        begin, end = all.gap(7_000, 6_000)
        room = all.filling()
        [camera] = room.cameras
        assert sum(part.seconds for part in room._parts(camera)) == 6_000
        vote = stop(begin + 2_000 * SECOND, begin + 3_000 * SECOND)
        left = [(begin, vote.from_us - TEN_MINUTES), (vote.until_us + TEN_MINUTES, end)]
        camera.assignment.planned = (vote,)
        assert [part.span for part in room._parts(camera)] == left
        camera.assignment.planned = ()
        all.archive.follow(all.camera, RecordingPlan((vote,)))
        assert [part.span for part in room._parts(camera)] == left
        # One beside the gap reaches into it with its margin; one that comes yet too.
        all.archive.follow(all.camera, RecordingPlan((stop(end + SECOND, end + 60 * SECOND),)))
        assert [part.span for part in room._parts(camera)][-1][1] == (end + SECOND - TEN_MINUTES) // SECOND * SECOND


@pytest.mark.parametrize("reason", ["planned", "schedule"])
async def test_a_stop_in_the_gap_book_has_margins(tmp_path: Path, reason: str) -> None:
    """The stop may have left the assignment by now."""
    async with world(tmp_path) as all:
        begin, middle = all.gap(7_000, 2_000)
        stopped = all.gap(5_000, 1_000, reason)
        later = all.gap(4_000, 2_000)
        room = all.filling()
        [camera] = room.cameras
        found = [part.span for part in room._parts(camera)]
        assert found[0][0] >= begin
        assert found[-1][1] <= later[1]
        assert all_apart(found, (stopped[0] - TEN_MINUTES, stopped[1] + TEN_MINUTES))
        assert sum(end - start for start, end in found) >= 4_000 * SECOND - 2 * TEN_MINUTES - 4 * SECOND
        assert middle > begin


def all_apart(spans: list[tuple[int, int]], other: tuple[int, int]) -> bool:
    return all(end <= other[0] or begin >= other[1] for begin, end in spans)


def _vote_now(all: World, camera: Any) -> None:
    now = all.clock.wall_us()
    camera.assignment.planned = (stop(now - SECOND, now + 60 * SECOND),)


def _vote_then(all: World, camera: Any) -> None:
    then = all.clock.wall_us() - 1_900 * SECOND
    camera.assignment.planned = (stop(then, then + 60 * SECOND),)


@pytest.mark.parametrize(
    "change",
    [
        _vote_now,
        _vote_then,
        lambda _all, camera: setattr(camera, "kept", ShortageRecording.KEY_FRAMES),
        lambda _all, camera: setattr(camera, "present_state", replace(camera.present_state, state="silent")),
        lambda _all, camera: setattr(camera.assignment.main, "url", "gb28181://1/2"),
    ],
)
async def test_what_is_decided_while_it_runs_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[World, Any], None]
) -> None:
    monkeypatch.setattr(recording_late, "SEGMENT_SECONDS", 7_200)  # nothing is written on the way
    async with world(tmp_path) as all:
        all.gap(2_500, 1_200)
        room = all.filling()
        [camera] = room.cameras
        async with running(room):
            await until_async(lambda: all.device.outlets.sent > 50_000)
            change(all, camera)
            await until_async(lambda: not room._tasks)
        assert room.filled_us == 0  # what was gathered is dropped
        assert all.archive.filled(all.camera, *_ALL) == []
        assert room.failed == 0
        await until_async(lambda: not all.device.outlets)


async def test_a_camera_that_was_replaced_while_it_runs_ends_it(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.gap(2_500, 1_200)
        room = all.filling()
        async with running(room):
            await until_async(lambda: all.device.outlets.sent > 50_000)
            room.cameras = all.filling().cameras
            await until_async(lambda: not room._tasks)
        assert all.archive.filled(all.camera, *_ALL) == []


async def test_what_a_device_recorded_before_it_was_this_cameras_is_not_asked_for(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.gap(300, 10)
        room = all.filling()
        [camera] = room.cameras
        camera.assignment.main.url = "gb28181://1/2"
        room._follow()
        camera.assignment.main.url = CHANNEL
        room._follow()
        since = room._assigned[all.camera][2]
        all.archive.book.gap_ended(all.archive.stream(all.camera), since)
        assert room._parts(camera) == []
        room.clock = FakeClock(since + 100 * SECOND)
        gap = since // SECOND * SECOND + 10 * SECOND, since // SECOND * SECOND + 20 * SECOND
        all.archive.book.gap_found(all.archive.stream(all.camera), *gap, "network")
        all.archive.tick()
        assert [part.span for part in room._parts(camera)] == [gap]
        # Taken away and given back, it is another camera, whatever its address.
        room.cameras = all.filling().cameras
        room._follow()
        assert room._parts(next(iter(room.cameras))) == []


def test_a_gap_that_began_before_is_left_whole() -> None:
    gaps = [(10 * SECOND, 20 * SECOND, "network"), (30 * SECOND, 40 * SECOND, "network")]
    assert due(gaps, [], 0, 100 * SECOND, 2, since_us=15 * SECOND) == [part(30, 40)]


# Nothing twice


async def test_a_look_before_the_tick_does_not_ask_again(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        gap = all.gap(60, 3)
        room = all.filling()
        stream = all.archive.stream(all.camera)
        all.held = True
        async with running(room):
            await until_async(lambda: any(one.written_whole for one in stream.open.values()))
            await until_async(lambda: not all.device.outlets)
            [(_camera, task)] = room._tasks.items()
            room.look()
            assert list(room._tasks.values()) == [task]
            assert room.filled_us == 0
            all.held = False
            await until_async(lambda: not room._tasks and bool(room._idle))
        assert len(all.line.asks) == 1
        [span] = all.archive.filled(all.camera, *gap)
        assert room.filled_us == span[1] - span[0]
        assert verify_segments(tmp_path / "volume", records=all.records("segment.sealed")).ok


async def test_what_was_not_kept_is_not_said_to_be_nor_written_again(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.gap(60, 3)
        room = all.filling()
        stream = all.archive.stream(all.camera)
        all.held = True
        async with running(room):
            await until_async(lambda: any(one.written_whole for one in stream.open.values()))
            for one in stream.open.values():
                one.failed = "the disk went away"
                one.file.unlink()
            all.held = False
            await until_async(lambda: not room._tasks)
            [camera] = room.cameras
            assert [part.seconds for part in room._parts(camera)] == []
        assert room.filled_us == 0
        assert all.records("gap.filled") == []


# Whose turn it is


async def test_those_without_work_give_their_place_to_the_next_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.gap(20, 2)
        room = all.filling(replace(QUICK, look_s=3_600))
        [last] = room.cameras
        others = []
        for number in range(7):
            [other] = all.filling(url=f"gb28181://9{number}{URL.device[2:]}/{URL.channel}").cameras
            other.id = uuid4()  # type: ignore[misc]
            all.archive.register(other.id)
            others.append(other)
        room.cameras = [*others, last]
        room.look()
        assert len(room._tasks) == 2
        await until_async(lambda: room.filled_us > 0)
        assert {one.id for one in others} <= room._idle.keys()


async def test_who_was_looked_at_longest_ago_is_first(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        room = all.filling()
        [first] = room.cameras
        cameras = [first]
        for number in range(3):
            [other] = all.filling(url=f"gb28181://9{number}{URL.device[2:]}/{URL.channel}").cameras
            other.id = uuid4()  # type: ignore[misc]
            cameras.append(other)
        room.cameras = cameras
        begun: list[UUID] = []

        async def fill(camera: NodeCamera, _url: ChannelUrl) -> bool:
            begun.append(camera.id)
            return True

        room._fill = fill  # type: ignore[method-assign]
        for _ in range(4):
            room.look()
            await asyncio.gather(*room._tasks.values())
            await until_async(lambda: not room._tasks)
        assert begun == [one.id for one in cameras] * 2


# What is due


def part(start: int, end: int) -> FillPart:
    return FillPart(start, end)


def us(*spans: tuple[float, float]) -> list[tuple[int, int]]:
    return [(round(a * SECOND), round(b * SECOND)) for a, b in spans]


@pytest.mark.parametrize(
    "reason", ["schedule", "planned", "operator", "disk", "clock", "new", "certificate", "refused", "restart"]
)
def test_what_somebody_wanted_left_out_is_not_fetched(reason: str) -> None:
    assert due([(0, 100 * SECOND, reason)], [], 0, 200 * SECOND, 2) == []


def test_parts_are_whole_seconds_inside_what_is_missing() -> None:
    gaps = [(a, b, "network") for a, b in us((10.4, 20.6), (30.0, 31.5), (40, 60))]
    runs = us((0, 10.4), (20.6, 30.0), (45.5, 50.2))
    assert due(gaps, runs, 0, 100 * SECOND, 2) == [part(11, 20), part(40, 45), part(51, 60)]
    assert due(gaps, runs, 15 * SECOND, 42 * SECOND, 5) == [part(15, 20)]
    assert due([(0, 8_000 * SECOND, "silent")], [], 0, 9_000 * SECOND, 2) == [
        part(0, 3600),
        part(3600, 7200),
        part(7200, 8000),
    ]


def test_of_a_part_is_there_what_its_recordings_touch() -> None:
    told = [Recording(start=a, end=b) for a, b in ((0, 12), (12, 15), (16, 18), (30, 40), (5, 9), (60, 60))]
    assert there(told, part(10, 35)) == [part(10, 18), part(30, 35)]
    assert there([], part(1, 2)) == []


def test_a_camera_without_a_channel_is_none_of_ours(tmp_path: Path) -> None:
    async def run() -> None:
        async with world(tmp_path) as all:
            room = all.filling()
            camera: Any = next(iter(room.cameras))
            camera.id = uuid4()
            camera.assignment.main.url = "rtsp://192.0.2.1/1"
            room.look()
            assert not room._tasks

    asyncio.run(run())
