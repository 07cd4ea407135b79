"""Recording under a plan: stops that are obeyed, absences that are named, and nothing excused beyond what was approved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from custodes.video.plan import RecordingPlan
from custodes.video.source.state import SourceState
from custodes.video.wire.assignment import PlannedStop, RecordingWeek, WeekHours
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US

PLAN, SCHEDULE = UUID(int=77), UUID(int=78)
SECOND = 1_000_000
_ALL = (0, 1 << 60)


def window(after: float, until: float, *, dark: bool = False) -> RecordingPlan:
    """An interruption so many seconds after the test began."""
    span = START_US + round(after * SECOND), START_US + round(until * SECOND)
    return RecordingPlan((PlannedStop(id=PLAN, cause="power", from_us=span[0], until_us=span[1], dark=dark),))


def loses_network(site: Site) -> None:
    site.recorder().source_state(SourceState("network", "network", "gone", site.clock.wall_us()))


def gaps(site: Site) -> list[tuple[float, float, str]]:
    found = site.archive.gaps(CAMERA, *_ALL)
    return [(round((a - START_US) / SECOND, 1), round((b - START_US) / SECOND, 1), why) for a, b, why in found]


def account(site: Site) -> dict[str, int]:
    day = datetime.fromtimestamp(START_US / 1e6, UTC).date()
    counted = site.archive.completeness(CAMERA, day, "UTC")
    found = {reason: round(us / SECOND) for reason, us in counted.reasons.items() if reason != "new"}
    return found | {"recorded": round(counted.recorded_us / SECOND), "owed": round(counted.owed_us / SECOND)}


def test_a_camera_that_goes_away_inside_its_window_is_planned_out_and_outside_it_is_missing(site):
    site.record(5)
    site.plan(window(10, 20))
    site.record(3)
    loses_network(site)  # two seconds early
    site.clock.advance(17)
    site.record(5)
    site.recorder().close()
    site.archive.tick()
    assert gaps(site) == [(8.0, 10.0, "network"), (10.0, 20.0, "planned"), (20.0, 25.0, "network")]
    assert account(site) == {"network": 7, "planned": 10, "recorded": 13, "owed": 20}
    [record] = [record for record in site.records("gap") if record["reason"] == "planned"]
    assert str(PLAN) in record["detail"]
    assert "network" in record["detail"]


def test_a_camera_that_stays_is_recorded_through_its_window_and_one_that_comes_back_early_too(site):
    site.record(5)
    site.plan(window(6, 20))
    site.record(4)
    loses_network(site)
    site.clock.advance(3)
    site.record(10)
    site.recorder().close()
    site.archive.tick()
    assert gaps(site) == [(9.0, 12.0, "planned")]
    assert account(site)["recorded"] == 19


def test_a_vote_stops_the_recorder_though_pictures_come_and_it_starts_again_by_itself(site):
    site.record(5)
    site.plan(window(8, 15, dark=True))
    site.record(15)
    site.recorder().close()
    site.archive.tick()
    runs = site.archive.runs(CAMERA, *_ALL)
    assert [(round((a - START_US) / SECOND), round((b - START_US) / SECOND)) for a, b in runs] == [(0, 8), (15, 20)]
    assert gaps(site) == [(8.0, 15.0, "planned")]
    assert account(site) == {"planned": 7, "recorded": 13, "owed": 13}


def test_no_picture_that_was_taken_during_a_vote_is_kept(site):
    site.plan(window(2.5, 4.5, dark=True))
    site.record(8)
    site.recorder().close()
    site.archive.tick()
    inside = START_US + round(2.5 * SECOND), START_US + round(4.5 * SECOND)
    kept = list(site.archive.fragments(CAMERA, *_ALL))
    assert kept
    assert not [ref for ref in kept if ref.start_us < inside[1] and ref.end_us > inside[0] + 40_000]


def test_what_a_window_that_is_over_leaves_missing_is_owed_again(site):
    site.record(5)
    site.plan(window(5, 10, dark=True))
    site.clock.advance(1)
    site.recorder().keep_plan(site.clock.wall_us())
    loses_network(site)
    site.clock.advance(10)
    site.recorder().keep_plan(site.clock.wall_us())
    site.archive.tick()
    assert [(a, why) for a, _, why in gaps(site)] == [(5.0, "planned"), (10.0, "network")]


def test_a_window_that_is_ended_early_ends_there(site):
    site.record(5)
    site.plan(window(5, 60))
    loses_network(site)
    site.clock.advance(10)
    site.plan(window(5, 15))  # the web's next answer
    site.clock.advance(5)
    site.record(3)
    site.archive.tick()
    assert gaps(site) == [(5.0, 15.0, "planned"), (15.0, 20.0, "network")]


def test_a_vote_that_is_called_off_lets_recording_go_on(site):
    site.record(5)
    site.plan(window(5, 60, dark=True))
    site.record(5)
    site.plan(None)
    site.record(5)
    site.recorder().close()
    site.archive.tick()
    assert gaps(site)[0][2] == "planned"
    assert account(site)["recorded"] == 10


def test_a_node_that_restarts_inside_the_window_still_knows_it(site):
    site.record(5)
    site.plan(window(6, 30))
    site.record(3)
    site.restart(after=10)
    site.record(5)
    site.recorder().close()
    site.archive.tick()
    assert [why for _, _, why in gaps(site)] == ["planned"]
    assert "restart" in site.records("gap")[-1]["detail"]


def test_a_camera_that_was_away_when_the_node_fell_over_was_away_as_planned(site):
    site.record(5)
    site.plan(window(5, 60))
    loses_network(site)
    site.clock.advance(10)
    site.archive.tick()
    site.restart(after=10)
    site.record(5)
    site.archive.tick()
    assert gaps(site) == [(5.0, 25.0, "planned")]
    assert {record["reason"] for record in site.records("gap") if record["to_us"] > START_US} == {"planned"}


def test_a_node_that_was_away_when_a_vote_ended_owes_what_came_after(site):
    site.record(5)
    site.plan(window(5, 10, dark=True))
    site.clock.advance(2)
    site.recorder().keep_plan(site.clock.wall_us())
    site.archive.tick()
    site.restart(after=20)
    site.record(5)
    site.recorder().close()
    site.archive.tick()
    assert [(b, why) for _, b, why in gaps(site)] == [(10.0, "planned"), (27.0, "restart")]


def test_a_disk_that_fills_inside_an_interruption_is_a_full_disk(site):
    site.record(5)
    site.plan(window(5, 60))
    site.recorder().stop("disk", "full")
    site.clock.advance(10)
    site.archive.tick()
    assert [why for _, _, why in gaps(site)] == ["disk"]


def test_a_window_that_lasts_is_in_the_log_hour_by_hour_and_in_the_hours_account(site):
    site.record(5)
    site.plan(window(0, 3 * 3600))
    loses_network(site)
    for _ in range(2):
        site.clock.advance(3600)
        site.archive.tick()
    reasons = {record["reason"] for record in site.records("gap") if record["to_us"] - record["from_us"] > SECOND}
    assert reasons == {"planned"}
    hour = (START_US // 3_600_000_000 + 1) * 3_600_000_000
    counted = site.archive.rollup(CAMERA, hour)
    assert (counted.owed_us, counted.reasons) == (0, {"planned": 3_600_000_000})


def _week(*hours: WeekHours) -> RecordingPlan:
    return RecordingPlan(week=RecordingWeek(id=SCHEDULE, zone="Asia/Shanghai", hours=hours))


@pytest.mark.parametrize("crash", [False, True])
def test_a_week_by_schedule_is_kept_over_midnight_and_accounted_for_to_the_second(site, crash):
    """Workdays from 22:00 to 02:00 and Saturday from 10:00 to 11:00, seen at each border, with a node that falls over."""
    plan = _week(WeekHours(days=(1, 2, 3, 4, 5), begin=22 * 60, end=2 * 60), WeekHours(days=(6,), begin=600, end=660))
    site.plan(plan)
    zone = timedelta(hours=8)
    monday = datetime.fromtimestamp(START_US / 1e6, UTC) + zone
    monday = (monday + timedelta(days=7 - monday.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    begin = round((monday - zone).timestamp()) * SECOND
    for minute in range(0, 7 * 1440, 30):
        at = begin + minute * 60 * SECOND
        site.clock.advance((at - site.clock.wall_us()) / SECOND - 1)
        site.record(2)  # one second before the half hour, one behind it
        loses_network(site)
        site.archive.tick()
        if crash and minute % 1440 == 720:
            site.restart(after=5)
    end = begin + 7 * 1440 * 60 * SECOND
    site.clock.advance((end - site.clock.wall_us()) / SECOND)
    site.recorder().keep_plan(end)
    site.archive.tick()
    owed = sum(site.archive.rollup(CAMERA, begin + hour * 3600 * SECOND).owed_us for hour in range(7 * 24))
    assert owed == (5 * 4 + 1) * 3600 * SECOND
    kept = [
        (start, stop)
        for start, stop in site.archive.runs(CAMERA, begin, end)
        for excused, until, _ in plan.excuses(start, stop)
        if until - excused > 50_000
    ]
    assert kept == []
