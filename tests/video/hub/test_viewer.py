"""A viewer that can't keep up loses pictures; nobody else notices."""

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.hub.stream import QUEUE_UNITS, StreamHub
from custodes.video.hub.viewer import ViewerQueue
from tests.video.units import number_of, unit


async def drain(queue: ViewerQueue) -> list[tuple[int, bool]]:
    taken = []
    while len(queue):
        item = await queue.take()
        assert item is not None
        taken.append((number_of(item[0]), item[1]))
    return taken


async def test_a_viewer_starts_at_the_cached_key_frame() -> None:
    hub = StreamHub("test", 1 << 20)
    for n in range(8):
        hub.on_unit(unit(n, key=n in (0, 5)))
    assert await drain(hub.watch()) == [(5, False), (6, False), (7, False)]


async def test_who_reads_the_cameras_is_told_of_each_viewer_once() -> None:
    told: list[int] = []
    hub = StreamHub("c", 1 << 20, on_watching=told.append)
    first, second = hub.watch(), hub.watch()
    hub.leave(first)
    hub.leave(first)
    assert told == [1, 1, -1]
    hub.close()
    assert sum(told) == 0
    hub.leave(second)
    assert sum(told) == 0


async def test_a_viewer_that_comes_before_the_first_key_frame_waits_for_it() -> None:
    hub = StreamHub("test", 1 << 20)
    viewer = hub.watch()
    for n in range(4):
        hub.on_unit(unit(n, key=n == 2))
    assert await drain(viewer) == [(2, False), (3, False)]
    assert viewer.dropped == 0


async def test_a_long_group_of_pictures_starts_with_its_key_frame_alone() -> None:
    hub = StreamHub("test", 1000)
    for n in range(20):
        hub.on_unit(unit(n, key=n == 0))
    viewer = hub.watch()
    hub.on_unit(unit(20))
    hub.on_unit(unit(21, key=True))
    hub.on_unit(unit(22))
    assert await drain(viewer) == [(0, False), (21, True), (22, False)]


async def test_a_slow_viewer_is_dropped_to_the_next_key_frame_and_counted() -> None:
    recorded: list[int] = []
    hub = StreamHub("test", 1 << 20, recorder=lambda u: recorded.append(number_of(u)))
    slow, quick = hub.watch(), hub.watch()
    seen = []
    for n in range(200):
        hub.on_unit(unit(n, key=n % 25 == 0))
        seen += await drain(quick)
    assert recorded == list(range(200))
    assert seen == [(n, False) for n in range(200)]
    assert quick.dropped == 0
    left = await drain(slow)
    assert left[0][0] % 25 == 0
    assert left[0][1], "a hole stands before the first picture after the drop"
    assert [n for n, _ in left] == list(range(left[0][0], 200))
    assert slow.dropped == left[0][0]


async def test_after_an_interruption_viewers_go_on_at_a_key_frame() -> None:
    hub = StreamHub("test", 1 << 20)
    viewer = hub.watch()
    hub.on_unit(unit(0, key=True))
    hub.on_interruption()
    hub.on_unit(unit(1))
    hub.on_unit(unit(2, key=True))
    assert await drain(viewer) == [(0, False), (2, True)]


async def test_a_viewer_that_leaves_is_woken_with_none() -> None:
    hub = StreamHub("test", 1 << 20)
    viewer = hub.watch()
    waiting = asyncio.create_task(viewer.take())
    await asyncio.sleep(0)
    hub.leave(viewer)
    assert await asyncio.wait_for(waiting, 5) is None
    assert hub.viewers == 0


async def test_a_failing_processor_hurts_nobody() -> None:
    hub = StreamHub("test", 1 << 20)
    got: list[int] = []

    def fail(_: object) -> None:
        raise RuntimeError("broken")

    hub.tap(fail)
    end = hub.tap(lambda u: got.append(number_of(u)))
    viewer = hub.watch()
    hub.on_unit(unit(0, key=True))
    hub.on_unit(unit(1))
    end()
    hub.on_unit(unit(2, key=True))
    assert got == [0]
    assert hub.processor_failures == 2
    assert len(viewer) == 3


@given(
    keys=st.lists(st.booleans(), max_size=300),
    takes=st.lists(st.integers(0, 4), max_size=300),
    limit=st.integers(1, 12),
)
def test_whatever_the_pace_each_run_of_pictures_starts_at_a_key_frame_and_has_no_silent_hole(
    keys: list[bool], takes: list[int], limit: int
) -> None:
    async def run() -> None:
        queue = ViewerQueue(limit, 1 << 20)
        got: list[tuple[int, bool, bool]] = []
        for n, key in enumerate(keys):
            queue.offer(unit(n, key=key))
            for _ in range(takes[n] if n < len(takes) else 0):
                if len(queue):
                    item = await queue.take()
                    assert item is not None
                    got.append((number_of(item[0]), item[0].key, item[1]))
            assert len(queue) <= limit
        if got:
            assert got[0][1]
        for (before, _, _), (now, key, hole) in pairwise(got):
            assert hole == (now != before + 1)
            assert key or not hole

    asyncio.run(run())


def test_the_bound_is_a_few_seconds() -> None:
    assert QUEUE_UNITS <= 100
