"""The ladder: what is told, thinned and stopped, in which order, and when it is taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.archive.low_space import (
    Ladder,
    LowSpaceDecision,
    LowSpaceOutlook,
    LowSpaceRules,
    LowSpaceStep,
    hours_until_full,
)

HOUR = 3600
RULES = LowSpaceRules()
SETTLE = RULES.settle_seconds


def left(hours: float, rate: float = 1000.0) -> LowSpaceOutlook:
    """So many hours of room at this rate."""
    return LowSpaceOutlook(int(hours * HOUR * rate), rate)


@pytest.mark.parametrize(
    ("outlook", "hours"),
    [
        pytest.param(LowSpaceOutlook(0, 0), 0.0, id="no room is full now"),
        pytest.param(LowSpaceOutlook(10 * HOUR, 0), None, id="nothing is written"),
        pytest.param(LowSpaceOutlook(10 * HOUR, 1), 10.0, id="ten hours of room"),
        pytest.param(LowSpaceOutlook(100 * HOUR, 1), None, id="further off than is looked"),
        pytest.param(LowSpaceOutlook(10 * HOUR, 1, ((5, 60 * HOUR),)), None, id="what expires in time makes room"),
        pytest.param(LowSpaceOutlook(10 * HOUR, 1, ((12, 60 * HOUR),)), 10.0, id="what expires too late does not"),
        pytest.param(LowSpaceOutlook(10 * HOUR, 1, ((5, 20 * HOUR), (29, 30 * HOUR))), 40.0, id="two nights"),
    ],
)
def test_the_hours_that_are_left(outlook: LowSpaceOutlook, hours: float | None) -> None:
    assert hours_until_full(outlook, 48) == (pytest.approx(hours) if hours is not None else None)


def test_it_is_told_before_anything_is_done() -> None:
    assert Ladder().look(left(47), (1, 2), 3, 0.0) == LowSpaceDecision(LowSpaceStep.FORECAST, pytest.approx(47.0))


def test_without_an_order_nothing_is_thinned_and_it_says_which_class_waits_for_one() -> None:
    decision = Ladder().look(left(20), (1, 2), 0, 0.0)
    assert (decision.step, decision.thinned, decision.waiting) == (LowSpaceStep.FORECAST, frozenset(), 1)


def test_an_order_takes_effect_at_once_when_it_comes() -> None:
    ladder = Ladder()
    ladder.look(left(20), (1, 2), 0, 0.0)
    decision = ladder.look(left(20), (1, 2), 1, 60.0)
    assert (decision.step, decision.thinned, decision.waiting) == (LowSpaceStep.THIN, {1}, None)


def test_class_by_class_and_the_highest_is_never_stopped_early() -> None:
    ladder, seen = Ladder(), []
    for number, hours in enumerate((20, 5, 20, 5, 20, 5, 1)):
        decision = ladder.look(left(hours), (3, 1, 2), 3, number * SETTLE)
        seen.append((set(decision.thinned), set(decision.stopped)))
    assert seen == [
        ({1}, set()),
        (set(), {1}),
        ({2}, {1}),
        (set(), {1, 2}),
        ({3}, {1, 2}),
        ({3}, {1, 2}),
        ({3}, {1, 2}),
    ]


def test_one_class_alone_is_thinned_and_never_stopped_in_favour_of_nobody() -> None:
    ladder = Ladder()
    for number in range(5):
        decision = ladder.look(left(1), (2,), 3, number * SETTLE)
    assert (decision.thinned, decision.stopped) == ({2}, frozenset())


def test_a_class_that_nobody_lets_be_thinned_is_stopped_in_favour_of_the_higher() -> None:
    decision = Ladder().look(left(5), (1, 2), 0, 0.0)
    assert (decision.step, decision.stopped, decision.thinned) == (LowSpaceStep.STOP, {1}, frozenset())


def test_a_rung_shows_its_effect_before_the_next_is_taken() -> None:
    ladder = Ladder()
    ladder.look(left(5), (1, 2), 3, 0.0)
    assert ladder.look(left(5), (1, 2), 3, SETTLE - 1).stopped == frozenset()
    assert ladder.look(left(5), (1, 2), 3, SETTLE).stopped == {1}


def test_it_is_left_only_when_there_is_room_at_the_rate_from_before() -> None:
    ladder = Ladder()
    ladder.look(left(20, rate=1000), (1, 2), 3, 0.0)
    thinned = LowSpaceOutlook(30 * HOUR * 1000, 100)  # 300 hours now, 30 at the old rate: not 24 x 1.5
    assert ladder.look(thinned, (1, 2), 3, SETTLE).thinned == {1}
    roomy = LowSpaceOutlook(40 * HOUR * 1000, 100)
    assert ladder.look(roomy, (1, 2), 3, 2 * SETTLE).step is LowSpaceStep.CLEAR


def test_rules_that_do_not_fall_are_refused() -> None:
    with pytest.raises(ValueError, match="fall"):
        LowSpaceRules(thin_hours=3, stop_hours=6)


outlooks = st.builds(
    LowSpaceOutlook,
    st.integers(0, 10**12),
    st.floats(0, 1e8),
    st.lists(st.tuples(st.floats(0, 72), st.integers(0, 10**12)), max_size=3).map(lambda found: tuple(sorted(found))),
)


@given(st.lists(st.tuples(outlooks, st.integers(0, 3)), max_size=20), st.sets(st.integers(1, 3), min_size=1))
def test_no_class_is_touched_while_a_lower_one_is_whole(
    looks: list[tuple[LowSpaceOutlook, int]], grades: set[int]
) -> None:
    ladder = Ladder()
    for number, (outlook, ordered) in enumerate(looks):
        decision = ladder.look(outlook, grades, ordered, number * SETTLE)
        assert max(grades) not in decision.stopped
        assert all(grade <= ordered for grade in decision.thinned)
        assert not decision.thinned & decision.stopped
        for grade in decision.stopped | decision.thinned:
            assert all(lower in decision.stopped for lower in grades if lower < grade)
