"""A fault is stated after k of n checks, withdrawn after as many against it, and never by one check."""

import math

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.health.finding import FaultKind, FaultWatch, Limit, Reading

LIMIT = Limit(10.0, 8.0, 50.0, "%", 4, 5)


def watch_of(values: list[float | None]) -> FaultWatch:
    watch = FaultWatch(FaultKind.NOISE, LIMIT)
    for number, value in enumerate(values, 1):
        watch.take(None if value is None else Reading(value), number)
    return watch


def test_it_is_stated_at_the_fourth_of_five_and_since_the_first() -> None:
    assert watch_of([0, 20, 0, 20, 20]).finding().state == "suspected"
    found = watch_of([0, 20, 0, 20, 20, 20]).finding()
    assert (found.state, found.since_us, found.last_us) == ("faulty", 2, 6)


def test_it_is_withdrawn_when_as_many_speak_against_it() -> None:
    values: list[float | None] = [20, 20, 20, 20, 0, 0, 0]
    assert watch_of(values).finding().state == "faulty"
    over = watch_of([*values, 0]).finding()
    assert (over.state, over.since_us) == ("well", 5)


def test_between_the_two_limits_nothing_changes() -> None:
    assert watch_of([9.0] * 20).finding().state == "well"
    assert watch_of([20] * 4 + [9.0] * 20).finding().state == "faulty"


def test_checks_that_could_not_be_judged_change_nothing_until_none_could() -> None:
    assert watch_of([20, 20, None, 20, None, 20]).finding().state == "faulty"
    assert watch_of([20] * 4 + [None] * 50).finding().state == "faulty"
    assert watch_of([0] * 4 + [None] * 4).finding().state == "well"
    assert watch_of([0] * 4 + [None] * 5).finding().state == "unjudged"
    assert watch_of([]).finding().state == "unjudged"


def test_far_beyond_the_limit_is_severe() -> None:
    assert not watch_of([20] * 4).finding().severe
    assert watch_of([20] * 3 + [60]).finding().severe
    assert not watch_of([60] * 3).finding().severe, "it is not stated yet"


def test_no_number_is_no_reading() -> None:
    assert watch_of([math.nan] * 9).finding().state == "unjudged"


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=60))
def test_stating_needs_four_checks_that_spoke_for_it_since_it_was_last_well(values: list[float | None]) -> None:
    watch, votes = FaultWatch(FaultKind.NOISE, LIMIT), 0
    for number, value in enumerate(values, 1):
        before = watch.faulty
        watch.take(None if value is None else Reading(value), number)
        votes = 0 if before and not watch.faulty else votes + (value is not None and value >= LIMIT.states)
        assert not watch.faulty or votes >= LIMIT.of
        assert watch.finding().since_us <= number
