"""Footage of the last minutes, written by the real recorder with a clock that is driven by hand."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import FakeClock
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.recorder import Recorder
from custodes.video.source.state import SourceState
from custodes.video.unit import Codec
from tests.node.support import Installation
from tests.video.footage import units

SECOND = 1_000_000


@dataclass(frozen=True)
class Past:
    """What was written: 70 s of H.264, 100 s without network, 30 s of H.264, 30 s of H.265.

    Attributes:
        start: of it all, µs UTC.
    """

    camera: UUID
    start: int

    def at(self, seconds: float) -> int:
        """µs UTC of a second of it."""
        return self.start + round(seconds * SECOND)


def write_past(installation: Installation, camera: UUID, ago: float = 600.0) -> Past:
    """Write it as if the worker had run then, from a whole minute on: the recorder cuts by the clock of the wall."""
    clock = FakeClock(int(time.time() - ago) // 60 * 60 * SECOND)
    settings = installation.settings
    archive = Archive.open(
        settings.node_folder / "worker-0.sqlite3",
        [VolumeConfig(path, reserve_bytes=0) for path in settings.volume_paths],
        node=settings.node_name,
        worker=0,
        clock=clock,
        threads=False,
    )
    archive.register(camera)
    recorder = Recorder(camera, archive, clock, segment_seconds=20, host_sync=lambda: HostSync(True, 0, "ok"))
    past = Past(camera, clock.wall_us())

    def record(seconds: int, codec: Codec, media: int) -> None:
        for number, unit in enumerate(units(seconds * 25, codec=codec, media=media, wall_us=clock.wall_us())):
            recorder.take(unit)
            clock.advance(0.04)
            if number % 125 == 124:
                archive.tick()

    record(70, Codec.H264, 1_000_000)
    recorder.source_state(SourceState("network", "network", "the cable is out", clock.wall_us()))
    clock.advance(100)
    archive.tick()
    record(30, Codec.H264, 5_000_000)
    record(30, Codec.H265, 5_000_000 + 30 * 90_000)
    recorder.close()
    archive.close()
    return past
