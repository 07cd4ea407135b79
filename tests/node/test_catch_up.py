"""A viewer of a long group of pictures gets all of it: from the recording, then from memory, without a hole."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.node import catch_up
from custodes.node.catch_up import CatchingUp
from custodes.node.disk import Disk
from custodes.video.hub import StreamHub
from custodes.video.live import Fragment, Init, LiveMuxer
from custodes.video.mp4.parse import parse_fragment
from custodes.video.unit import AccessUnit
from tests.patience import PATIENCE, until_async
from tests.video.archive.conftest import CAMERA, Site
from tests.video.units import number_of, unit

Given = list[tuple[AccessUnit, bool]]


class BusyDisk(Disk):
    """Reads at once, and lets something happen meanwhile."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__(1)
        self.meanwhile = meanwhile
        self.reads = 0

    async def run(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.reads += 1
        found = call(*args, **kwargs)
        self.meanwhile()
        return found


class Street:
    """A recorded camera, and a viewer who comes to it."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.site = Site(folder)
        self.hub = StreamHub("street", limit, recorder=self.site.recorder().take)
        self.sent: list[AccessUnit] = []

    def send(self, *units: AccessUnit) -> None:
        for one in units:
            self.sent.append(one)
            self.hub.on_unit(one)
            self.site.clock.advance(0.04)

    def watch(self, disk: Disk) -> CatchingUp:
        self.queue = self.hub.watch()
        return CatchingUp(self.queue, lambda: self.site.archive.being_written(CAMERA), disk, self.site.clock)

    async def all_of(self, viewer: CatchingUp) -> Given:
        """Everything up to what was sent last."""
        got: Given = []
        while not got or got[-1][0] is not self.sent[-1]:
            item = await viewer.take()
            assert item is not None
            got.append(item)
        return got


def same(got: Given, sent: list[AccessUnit]) -> bool:
    return [(u.data, u.key, u.media_time) for u, _ in got] == [(u.data, u.key, u.media_time) for u in sent]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catch_up, "_LOOK_AGAIN_SECONDS", 0.0)


def minute(size: int = 1000) -> list[AccessUnit]:
    return [unit(n, key=n == 0, size=size) for n in range(1500)]


async def test_the_key_frame_is_given_before_anything_is_read_and_then_all_that_followed(tmp_path: Path) -> None:
    street = Street(tmp_path, 65_536)
    street.send(*minute())
    disk = BusyDisk()
    viewer = street.watch(disk)
    first = await viewer.take()
    assert first == (street.sent[0], False)
    assert disk.reads == 0
    got = await street.all_of(viewer)
    assert same(got, street.sent[1:])
    assert not any(hole for _, hole in got)
    assert street.queue.dropped == 0


async def test_the_fragments_of_a_group_that_was_read_back_have_no_hole(tmp_path: Path) -> None:
    street = Street(tmp_path, 65_536)
    street.send(*minute())
    viewer = street.watch(BusyDisk())
    muxer = LiveMuxer()
    outputs = [output for one, hole in await street.all_of(viewer) for output in muxer.add(one, hole)]
    assert [isinstance(output, Init) for output in outputs] == [True] + [False] * 1500
    times = [parse_fragment(output.data).decode_time for output in outputs if isinstance(output, Fragment)]
    assert times == [n * 3600 for n in range(1500)]


async def test_a_tail_that_does_not_reach_back_to_the_recording_is_waited_for(tmp_path: Path) -> None:
    """Pictures so large that memory has less than the recorder gathers: what comes meanwhile makes the join."""
    street = Street(tmp_path, 65_536)
    street.send(*[unit(n, key=n == 0, size=20_000) for n in range(90)])
    number = iter(range(90, 10_000))
    disk = BusyDisk(lambda: street.send(unit(next(number), size=20_000)))
    viewer = street.watch(disk)
    got: Given = []
    while len(got) < 150:
        item = await viewer.take()
        assert item is not None
        got.append(item)
        if street.queue.behind is None and len(street.queue) == 0:
            disk.meanwhile()
    assert same(got, street.sent[:150])


async def test_a_key_frame_that_comes_while_a_viewer_catches_up_is_gone_on_with(tmp_path: Path) -> None:
    street = Street(tmp_path, 65_536)
    street.send(*minute(5000))
    disk = BusyDisk()
    disk.meanwhile = lambda: street.send(unit(1500, key=True)) if disk.reads == 2 else None
    viewer = street.watch(disk)
    got = await street.all_of(viewer)
    numbers = [number_of(one) for one, _ in got]
    assert numbers[-1] == 1500
    assert got[-1][1], "a hole stands before it"
    assert numbers[:-1] == list(range(len(numbers) - 1))
    assert len(numbers) < 600


async def test_who_leaves_while_it_is_read_is_given_nothing_more(tmp_path: Path) -> None:
    street = Street(tmp_path, 65_536)
    street.send(*minute(5000))
    disk = BusyDisk(lambda: street.hub.leave(street.queue))
    viewer = street.watch(disk)
    while await viewer.take() is not None:
        pass
    assert disk.reads == 1


async def test_a_recording_that_has_nothing_is_waited_for_no_longer_than_a_few_seconds(tmp_path: Path) -> None:
    street = Street(tmp_path, 65_536)
    street.site.recorder().stop("operator")
    street.send(*minute())
    number = iter(range(1500, 10_000))
    disk = BusyDisk(lambda: street.send(unit(next(number))))
    viewer = street.watch(disk)
    assert await viewer.take() == (street.sent[0], False)
    waiting = asyncio.create_task(viewer.take())
    await until_async(lambda: street.queue.behind is None, every=0)
    street.send(unit(9000), unit(9001, key=True))
    assert await waiting == (street.sent[-1], True)
    assert catch_up.STANDING_SECONDS / 0.04 <= disk.reads <= catch_up.STANDING_SECONDS / 0.04 + 3


async def test_a_file_that_is_gone_lets_the_viewer_wait_for_the_next_key_frame(tmp_path: Path) -> None:
    street = Street(tmp_path, 65_536)
    street.send(*minute())
    for file in street.site.files():
        file.unlink()
    viewer = street.watch(BusyDisk())
    assert await viewer.take() == (street.sent[0], False)
    waiting = asyncio.create_task(viewer.take())
    await until_async(lambda: street.queue.behind is None, every=0)
    street.send(unit(1500, key=True))
    assert await waiting == (street.sent[-1], True)


async def test_a_disk_that_does_not_answer_is_given_up_and_nobody_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "STANDING_SECONDS", 0.05)
    street = Street(tmp_path, 65_536)
    street.send(*minute())
    answer = threading.Event()

    class Stuck(Disk):
        async def run(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return await super().run(lambda: answer.wait(PATIENCE) and call(*args, **kwargs))

    disk = Stuck(1)
    viewer, other = street.watch(disk), street.hub.watch()
    other.give_up()
    assert await viewer.take() == (street.sent[0], False)
    waiting = asyncio.create_task(viewer.take())
    street.send(unit(1500), unit(1501, key=True), unit(1502))
    assert [await other.take() for _ in range(3)][-1] == (street.sent[-1], False)
    assert await waiting == (street.sent[-2], True)
    answer.set()
    disk.close()


async def test_a_viewer_whose_line_is_too_slow_is_let_go_to_the_next_key_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    street = Street(tmp_path, 65_536)
    street.send(*minute(5000))
    number = iter(range(1500, 10_000))
    viewer = street.watch(BusyDisk())
    give_up = street.queue.give_up

    def and_then_a_key_frame() -> None:
        given_up = street.queue.behind is not None
        give_up()
        if given_up:
            street.send(unit(next(number), key=True))

    monkeypatch.setattr(street.queue, "give_up", and_then_a_key_frame)
    got: Given = []
    while not (got and got[-1][1]):
        item = await viewer.take()
        assert item is not None
        got.append(item)
        street.send(unit(next(number), size=5000))  # as fast as it takes them
    assert [hole for _, hole in got].count(True) == 1
    assert catch_up.CATCH_UP_SECONDS * 25 <= len(got) < 600
    assert number_of(got[-2][0]) < 1500, "it never reached the newest pictures"


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(4, 9000), min_size=1, max_size=150),
    before=st.integers(0, 400),
    limit=st.integers(30_000, 300_000),
    keys=st.sets(st.integers(1, 900), max_size=3),
    meanwhile=st.lists(st.integers(0, 40), max_size=40),
)
def test_whenever_a_viewer_comes_it_gets_every_picture_from_the_key_frame_on(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: list[int],
    before: int,
    limit: int,
    keys: set[int],
    meanwhile: list[int],
) -> None:
    stream = iter([unit(n, key=n == 0 or n in keys, size=sizes[n % len(sizes)]) for n in range(3000)])
    steps = iter(meanwhile)
    street = Street(tmp_path_factory.mktemp("street"), limit)
    street.send(*(next(stream) for _ in range(before + 1)))
    start = max(number for number in (0, *keys) if number <= before)

    def go_on() -> None:
        for _ in range(next(steps, 1)):
            if street.queue.behind is not None:  # from then on it is a viewer like others, who may be slow
                street.send(next(stream))

    async def run() -> Given:
        return await street.all_of(street.watch(BusyDisk(go_on)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catch_up, "CATCH_UP_SECONDS", 1000.0)
        got = asyncio.run(run())
    street.site.crash()
    assert number_of(got[0][0]) == start
    for one, _ in got:
        sent = street.sent[number_of(one)]
        assert (one.data, one.key, one.media_time) == (sent.data, sent.key, sent.media_time)
    for (last, _), (one, hole) in pairwise(got):
        if hole:
            assert one.key
            assert number_of(one) in keys
        else:
            assert number_of(one) == number_of(last) + 1
    if not any(number > before for number in keys):
        assert len(got) == len(street.sent) - start
