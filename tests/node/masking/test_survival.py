"""Masking beside recording, through kill -9, and on a disk that is full."""

from __future__ import annotations

import os
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from custodes.node.masking import process
from custodes.node.masking.job import STATE, MaskJobFile, MaskJobFolders
from custodes.video.wire.masking import MaskRefusalReason
from tests.node.masking.street import BLIND, CAMERA, GLIMPSE, Street, Web, files, processes, record_street
from tests.node.process import NodeProcess
from tests.node.smalldisk import real_disks, small_disks
from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server, good_mounts
from tests.patience import until


@pytest.mark.timeout(400)
def test_jobs_survive_kill_9_of_the_node_in_each_stage(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    web = Web(installation, record_street(installation, film=GLIMPSE))
    installation.assign([camera(0, None)])

    def started() -> NodeProcess:
        node = NodeProcess(installation)
        until(lambda: node.recording() >= 0)
        time.sleep(1.1)  # a token of the second in which the worker started counts as older than it
        return node

    node = started()
    try:
        assert web.begin().status_code == 204
        until(lambda: web.standing().stage == "reading" and web.standing().done >= 0 and processes())
        [reading] = processes()
        node.kill()
        until(lambda: not Path(f"/proc/{reading}").exists())  # it ends with its worker
        left = {path.name for path in files(installation)} - {"film.mp4.part", "film.mp4.part.part"}
        assert left == {STATE}
        node = started()
        said = web.until("found")
        assert said.total == GLIMPSE.pictures
        assert len(web.whole("film")) > 10_000
        sidecar = web.found()
        node.kill()
        node = started()
        assert web.standing() == said.model_copy(update={"done": 0, "total": 0}), "what was found is still found"
        assert web.write(sidecar).status_code == 204
        [writing] = until(processes)
        node.kill()
        until(lambda: not Path(f"/proc/{writing}").exists())
        node = started()
        written = web.until("written")
        assert written.leaks == ()
        assert written.copy_bytes == len(web.whole("copy"))
        assert not [path for path in files(installation) if "work-" in str(path)], "nothing half made is left"
        node.kill()
        node = started()
        assert web.standing().copy_sha256 == written.copy_sha256
        assert web.ask("forget").status_code == 200
        assert files(installation) == []
    finally:
        node.kill()
        notary.stop()


def test_what_is_no_job_is_removed_when_the_worker_starts(tmp_path: Path) -> None:
    shelf = MaskJobFolders(tmp_path / "masking", 0, 1, 1 << 30, 0)
    kept = MaskJobFile(release=uuid4(), camera=CAMERA, from_us=1, to_us=2, begun_us=3, asked_us=3)
    assert shelf.load() == []
    shelf.make(kept)
    work = shelf.make_work(kept)
    (work / "film.mp4").write_bytes(b"half")
    (shelf.folder / "stray.mp4").write_bytes(b"unmasked")
    (shelf.folder / str(uuid4())).mkdir()
    (shelf.folder / str(uuid4()) / "deep").mkdir(parents=True)
    torn = shelf.folder / f"{uuid4()}.{CAMERA}"
    torn.mkdir()
    (torn / STATE).write_text('{"format": 1')
    moved = shelf.folder / f"{uuid4()}.{CAMERA}"
    moved.mkdir()
    (moved / STATE).write_bytes((shelf.path(kept) / STATE).read_bytes())
    gone = shelf.above / "worker-3"
    gone.mkdir()
    (gone / "film.mp4").write_bytes(b"of a worker that is no more")
    link = shelf.folder / "link"
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("not ours")
    link.symlink_to(outside)
    assert shelf.load() == [kept]
    assert [path.name for path in shelf.folder.iterdir()] == [kept.name]
    assert [path.name for path in shelf.path(kept).iterdir()] == [STATE]
    assert not gone.exists()
    assert (outside / "kept").exists(), "a link is removed, not what it points to"


@pytest.mark.timeout(400)
def test_cameras_are_recorded_whole_while_a_film_is_masked(tmp_path: Path) -> None:
    """With the real detector, at the priority that it has."""
    installation = Installation(tmp_path)
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    web = Web(installation, record_street(installation))
    cameras = 4
    with camera_server(good_mounts(cameras)) as server:
        installation.assign([camera(number, server) for number in range(cameras)])
        with RunningWorker(installation) as running:
            until(lambda: all(running.recording(number) for number in range(cameras)))
            begun = time.time_ns() // 1000
            assert web.begin().status_code == 204
            [pid] = until(processes)
            until(lambda: not Path(f"/proc/{pid}").exists() or os.getpriority(os.PRIO_PROCESS, pid) == 19)
            web.until("found")
            ended = time.time_ns() // 1000
            archive = running.worker.archive
            until(lambda: all(archive.runs(UUID(int=n + 1), begun, 1 << 62)[-1][1] > ended for n in range(cameras)))
            for number in range(cameras):
                one = UUID(int=number + 1)
                assert archive.gaps(one, begun, ended) == []
                [(start, end)] = archive.runs(one, begun, ended)
                assert (start, end) == (begun, ended), "one run without a hole over the whole time"
    notary.stop()


def test_what_is_still_being_written_is_refused_until_it_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "COMMAND", BLIND)
    installation = Installation(tmp_path)
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0))
            one = UUID(int=1)
            archive = running.worker.archive
            unsealed, *_ = until(lambda: archive.being_written(one))
            from_the_beginning = not archive.sealed_segments(one, 0, 1 << 62)  # a cut may come at any time
            until(lambda: archive.runs(one, 0, 1 << 62)[-1][1] - archive.runs(one, 0, 1 << 62)[0][0] > 4_000_000)
            begin = archive.runs(one, 0, 1 << 62)[0][0]
            web = Web(installation, Street(begin + 1_000_000, begin + 2_000_000), camera=one)
            answer = web.begin()
            if from_the_beginning and unsealed in archive.being_written(one):
                assert (answer.status_code, answer.json()["why"]) == (409, MaskRefusalReason.NOT_SEALED)
            until(lambda: web.begin().status_code == 204)
            said = web.until("found")
            assert begin <= said.from_us < said.to_us <= begin + 3_000_000
            assert len(said.times) >= 25
    notary.stop()


@pytest.mark.parametrize("stage", ["reading", "writing"])
@real_disks
def test_a_disk_that_is_really_full_fails_the_job_alone(
    tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "COMMAND", BLIND)
    folder = tmp_path / "small"
    folder.mkdir()
    with small_disks(tmp_path, "mask") as [disk]:
        disk.plug_in(folder)
        installation = Installation(tmp_path / "data", {"mask_folder": folder, "mask_reserve_bytes": 0})
        notary = FakeNotary(installation.settings.notary_socket_path)
        notary.start()
        web = Web(installation, record_street(installation))
        installation.assign([camera(0, None)])
        ballast = folder / "ballast"
        with RunningWorker(installation):
            if stage == "writing":
                web.begin()
                web.until("found")
            monkeypatch.setattr(MaskJobFolders, "room", lambda self: 1 << 30)
            monkeypatch.setattr(MaskJobFolders, "has_reserve", lambda self: True)
            fill(ballast, leave=60_000)
            answer = web.begin() if stage == "reading" else web.write(web.found())
            assert answer.status_code == 204, answer.text
            said = web.until("failed", "found" if stage == "reading" else "written")
            assert said.why == MaskRefusalReason.DISK, said.detail
            assert not [path for path in folder.rglob("*") if "work-" in str(path) or path.name == "copy.mp4"]
            ballast.unlink()
            answer = web.begin() if stage == "reading" else web.write(web.found())
            assert answer.status_code == 204
            web.until("found" if stage == "reading" else "written")
        notary.stop()


def fill(path: Path, leave: int) -> None:
    """Take what is free of a disk but some bytes; root, whom a test runs as, may take what is reserved too."""
    with path.open("wb", buffering=0) as file:
        size, step = 0, 1 << 20
        while step >= 1 << 10:
            try:
                os.posix_fallocate(file.fileno(), size, step)
                size += step
            except OSError:
                step //= 2
        file.truncate(max(0, size - leave))
