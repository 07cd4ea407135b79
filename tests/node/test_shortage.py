"""A real, small disk that fills while a worker records: told, thinned on order, stopped by grade, and taken back."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from custodes.video.rtsp.mount import Mount
from custodes.video.rtsp.mount import loop as film_loop
from custodes.video.wire.assignment import Thinning
from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server, nals
from tests.patience import until
from tests.video.footage import loop

MINOR, MAJOR = UUID(int=1), UUID(int=2)
ORDER = Thinning(grade=1, by="扎西", reason="新硬盘周五到货")
_ALL = (0, 1 << 62)
_MARGIN = 1 << 20

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a file system is mounted: root only")


class Disk:
    """A file system of its own, with something else on it that takes room and gives it back."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        path.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)], check=True)
        self.footage = path / "footage"

    def leave(self, free: int) -> None:
        """Take or give room until so much is free."""
        stat = os.statvfs(self.path)
        other = self.path / "other"
        taken = other.stat().st_size if other.exists() else 0
        wanted = max(0, taken + stat.f_bavail * stat.f_frsize - free)
        with other.open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, wanted) if wanted > taken else file.truncate(wanted)

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.path)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk", 256 << 20)
    yield made
    made.unmount()


@pytest.fixture
def worker(tmp_path: Path, disk: Disk) -> Iterator[RunningWorker]:
    hours = {"ladder_warn_hours": 0.16, "ladder_thin_hours": 0.08, "ladder_stop_hours": 0.03}
    installation = Installation(
        tmp_path / "data", {"volumes": (disk.footage,), "ladder_settle_minutes": 0.001, **hours}
    )
    notary = installation.notary = FakeNotary(installation.settings.notary_socket_path)  # type: ignore[attr-defined]
    notary.start()
    with camera_server(list(_mounts())) as server:
        _assign(installation, server)
        installation.server = server  # type: ignore[attr-defined]
        with RunningWorker(installation) as running:
            running.worker.shortage.look_seconds = 0.2
            until(lambda: running.recording(0) and running.recording(1))
            running.call(running.worker.shortage._soon.set)
            yield running
    notary.stop()


def _mounts() -> Iterator[Mount]:
    params, coded = loop(width=640, height=360)
    pictures = [(nals(data), key) for data, key, _ in coded]
    for number in range(2):
        yield Mount(f"c{number}", params, film_loop(params, pictures, 25.0))


def _assign(installation: Installation, server: object, thinning: Thinning | None = None) -> None:
    cameras = [camera(0, server, grade=1), camera(1, server, grade=3)]  # type: ignore[arg-type]
    installation.assign(cameras, thinning=thinning)


def _short_of(worker: RunningWorker, disk: Disk) -> Callable[[float, Callable[[], bool]], None]:
    """Leaves so many hours of room at the rate that is written just now, again and again, until something is so."""
    archive, shortage = worker.worker.archive, worker.worker.shortage

    def rate() -> float:
        return archive.outlook(shortage.retention, shortage.ladder.rules.warn_hours).rate

    until(rate)

    def leave(hours: float, so: Callable[[], bool]) -> None:
        def step() -> bool:
            disk.leave(max(round(rate() * 3600 * hours), 2 * _MARGIN))
            return so()

        until(step)

    return leave


def test_a_shortage_is_told_thinned_on_order_stopped_by_grade_and_taken_back(worker: RunningWorker, disk: Disk) -> None:
    shortage, archive = worker.worker.shortage, worker.worker.archive
    leave = _short_of(worker, disk)

    leave(0.12, lambda: shortage.report()["step"] == "forecast")
    assert archive.degraded(MINOR, *_ALL) == []

    leave(0.06, lambda: shortage.report()["waiting"] == 1)
    assert shortage.report()["thinned"] == []

    _assign(worker.installation, worker.installation.server, ORDER)  # type: ignore[attr-defined]
    worker.order()
    leave(0.06, lambda: bool(archive.degraded(MINOR, *_ALL)))
    assert (shortage.report()["step"], shortage.report()["thinned"]) == ("thin", [1])
    state = worker.worker.cameras.get(MINOR).present_state
    assert (state.state, state.reason) == ("recording", "thinned")
    assert archive.degraded(MAJOR, *_ALL) == []

    leave(0.02, lambda: [reason for _, _, reason in archive.gaps(MINOR, *_ALL)][-1:] == ["disk"])
    assert shortage.report()["stopped"] == [1]
    kept = archive.runs(MAJOR, *_ALL)
    until(lambda: archive.runs(MAJOR, *_ALL)[-1][1] > kept[-1][1])
    before = {segment: segment.stat().st_size for segment in disk.footage.rglob("*.mp4")}

    disk.leave(240 << 20)
    until(lambda: shortage.report()["step"] == "clear")
    until(lambda: archive.gaps(MINOR, *_ALL)[-1][1] < archive.runs(MINOR, *_ALL)[-1][1])
    until(lambda: worker.worker.cameras.get(MINOR).present_state.reason != "thinned")
    assert all(segment.stat().st_size >= size for segment, size in before.items()), "what was kept is there"
    [record] = until(lambda: worker.installation.notary.of_type("degraded"))  # type: ignore[attr-defined]
    assert "扎西" in record["detail"]


def test_a_disk_that_is_really_full_stops_every_camera_and_they_go_on_when_there_is_room(
    worker: RunningWorker, disk: Disk
) -> None:
    archive = worker.worker.archive
    disk.leave(0)
    until(
        lambda: all(
            archive.gaps(one, *_ALL)[-1:] and archive.gaps(one, *_ALL)[-1][2] == "disk" for one in (MINOR, MAJOR)
        )
    )
    disk.leave(200 << 20)
    until(lambda: all(archive.runs(one, *_ALL)[-1][0] >= archive.gaps(one, *_ALL)[-1][1] for one in (MINOR, MAJOR)))
