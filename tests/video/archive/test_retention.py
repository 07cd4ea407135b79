"""The one deleting place: what it may delete, and what it never does."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.archive.forecast import BRAKED
from custodes.video.archive.retention import Braked, OverBrake, Retention, local_midnight_us
from custodes.video.archive.volume import IDENTITY, read_identity
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US

DAY_S = 86_400.0
ZONE = ZoneInfo("Asia/Shanghai")
LAWFUL = Retention()
EVERYTHING = 1.0


def recorded(site: Site, seconds: int = 130) -> int:
    site.record(seconds)
    site.recorder().close()
    site.archive.tick()
    return len(site.files())


def local(wall_us: int) -> datetime:
    return datetime.fromtimestamp(wall_us / 1e6, ZONE)


def go_to(site: Site, day: int, hour: float) -> None:
    """Local day `day` after the day of recording, at `hour`."""
    first = local(START_US).date()
    site.clock.advance(
        (local_midnight_us(first + timedelta(days=day), ZONE) - site.clock.wall_us()) / 1e6 + hour * 3600
    )


def test_footage_of_a_day_is_kept_through_the_end_of_the_thirtieth_day_after_it(site: Site) -> None:
    count = recorded(site)
    go_to(site, 30, 23.99)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0
    go_to(site, 31, 0.01)
    report = site.archive.purge(LAWFUL, EVERYTHING)
    assert (report.segments, report.swept) == (count, count)
    assert site.files() == []
    assert [p.name for p in site.volume.iterdir()] == [IDENTITY]


@pytest.mark.parametrize("days", [30, 90])
def test_a_camera_that_left_the_assignment_keeps_the_term_that_was_said_last_and_goes_on_its_day_unless_it_is_held(
    site: Site, days: int
) -> None:
    recorded(site)
    site.archive.register(CAMERA, days)
    site.archive.retire(CAMERA)
    site.restart()  # in an assignment that does not name it
    go_to(site, days, 23.99)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0
    assert site.hold(START_US, START_US + 1_000_000).cameras[0].there_us == 1_000_000
    go_to(site, days + 1, 0.01)
    site.archive.purge(LAWFUL, EVERYTHING)
    assert len(site.files()) == 1, "what is held"
    site.hold(START_US, START_US + 1_000_000, version=2, released=True)
    site.archive.purge(LAWFUL, EVERYTHING)
    assert site.files() == []


def test_a_purge_leaves_a_record_that_names_every_root(site: Site) -> None:
    recorded(site)
    roots = [[r["sequence"], r["root"]] for r in site.records("segment.sealed")]
    go_to(site, 31, 1)
    site.archive.purge(LAWFUL, EVERYTHING)
    (record,) = site.records("purge")
    assert record["segments"] == roots
    assert record["rule"] == "S32, N17: 30 local days"
    assert record["bytes"] == sum(r["bytes"] for r in site.records("segment.sealed"))  # type: ignore[misc]
    assert site.archive.runs(CAMERA, 0, 1 << 60) == []


def test_what_was_recorded_stays_in_the_account_after_it_was_deleted(site: Site) -> None:
    recorded(site)
    day = local(START_US).date()
    before = site.archive.completeness(CAMERA, day)
    go_to(site, 31, 1)
    site.archive.purge(LAWFUL, EVERYTHING)
    after = site.archive.completeness(CAMERA, day)
    assert after.recorded_us == before.recorded_us == 130_000_000
    assert after.unexplained_us == 0


def test_a_camera_with_a_longer_retention_is_kept_longer(site: Site) -> None:
    recorded(site)
    site.archive.register(CAMERA, retention_days=90)
    go_to(site, 90, 23.9)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0
    go_to(site, 91, 0.1)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments > 0


def test_a_camera_can_not_have_less_than_the_floor(site: Site) -> None:
    recorded(site)
    site.archive.register(CAMERA, retention_days=1)
    go_to(site, 30, 12)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0
    with pytest.raises(ValueError, match="at least 30 days"):
        Retention(floor_days=29)


def test_a_training_installation_keeps_minutes(site: Site) -> None:
    recorded(site, 300)
    site.clock.advance(60)
    report = site.archive.purge(Retention(training_minutes=3), 0.2)
    assert report.segments == 3
    assert site.records("purge")[0]["rule"] == "training: 3 minutes"
    assert site.archive.runs(CAMERA, 0, 1 << 60)[0][0] > START_US


def test_held_footage_stays_and_what_is_around_it_goes(site: Site) -> None:
    count = recorded(site, 300)
    site.hold(START_US + 100_000_000, START_US + 101_000_000)
    go_to(site, 40, 1)
    report = site.archive.purge(LAWFUL, EVERYTHING)
    assert report.segments == count - 1
    assert len(site.files()) == 1
    ((start, end),) = site.archive.runs(CAMERA, 0, 1 << 60)
    assert start <= START_US + 100_000_000 < end
    assert site.archive.held(CAMERA, 0, 1 << 60) == [(START_US + 100_000_000, START_US + 101_000_000)]
    site.hold(START_US + 100_000_000, START_US + 101_000_000, version=2, released=True)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 1


def test_footage_sealed_under_a_standing_hold_is_held(site: Site) -> None:
    site.recorder()
    site.hold(START_US, START_US + 10**12)
    site.record(30)
    site.recorder().close()
    site.archive.tick()
    assert site.rows("SELECT DISTINCT held FROM segments") == [(1,)]


def test_a_pass_that_wants_too_much_deletes_nothing_until_a_person_says_so(site: Site) -> None:
    count = recorded(site, 300)
    go_to(site, 40, 1)
    report = site.archive.purge(LAWFUL, 0.2)
    assert report.segments == 0
    (braked,) = report.braked.values()
    size = sum(file.stat().st_size for file in site.files())
    assert (braked.path, braked.segments, braked.of, braked.bytes) == (str(site.volume), count, count, size)
    assert (braked.from_us, braked.cameras) == (START_US, 1)
    assert site.archive.forecast()[0].state == BRAKED
    assert len(site.files()) == count
    assert site.archive.purge(LAWFUL, 0.2, over_brake=order(site, count)).segments == count
    assert site.archive.forecast()[0].state == "ok"
    (record,) = site.records("purge")
    assert str(record["detail"]).endswith("; over the brake, ordered by root: 迁移后第一次清理")


def order(site: Site, segments: int, **seen: int) -> OverBrake:
    """A yes to so many segments and whatever bytes and span, except where `seen` says otherwise."""
    identity = read_identity(site.volume)
    everything = Braked(identity, str(site.volume), segments, segments, 1 << 60, 0, 1 << 60, 1)
    shown = {identity: replace(everything, **seen)}  # type: ignore[arg-type]
    return OverBrake("root", "迁移后第一次清理", site.clock.wall_us(), shown, LAWFUL.rule(0))


def test_an_order_deletes_no_more_than_the_person_saw(site: Site) -> None:
    count = recorded(site, 300)
    go_to(site, 40, 1)
    report = site.archive.purge(LAWFUL, 0.2, over_brake=order(site, count - 1))
    assert (report.segments, len(report.braked)) == (0, 1)
    (seen,) = order(site, count).seen.values()
    elsewhere = OverBrake("root", "x", site.clock.wall_us(), {"another volume": seen})
    assert site.archive.purge(LAWFUL, 0.2, over_brake=elsewhere).segments == 0
    assert len(site.files()) == count


def test_an_order_deletes_nothing_when_as_many_segments_are_others_than_the_person_saw(site: Site) -> None:
    count = recorded(site, 300)
    go_to(site, 40, 1)
    (seen,) = site.archive.purge(LAWFUL, 0.2).braked.values()
    for other in ({"bytes": seen.bytes - 1}, {"from_us": seen.from_us + 1}, {"to_us": seen.to_us - 1}):
        report = site.archive.purge(LAWFUL, 0.2, over_brake=order(site, count, **other))
        assert (report.segments, len(report.braked)) == (0, 1)
    under_another_rule = replace(order(site, count), rule=LAWFUL.rule(90))
    assert site.archive.purge(LAWFUL, 0.2, over_brake=under_another_rule).segments == 0
    exact = {"bytes": seen.bytes, "from_us": seen.from_us, "to_us": seen.to_us}
    assert site.archive.purge(LAWFUL, 0.2, over_brake=order(site, count, **exact)).segments == count


def test_an_order_deletes_nothing_that_expired_after_it_was_given(site: Site) -> None:
    count = recorded(site, 300)
    go_to(site, 30, 12)
    early = order(site, count)
    go_to(site, 40, 1)
    assert site.archive.purge(LAWFUL, 0.2, over_brake=early).segments == 0


def test_an_order_deletes_nothing_that_is_held(site: Site) -> None:
    count = recorded(site, 300)
    site.hold(START_US + 100_000_000, START_US + 101_000_000)
    go_to(site, 40, 1)
    assert site.archive.purge(LAWFUL, 0.2, over_brake=order(site, count)).segments == count - 1
    assert len(site.files()) == 1


def test_a_lost_index_never_costs_a_file(site: Site) -> None:
    count = recorded(site)
    site.crash()
    for file in site.folder.glob("worker-0.sqlite3*"):
        file.unlink()
    go_to(site, 400, 1)
    site.open()
    site.archive.register(CAMERA)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0
    assert len(site.files()) == count


def test_a_volume_that_is_not_mounted_costs_neither_file_nor_row(site: Site) -> None:
    recorded(site)
    away = site.folder / "unplugged"
    site.volume.rename(away)
    site.volume.mkdir()
    go_to(site, 40, 1)
    report = site.archive.purge(LAWFUL, EVERYTHING)
    assert (report.segments, len(report.absent)) == (0, 1)
    rows = site.rows("SELECT count(*) FROM segments")
    site.restart()
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0
    assert not (site.volume / IDENTITY).exists()
    site.volume.rmdir()
    away.rename(site.volume)
    assert site.rows("SELECT count(*) FROM segments") == rows


def test_another_volume_in_its_place_is_not_touched(site: Site) -> None:
    count = recorded(site)
    (site.volume / IDENTITY).write_text(json.dumps({"format": 1, "id": "00000000-0000-0000-0000-00000000dead"}))
    go_to(site, 40, 1)
    report = site.archive.purge(LAWFUL, EVERYTHING)
    assert report.segments == 0
    assert "another volume" in report.absent[0]
    assert len(site.files()) == count


def test_a_crash_between_row_and_file_is_finished_at_the_next_start(site: Site) -> None:
    recorded(site)
    go_to(site, 40, 1)
    copies = [(file, file.read_bytes()) for file in site.files()]
    site.archive.purge(LAWFUL, EVERYTHING)
    site.crash()
    db = sqlite3.connect(site.index)
    for file, content in copies:  # as if the files had not been unlinked yet
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        db.execute("INSERT INTO garbage VALUES (1, ?)", (file.relative_to(site.volume).as_posix(),))
    db.commit()
    db.close()
    site.open()
    assert site.archive.recovered.swept == len(copies)
    assert site.files() == []
    assert len(site.records("purge")) == 1


def test_the_sums_of_the_volume_follow(site: Site) -> None:
    recorded(site, 300)
    used = site.archive.forecast()[0].bytes_used
    assert used == sum(file.stat().st_size for file in site.files())
    site.clock.advance(60)
    site.archive.purge(Retention(training_minutes=3), EVERYTHING)
    assert site.archive.forecast()[0].bytes_used == sum(file.stat().st_size for file in site.files())
    assert site.rows("SELECT bytes FROM volumes") == [(site.archive.forecast()[0].bytes_used,)]


@given(
    recorded_s=st.integers(0, 86_399),
    asked_s=st.integers(0, 200 * 86_400),
    days=st.integers(0, 120),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]),
)
def test_nothing_is_ever_past_its_retention_before_thirty_whole_local_days(
    recorded_s: int, asked_s: int, days: int, zone: str
) -> None:
    info = ZoneInfo(zone)
    end_us = START_US + recorded_s * 1_000_000
    now_us = end_us + asked_s * 1_000_000
    expired = end_us <= Retention(zone=zone).cutoff_us(days, now_us)
    of, today = (datetime.fromtimestamp(t / 1e6, info).date() for t in (end_us - 1, now_us))
    assert expired == (today > of + timedelta(days=max(30, days)))


def test_the_only_code_that_unlinks_footage_is_recovery_after_the_row_is_gone() -> None:
    room = Path(__file__).parents[3] / "src" / "custodes" / "video"
    deleting = {
        file.name
        for file in room.rglob("*.py")
        # Masking writes copies outside of the archive, and takes its own unfinished ones away.
        if file.parent.name != "mask"
        and any(word in file.read_text() for word in ("unlink(", "os.remove", "rmtree", "shutil.move"))
    }
    assert deleting <= {"recovery.py", "volume.py"}
    assert shutil is not None
