"""An upper steers its recording: stands still, goes on, faster and slower, elsewhere; all that was seen is on record."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from custodes.node.gb28181.sending import ways
from custodes.video.wire.sending import SendStep
from tests.node.gb28181.sending.footage import archive_room, same
from tests.node.gb28181.sending.room import Upper, begun
from tests.patience import until_async


async def test_it_stands_still_and_goes_on_where_it_stood(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(6)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 6)
            await here.until_stands(upper, 0.04)
            here.clock.advance(1.001)
            await here.until_stands(upper, 1.04)
            told = await here.step(upper, pause=True)
            assert (told.status, told.scale) == (200, 1.0)
            assert told.at_s == pytest.approx(1.04, abs=0.001)
            here.clock.advance(30)
            await here.until_stands(upper, 1.04)
            assert (await here.step(upper)).status == 200
            await here.until_stands(upper, 1.08)
            await here.run(upper)
            [ended] = here.records("view.ended")
    same(upper.frames, here.taken)
    assert ended.shown == ((here.at(0), here.at(6)),)


@pytest.mark.parametrize("scale", [0.25, 0.5, 1.5, 2.0])
async def test_up_to_twice_as_fast_every_picture_goes(tmp_path: Path, scale: float) -> None:
    async with archive_room(tmp_path) as here:
        here.record(8)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 8)
            await here.until_stands(upper, 0.04)
            told = await here.step(upper, scale=scale)
            assert (told.status, told.scale) == (200, scale)
            await here.until_stands(upper, 0.08)
            here.clock.advance(0.801)
            await here.until_stands(upper, 0.08 + int(0.801 * scale / 0.04) * 0.04)
            await here.run(upper)
            [ended] = here.records("view.ended")
    same(upper.frames, here.taken)
    assert {after.time - before.time for before, after in pairwise(upper.frames)} == {3600}, "times are not scaled"
    assert ended.shown == ((here.at(0), here.at(8)),)


@pytest.mark.parametrize("scale", [2.5, 4.0, 8.0])
async def test_faster_than_that_key_pictures_alone_go_and_stand_for_the_rest(tmp_path: Path, scale: float) -> None:
    async with archive_room(tmp_path) as here:
        here.record(20)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 20)
            await here.until_stands(upper, 0.04)
            await here.step(upper, scale=scale)
            await until_async(lambda: here.stands(upper) >= 1 or (here.clock.advance(0.02), upper.read()) is None)  # type: ignore[func-returns-value]
            begun_at = here.stands(upper)
            await here.run(upper)
            [ended] = here.records("view.ended")
    assert begun_at >= 1
    keys = [unit for unit in here.taken if unit.key]
    same(upper.frames[25:], keys[1:])
    assert {after.time - before.time for before, after in pairwise(upper.frames[25:])} == {90_000}
    assert ended.shown == ((here.at(0), here.at(20)),)


async def test_key_pictures_come_so_many_times_as_fast_and_all_of_them_again_at_the_next(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(20)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 20)
            await here.until_stands(upper, 0.04)
            await here.step(upper, scale=4.0, at_s=2)
            await here.until_stands(upper, 3)
            here.clock.advance(1.001)
            await here.until_stands(upper, 7)
            told = await here.step(upper, scale=1.0)
            assert (told.scale, told.at_s) == (1.0, pytest.approx(7, abs=0.001))
            await here.until_stands(upper, 7.04)
            await here.run(upper)
            [ended] = here.records("view.ended")
    keys = [unit for unit in here.taken if unit.key]
    same(upper.frames[1:6], keys[2:7])
    same(upper.frames[6:], here.taken[175:])
    assert ended.shown == ((here.at(0), here.at(0.04)), (here.at(2), here.at(20)))


async def test_a_download_sends_every_picture_at_each_speed(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(12)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 12, session="Download", speed=1)
            await here.until_stands(upper, 0.04)
            assert (await here.step(upper, scale=8.0)).scale == 8.0
            await here.until_stands(upper, 0.08)
            here.clock.advance(1.001)
            await here.until_stands(upper, 8.08)
            await here.run(upper)
    same(upper.frames, here.taken)


async def test_who_says_again_and_again_what_goes_on_anyway_hurries_nothing(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(8)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 8)
            await here.until_stands(upper, 0.04)
            for how in ({}, {"scale": 1.0}) * 20:
                told = await here.step(upper, **how)
                assert (told.status, told.scale) == (200, 1.0)
                await asyncio.sleep(0)
            upper.read()
            assert (await here.step(upper)).at_s == pytest.approx(0.04, abs=0.001)
            here.clock.advance(1.001)
            await here.until_stands(upper, 1.04)
            await here.run(upper)
    same(upper.frames, here.taken)


async def test_it_goes_elsewhere_and_all_that_was_seen_is_on_record(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(10)
        here.gap(20)
        here.record(10)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 1, 40)
            await here.until_stands(upper, 1.04)
            here.clock.advance(1.001)
            await here.until_stands(upper, 2.04)
            told = await here.step(upper, at_s=34.5)
            assert (told.status, told.at_s, told.scale) == (200, 34.5, 1.0)
            await here.until_stands(upper, 35.04)  # the key picture at or before it
            here.clock.advance(1.001)
            await here.until_stands(upper, 36.04)
            assert (await here.step(upper, at_s=4)).at_s == 4.0
            await here.until_stands(upper, 5.04)
            assert (await here.step(upper, at_s=14)).status == 200  # where nothing is: what comes behind it
            await here.until_stands(upper, 30.04)
            await here.run(upper)
            [ended] = here.records("view.ended")
    recorded = {round((unit.wall_us - here.start) / 40_000): unit for unit in here.taken}
    expected = [recorded[at] for at in [*range(25, 51), *range(875, 901), 125, *range(750, 1000)]]
    same(upper.frames, expected)
    assert {after.time - before.time for before, after in pairwise(upper.frames)} == {3600}, "times only go on"
    assert [(round((a - here.start) / 40_000), round((b - here.start) / 40_000)) for a, b in ended.shown] == [
        (25, 51),
        (125, 126),
        (750, 1000),
    ]


async def test_a_step_that_can_t_be_followed_changes_nothing(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(8)
        here.done()
        with Upper("tcp-active") as upper, Upper("udp") as live:
            await here.call(upper, 2, 8)
            await here.until_stands(upper, 2.04)
            for scale in (0.2, 8.5, 16, 0, -1, -8):
                told = await here.step(upper, scale=scale, at_s=3, pause=True)
                assert (told.status, told.scale) == (551, 1.0)
                assert told.at_s == pytest.approx(0.04, abs=0.001)
            for place in (6, 6.5, 86_400):
                assert (await here.step(upper, at_s=place, pause=True, scale=2.0)).status == 457
            assert (await here.desk.step(SendStep(call=uuid.uuid4()))).status == 454
            here.play(1)
            await begun(here, live)
            assert (await here.step(live, pause=True)).status == 454
            here.clock.advance(1)  # and 0.04 of the live picture
            await here.until_stands(upper, 3.08)
            await here.desk.end(upper.call)
            assert (await here.step(upper)).status == 454


@pytest.mark.parametrize("scale", [1.0, 8.0])
async def test_at_the_end_of_a_range_it_stands_still_and_goes_on_from_there(tmp_path: Path, scale: float) -> None:
    async with archive_room(tmp_path) as here:
        here.record(12)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 12)
            await here.until_stands(upper, 0.04)
            told = await here.step(upper, at_s=2, ranged=True, until_s=4)
            assert (told.status, told.at_s, told.until_s) == (200, 2.0, 4.0)
            told = await here.step(upper, scale=scale)
            assert told.until_s == 4.0, "another speed leaves the end where it is"
            for _ in range(20):
                here.clock.advance(0.5)
                await asyncio.sleep(0.002)
                upper.read()
            await here.until_stands(upper, 4)
            assert not here.desk.keep((upper.call,)).ended, "it is not over"
            assert (await here.step(upper, pause=True)).status == 200
            told = await here.step(upper, scale=1.0)
            assert (told.status, told.at_s, told.until_s) == (200, pytest.approx(4, abs=0.001), None)
            await here.run(upper)
            [ended] = here.records("view.ended")
    same(upper.frames[-200:], here.taken[-200:])
    assert ended.shown == ((here.at(0), here.at(0.04)), (here.at(2), here.at(12)))


async def test_the_end_of_a_range_moves_with_the_range_and_not_beyond_the_call_s(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(8)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 8)
            await here.until_stands(upper, 0.04)
            for how in ({"at_s": 4, "until_s": 4}, {"at_s": 4, "until_s": 3}, {"until_s": 0.04}):
                assert (await here.step(upper, ranged=True, **how)).status == 457
            assert (await here.step(upper, ranged=True, until_s=3)).until_s == 3.0
            assert (await here.step(upper, ranged=True, until_s=100)).until_s is None
            assert (await here.step(upper, ranged=True, until_s=3)).until_s == 3.0
            assert (await here.step(upper, ranged=True)).until_s is None, "from now on to the end (npt=now-)"
            await here.run(upper)
    same(upper.frames, here.taken)


async def test_nothing_is_outside_before_it_was(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(8)
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 1000)
            await here.until_stands(upper, 0.04)
            assert (await here.step(upper, at_s=100)).status == 457, "nobody has recorded it yet"
            here.clock.advance(200)
            assert (await here.step(upper, at_s=100)).status == 200


@pytest.mark.parametrize(
    "how",
    [
        lambda number: {"scale": (0.25, 1.0, 4.0, 8.0)[number % 4]},
        lambda number: {"at_s": float(number * 7 % 20)},
        lambda number: {
            "pause": bool(number % 2),
            "at_s": float(number * 3 % 20),
            "scale": (1.0, 8.0)[number % 3 == 0],
        },
    ],
    ids=["scale", "place", "all"],
)
async def test_steps_that_come_as_quickly_as_they_can_leave_it_whole(
    tmp_path: Path, how: Callable[[int], dict[str, float]]
) -> None:
    async with archive_room(tmp_path) as here:
        here.record(20)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 20)
            for number in range(200):
                assert (await here.step(upper, **how(number))).status == 200
                here.clock.advance(0.03)
                await asyncio.sleep(0.001 * (number % 4))
                upper.read()
            await here.step(upper, scale=1.0, at_s=18)
            await here.run(upper)
            [ended] = here.records("view.ended")
    known = {unit.data for unit in here.taken}
    assert all(frame.data in known for frame in upper.frames)
    assert all(after.time > before.time for before, after in pairwise(upper.frames))
    assert ended.shown[-1][1] == here.at(20)
    same(upper.frames[-50:], here.taken[-50:])


async def test_where_it_stands_before_ack_is_its_begin(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(8)
        here.done()
        with Upper("tcp-active") as upper:
            ready = await here.desk.make_ready(here.ask(upper, 2, 8))
            assert not ready.step
            assert (await here.step(upper, at_s=3)).at_s == 3.0
            here.desk.start(upper.call)
            await here.run(upper)
    same(upper.frames, here.taken[125:])


async def test_who_goes_back_while_the_last_is_under_way_goes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, asked = [1], threading.Event()

    def unacknowledged(_: object) -> int:
        asked.set()
        return under_way[0]

    monkeypatch.setattr(ways, "_unacknowledged", unacknowledged)
    async with archive_room(tmp_path) as here:
        here.record(4)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 4)

            def all_went() -> bool:
                here.clock.advance(0.02)
                upper.read()
                return asked.is_set()

            await until_async(all_went)
            assert (await here.step(upper, at_s=2)).status == 200
            under_way[0] = 0
            await here.run(upper)
    same(upper.frames, [*here.taken, *here.taken[50:]])
