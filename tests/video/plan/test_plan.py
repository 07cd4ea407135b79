"""What a plan makes of time and of gaps: never a second more than was approved, never one that has a cause of its own."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.plan import RecordingPlan
from custodes.video.wire.assignment import PlannedStop, RecordingWeek, WeekHours

ONE, TWO = UUID(int=1), UUID(int=2)
MINUTE = 60_000_000
DAY = 1440 * MINUTE


def stop(from_min: int, until_min: int, *, dark: bool = False, id: UUID = ONE, cause: str = "power") -> PlannedStop:
    return PlannedStop(id=id, cause=cause, from_us=from_min * MINUTE, until_us=until_min * MINUTE, dark=dark)


def named(plan: RecordingPlan, from_min: int, to_min: int, reason: str) -> list[tuple[int, int, str]]:
    pieces = plan.pieces(from_min * MINUTE, to_min * MINUTE, reason, "why")
    return [(start // MINUTE, end // MINUTE, called) for start, end, called, _ in pieces]


def test_a_gap_is_planned_inside_the_window_and_keeps_its_own_reason_outside():
    plan = RecordingPlan((stop(10, 20),))
    assert named(plan, 5, 30, "network") == [(5, 10, "network"), (10, 20, "planned"), (20, 30, "network")]


def test_the_plans_id_and_what_was_seen_stand_in_the_detail():
    [piece] = RecordingPlan((stop(10, 20),)).pieces(11 * MINUTE, 12 * MINUTE, "network", "no route")
    assert piece[3] == f"plan {ONE} (power): network, no route"


@pytest.mark.parametrize("reason", ["disk", "clock", "new"])
def test_what_has_a_cause_of_its_own_is_not_excused(reason):
    assert named(RecordingPlan((stop(0, 60),)), 10, 20, reason) == [(10, 20, reason)]


def test_where_nothing_may_be_recorded_a_full_disk_is_no_cause():
    assert named(RecordingPlan((stop(0, 60, dark=True),)), 10, 20, "disk") == [(10, 20, "planned")]


def test_a_stop_that_outlasts_its_window_is_owed_again():
    assert named(RecordingPlan((stop(10, 20),)), 10, 25, "planned") == [(10, 20, "planned"), (20, 25, "operator")]


def test_windows_that_overlap_are_counted_once_and_the_vote_goes_first():
    plan = RecordingPlan((stop(10, 30), stop(20, 40, dark=True, id=TWO, cause="vote")))
    pieces = plan.pieces(0, 50 * MINUTE, "network", "")
    assert [(a // MINUTE, b // MINUTE, why) for a, b, why, _ in pieces] == [
        (0, 10, "network"),
        (10, 20, "planned"),
        (20, 40, "planned"),
        (40, 50, "network"),
    ]
    assert str(TWO) in pieces[2][3]


def test_an_interruption_stops_nothing_and_a_vote_does():
    assert RecordingPlan((stop(10, 20),)).phase(15 * MINUTE).excuse is None
    phase = RecordingPlan((stop(10, 20, dark=True),)).phase(15 * MINUTE)
    assert (phase.from_us, phase.until_us) == (10 * MINUTE, 20 * MINUTE)
    assert phase.excuse is not None
    assert phase.excuse.dark


STOPS = st.lists(
    st.builds(
        lambda begin, length, dark, number: stop(begin, begin + length, dark=dark, id=UUID(int=number)),
        *(st.integers(0, 2000), st.integers(1, 300), st.booleans(), st.integers(1, 5)),
    ),
    max_size=5,
).map(tuple)
WEEKS = st.one_of(
    st.none(),
    st.builds(
        lambda days, begin, end: RecordingWeek(
            id=UUID(int=7), zone="Asia/Shanghai", hours=(WeekHours(days=tuple(days), begin=begin, end=end),)
        ),
        *(st.sets(st.integers(1, 7), min_size=1), st.integers(0, 1439), st.integers(0, 1440)),
    ),
)


@given(STOPS, WEEKS, st.integers(0, 2500), st.integers(1, 2500), st.sampled_from(["network", "disk", "schedule"]))
def test_the_pieces_of_a_gap_are_the_gap_and_planned_ones_lie_in_approved_time(stops, week, begin, length, reason):
    plan = RecordingPlan(stops, week)
    from_us, to_us = begin * MINUTE, (begin + length) * MINUTE
    pieces = plan.pieces(from_us, to_us, reason, "")
    assert pieces[0][0] == from_us
    assert pieces[-1][1] == to_us
    assert all(one[1] == two[0] for one, two in pairwise(pieces))
    excused = plan.excuses(from_us, to_us)
    for start, end, called, _ in pieces:
        if called in {"planned", "schedule"}:
            assert any(a <= start and end <= b and excuse.reason == called for a, b, excuse in excused)


@given(STOPS, WEEKS, st.integers(0, 5000))
def test_a_phase_says_of_each_of_its_moments_what_it_says_of_one(stops, week, minute):
    plan = RecordingPlan(stops, week)
    at = minute * MINUTE
    phase = plan.phase(at)
    assert phase.from_us <= at < phase.until_us
    for other in (phase.from_us, (phase.from_us + at) // 2, phase.until_us - 1):
        if at - DAY < other < at + DAY:
            assert plan.phase(other).excuse == phase.excuse
