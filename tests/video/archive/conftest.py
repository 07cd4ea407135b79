"""An archive in a temporary folder, run by hand: a fake clock, no threads, a sync when the test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import Volume, VolumeConfig, roomy_volume
from custodes.video.clock import FakeClock
from custodes.video.plan import RecordingPlan
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.recorder import Recorder
from custodes.video.wire.archive import HoldAnswer, HoldOrder
from tests.video.footage import START_US, units

CAMERA = UUID(int=0)
OTHER = UUID(int=7_000_000)


class Site:
    """One worker's archive with its cameras."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock(START_US)
        self.volume = folder / "volume"
        self.index = folder / "worker-0.sqlite3"
        self.volumes = [VolumeConfig(self.volume, reserve_bytes=0)]
        self.plans: dict[UUID, RecordingPlan] = {}
        self.archive = self.open()
        self.recorders: dict[UUID, Recorder] = {}
        self.sent: dict[UUID, int] = {}

    def open(self) -> Archive:
        self.archive = Archive.open(
            *(self.index, self.volumes), node="node-1", worker=0, clock=self.clock, threads=False, plans=self.plans
        )
        self.recorders = {}
        return self.archive

    def roomy(self) -> Volume:
        """Where the next segment of `CAMERA` goes."""
        return roomy_volume(self.archive.volumes(), CAMERA, 1, self.clock.wall_us())

    def recorder(self, camera: UUID = CAMERA) -> Recorder:
        if camera not in self.recorders:
            self.archive.register(camera)
            self.archive.follow(camera, self.plans.get(camera))
            self.recorders[camera] = Recorder(
                camera, self.archive, self.clock, host_sync=lambda: HostSync(True, 12, "ok")
            )
        return self.recorders[camera]

    def record(self, seconds: int, camera: UUID = CAMERA, *, tick: bool = True, **how: object) -> None:
        """Let the camera send `seconds` of pictures from now on; the clock goes with them."""
        recorder = self.recorder(camera)
        first = self.sent.get(camera, 0)
        begun = self.clock.wall_us()
        for number, unit in enumerate(
            units(seconds * 25, first=first, wall_us=begun - first * 40_000, **how)  # type: ignore[arg-type]
        ):
            recorder.take(unit)
            self.clock.advance(0.04)
            if tick and number % 25 == 24:
                self.archive.tick()
        self.sent[camera] = first + seconds * 25

    def plan(self, plan: RecordingPlan | None, camera: UUID = CAMERA) -> None:
        """The web's answer: what is planned from now on."""
        self.plans = {camera: plan} if plan is not None else {}
        recorder = self.recorder(camera)
        self.archive.follow(camera, plan)
        recorder.keep_plan(self.clock.wall_us())

    def hold(
        self,
        from_us: int,
        to_us: int,
        camera: UUID = CAMERA,
        *,
        hold: int = 1,
        version: int = 1,
        released: bool = False,
    ) -> HoldAnswer:
        """The web's word about a hold, taken and answered."""
        order = HoldOrder(
            id=UUID(int=hold), version=version, from_us=from_us, to_us=to_us, cameras=(camera,), released=released
        )
        self.archive.holds.take([order])
        return self.archive.holds.answer(order)

    def crash(self) -> None:
        """The process is gone: nothing that was only in memory is left."""
        for stream in self.archive._streams.values():
            for segment in stream.open.values():
                segment.close_file()
        self.archive._index.close()

    def restart(self, after: float = 3.0) -> Archive:
        self.crash()
        self.clock.advance(after)
        self.sent = dict.fromkeys(self.sent, 0)
        return self.open()

    def files(self) -> list[Path]:
        return sorted(self.volume.rglob("*.mp4"))

    def records(self, kind: str = "") -> list[dict[str, object]]:
        return [e.record for e in self.archive.outbox_pending(100_000) if not kind or e.record["type"] == kind]

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.archive._index.rows(sql)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.crash()


@pytest.fixture
def sealed(site: Site) -> Callable[[int], list[dict[str, object]]]:
    """Record some minutes, seal everything, give all records."""

    def run(seconds: int) -> list[dict[str, object]]:
        site.record(seconds)
        site.recorder().close()
        site.archive.tick()
        return site.records()

    return run
