"""A viewer that can't keep up loses pictures; nobody else notices."""

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.hub import QUEUE_UNITS, GopCache, StreamHub, ViewerQueue
from tests.patience import PATIENCE
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


async def test_a_group_that_memory_has_whole_is_given_whole_however_many_pictures_it_has() -> None:
    hub = StreamHub("test", 1 << 20)
    for n in range(4 * QUEUE_UNITS):
        hub.on_unit(unit(n, key=n == 0))
    viewer = hub.watch()
    for n in range(4 * QUEUE_UNITS, 4 * QUEUE_UNITS + 20):
        hub.on_unit(unit(n))
    assert await drain(viewer) == [(n, False) for n in range(4 * QUEUE_UNITS + 20)]
    assert viewer.dropped == 0


def recorded_hub(limit: int) -> StreamHub:
    return StreamHub("test", limit, recorder=lambda _: None)


async def test_of_a_recorded_long_group_the_key_frame_is_given_and_the_newest_pictures_wait() -> None:
    hub = recorded_hub(1000)
    for n in range(20):
        hub.on_unit(unit(n, key=n == 0))
    viewer = hub.watch()
    assert await drain(viewer) == [(0, False)]
    assert viewer.behind is not None
    assert viewer.behind.tail.first == 11
    hub.on_unit(unit(20))
    assert await drain(viewer) == []
    viewer.join()
    hub.on_unit(unit(21))
    assert await drain(viewer) == [(n, False) for n in range(11, 22)]
    assert viewer.dropped == 0


async def test_what_waits_while_a_viewer_catches_up_is_bounded_and_says_where_it_begins() -> None:
    hub = recorded_hub(1000)
    for n in range(20):
        hub.on_unit(unit(n, key=n == 0))
    viewer = hub.watch()
    for n in range(20, 300):
        hub.on_unit(unit(n))
    assert viewer.behind is not None
    assert viewer.behind.tail.size <= 2000
    first = viewer.behind.tail.first
    assert number_of(viewer.behind.tail.units[0]) == first
    viewer.join()
    assert await drain(viewer) == [(0, False), *((n, False) for n in range(first, 300))]


async def test_a_key_frame_ends_catching_up() -> None:
    hub = recorded_hub(1000)
    for n in range(20):
        hub.on_unit(unit(n, key=n == 0))
    viewer = hub.watch()
    hub.on_unit(unit(20, key=True))
    hub.on_unit(unit(21))
    assert viewer.behind is None
    viewer.join()
    viewer.give_up()
    assert await drain(viewer) == [(0, False), (20, True), (21, False)]


async def test_who_gives_up_catching_up_goes_on_at_the_next_key_frame() -> None:
    hub = recorded_hub(1000)
    for n in range(20):
        hub.on_unit(unit(n, key=n == 0))
    viewer = hub.watch()
    viewer.give_up()
    hub.on_unit(unit(20))
    hub.on_unit(unit(21, key=True))
    assert await drain(viewer) == [(0, False), (21, True)]


async def test_an_interruption_lets_a_viewer_that_catches_up_see_what_was_before_it() -> None:
    hub = recorded_hub(1000)
    for n in range(20):
        hub.on_unit(unit(n, key=n == 0))
    viewer = hub.watch()
    hub.on_interruption()
    hub.on_unit(unit(20))
    viewer.join()
    hub.on_unit(unit(21))
    hub.on_unit(unit(22, key=True))
    assert await drain(viewer) == [(0, False), *((n, False) for n in range(11, 20)), (22, True)]


@given(sizes=st.lists(st.integers(4, 400), min_size=1, max_size=200), limit=st.integers(0, 3000))
def test_the_cache_has_the_key_frame_and_the_newest_pictures_within_its_bound(sizes: list[int], limit: int) -> None:
    cache = GopCache(limit)
    for n, size in enumerate(sizes):
        cache.add(unit(n, key=n == 0, size=size))
        assert cache.key_frame is not None
        assert number_of(cache.key_frame) == 0
        assert [number_of(kept) for kept in cache.tail.units] == list(range(cache.tail.first, n + 1))
        assert cache.size <= max(limit, sizes[0])
        assert cache.size == sizes[0] + sum(sizes[cache.tail.first : n + 1])
        assert cache.whole or sum(sizes[: n + 1]) > limit


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
    assert await asyncio.wait_for(waiting, PATIENCE) is None
    assert hub.viewers == 0


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
