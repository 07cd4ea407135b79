"""Speaking to a place: devices that promise and do not call, that call before they promise, that want another target (GB/T 28181-2016 §9.12)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.manscdp.announcing import SECOND, AnnouncementFailure, AnnouncementStep, Announcing
from custodes.gb28181.manscdp.broadcast import BroadcastAnswer
from custodes.gb28181.manscdp.frame import Result
from custodes.gb28181.refused import Gb28181Refused

SERVER, SPEAKER, CAMERA = "34020000002000000001", "34020000001370000001", "34020000001320000001"


def answer(sn: int, result: Result = Result.OK) -> BroadcastAnswer:
    return BroadcastAnswer(sn=sn, device_id=SPEAKER, result=result)


def test_a_device_that_keeps_to_the_standard_is_announced_to_promises_and_calls() -> None:
    one = Announcing(SERVER, [SPEAKER])
    told = one.announce(9, 0)
    assert (told.source, told.target, told.sn) == (SERVER, SPEAKER, 9)
    one.answered(answer(9), SECOND)
    assert (one.step, one.due_us) == (AnnouncementStep.PROMISED, 11 * SECOND)
    assert one.called()
    assert one.tick(99 * SECOND) is AnnouncementStep.CALLED
    assert not one.called()
    one.end()
    assert (one.step, one.due_us) == (AnnouncementStep.OVER, None)


def test_a_device_that_promises_and_does_not_call_is_tried_by_its_next_target() -> None:
    one = Announcing(SERVER, [SPEAKER, CAMERA])
    one.announce(1, 0)
    one.answered(answer(1), 0)
    assert one.tick(10 * SECOND - 1) is AnnouncementStep.PROMISED
    assert (one.tick(10 * SECOND), one.failure) == (AnnouncementStep.READY, AnnouncementFailure.NO_CALL)
    assert one.announce(2, 10 * SECOND).target == CAMERA
    one.answered(answer(2, Result.ERROR), 11 * SECOND)
    assert (one.step, one.failure, one.due_us) == (AnnouncementStep.FAILED, AnnouncementFailure.REFUSED, None)
    with pytest.raises(ValueError):
        one.announce(3, 12 * SECOND)


def test_a_call_before_the_promise_is_taken_and_a_late_promise_is_nothing() -> None:
    one = Announcing(SERVER, [SPEAKER])
    one.announce(1, 0)
    assert one.called()
    one.answered(answer(1, Result.ERROR), 1)
    assert one.step is AnnouncementStep.CALLED


def test_an_answer_to_another_announcement_is_nothing_and_one_without_number_counts() -> None:
    one = Announcing(SERVER, [SPEAKER])
    one.announce(5, 0)
    one.answered(answer(4, Result.ERROR), 1)
    assert one.step is AnnouncementStep.ANNOUNCED
    one.answered(answer(0), 2)
    assert one.step is AnnouncementStep.PROMISED


def test_silence_and_a_call_that_nobody_waits_for() -> None:
    one = Announcing(SERVER, [SPEAKER])
    assert not one.called()
    one.announce(1, 0)
    one.unsent()
    assert (one.step, one.failure) == (AnnouncementStep.FAILED, AnnouncementFailure.UNANSWERED)
    assert not one.called()
    silent = Announcing(SERVER, [SPEAKER])
    silent.announce(1, 0)
    assert (silent.tick(10 * SECOND), silent.failure) == (AnnouncementStep.FAILED, AnnouncementFailure.UNANSWERED)
    with pytest.raises(Gb28181Refused):
        Announcing(SERVER, [])


@given(st.lists(st.sampled_from(["ok", "error", "call", "unsent", "wait"]), max_size=30))
def test_whatever_a_device_does_it_is_over_in_time(steps: list[str]) -> None:
    one, now, sn = Announcing(SERVER, [SPEAKER, CAMERA]), 0, 0
    for step in [*steps, *["wait"] * 6]:
        if one.step is AnnouncementStep.READY:
            sn += 1
            one.announce(sn, now)
        if step == "ok":
            one.answered(answer(sn), now)
        elif step == "error":
            one.answered(answer(sn, Result.ERROR), now)
        elif step == "call":
            one.called()
        elif step == "unsent":
            one.unsent()
        else:
            now += 10 * SECOND
            one.tick(now)
    assert one.step in (AnnouncementStep.CALLED, AnnouncementStep.FAILED)
    assert one.due_us is None
    assert sn <= 2
