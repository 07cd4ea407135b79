"""A process that records eight synthetic cameras until it is killed; the chaos tests' victim.

``python -m tests.chaos.recorder_process FOLDER``; the fault point comes from ``CUSTODES_FAULT``. Time runs ten times as
fast as on the wall, so that files of 10 s are cut about once a second. It prints one line a tenth of a second:
wall time of the last picture that each camera has sent. Records are "delivered" into ``delivered.jsonl``, fsynced,
before they are taken out of the outbox, as the notary's client does.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from uuid import UUID

from custodes.video.archive import faults
from custodes.video.archive.archive import Archive
from custodes.video.archive.retention import Retention
from custodes.video.archive.volume import VolumeConfig
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.recorder import Recorder
from custodes.video.unit import AccessUnit
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
    deletes = os.environ.get("CUSTODES_FAULT", "").partition(":")[0] in ("purged", "unlinked", "swept")
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
