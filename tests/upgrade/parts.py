"""Index, journal and record book with something in them."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
import uuid
from contextlib import closing
from pathlib import Path
from uuid import UUID

from custodes.ledger.records import ViewBegun, at_text
from custodes.node.journal import Journal
from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import FakeClock
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.recorder import Recorder
from custodes.video.wire.archive import HoldOrder
from tests.ledger.madelog import make_log
from tests.video.footage import START_US, units

CAMERA = UUID(int=7)


def make_parts() -> dict[str, Path]:
    """By their names in a snapshot: ``index``, ``journal``, ``book``."""
    folder = Path(tempfile.mkdtemp(prefix="custodes-parts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    clock = FakeClock(START_US)
    archive = Archive.open(
        folder / "index", [VolumeConfig(folder / "volume", reserve_bytes=0)],
        node="node-1", worker=0, clock=clock, threads=False,
    )  # fmt: skip
    archive.register(CAMERA)
    archive.holds.take(
        [HoldOrder(id=UUID(int=3), version=1, from_us=START_US, to_us=START_US + 5_000_000, cameras=(CAMERA,))]
    )
    recorder = Recorder(CAMERA, archive, clock, segment_seconds=10, host_sync=lambda: HostSync(True, 12, "ok"))
    for unit in units(25 * 25, wall_us=START_US):
        recorder.take(unit)
        clock.advance(0.04)
    recorder.close("operator")
    archive.tick()
    archive.close()
    journal = Journal(folder / "journal", clock)
    journal.begin(
        ViewBegun(
            id=uuid.UUID(int=1), at=at_text(START_US), grant=uuid.UUID(int=2), index=1, person="p-1", camera=CAMERA,
            stream="main", at_us=None, worker="node-1/0",
        )
    )  # fmt: skip
    journal.remember("reported_hour", 5)
    journal.close()
    make_log(folder, [5], unproven=1)
    paths = {"index": folder / "index", "journal": folder / "journal", "book": folder / "ledger/book.sqlite3"}
    for path in paths.values():
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return paths
