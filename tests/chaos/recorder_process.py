"""A process that records eight synthetic cameras until it is killed; the chaos tests' victim.

``python -m tests.chaos.recorder_process FOLDER``; the fault point comes from ``CUSTODES_FAULT``. Time runs ten times as
fast as on the wall, so that files of 10 s are cut about once a second. It prints one line a tenth of a second:
wall time of the last picture that each camera has sent. Records are "delivered" into ``delivered.jsonl``, fsynced,
before they are taken out of the outbox, as the notary's client does. With ``CUSTODES_CHAOS_HOLDS`` it deletes what is a minute old
and takes holds meanwhile, as a web pushes them: what it was asked and what it has answered stand in ``holds.jsonl``.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from custodes.video.archive import faults
from custodes.video.archive.archive import Archive
from custodes.video.archive.retention import Retention
from custodes.video.archive.volume import VolumeConfig
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.recorder import Recorder
from custodes.video.unit import AccessUnit
from custodes.video.wire.archive import HoldOrder
from tests.video.footage import loop

CAMERAS = [UUID(int=n * 1_250_000 + 1) for n in range(8)]
SPEED = 10
SEGMENT_SECONDS = 10


class FastClock:
    """The host's clock, ten times as fast, from a moment that is kept beside the archive."""

    def __init__(self, folder: Path) -> None:
        mark = folder / "epoch"
        if not mark.exists():
            mark.write_text(str(time.time_ns() // 1000))
        self._epoch = int(mark.read_text())

    def wall_us(self) -> int:
        return self._epoch + (time.time_ns() // 1000 - self._epoch) * SPEED

    def monotonic(self) -> float:
        return time.monotonic() * SPEED


def open_archive(folder: Path, clock: FastClock, *, threads: bool = True) -> Archive:
    return Archive.open(
        folder / "worker-0.sqlite3",
        [VolumeConfig(folder / "volume", reserve_bytes=0)],
        node="chaos",
        worker=0,
        clock=clock,
        sync_seconds=0.1,
        threads=threads,
    )


def deliver(archive: Archive, folder: Path) -> None:
    entries = archive.outbox_pending(1000)
    if not entries:
        return
    with (folder / "delivered.jsonl").open("a") as out:
        out.writelines(json.dumps(entry.record) + "\n" for entry in entries)
        out.flush()
        os.fsync(out.fileno())
    archive.outbox_done([entry.id for entry in entries])


def take_holds(archive: Archive, clock: FastClock, folder: Path) -> None:
    """Hold spans of the last minute, and release some, until killed; a line before each order and one behind its answer."""
    chance = random.Random(clock.wall_us())
    standing: list[HoldOrder] = []
    with (folder / "holds.jsonl").open("a") as out:

        def told(line: dict[str, Any]) -> None:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())

        while True:
            if standing and chance.random() < 0.3:
                old = standing.pop(chance.randrange(len(standing)))
                order = old.model_copy(update={"version": old.version + 1, "released": True})
            else:
                begin = clock.wall_us() - chance.randint(15, 75) * 1_000_000
                cameras = tuple(chance.sample(CAMERAS, chance.randint(1, 3)))
                order = HoldOrder(
                    id=uuid4(),
                    version=1,
                    from_us=begin,
                    to_us=begin + chance.randint(1, 12) * 1_000_000,
                    cameras=cameras,
                )
                standing.append(order)
            told({"asked": order.model_dump(mode="json")})
            archive.holds.take([order])
            told({"answered": archive.holds.answer(order).model_dump(mode="json")})
            time.sleep(chance.random() / 20)


def main(folder: Path) -> None:
    params, coded = loop()
    clock = FastClock(folder)
    archive = open_archive(folder, clock)
    recorders = []
    for camera in CAMERAS:
        archive.register(camera)
        recorders.append(
            Recorder(camera, archive, clock, segment_seconds=SEGMENT_SECONDS, host_sync=lambda: HostSync(True, 0, "ok"))
        )
    faults.arm_from_env()
    holds = "CUSTODES_CHAOS_HOLDS" in os.environ
    if holds:
        threading.Thread(target=take_holds, args=(archive, clock, folder), daemon=True).start()
    deletes = holds or os.environ.get("CUSTODES_FAULT", "").partition(":")[0] in ("purged", "unlinked", "swept")
    begun = clock.wall_us()
    sent = 0
    while True:
        due = (clock.wall_us() - begun) // 40_000
        while sent <= due:
            data, key, pts = coded[sent % len(coded)]
            media = sent // len(coded) * len(coded) * 3600 + pts
            for recorder in recorders:
                recorder.take(AccessUnit(data, key, media, begun + sent * 40_000, params))
            sent += 1
            if sent % 25 == 0:
                sys.stdout.write(f"{begun + sent * 40_000}\n")
                sys.stdout.flush()
        deliver(archive, folder)
        if deletes:
            archive.purge(Retention(training_minutes=1), 1.0)
        time.sleep(0.004)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
