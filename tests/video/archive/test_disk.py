"""Disks that are full, gone or broken: recording stops for the reason `disk`, and goes on when it can."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from custodes.video.archive import group_sync, streams
from custodes.video.archive.archive import Archive
from custodes.video.archive.group_sync import syncfs
from custodes.video.archive.verify import verify_segments
from custodes.video.archive.volume import IDENTITY, VolumeConfig, VolumeRefused, claim, read_identity
from custodes.video.source.state import SourceState
from custodes.video.unit import AccessUnit
from tests.video.archive.conftest import CAMERA, OTHER, Site
from tests.video.footage import START_US, units


def failing(number: int) -> Callable[..., int]:
    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_write_that_fails_closes_the_file_names_the_gap_and_recording_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    site.record(10)
    with monkeypatch.context() as broken:
        broken.setattr(streams, "_write_all", failing(number))
        site.record(3)
    assert site.recorder().status.state == "disk"
    site.record(20)
    assert site.recorder().status.state == "recording"
    gaps = site.archive.gaps(CAMERA, 0, 1 << 60)
    assert [reason for _, _, reason in gaps] == ["disk"]
    runs = site.archive.runs(CAMERA, 0, 1 << 60)
    assert (runs[0][1], runs[1][0]) == gaps[0][:2]
    site.recorder().close()
    site.archive.tick()
    report = verify_segments(site.volume, records=site.records())
    assert report.ok
    assert report.proven == len(site.files()) == 2


def test_half_a_fragment_on_the_disk_is_cut_off_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.record(5)

    def half(fd: int, data: bytes) -> None:
        os.write(fd, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(streams, "_write_all", half)
        site.record(2)
    site.archive.tick()
    (row,) = site.rows("SELECT bytes, end_us FROM segments")
    assert row == (site.files()[0].stat().st_size, START_US + 5_000_000 - 1_000_000)


def test_a_number_whose_file_never_held_anything_is_explained_when_the_next_was_given_already(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.record(5)
    site.recorder().source_state(SourceState("network", "network", "", site.clock.wall_us()))
    site.archive.tick()
    recorder = site.recorder()

    def take(taken: list[AccessUnit]) -> None:
        for unit in taken:
            recorder.take(replace(unit, wall_us=site.clock.wall_us()))
            site.clock.advance(0.04)

    taken = list(units(25 * 18))
    with monkeypatch.context() as broken:
        broken.setattr(streams, "_write_all", failing(errno.EIO))
        take(taken[:100])
    take(taken[100:])  # no group sync in between: the next file has its number when the failed one is looked at
    site.archive.tick()
    recorder.close()
    site.archive.tick()
    records = site.records()
    assert [record["sequence"] for record in records if record["type"] == "segment.sealed"] == [1, 3]
    assert verify_segments(site.volume, records=records).ok
    unexplained = [record for record in records if "segment 2 " not in str(record.get("detail"))]
    assert not verify_segments(site.volume, records=unexplained).ok


def test_a_sync_that_fails_gives_the_file_up_and_keeps_what_reads_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.record(5)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", failing(errno.EIO))
        site.record(2)
    site.record(12)
    site.recorder().close()
    site.archive.tick()
    assert len(site.files()) == 2
    assert verify_segments(site.volume, records=site.records()).ok
    assert "disk" in {reason for _, _, reason in site.archive.gaps(CAMERA, 0, 1 << 60)}


def test_a_volume_that_answered_with_an_error_is_said_to_fail_until_it_has_taken_footage_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.record(5)
    assert site.archive.forecast()[0].failing_since is None
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", failing(errno.EIO))
        site.record(2)
        site.archive.tick()
        first = site.archive.forecast()[0]
        site.record(8)
    assert first.failing_with == f"sync failed: {os.strerror(errno.EIO)}"
    assert first.turned_away == (str(CAMERA),)
    assert site.archive.forecast()[0].failing_since == first.failing_since, "since the first error, not the last"
    site.record(12)
    assert site.archive.forecast()[0].failing_since is None
    assert site.archive.forecast()[0].turned_away == ()


def test_cameras_that_go_elsewhere_while_a_volume_rests_are_named_with_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.crash()
    second = site.folder / "second"
    site.volumes = [VolumeConfig(site.volume, reserve_bytes=0), VolumeConfig(second, reserve_bytes=0)]
    site.open()
    resting, other = list(site.archive._volumes.values())
    resting.refused(CAMERA, "broken", site.clock.wall_us())
    own, elsewhere = UUID(int=2 << 64), UUID(int=3 << 64)  # the first of two volumes is for even ones
    for camera in (own, elsewhere):
        site.record(2, camera)
    assert set(resting.failing.turned_away) == {CAMERA, own}  # type: ignore[union-attr]
    assert other.failing is None
    assert len(list(second.rglob("*.mp4"))) == 2


def test_at_its_cap_a_volume_takes_no_more_and_loses_nothing(site: Site) -> None:
    site.record(10)
    used = site.archive.forecast()[0].bytes_used
    site.crash()
    site.volumes = [VolumeConfig(site.volume, cap_bytes=used + (1 << 20) + 30_000, reserve_bytes=0)]
    site.open()
    site.sent.clear()
    site.record(30)
    assert site.recorder().status.state == "disk"
    assert "left for footage" in site.recorder().status.detail
    assert site.archive.forecast()[0].state != "ok"
    assert len(list(site.archive.fragments(CAMERA, 0, 1 << 60))) >= 9


def test_a_second_volume_takes_over(site: Site) -> None:
    site.crash()
    second = site.folder / "second"
    site.volumes = [VolumeConfig(site.volume, cap_bytes=1, reserve_bytes=0), VolumeConfig(second, reserve_bytes=0)]
    site.open()
    site.record(5)
    assert site.recorder().status.state == "recording"
    assert list(second.rglob("*.mp4"))


def test_one_camera_without_a_disk_does_not_stop_another(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real = streams._write_all

    def only_other(fd: int, data: bytes) -> None:
        if str(CAMERA) in os.readlink(f"/proc/self/fd/{fd}"):
            raise OSError(errno.EIO, "broken")
        real(fd, data)

    monkeypatch.setattr(streams, "_write_all", only_other)
    site.record(4)
    site.record(4, OTHER)
    assert site.recorder().status.state == "disk"
    assert site.recorder(OTHER).status.state == "recording"


def test_an_index_that_can_not_be_written_loses_no_change(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.record(5)
    index = site.archive._index
    with monkeypatch.context() as broken:

        def full(*_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        broken.setattr(index, "apply", full)
        site.record(60)
        assert "full" in site.archive.trouble
    site.archive.tick()
    assert site.archive.trouble == ""
    assert site.rows("SELECT sequence FROM segments") == [(1,)]


def test_a_queue_that_a_stalled_disk_fills_gives_up_instead_of_growing(site: Site) -> None:
    slow = streams.SegmentWriter(site.archive._index, threaded=False, limit_bytes=1000)
    site.record(1)
    segment = next(iter(site.archive.stream(CAMERA).open.values()), None)
    assert segment is None or segment.failed == ""
    site.record(2)
    segment = next(iter(site.archive.stream(CAMERA).open.values()))
    segment._writer = slow
    site.record(3)
    assert site.recorder().status.state == "disk"


def test_a_folder_with_strange_files_is_not_made_a_volume(site: Site) -> None:
    strange = site.folder / "home"
    strange.mkdir()
    (strange / "letter.txt").write_text("hello")
    with pytest.raises(VolumeRefused, match="not taken as a volume"):
        claim(strange)
    assert [p.name for p in strange.iterdir()] == ["letter.txt"]


def test_a_volume_of_a_newer_format_is_refused(site: Site) -> None:
    (site.volume / IDENTITY).write_text(json.dumps({"format": 2, "id": "00000000-0000-0000-0000-000000000001"}))
    with pytest.raises(VolumeRefused, match="format 2"):
        read_identity(site.volume)


@pytest.mark.parametrize("content", ["", "[]", '{"format": 1}', '{"format": 1, "id": "x"}', "\x00\xff"])
def test_an_identity_file_that_is_garbage_is_refused(site: Site, content: str) -> None:
    (site.volume / IDENTITY).write_bytes(content.encode("latin-1"))
    with pytest.raises(VolumeRefused):
        read_identity(site.volume)


def test_two_workers_that_claim_one_folder_agree_on_its_id(site: Site) -> None:
    folder = site.folder / "shared"
    assert claim(folder) == claim(folder)


def test_many_open_files_are_synced_by_one_call_for_the_volume(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def count(fd: int) -> None:
        syncfs(fd)
        calls.append(os.fstat(fd).st_dev)

    monkeypatch.setattr("custodes.video.archive.group_sync.syncfs", count)
    from uuid import UUID

    from tests.video.footage import units

    taken = list(units(30))
    for n in range(40):
        recorder = site.recorder(UUID(int=n))
        for unit in taken:
            recorder.take(unit)
    site.archive.tick()
    assert calls == [site.volume.stat().st_dev]
    assert isinstance(site.archive, Archive)


def test_a_segment_that_ends_while_the_sync_looks_is_sealed_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.record(5, tick=False)
    real, take = site.archive._writer, site.archive._writer.take_dirty

    def end_meanwhile() -> object:
        taken = take()
        monkeypatch.setattr(real, "take_dirty", take)
        site.recorder().close()  # marks it written whole, and dirty once more, behind the snapshot
        return taken

    monkeypatch.setattr(real, "take_dirty", end_meanwhile)
    site.archive.tick()
    site.archive.tick()
    assert site.archive.trouble == ""
    assert len(site.records("segment.sealed")) == 1


def test_one_change_that_can_not_stand_does_not_hold_up_the_others(site: Site) -> None:
    site.record(70)
    (row,) = site.rows("SELECT sequence FROM segments")
    stream = site.archive.stream(CAMERA)
    with site.archive._index.transaction() as cursor:
        cursor.execute("CREATE UNIQUE INDEX one_gap ON gaps (reason)")
    site.archive.book.gap_found(stream, 1, 2, "silent")
    site.archive.book.gap_found(stream, 3, 4, "silent")
    site.archive.book.gap_found(stream, 5, 6, "network")
    site.archive.tick()
    assert row == (1,)
    assert site.archive.trouble == ""
    assert set(site.rows("SELECT reason FROM gaps WHERE from_us < 10")) == {("silent",), ("network",)}


def test_only_what_is_durable_leaves_the_page_cache_and_at_the_end_all_of_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, int] = {}
    monkeypatch.setattr(group_sync, "CACHED_BYTES", 4096)

    def advise(fd: int, offset: int, length: int, advice: int) -> None:
        name = os.readlink(f"/proc/self/fd/{fd}")
        assert advice == os.POSIX_FADV_DONTNEED
        assert offset == told.get(name, 0)
        told[name] = offset + length

    monkeypatch.setattr(os, "posix_fadvise", advise)
    site.record(10)
    (file,) = site.files()
    durable_bytes = file.stat().st_size
    site.record(5, tick=False)
    assert 0 < told[str(file)] <= durable_bytes < file.stat().st_size
    site.recorder().close()
    site.archive.tick()
    assert told == {str(file): file.stat().st_size}


def test_a_file_system_that_takes_no_advice_records_all_the_same(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "posix_fadvise", failing(errno.EINVAL))
    site.record(10)
    site.recorder().close()
    site.archive.tick()
    assert verify_segments(site.volume, records=site.records()).ok
