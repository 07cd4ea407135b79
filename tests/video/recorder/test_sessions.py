"""Every second has a reason: sessions and gaps from what the source says."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from custodes.video.clock import FakeClock
from custodes.video.source.state import SourceState
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US


def reasons(site: Site) -> list[str]:
    site.archive.tick()
    return [reason for _, _, reason in site.archive.gaps(CAMERA, 0, 1 << 60)]


@pytest.mark.parametrize("state", ["silent", "network", "refused", "codec"])
@pytest.mark.clause("S34(6)", "S35(5)", "N23(6)")
def test_a_source_that_fails_leaves_a_gap_with_its_reason_until_the_next_picture(site: Site, state: str) -> None:
    site.record(5)
    site.clock.advance(10)
    site.recorder().source_state(SourceState(state, state, "so it is", site.clock.wall_us()))  # type: ignore[arg-type]
    assert reasons(site) == [state]
    site.clock.advance(20)
    site.sent[CAMERA] = 0
    site.record(5)
    site.archive.tick()
    (gap,) = site.archive.gaps(CAMERA, 0, 1 << 60)
    first, second = site.archive.runs(CAMERA, 0, 1 << 60)
    assert gap == (first[1], second[0], state)
    (record,) = site.records("gap")
    assert (record["reason"], record["detail"]) == (state, "so it is")
    assert site.rows("SELECT reason FROM sessions ORDER BY number") == [(state,), (None,)]


def test_a_gap_that_changes_its_cause_becomes_two(site: Site) -> None:
    site.record(2)
    recorder = site.recorder()
    recorder.source_state(SourceState("silent", "silent", "", site.clock.wall_us()))
    site.clock.advance(10)
    recorder.source_state(SourceState("network", "network", "", site.clock.wall_us()))
    site.clock.advance(10)
    assert reasons(site) == ["silent", "network"]
    assert [gap["reason"] for gap in site.records("gap")] == ["silent"]


def test_a_new_camera_owes_nothing_before_its_first_picture(site: Site) -> None:
    site.recorder()
    site.clock.advance(7)
    site.record(3)
    site.archive.tick()
    assert site.archive.gaps(CAMERA, 0, 1 << 60) == [(START_US, START_US + 7_000_000, "new")]


@pytest.mark.parametrize("reason", ["operator", "schedule"])
def test_what_is_stopped_is_said_and_goes_on_from_a_key_frame(site: Site, reason: str) -> None:
    site.record(3)
    site.recorder().stop(reason)
    site.record(2)
    assert reasons(site) == [reason]
    assert site.recorder().status.state == reason
    site.recorder().resume()
    site.record(2)
    assert site.recorder().status.state == "recording"


def test_a_gap_that_lasts_is_recorded_hour_by_hour(site: Site) -> None:
    site.record(2)
    site.recorder().source_state(SourceState("network", "network", "", site.clock.wall_us()))
    for _ in range(5):
        site.clock.advance(1800)
        site.archive.tick()
    told: Sequence[dict[str, object]] = site.records("gap")
    assert len(told) >= 2
    assert all(a["to_us"] == b["from_us"] for a, b in itertools.pairwise(told))
    assert reasons(site) == ["network"]  # shown as one


def test_the_status_says_what_is_being_written(site: Site) -> None:
    site.record(3)
    status = site.recorder().status
    assert (status.state, status.session, status.sequence, status.units) == ("recording", 1, 1, 75)
    assert isinstance(site.clock, FakeClock)
