"""When a checkpoint is due, and heartbeats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from custodes.ledger.records import Record
from custodes.notary.prepare import prepare
from custodes.notary.recovery import OpenLog
from custodes.notary.timers import CheckpointTimer, Rhythm, beat
from custodes.video.clock import FakeClock
from tests.ledger.madelog import gap, open_test_log
from tests.patience import PATIENCE, until_async


@asynccontextmanager
async def checkpoints(folder: Path, rhythm: Rhythm, clock: FakeClock) -> AsyncIterator[tuple[OpenLog, CheckpointTimer]]:
    """Checkpoints of a log, running; the first one, over the empty log, is signed."""
    log = open_test_log(folder)
    with ThreadPoolExecutor(1) as thread:
        due = CheckpointTimer(log, rhythm, thread, clock)
        task = asyncio.create_task(due.run())
        await until_async(lambda: log.publisher.published is not None)
        yield log, due
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    log.close()


def append(log: OpenLog, due: CheckpointTimer, first: int, count: int) -> None:
    """Make entries durable and say so."""
    _, entries = log.store.commit([prepare([gap(number) for number in range(first, first + count)])])
    log.publisher.feed(entries)
    due.appended(len(entries))


def size(log: OpenLog) -> int:
    """Entries under the last checkpoint."""
    return log.publisher.published.size if log.publisher.published else -1


async def test_many_entries_bring_a_checkpoint_before_its_time(tmp_path: Path) -> None:
    clock = FakeClock()
    async with checkpoints(tmp_path, Rhythm(3600, 10, 600), clock) as (log, due):
        clock.advance(2)
        append(log, due, 0, 10)
        await until_async(lambda: size(log) == 10)


async def test_a_single_entry_waits_for_its_time(tmp_path: Path) -> None:
    clock = FakeClock()
    async with checkpoints(tmp_path, Rhythm(3600, 10, 600), clock) as (log, due):
        clock.advance(2)
        append(log, due, 0, 1)
        for _ in range(20):
            await asyncio.sleep(0)
        assert size(log) == 0
        append(log, due, 1, 9)
        await until_async(lambda: size(log) == 10)


async def test_after_a_long_silence_an_entry_is_covered_at_once(tmp_path: Path) -> None:
    clock = FakeClock()
    async with checkpoints(tmp_path, Rhythm(60, 1000, 600), clock) as (log, due):
        clock.advance(61)
        append(log, due, 0, 1)
        await until_async(lambda: size(log) == 1)


async def test_heartbeats_come_in_their_period_and_carry_the_size(tmp_path: Path) -> None:
    log = open_test_log(tmp_path)
    beats: list[Record] = []
    enough = asyncio.Event()

    class Taker:
        async def append(self, records: list[Record]) -> list[int]:
            beats.extend(records)
            if len(beats) == 3:
                enough.set()
            return [0]

    task = asyncio.create_task(beat(log, Taker(), Rhythm(60, 10, 0.001), FakeClock()))  # type: ignore[arg-type]
    async with asyncio.timeout(PATIENCE):
        await enough.wait()
    task.cancel()
    log.close()
    assert {record.type for record in beats} == {"heartbeat"}
    assert len({record.id for record in beats}) == len(beats)
