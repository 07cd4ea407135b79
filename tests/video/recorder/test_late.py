"""A gap filled from the device's own recording: marked wherever it is told, and the account of what was recorded here stays as it was."""

from __future__ import annotations

import itertools
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custodes.ledger.records import encode_record, parse_record
from custodes.node.masking.footage import Footage, chosen
from custodes.video.archive import faults
from custodes.video.archive.reindex import reindex
from custodes.video.archive.schema import FORMAT, connect
from custodes.video.archive.verify import verify_segments
from custodes.video.mask.masking import find_tracks, write_copy
from custodes.video.mask.reading import FileSource, FragmentSource
from custodes.video.mask.verifying import stretches_of
from custodes.video.mp4.parse import scan_file
from custodes.video.recorder.late import LateRecorder
from custodes.video.source.state import SourceState
from custodes.video.unit import Codec
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US, units

_ALL = (0, 1 << 60)
SECOND = 1_000_000
RTP = 777 * 90_000
"""The device counts from anywhere."""


class Crashed(Exception):
    """Stands for SIGKILL inside a test's own process."""


class Crash:
    def __init__(self, point: str) -> None:
        self.wants = point

    def __call__(self, reached: str) -> None:
        if reached == self.wants:
            raise Crashed


def outage(site: Site, before: int = 5, seconds: int = 20, after: int = 5) -> tuple[int, int]:
    """Recorded, cut off for a while, recorded again; the gap."""
    site.record(before)
    site.recorder().source_state(SourceState("network", "network", "cut", site.clock.wall_us()))
    site.clock.advance(seconds)
    site.recorder().source_state(SourceState("receiving", "", "", site.clock.wall_us()))
    site.record(after, tick=True)
    site.archive.tick()
    [(from_us, to_us, reason)] = site.archive.gaps(CAMERA, START_US, site.clock.wall_us())
    assert reason == "network"
    return from_us, to_us


def fill(site: Site, span: tuple[int, int], seconds: int, *, tick: bool = True, **how: object) -> LateRecorder:
    """Let the device send that much of its recording."""
    late = LateRecorder(CAMERA, site.archive, span)
    for number, unit in enumerate(units(seconds * 25, **how)):  # type: ignore[arg-type]
        late.take(replace(unit, media_time=unit.media_time + RTP))
        if tick and number % 50 == 49:
            site.archive.tick()
    late.close()
    site.archive.tick()
    return late


@pytest.mark.parametrize("how", [{}, {"bframes": 2}, {"codec": Codec.H265}])
def test_a_gap_is_filled_within_its_bounds_and_marked(site, how):
    gap = outage(site)
    late = fill(site, gap, 30, **how)
    assert late.over == "end"
    [span] = site.archive.filled(CAMERA, *_ALL)
    assert span[0] == gap[0]
    assert gap[1] - 100_000 <= span[1] <= gap[1]
    assert late.reached_us == span[1]
    marked = [one for one in site.records("segment.sealed") if one.get("source") == "device"]
    assert [(one["start_us"], one["end_us"]) for one in marked] == [span]
    assert [one.origin.source for one in site.archive.being_written(CAMERA)] == [""]
    assert marked[0]["clock"] == {"synchronised": False, "offset_us": 0, "state": "device"}
    assert marked[0]["camera_clock_us"] == gap[0]
    # What was recorded here says nothing of a source, as before.
    assert sum("source" in one for one in site.records("segment.sealed")) == 1


def test_the_gap_stays_and_the_account_is_of_what_was_recorded_here(site):
    gap = outage(site)
    day = datetime.fromtimestamp(START_US / 1e6, UTC).date()
    hour = START_US // 3_600_000_000 * 3_600_000_000
    before = site.archive.completeness(CAMERA, day, "UTC"), site.archive.rollup(CAMERA, hour)
    fill(site, gap, 30)
    assert site.archive.gaps(CAMERA, START_US, site.clock.wall_us()) == [(*gap, "network")]
    assert (site.archive.completeness(CAMERA, day, "UTC"), site.archive.rollup(CAMERA, hour)) == before
    assert before[0].reasons["network"] == gap[1] - gap[0]


def test_it_is_said_in_a_record_of_its_own_that_the_log_takes(site):
    gap = outage(site)
    fill(site, gap, 30)
    site.archive.book.gap_filled(
        site.archive.stream(CAMERA), gap, site.archive.filled(CAMERA, *gap), "asked for and sent at twice the pace"
    )
    site.archive.tick()
    [record] = site.records("gap.filled")
    assert (record["from_us"], record["to_us"], record["source"]) == (*gap, "device")
    assert record["filled"] == [list(one) for one in site.archive.filled(CAMERA, *gap)]
    for told in (record, *site.records("segment.sealed")):
        assert parse_record(encode_record(parse_record(json.dumps(told).encode()))).type == told["type"]


def test_playback_goes_through_in_the_order_of_time(site):
    gap = outage(site)
    fill(site, gap, 30)
    fragments = list(site.archive.fragments(CAMERA, START_US, site.clock.wall_us()))
    starts = [one.start_us for one in fragments]
    assert starts == sorted(starts)
    assert all(later.start_us - one.end_us < 100_000 for one, later in itertools.pairwise(fragments))
    assert {one.session for one in fragments if gap[0] <= one.start_us < gap[1]} == {3}


def test_recording_goes_on_meanwhile_and_no_number_is_given_twice(site):
    gap = outage(site)
    late = LateRecorder(CAMERA, site.archive, gap)
    for number, unit in enumerate(units(19 * 25)):
        late.take(unit)
        if number % 25 == 24:
            site.record(1)
    assert [one.origin.source for one in site.archive.being_written(CAMERA)] == [""]
    late.close()
    site.recorder().close()
    site.archive.tick()
    report = verify_segments(site.volume, records=site.records())
    assert report.ok, report.lines()
    assert report.proven == report.files >= 3
    numbers = sorted(int(str(one["sequence"])) for one in site.records("segment.sealed"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_long_one_is_cut_into_files(site):
    gap = outage(site, seconds=150)
    fill(site, gap, 150)
    marked = [one for one in site.records("segment.sealed") if "source" in one]
    assert len(marked) == 8
    assert len({one["session"] for one in marked}) == 1
    assert verify_segments(site.volume, records=site.records()).ok


def test_what_steps_in_time_is_not_believed_to_stand_where_it_would(site):
    gap = outage(site)
    late = LateRecorder(CAMERA, site.archive, gap)
    sent = list(units(10 * 25))
    for number, unit in enumerate(sent):
        late.take(unit if number < 125 else replace(unit, media_time=unit.media_time + 5 * 90_000))
    late.close()
    site.archive.tick()
    assert late.over == "jump"
    assert late.reached_us == gap[0] + 5 * SECOND
    assert site.archive.filled(CAMERA, *_ALL) == [(gap[0], gap[0] + 5 * SECOND)]


def test_other_parameters_end_it(site):
    gap = outage(site)
    late = LateRecorder(CAMERA, site.archive, gap)
    for unit in [*units(50), *units(50, first=50, width=320, height=192)]:
        late.take(unit)
    site.archive.tick()
    assert (late.over, late.dropped) == ("codec", 50)
    assert late.reached_us == gap[0] + 2 * SECOND


def test_nothing_is_written_before_a_key_picture_or_of_nothing(site):
    gap = outage(site)
    files = len(site.files())
    late = LateRecorder(CAMERA, site.archive, gap)
    late.take(next(unit for unit in units(10) if not unit.key))
    late.close()
    site.archive.tick()
    assert (late.reached_us, late.dropped, len(site.files())) == (gap[0], 1, files)
    assert site.archive.filled(CAMERA, *_ALL) == []


def test_a_full_disk_ends_it_and_hurts_nothing_else(site):
    gap = outage(site)
    for volume in site.archive.volumes():
        volume.config = replace(volume.config, reserve_bytes=1 << 60)
        volume.look_for_room(1 << 20)
    late = fill(site, gap, 5)
    assert late.over == "disk"
    assert site.archive.filled(CAMERA, *_ALL) == []
    assert site.archive.gaps(CAMERA, *gap) == [(*gap, "network")]


def session_ends(site: Site, number: int) -> list[tuple[int | None, str | None]]:
    with sqlite3.connect(site.index) as index:
        return index.execute("SELECT end_us, reason FROM sessions WHERE number = ?", (number,)).fetchall()


def test_a_disk_that_gets_full_on_the_way_ends_the_session_too(site):
    gap = outage(site, seconds=150)
    late = LateRecorder(CAMERA, site.archive, gap)
    sent = iter(units(60 * 25))
    while not late.segments:
        late.take(next(sent))
    number = late.segments[0].origin.session
    for volume in site.archive.volumes():
        volume.config = replace(volume.config, reserve_bytes=1 << 60)
        volume.look_for_room(1 << 20)
    while not late.over:
        late.take(next(sent))
    site.archive.tick()
    assert late.over == "disk"
    assert session_ends(site, number) == [(late.reached_us, "filled")]
    late.close()
    site.archive.tick()
    assert session_ends(site, number) == [(late.reached_us, "filled")]
    assert site.archive.filled(CAMERA, *_ALL) == [(gap[0], late.reached_us)]


def test_what_may_not_be_written_any_more_is_dropped(site):
    gap = outage(site, seconds=150)
    late = LateRecorder(CAMERA, site.archive, gap)
    sent = iter(units(60 * 25))
    while not late.segments:
        late.take(next(sent))
    for _ in range(10 * 25):
        late.take(next(sent))
    late.drop()
    late.close()
    site.archive.tick()
    [one] = late.segments
    assert site.archive.filled(CAMERA, *_ALL) == [(one.origin.wall_us, one.end_us)]
    assert session_ends(site, one.origin.session) == [(late.reached_us, "filled")]


@pytest.mark.parametrize("point", ["header", "fragment", "torn", "commit"])
def test_a_crash_leaves_what_is_durable_with_its_mark_and_no_other_gap(site, point):
    gap = outage(site)
    site.recorder().close()
    site.archive.tick()
    late = LateRecorder(CAMERA, site.archive, gap)
    sent = list(units(10 * 25))
    for unit in sent[:130]:
        late.take(unit)
    site.archive.tick()

    def rest() -> None:
        for unit in sent[130:]:
            late.take(unit)
        late.close()
        site.archive.tick()

    faults.listen(Crash(point))
    try:
        with pytest.raises(Crashed):
            rest()
    finally:
        faults.listen(None)
    archive = site.restart()
    spans = archive.filled(CAMERA, *_ALL)
    assert len(spans) <= 1
    assert all(gap[0] <= start < end <= gap[1] for start, end in spans)
    assert archive.gaps(CAMERA, *gap) == [(*gap, "network")]
    assert [one.get("source") for one in site.records("segment.sealed")].count("device") == len(spans)
    assert verify_segments(site.volume, records=site.records()).ok


def test_files_alone_tell_it_again(site, tmp_path: Path):
    gap = outage(site)
    fill(site, gap, 30)
    site.recorder().close()
    site.archive.tick()
    [span] = site.archive.filled(CAMERA, *_ALL)
    assert [scan_file(file).origin.source for file in site.files()].count("device") == 1  # type: ignore[union-attr]
    site.crash()
    site.index.rename(site.index.with_suffix(".old"))
    reindex([site.volume], site.index)
    assert site.open().filled(CAMERA, *_ALL) == [span]


@pytest.mark.parametrize("said", ["", "device"])
def test_a_record_that_names_another_source_than_its_file_is_found(site, said):
    gap = outage(site)
    fill(site, gap, 30)
    site.recorder().close()
    site.archive.tick()
    told = [
        {**one, "source": said} if one["type"] == "segment.sealed" and one.get("source", "") != said else one
        for one in site.records()
    ]
    report = verify_segments(site.volume, records=told)
    assert not report.ok
    assert "source" in report.lines()[0]


def test_an_index_of_the_format_before_is_brought_up_to_date(tmp_path: Path):
    path = tmp_path / "old.sqlite3"
    connect(path).close()
    with sqlite3.connect(path) as old:
        old.execute("DROP INDEX segments_filled")
        old.execute("ALTER TABLE segments DROP COLUMN source")
        old.execute("PRAGMA user_version = 3")
    new = connect(path)
    columns = [row[1] for row in new.execute("PRAGMA table_info(segments)")]
    assert columns[-1] == "source"
    assert new.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    assert new.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'segments_filled'").fetchone() == (1,)
    new.close()


def test_a_masked_copy_says_which_stretch_comes_from_the_device(site, tmp_path):
    gap = outage(site)
    fill(site, gap, 30)
    site.recorder().close()
    site.archive.tick()
    [filled] = site.archive.filled(CAMERA, *_ALL)
    span = gap[0] - 3 * SECOND, gap[1] + 3 * SECOND
    footage = Footage(CAMERA, chosen(site.archive.sealed_segments(CAMERA, *span), *span))
    footage.check()
    [(begin, end)] = footage.device
    assert begin == filled[0]
    assert abs(end - filled[1]) < 100_000
    source = FragmentSource(footage.pieces)
    write_copy(source, find_tracks(source, []), tmp_path / "copy.mp4", device=footage.ticks())
    [(first, last)] = stretches_of(tmp_path / "copy.mp4")
    shown = [one.time for one in FileSource(tmp_path / "copy.mp4").pictures()]
    assert first in shown, "it begins with a picture"
    within = [time for time in shown if first <= time < last]
    assert abs(len(within) - 25 * (end - begin) / SECOND) <= 2
    assert shown[0] < first < last < shown[-1]
