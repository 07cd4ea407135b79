"""An index rebuilt from files alone."""

from __future__ import annotations

import pytest

from custodes.video.archive.records import at_text
from custodes.video.archive.reindex import UNKNOWN, Entering, ReindexRefused, reindex
from custodes.video.archive.verify import verify_segments
from custodes.video.archive.volume import VolumeRefused
from tests.video.archive.conftest import CAMERA, OTHER, Site

COLUMNS = "sequence, start_us, end_us, session, media_time, duration, bytes, init_size, sha256, root, fragments"


def lose_index(site: Site) -> None:
    site.crash()
    for file in site.folder.glob("worker-0.sqlite3*"):
        file.unlink()


def two_cameras(site: Site) -> None:
    for camera, bframes in ((CAMERA, 0), (OTHER, 2)):
        site.record(150, camera, bframes=bframes)
        site.recorder(camera).stop("operator")
        site.clock.advance(30)
        site.recorder(camera).resume()
        site.sent.clear()
        site.record(70, camera, bframes=bframes)
        site.recorder(camera).close()
        site.archive.tick()


def test_the_rebuilt_rows_are_those_that_were_lost(site: Site) -> None:
    two_cameras(site)
    before = site.rows(f"SELECT {COLUMNS} FROM segments ORDER BY start_us, sequence")
    runs = site.archive.runs(CAMERA, 0, 1 << 60)
    records = site.records()
    lose_index(site)
    report = reindex([site.volume], site.index)
    assert (report.cameras, report.segments, report.to_finish, report.refused) == (2, len(before) - 2, 2, [])
    site.open()
    assert site.archive.recovered.sealed == 2
    after = site.rows(f"SELECT {COLUMNS} FROM segments ORDER BY start_us, sequence")
    assert after == before
    assert site.archive.runs(CAMERA, 0, 1 << 60) == runs
    assert {r["id"] for r in site.records("segment.sealed")} < {r["id"] for r in records}
    assert verify_segments(site.volume, records=records).ok


def test_numbers_go_on_where_they_were(site: Site) -> None:
    two_cameras(site)
    last = site.rows("SELECT max(sequence), max(session) FROM segments WHERE stream = 1")[0]
    lose_index(site)
    reindex([site.volume], site.index)
    site.open()
    site.sent.clear()
    site.record(3)
    status = site.recorder().status
    assert (status.sequence, status.session) == (last[0] + 1, last[1] + 1)  # type: ignore[operator]


def test_holes_become_gaps_that_say_they_were_rebuilt(site: Site) -> None:
    two_cameras(site)
    lose_index(site)
    report = reindex([site.volume], site.index)
    site.open()
    assert report.gaps >= 2
    assert ("restart", "rebuilt from files") in site.rows("SELECT reason, detail FROM gaps")
    assert len(UNKNOWN) == 4


def test_only_this_workers_cameras_are_taken(site: Site) -> None:
    two_cameras(site)
    lose_index(site)
    report = reindex([site.volume], site.index, accept=lambda camera: camera == CAMERA)
    assert report.cameras == 1
    assert report.skipped > 0
    site.open()
    assert site.archive.cameras() == [CAMERA]


def test_an_index_that_is_there_is_never_overwritten(site: Site) -> None:
    site.record(3)
    with pytest.raises(ReindexRefused):
        reindex([site.volume], site.index)


def test_a_folder_that_is_no_volume_is_refused(site: Site) -> None:
    lose_index(site)
    with pytest.raises(VolumeRefused):
        reindex([site.folder], site.index)


def test_files_that_are_not_ours_are_named_and_left(site: Site) -> None:
    two_cameras(site)
    camera_folder = site.files()[0].parents[2]
    (camera_folder / "holiday.mp4").write_bytes(b"\0" * 100)
    renamed = site.files()[1].rename(site.files()[1].with_name("20200101T000000.000000Z.mp4"))
    lose_index(site)
    report = reindex([site.volume], site.index)
    assert len(report.refused) == 2
    assert renamed.exists()


def test_a_torn_file_is_finished_by_the_next_start(site: Site) -> None:
    site.record(20, gop=25)
    site.crash()
    file = site.files()[0]
    file.write_bytes(file.read_bytes()[:-100])
    lose_index(site)
    report = reindex([site.volume], site.index)
    assert report.to_finish >= 1
    site.open()
    assert site.rows("SELECT * FROM opened") == []
    assert verify_segments(site.volume, records=site.records()).ok


def test_records_of_later_footage_are_entered_under_the_ids_they_had(site: Site) -> None:
    two_cameras(site)
    sealed = {str(one["id"]): int(str(one["end_us"])) for one in site.records("segment.sealed")}
    middle = sorted(sealed.values())[len(sealed) // 2]
    now_us = site.clock.wall_us() + 86_400_000_000
    lose_index(site)
    report = reindex([site.volume], site.index, entering=Entering("node-1", middle, now_us))
    site.open()
    entered = {str(one["id"]): one for one in site.records("segment.sealed")}
    finished = {name for name, one in entered.items() if one["at"] != at_text(now_us)}
    assert len(finished) == report.to_finish == 2
    assert set(entered) == {name for name, end_us in sealed.items() if end_us >= middle} | finished
    assert report.entered == len([one for one in entered.values() if one["at"] == at_text(now_us)])
    assert 0 < report.entered < len(sealed)
