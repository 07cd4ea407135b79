"""A gap is filled from what the device recorded itself, within bounds, and whatever goes wrong leaves a gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from custodes.gb28181.device.quirks import Quirk
from custodes.node.camera import Kept
from custodes.node.gb28181.filling import fetch as fetching
from custodes.node.gb28181.filling.due import Part, due, there
from custodes.node.gb28181.filling.room import TRIES, Filling
from custodes.node.gb28181.source import GbSource
from custodes.video.archive.verify import verify_segments
from custodes.video.recorder.recorder import Recorder
from custodes.video.source.address import AddressPolicy
from custodes.video.source.state import SourceState
from custodes.video.source.tick import Reader
from custodes.video.source.way import Way
from custodes.video.wire.gateway import Recording
from tests.gateway.calls.house import CAMERAS, ask, until
from tests.node.gb28181.filling.world import QUICK, SECOND, URL, recording, world

_ALL = (0, 1 << 60)


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
            await until(lambda: room.filled_us > 0)
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
        await until(lambda: not all.device.outlets)  # ended at the device too


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
            Way(transport="udp"),
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
            await until(lambda: stream.gap is None and recorder.status.sequence > 0)
            all.device.cut = True
            await until(lambda: recorder.status.state != "recording")
            lost = all.clock.wall_us()
            await until(lambda: all.clock.wall_us() - lost > 1_500_000)
            all.device.cut = False
            await until(lambda: stream.gap is None)
            all.archive.tick()  # each second, where it has a thread
            async with running(all.filling()) as room:
                await until(lambda: room.filled_us > 0)
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
            await until(lambda: bool(room._idle))
            assert len(all.line.questions) == 1
        assert all.archive.filled(all.camera, *_ALL) == []
        assert all.archive.gaps(all.camera, *gap) == [(*gap, "network")]
        assert all.records("gap.filled") == []


async def test_only_what_the_device_has_of_it_is_filled(tmp_path: Path) -> None:
    async with world(tmp_path, (recording(28, 26), recording(23, 21))) as all:
        gap = all.gap(30, 12)
        async with running(all.filling()) as room:
            await until(lambda: bool(room._idle))
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
            await until(lambda: room.filled_us > 0)
        [record] = all.records("gap.filled")
        assert sum(end - begin for begin, end in record["filled"]) > 1_700_000
        await until(lambda: not all.device.outlets)


async def test_a_device_that_refuses_is_asked_a_few_times_and_left(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.gap(20, 2)
        # Another node has a recording of the channel played: there is room for one.
        other = all.process.assigned.camera(CAMERAS[0])
        now = all.clock.wall_us() // SECOND
        played = await all.line.call(ask(other, session="Playback", start=now - 60, end=now - 1))
        assert played.step == ""
        all.line.board._bounds = replace(all.line.board._bounds, room_s=0.05)
        async with running(all.filling(replace(QUICK, again_s=0.01))) as room:
            await until(lambda: bool(room._idle))
        assert room.failed == TRIES
        assert all.archive.filled(all.camera, *_ALL) == []


async def test_a_gateway_that_is_away_is_waited_for(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.gap(20, 2)
        room = all.filling()
        room.gateway = lambda: None
        async with running(room):
            await until(lambda: room.failed == 1)
            room.gateway = lambda: all.line
            await until(lambda: bool(all.line.asks))


async def test_stopped_in_the_midst_what_came_is_kept_with_its_mark(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        gap = all.gap(60, 30)
        async with running(all.filling()):
            await until(lambda: all.device.outlets.sent > 200_000)
        all.archive.tick()
        [(begin, end)] = all.archive.filled(all.camera, *_ALL)
        assert gap[0] == begin < end < gap[1]
        await until(lambda: not all.device.outlets)


@pytest.mark.parametrize(
    "more",
    [{"state": "silent"}, {"kept": Kept.KEY_FRAMES}, {"kept": Kept.NOTHING}],
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
        async with running(all.filling(replace(QUICK, least_s=0, look_s=0.01))) as off:
            await asyncio.sleep(0.1)
            assert not off._tasks
        assert all.line.questions == []


async def test_what_is_past_its_retention_or_a_day_old_is_not_brought_back(tmp_path: Path) -> None:
    async with world(tmp_path) as all:
        all.archive.stream(all.camera).first_us = 0
        all.gap(90_000, 60)
        room = all.filling()
        assert room._parts(all.camera) == []
        recent = all.gap(300, 10)
        assert [part.span for part in room._parts(all.camera)] == [recent]
        room.retention = replace(room.retention, training_minutes=1)
        assert room._parts(all.camera) == []


# What is due


def part(start: int, end: int) -> Part:
    return Part(start, end)


def us(*spans: tuple[float, float]) -> list[tuple[int, int]]:
    return [(round(a * SECOND), round(b * SECOND)) for a, b in spans]


@pytest.mark.parametrize("reason", ["schedule", "planned", "operator", "disk", "clock", "new", "certificate"])
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
