"""What a crash leaves is finished at the next start."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest

from custodes.video.archive import faults
from custodes.video.archive.schema import FORMAT, IndexRefused, connect
from custodes.video.source.state import SourceState
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US


class _Crash(Exception):
    """Stands for SIGKILL inside a test's own process."""


def crash_at(name: str) -> None:
    def hook(reached: str) -> None:
        if reached == name:
            raise _Crash(name)

    faults.listen(hook)


@pytest.fixture(autouse=True)
def _disarm():
    yield
    faults.listen(None)


@pytest.mark.clause("N15.1")
def test_after_a_crash_everything_written_is_there_and_the_gap_says_restart(site: Site) -> None:
    site.record(100)
    archive = site.restart(after=3)
    (run,) = archive.runs(CAMERA, 0, 1 << 60)
    assert run == (START_US, START_US + 99_000_000)  # the second that was being gathered is lost
    assert archive.recovered.sealed == 1
    site.record(5)
    (gap,) = archive.gaps(CAMERA, 0, 1 << 60)
    assert gap == (run[1], START_US + 103_000_000, "restart")
    assert archive.completeness(CAMERA, date(2025, 6, 15)).unexplained_us == 0


def test_the_tail_behind_the_last_whole_fragment_is_cut_off(site: Site) -> None:
    site.record(10)
    (file,) = site.files()
    size = file.stat().st_size
    with file.open("ab") as tail:
        tail.write(file.read_bytes()[-900:-100])
    archive = site.restart()
    assert file.stat().st_size == size
    assert archive.recovered.cut_bytes == 800
    assert archive.runs(CAMERA, 0, 1 << 60) == [(START_US, START_US + 9_000_000)]


def test_a_file_without_a_fragment_is_removed_and_its_number_given_again(site: Site) -> None:
    site.record(3)
    (file,) = site.files()
    site.crash()
    header = file.read_bytes()[:700]
    file.write_bytes(header)
    archive = site.open()
    assert site.files() == []
    assert archive.recovered.empty == 1
    site.sent.clear()
    site.record(3)
    assert site.recorder().status.sequence == 1


def test_the_record_of_a_segment_is_the_same_before_and_after_a_crash(site: Site) -> None:
    site.record(100)
    before = {r["sequence"]: r["id"] for r in site.records("segment.sealed")}
    crash_at("commit")
    site.recorder().close()
    with pytest.raises(_Crash):
        site.archive.tick()
    faults.listen(None)
    site.restart()
    after = {r["sequence"]: r["id"] for r in site.records("segment.sealed")}
    assert before.items() < after.items()
    assert sorted(after) == list(range(1, len(after) + 1))


@pytest.mark.parametrize("point", ["opened", "header", "fragment", "synced", "dirsync", "commit", "committed"])
def test_at_each_step_of_the_commit_order_nothing_durable_is_lost(site: Site, point: str) -> None:
    site.record(30)
    crash_at(point)
    with pytest.raises(_Crash):
        site.record(70)
    faults.listen(None)
    before = site.clock.wall_us()
    archive = site.restart()
    (run,) = archive.runs(CAMERA, 0, 1 << 60)
    assert run[0] == START_US
    assert before - run[1] <= 1_100_000  # what was being gathered
    assert site.rows("SELECT * FROM opened") == []
    on_disk = {file.name for file in site.files()}
    assert len(on_disk) == site.rows("SELECT count(*) FROM segments")[0][0]
    sequences = [r["sequence"] for r in site.records("segment.sealed") if r["camera"] == str(CAMERA)]
    assert sorted(sequences) == list(range(1, len(sequences) + 1))


def test_a_gap_that_lasted_is_closed_at_the_last_sign_of_life(site: Site) -> None:
    site.record(3)
    site.recorder().source_state(SourceState("network", "network", "", site.clock.wall_us()))
    site.archive.tick()
    site.clock.advance(50)
    site.archive.tick()
    alive = site.clock.wall_us()
    archive = site.restart(after=100)
    gaps = archive.gaps(CAMERA, 0, 1 << 60)
    assert [reason for _, _, reason in gaps] == ["network", "restart"]
    assert gaps[0][1] == gaps[1][0] == alive


def test_a_planned_stop_goes_on_through_a_restart(site: Site) -> None:
    site.record(3)
    site.recorder().stop("schedule")
    site.archive.tick()
    archive = site.restart(after=100)
    assert [reason for _, _, reason in archive.gaps(CAMERA, 0, 1 << 60)] == ["schedule"]


def test_an_index_of_a_newer_format_is_refused(site: Site) -> None:
    site.crash()
    db = sqlite3.connect(site.index)
    db.execute(f"PRAGMA user_version = {FORMAT + 1}")
    db.close()
    with pytest.raises(IndexRefused, match="newer program"):
        connect(site.index)
    with pytest.raises(IndexRefused):
        site.open()


def test_an_index_of_the_first_format_is_brought_up_to_date_with_what_it_holds(site: Site) -> None:
    site.record(5)
    site.crash()
    db = sqlite3.connect(site.index)
    db.executescript(
        "INSERT INTO holds SELECT id, 5, 9 FROM streams; DROP TABLE degraded; DROP TABLE hold_orders; DROP TABLE pins; DROP INDEX segments_filled;"
        "ALTER TABLE segments DROP COLUMN source; PRAGMA user_version = 1;"
    )
    db.close()
    with pytest.raises(IndexRefused, match="start the node"):
        connect(site.index, read_only=True)
    archive = site.open()
    assert archive.degraded(CAMERA, 0, 1 << 60) == []
    assert len(archive.runs(CAMERA, 0, 1 << 60)) == 1
    db = sqlite3.connect(site.index)
    assert db.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    held = db.execute("SELECT camera, from_us, to_us, released FROM hold_orders").fetchall()
    assert held == [(str(CAMERA), 5, 9, 0)], "what was held stays held"
    db.close()


def test_a_file_that_is_no_index_is_refused(site: Site) -> None:
    site.crash()
    site.index.write_bytes(b"no database, but large enough to be one" * 100)
    for side in ("-wal", "-shm"):
        site.index.with_name(site.index.name + side).unlink(missing_ok=True)
    with pytest.raises(IndexRefused):
        site.open()


def test_what_was_delivered_is_not_delivered_again(site: Site) -> None:
    site.record(130)
    first = site.archive.outbox_pending()
    assert first
    site.archive.outbox_done([entry.id for entry in first])
    site.restart()
    left = {entry.record["id"] for entry in site.archive.outbox_pending()}
    assert not left & {entry.record["id"] for entry in first}
