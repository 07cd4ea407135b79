"""Three clocks: the host's, RTP's, the camera's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.clock import FakeClock
from custodes.video.mp4.parse import scan_file
from custodes.video.recorder.host_clock import (
    STA_NANO,
    STA_UNSYNC,
    TIME_ERROR,
    CachedHostSync,
    HostSync,
    host_sync,
    read_host_sync,
)
from custodes.video.recorder.recorder import Recorder
from custodes.video.recorder.session import SLEW_PPM, WallTime
from custodes.video.source.state import CameraClock
from custodes.video.unit import AccessUnit
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US, units

DAY_US = 86_400_000_000


def feed(site: Site, taken: list[AccessUnit], host_steps: dict[int, float] | None = None) -> None:
    recorder = site.recorder()
    for number, unit in enumerate(taken):
        if host_steps and number in host_steps:
            site.clock.step_wall(host_steps[number])
        recorder.take(replace(unit, wall_us=site.clock.wall_us()))
        site.clock.advance(0.04)
        if number % 25 == 24:
            site.archive.tick()
    recorder.close()
    site.archive.tick()


def pictures(site: Site) -> int:
    return sum(ref.duration for ref in site.archive.fragments(CAMERA, 0, 1 << 60)) // 3600


def test_a_camera_whose_clock_drifts_is_never_cut_for_it(site: Site) -> None:
    drifting = [
        replace(unit, media_time=unit.media_time + (unit.media_time - 1_000_000) * 400 // 1_000_000)
        for unit in units(25 * 300)
    ]
    feed(site, drifting)
    assert len(site.rows("SELECT number FROM sessions")) == 1
    assert len(site.files()) == 6
    (run,) = site.archive.runs(CAMERA, 0, 1 << 60)
    assert abs(run[1] - run[0] - 300_000_000) < 10_000  # undisciplined it would be 120 ms off


def test_an_rtp_clock_that_jumps_by_a_day_begins_a_session_and_loses_no_picture(site: Site) -> None:
    for jump in (DAY_US, -DAY_US):
        site.sent.clear()
        before = pictures(site)
        odd = [
            replace(unit, media_time=unit.media_time + (jump * 9 // 100 if number >= 260 else 0))
            for number, unit in enumerate(units(25 * 20))
        ]
        site.recorders.clear()
        feed(site, odd)
        assert pictures(site) - before == 25 * 20
    reasons = [row[0] for row in site.rows("SELECT reason FROM sessions ORDER BY number")]
    assert reasons == ["clock", "restart"] * 2
    assert [gap["reason"] for gap in site.records("gap")].count("clock") == 2


def test_a_host_clock_that_steps_begins_a_session_at_the_next_key_frame(site: Site) -> None:
    feed(site, list(units(25 * 20)), {260: 86_400.0})
    assert pictures(site) == 500
    assert len(site.rows("SELECT number FROM sessions")) == 2
    first, second = site.archive.runs(CAMERA, 0, 1 << 60)
    assert second[0] - first[1] > 80_000 * 1_000_000
    assert ("clock",) in site.rows("SELECT reason FROM gaps")


def test_a_host_clock_that_steps_back_loses_nothing_either(site: Site) -> None:
    feed(site, list(units(25 * 20)), {260: -3600.0})
    assert pictures(site) == 500


def test_pictures_that_stay_away_leave_a_gap_named_silent(site: Site) -> None:
    taken = [
        replace(unit, media_time=unit.media_time + (5 * 90_000 if number >= 250 else 0))
        for number, unit in enumerate(units(25 * 20))
    ]
    recorder = site.recorder()
    for number, unit in enumerate(taken):
        if number == 250:
            site.clock.advance(5)
        recorder.take(replace(unit, wall_us=site.clock.wall_us()))
        site.clock.advance(0.04)
    site.archive.tick()
    assert [(b - a, reason) for a, b, reason in site.archive.gaps(CAMERA, 0, 1 << 60)] == [(5_000_000, "silent")]


@pytest.mark.parametrize("last", [12, 13])  # pictures before the hole: it may be the fragment's last or not
def test_pictures_that_stay_away_within_the_first_fragment_leave_a_gap_too(site: Site, last: int) -> None:
    away = 3
    taken = [
        replace(unit, key=number == 0, media_time=unit.media_time + (away * 90_000 if number >= last else 0))
        for number, unit in enumerate(units(25 * 4))
    ]
    recorder = site.recorder()
    for number, unit in enumerate(taken):
        if number == last:
            site.clock.advance(away)
        recorder.take(replace(unit, wall_us=site.clock.wall_us()))
        site.clock.advance(0.04)
    site.archive.tick()
    assert [(b - a, reason) for a, b, reason in site.archive.gaps(CAMERA, 0, 1 << 60)] == [(3_000_000, "silent")]
    assert [record["reason"] for record in site.records() if record["type"] == "gap"] == ["silent"]


def test_the_first_burst_of_a_camera_does_not_set_the_clock_late(site: Site) -> None:
    recorder = site.recorder()
    for number, unit in enumerate(units(25 * 5)):
        recorder.take(replace(unit, wall_us=max(unit.wall_us, START_US + 800_000)))
        if number % 25 == 24:
            site.clock.advance(1)
            site.archive.tick()
    assert site.archive.runs(CAMERA, 0, 1 << 60)[0][0] - START_US < 10_000


def test_each_file_says_what_all_three_clocks_said(site: Site) -> None:
    site.archive.register(CAMERA)
    clock = CameraClock(camera_us=START_US - 3_000_000, media_time=1_000_000, wall_us=START_US)
    recorder = Recorder(
        CAMERA,
        site.archive,
        site.clock,
        host_sync=lambda: HostSync(True, -42, "ok"),
        camera_clock=lambda: clock,
    )
    for unit in units(50):
        recorder.take(unit)
    recorder.close()
    site.archive.tick()
    origin = scan_file(site.files()[0]).origin
    assert origin is not None
    assert (origin.wall_us, origin.rtp_time, origin.camera_clock_us) == (START_US, 1_000_000, START_US - 3_000_000)
    assert (origin.synchronised, origin.sync_offset_us, origin.sync_state) == (True, -42, "ok")
    (record,) = site.records("segment.sealed")
    assert record["camera_clock_us"] == START_US - 3_000_000
    assert record["clock"] == {"synchronised": True, "offset_us": -42, "state": "ok"}


@given(st.lists(st.integers(-(10**8), 10**8), max_size=60), st.integers(1, 200_000))
def test_the_wall_clock_line_never_bends_more_than_it_may(delays: list[int], ticks: int) -> None:
    line = WallTime(1000, START_US)
    media, wall = 1000, START_US
    for delay in delays:
        line.lead(media + ticks, delay)
        passed = ticks * 100 // 9
        assert abs(line.at(media + ticks) - wall - passed) <= passed * SLEW_PPM // 1_000_000 + 1
        media, wall = media + ticks, line.at(media + ticks)


def test_what_the_kernel_says_is_told_in_words() -> None:
    assert host_sync(0, STA_NANO, -5_000) == HostSync(True, -5, "ok")
    assert host_sync(0, 0, 7) == HostSync(True, 7, "ok")
    assert not host_sync(TIME_ERROR, 0, 0).synchronised
    assert not host_sync(0, STA_UNSYNC, 0).synchronised
    assert host_sync(-1, 0, 0).state == "unknown"
    assert read_host_sync().state


def test_the_kernel_is_asked_at_most_once_in_ten_seconds() -> None:
    clock, asked = FakeClock(), []

    def read() -> HostSync:
        asked.append(1)
        return HostSync(True, 0, "ok")

    sync = CachedHostSync(clock, read)
    for _ in range(25):
        sync()
        clock.advance(1)
    assert len(asked) == 3
