"""A look that has begun has an end in the journal, whenever its channel is cut off."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

from custodes.ledger.records import ViewBegun, ViewEnded, at_text
from custodes.node.channel import Channel, WorkerServices
from custodes.node.disk import THREADS, Disk
from custodes.node.journal import Journal
from custodes.video.clock import FakeClock
from custodes.video.wire.view import OpenMessage

CAMERA = uuid4()


def begun() -> ViewBegun:
    return ViewBegun(
        id=uuid4(),
        at=at_text(1_750_000_000_000_000),
        grant=uuid4(),
        index=3,
        person="p",
        camera=CAMERA,
        stream="main",
        at_us=None,
        worker="node-1/0",
    )


class Busy:
    """All threads of a disk, held until they are let go."""

    def __init__(self, disk: Disk) -> None:
        self._go = threading.Event()
        self.held = [asyncio.ensure_future(disk.run(self._go.wait, 20)) for _ in range(THREADS)]

    async def free(self) -> None:
        """Let the threads go."""
        self._go.set()
        await asyncio.gather(*self.held)


def watched(studio: WorkerServices, journal: Journal) -> Channel:
    """A channel on which a second was shown."""
    opened = OpenMessage(type="open", channel=1, camera=CAMERA, at=None)
    channel = Channel(opened, None, SimpleNamespace(id=CAMERA), studio)  # type: ignore[arg-type]
    viewing = journal.begin(begun())
    viewing.shown.add(1_000_000, 2_000_000, 500)
    beginning: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    beginning.set_result(viewing)
    channel.viewing, channel._beginning = viewing, beginning  # type: ignore[assignment]
    studio.viewings[viewing.begun.id] = viewing
    return channel


def ends(journal: Journal) -> list[ViewEnded]:
    return [record for _, record in journal.outbox_pending(99) if isinstance(record, ViewEnded)]


async def test_a_channel_that_is_cancelled_while_it_ends_is_written_down_once(tmp_path: Path) -> None:
    clock, disk = FakeClock(), Disk()
    journal = Journal(tmp_path / "v.sqlite3", clock)
    studio = WorkerServices("node-1/0", clock, None, journal, disk)  # type: ignore[arg-type]
    channel = watched(studio, journal)
    busy = Busy(disk)
    ending = asyncio.ensure_future(channel.close_account("closed"))
    await asyncio.sleep(0)
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    await channel.close_account("revoked")
    await busy.free()
    disk.close()
    (end,) = ends(journal)
    assert (end.shown, end.reason) == (((1_000_000, 2_000_000),), "closed")
    assert studio.viewings == {}
    journal.close()


async def test_many_channels_cut_off_at_once_all_have_their_end_before_the_disk_closes(tmp_path: Path) -> None:
    clock, disk = FakeClock(), Disk()
    journal = Journal(tmp_path / "v.sqlite3", clock)
    studio = WorkerServices("node-1/0", clock, None, journal, disk)  # type: ignore[arg-type]
    channels = [watched(studio, journal) for _ in range(16)]
    tasks = [asyncio.ensure_future(channel.close_account("disconnected")) for channel in channels]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    disk.close()
    assert len({end.id for end in ends(journal)}) == len(ends(journal)) == 16
    journal.close()
