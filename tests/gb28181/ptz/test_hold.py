"""Holding a camera on the move: it stops when the hand is gone, and the stop is not given up (GB/T 28181 §9.3)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.ptz.command import LEAVE_LENS, STOP, Command, Lens, Move
from custodes.gb28181.ptz.hold import SECOND, HoldPatience, MovementHold

RIGHT = Move(pan=40)
FOCUS = Lens(focus=20)


def test_a_hold_is_one_command_however_often_it_is_said() -> None:
    hold = MovementHold()
    assert hold.hold(RIGHT, LEAVE_LENS, 0) == (RIGHT,)
    assert [hold.hold(RIGHT, LEAVE_LENS, step * SECOND // 4) for step in range(1, 8)] == [()] * 7
    assert hold.hold(Move(pan=80), LEAVE_LENS, 2 * SECOND) == (Move(pan=80),)
    assert hold.release() == (STOP,)
    assert hold.release() == ()


def test_turning_and_the_lens_are_two_commands_with_two_stops() -> None:
    hold = MovementHold()
    assert hold.hold(RIGHT, FOCUS, 0) == (RIGHT, FOCUS)
    assert hold.hold(RIGHT, LEAVE_LENS, 1) == (LEAVE_LENS,)
    assert hold.hold(RIGHT, FOCUS, 2) == (FOCUS,)
    assert hold.release() == (STOP, LEAVE_LENS)


def test_nothing_heard_for_a_second_stops_the_camera() -> None:
    hold = MovementHold()
    hold.hold(RIGHT, LEAVE_LENS, 0)
    assert hold.due_us == SECOND
    assert hold.tick(SECOND - 1) == ()
    assert hold.tick(SECOND) == (STOP,)
    assert not hold.moving


def test_a_stop_that_is_not_answered_is_sent_again_and_given_up_with_a_count() -> None:
    hold = MovementHold(HoldPatience(tries=3))
    hold.hold(RIGHT, LEAVE_LENS, 0)
    sent = list(hold.release())
    now = 0
    for _ in range(10):
        hold.answered(STOP, arrived=False, now_us=now)
        now += SECOND
        sent += hold.tick(now)
    assert sent == [STOP] * 3
    assert (hold.lost, hold.due_us) == (1, None)


def test_a_stop_that_arrived_is_not_sent_again_and_neither_is_one_that_a_movement_has_overtaken() -> None:
    hold = MovementHold()
    hold.hold(RIGHT, LEAVE_LENS, 0)
    hold.release()
    hold.answered(STOP, arrived=True, now_us=1)
    assert hold.due_us is None
    hold.hold(RIGHT, LEAVE_LENS, 2)
    hold.release()
    hold.hold(RIGHT, LEAVE_LENS, 3)
    hold.answered(STOP, arrived=False, now_us=4)
    assert hold.tick(900_000) == ()


def test_after_a_restart_both_are_stopped_though_nothing_is_known_to_move() -> None:
    assert MovementHold().stop() == (STOP, LEAVE_LENS)


@given(
    st.lists(st.tuples(st.sampled_from(["hold", "lens", "wait", "release"]), st.integers(0, 3 * SECOND)), max_size=40)
)
def test_whatever_the_hand_does_the_last_command_stops_the_camera(steps: list[tuple[str, int]]) -> None:
    hold, now, told = MovementHold(), 0, {"move": STOP, "lens": LEAVE_LENS}

    def note(commands: tuple[Command, ...]) -> None:
        for command in commands:
            told["lens" if isinstance(command, Lens) else "move"] = command  # type: ignore[assignment]

    for what, later in steps:
        now += later
        note(hold.tick(now))
        if what == "release":
            note(hold.release())
        elif what != "wait":
            note(hold.hold(RIGHT, FOCUS if what == "lens" else LEAVE_LENS, now))
    note(hold.tick(now + SECOND))
    assert told == {"move": STOP, "lens": LEAVE_LENS}
