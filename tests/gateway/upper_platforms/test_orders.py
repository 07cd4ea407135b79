"""In which order a hand's commands go: a newer movement for one that waits, a stop before all, a held movement again but not for ever."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gateway.upper_platforms.commands import Focus, OnceCommand, Round, Turn, Wish
from custodes.gateway.upper_platforms.orders import MOST, STOP_TRIES, Crowded, OrderKind, Orders, UpperOrder
from custodes.gateway.upper_platforms.pace import UPPER_PACE
from custodes.gb28181.cascade.events import Questioned
from custodes.gb28181.manscdp.presets import PresetQuery
from tests.gateway.upper_platforms.world import camera

PACE = replace(UPPER_PACE, say_again=0.7, held=10.0)
RIGHT, LEFT, STOP, FAR = Turn(50, 0, 0), Turn(-50, 0, 0), Turn(0, 0, 0), Focus(30, 0)


def asked(number: int) -> Questioned:
    return Questioned(number, camera(1), PresetQuery(sn=number, device_id=camera(1)))


class Hand:
    """Orders, and what was said."""

    def __init__(self) -> None:
        self.orders, self.number, self.now = Orders(PACE), 0, 100.0

    def wish(self, wish: Wish) -> list[int]:
        """Numbers of what is overtaken by it."""
        self.number += 1
        return [one.question for one in self.orders.take(wish, asked(self.number), self.now)]

    def next(self) -> UpperOrder | None:
        return self.orders.next(self.now)

    def said(self) -> list[str]:
        """Everything that is due, taken by the node."""
        found = []
        while (order := self.next()) is not None:
            self.orders.taken(order)
            found.append(told(order))
        return found


def told(order: UpperOrder) -> str:
    match order:
        case UpperOrder(kind=OrderKind.STOP):
            return "stop"
        case UpperOrder(deed=OnceCommand(command, preset)):
            return f"{command}{preset or ''}"
    motion = order.motion
    return f"cruise{motion.cruise}" if motion.cruise is not None else f"move{motion.pan:+}{motion.focus:+}"


def test_commands_go_in_the_order_in_which_they_came() -> None:
    hand = Hand()
    for wish in (OnceCommand("set", 1), OnceCommand("remove", 2), OnceCommand("goto", 3)):
        assert hand.wish(wish) == []
    assert hand.said() == ["set1", "remove2", "goto3"]


def test_a_newer_movement_takes_the_place_of_one_that_waits() -> None:
    hand = Hand()
    hand.wish(RIGHT)
    hand.wish(OnceCommand("set", 1))
    assert hand.wish(LEFT) == [1]
    assert hand.said() == ["set1", "move-50+0"]


def test_a_stop_goes_before_all_that_waits_and_takes_out_what_would_move_behind_it() -> None:
    hand = Hand()
    hand.wish(OnceCommand("set", 1))
    hand.wish(OnceCommand("goto", 2))
    hand.wish(RIGHT)
    assert hand.wish(STOP) == [2, 3]
    assert hand.said() == ["stop", "set1"]


def test_a_stop_that_waits_is_not_overtaken_and_two_are_one() -> None:
    hand = Hand()
    hand.wish(RIGHT)
    assert hand.said() == ["move+50+0"]
    hand.wish(STOP)
    assert hand.wish(LEFT) == []
    assert hand.wish(STOP) == [3]
    order = hand.next()
    assert order is not None
    assert [one.question for one in order.asked] == [2, 4]
    assert hand.next() is None


def test_a_stop_of_one_of_two_movements_leaves_the_other_and_waits_for_nothing_either() -> None:
    hand = Hand()
    hand.wish(RIGHT)
    hand.wish(FAR)
    assert hand.said() == ["move+50+30"]
    hand.wish(OnceCommand("set", 1))
    hand.wish(STOP)
    assert hand.said() == ["move+0+30", "set1"]
    hand.wish(Focus(0, 0))
    assert hand.said() == ["stop"]


def test_what_moves_the_camera_elsewhere_ends_a_movement() -> None:
    hand = Hand()
    hand.wish(RIGHT)
    hand.said()
    hand.wish(OnceCommand("goto", 4))
    assert hand.said() == ["goto4"]
    hand.now += 1
    assert hand.said() == []


def test_a_held_movement_is_said_again_and_stopped_after_ten_seconds_without_a_word() -> None:
    hand = Hand()
    hand.wish(RIGHT)
    assert hand.said() == ["move+50+0"]
    times = []
    while hand.orders.due < math.inf:
        hand.now = hand.orders.due
        times.append((round(hand.now - 100, 1), *hand.said()))
        assert len(times) < 100
    assert [time for time, _ in times] == [*(round(0.7 * n, 1) for n in range(1, 15)), 10.0]
    assert [what for _, what in times] == ["move+50+0"] * 14 + ["stop"]
    # A word of the upper is a word: it holds on.
    hand.wish(RIGHT)
    hand.said()
    hand.now += 9
    hand.wish(RIGHT)
    hand.said()
    hand.now += 9
    assert hand.said() == ["move+50+0"]


def test_a_cruise_is_said_once_and_goes_on_until_something_ends_it() -> None:
    hand = Hand()
    hand.wish(Round(2))
    assert hand.said() == ["cruise2"]
    for _ in range(40):
        hand.now += 0.7
        assert hand.said() == [], "the node would begin it anew each time"
    assert hand.wish(Focus(0, 0)) == [2], "the stop of the lens is answered, and there is nothing to do"
    assert hand.said() == []
    hand.wish(FAR)
    assert hand.said() == ["move+0+30"]
    hand.wish(Focus(0, 0))
    assert hand.said() == ["stop"]
    hand.wish(Round(2))
    assert hand.said() == ["cruise2"]
    hand.wish(STOP)
    assert hand.said() == ["stop"]
    assert hand.orders.due == math.inf


def test_a_movement_that_the_node_did_not_take_is_not_said_again() -> None:
    hand = Hand()
    hand.wish(RIGHT)
    order = hand.next()
    assert order is not None
    hand.orders.failed(order, hand.now, again=False)
    hand.now += 5
    assert hand.said() == []
    hand.wish(RIGHT)
    order = hand.next()
    assert order is not None
    hand.wish(LEFT)
    hand.orders.failed(order, hand.now, again=False)
    assert hand.said() == ["move-50+0"], "the newer one is tried by itself"


def test_a_stop_that_did_not_arrive_is_said_again_so_often_and_not_behind_a_new_movement() -> None:
    hand, count = Hand(), 0
    hand.wish(RIGHT)
    hand.said()
    hand.wish(STOP)
    while (order := hand.next()) is not None:
        assert order.kind is OrderKind.STOP
        count += 1
        hand.orders.failed(order, hand.now, again=True)
        hand.now = min(hand.orders.due, hand.now + 5)
    assert count == STOP_TRIES
    hand.wish(STOP)
    order = hand.next()
    assert order is not None
    hand.orders.failed(order, hand.now, again=True)
    hand.wish(LEFT)
    hand.now += 0.1
    assert hand.said() == ["move-50+0"]
    hand.now += 1
    assert hand.said() == ["move-50+0"]


def test_a_stop_that_somebody_else_s_hand_makes_needless_is_not_said_again() -> None:
    hand = Hand()
    hand.wish(RIGHT)
    hand.said()
    hand.wish(STOP)
    order = hand.next()
    assert order is not None
    hand.orders.failed(order, hand.now, again=False)
    hand.now += 5
    assert hand.next() is None


def test_so_many_wait_and_a_stop_always_has_room() -> None:
    hand = Hand()
    for number in range(MOST):
        hand.wish(OnceCommand("set", number + 1))
    with pytest.raises(Crowded):
        hand.wish(OnceCommand("set", 99))
    with pytest.raises(Crowded):
        hand.wish(RIGHT)
    hand.wish(STOP)
    assert hand.said() == ["stop", *(f"set{n + 1}" for n in range(MOST))]


WISHES: Any = st.sampled_from(
    [
        RIGHT,
        LEFT,
        STOP,
        FAR,
        Focus(0, 0),
        Round(1),
        OnceCommand("goto", 1),
        OnceCommand("set", 2),
        OnceCommand("precise"),
    ]
)


@given(st.lists(st.one_of(WISHES, st.sampled_from(["next", "wait"])), max_size=60))
def test_whatever_comes_each_command_has_one_fate_and_a_stop_ends_what_moves(steps: list[Any]) -> None:
    hand = Hand()
    fates: list[int] = []
    refused: list[int] = []
    for step in steps:
        if step == "next":
            order = hand.next()
            if order is not None:
                hand.orders.taken(order)
                fates += [one.question for one in order.asked]
        elif step == "wait":
            hand.now += 0.5
        else:
            try:
                fates += hand.wish(step)
            except Crowded:
                refused.append(hand.number)
    fates += hand.wish(STOP)
    fates += hand.wish(Focus(0, 0))
    first = hand.next()
    assert first is not None
    assert first.kind is OrderKind.STOP
    fates += [one.question for one in first.asked]
    hand.orders.taken(first)
    while (order := hand.next()) is not None:
        assert order.deed is not None
        assert not order.deed.moves
        fates += [one.question for one in order.asked]
    assert hand.orders.due == math.inf
    assert hand.orders.still
    assert sorted(fates + refused) == list(range(1, hand.number + 1))
