"""An upper plays what we recorded: decided by verb, span and Call-ID, sent by the node, steered step by step, and over when it is."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from custodes.gateway.upper_platforms import steps
from custodes.gateway.upper_platforms.steps import answer_of
from custodes.gb28181.manscdp.broadcast import MediaStatus
from custodes.gb28181.mansrtsp import MansrtspAnswer, MansrtspMethod, MansrtspRequest, pause, resume, seek, speed
from custodes.gb28181.sdp import CallPurpose
from custodes.video.wire.sending import SendStep, SendStepped
from tests.gateway.upper_platforms.caller import Look, Under, under
from tests.gateway.upper_platforms.world import camera
from tests.patience import until_async

SPAN = 1_795_000_000, 1_795_000_600


async def playing(both: Under, kind: CallPurpose = CallPurpose.PLAYBACK) -> Look:
    """A recording that is sent."""
    look = both.caller.look(camera(1), kind=kind, span=SPAN)
    both.caller.transport.drain()
    await until_async(lambda: look.status)
    assert look.status == 200
    await until_async(lambda: both.node.of("start"))
    return look


@pytest.mark.parametrize(
    ("kind", "verb", "transport"),
    [(CallPurpose.PLAYBACK, "history", "udp"), (CallPurpose.DOWNLOAD, "download", "tcp")],
)
async def test_a_recording_is_decided_by_its_verb_and_span_and_sent(
    tmp_path: Path, kind: CallPurpose, verb: str, transport: str
) -> None:
    async with under(tmp_path, transport=transport) as both:
        look = await playing(both, kind)
        (wants,) = both.web.wants
        span_us = (SPAN[0] * 1_000_000, SPAN[1] * 1_000_000)
        assert (wants.verb, wants.channel, wants.from_us, wants.until_us) == (verb, camera(1), *span_us)
        assert look.call.dialog is not None
        assert wants.call_id == look.call.dialog.call_id
        ask = both.node.asks[wants.call]
        assert (ask.session, ask.start_us, ask.end_us, ask.token) == (kind.value, *span_us, "grant")
        both.caller.hang_up(look)
        await until_async(lambda: both.node.of("end") == [wants.call])


async def test_steps_go_to_the_node_in_order_and_its_word_goes_back(tmp_path: Path) -> None:
    async with under(tmp_path) as both:
        look, caller = await playing(both), both.caller
        (call,) = both.node.of("start")

        async def stepped(step: SendStep) -> SendStepped:
            match step:
                case SendStep(at_s=float(at)) if at > 600:
                    return SendStepped(status=457)
                case SendStep(scale=float(scale)) if scale > 4:
                    return SendStepped(status=551)
            at = step.at_s if step.at_s is not None else 12.5
            return SendStepped(at_s=at, scale=step.scale or 1.0, until_s=step.until_s)

        both.node.stepped = stepped
        wishes = [
            seek(1, 30),
            speed(2, 4),
            pause(3),
            resume(4),
            seek(5, 601),
            speed(6, 8),
            seek(7, 90_000),
            speed(8, 32),
            MansrtspRequest(MansrtspMethod.PLAY, 9, seek=10, until=20.25),
            MansrtspRequest(MansrtspMethod.PLAY, 10, now=True, until=90_000),
        ]
        for number, wish in enumerate(wishes):
            caller.step(look, wish)
            await until_async(lambda number=number: len(caller.steps) == number + 1)
        assert caller.steps == [
            (200, MansrtspAnswer(200, 1, scale=1.0, at=30.0)),
            (200, MansrtspAnswer(200, 2, scale=4.0, at=12.5)),
            (200, MansrtspAnswer(200, 3)),
            (200, MansrtspAnswer(200, 4, scale=1.0, at=12.5)),
            (200, MansrtspAnswer(457, 5)),
            (200, MansrtspAnswer(551, 6)),
            (200, MansrtspAnswer(457, 7)),
            (200, MansrtspAnswer(551, 8)),
            (200, MansrtspAnswer(200, 9, scale=1.0, at=10.0, until=20.25)),
            (200, MansrtspAnswer(200, 10, scale=1.0, at=12.5, until=86_400.0)),
        ]
        # What can't be said to a node is not asked of it.
        assert both.node.steps == [
            SendStep(call=call, at_s=30, ranged=True),
            SendStep(call=call, scale=4),
            SendStep(call=call, pause=True),
            SendStep(call=call, ranged=True),
            SendStep(call=call, at_s=601, ranged=True),
            SendStep(call=call, scale=8),
            SendStep(call=call, at_s=10, ranged=True, until_s=20.25),
            SendStep(call=call, ranged=True, until_s=86_400),
        ]
        assert both.ours.uppers.calls.steps.answered == {"200": 6, "457": 2, "551": 2}


async def test_an_upper_steps_so_often_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "BURST", 2.0)
    monkeypatch.setattr(steps, "RATE", 0.0)
    async with under(tmp_path) as both:
        look, caller = await playing(both), both.caller
        for number in range(1, 4):
            caller.step(look, seek(number, number))
            await until_async(lambda number=number: len(caller.steps) == number)
        assert [answer.status for _, answer in caller.steps if answer is not None] == [200, 200, 503]
        assert len(both.node.steps) == 2
        assert len(both.ours.uppers.calls) == 1


async def test_one_step_of_a_call_is_under_way_at_a_time(tmp_path: Path) -> None:
    async with under(tmp_path) as both:
        look, go = await playing(both), asyncio.Event()

        async def stepped(step: SendStep) -> SendStepped:
            await go.wait()
            return SendStepped(at_s=step.at_s or 0)

        both.node.stepped = stepped
        for number in range(1, 4):
            both.caller.step(look, seek(number, number * 10))
        link = both.link.lower
        assert link is not None
        await until_async(lambda: sum(len(one.controls) for one in link.calls._calls.values()) == 3)
        await until_async(lambda: both.node.steps)
        assert len(both.node.steps) == 1
        go.set()
        await until_async(lambda: len(both.caller.steps) == 3)
        assert [step.at_s for step in both.node.steps] == [10, 20, 30]


async def test_a_node_that_says_nothing_to_a_step_is_no_end_of_the_recording(tmp_path: Path) -> None:
    async with under(tmp_path, pace={"step": 0.3}) as both:
        look = await playing(both)
        both.node.away.add("steps")
        both.caller.step(look, resume(1))
        await until_async(lambda: both.caller.steps)
        assert both.caller.steps == [(200, MansrtspAnswer(503, 1))]
        assert len(both.ours.uppers.calls) == 1


async def test_the_end_of_a_recording_is_told_and_the_upper_hangs_up(tmp_path: Path) -> None:
    async with under(tmp_path) as both:
        look = await playing(both)
        (wants,) = both.web.wants
        both.node.ended[wants.call] = "finished"
        await until_async(lambda: both.caller.of(MediaStatus))
        (told,) = both.caller.of(MediaStatus)
        assert (told.device_id, told.ended) == (camera(1), True)
        assert len(both.ours.uppers.calls) == 1, "the upper ends it"
        both.caller.hang_up(look)
        await until_async(lambda: both.node.of("end") == [wants.call])


PLAY = MansrtspRequest(MansrtspMethod.PLAY, 1)


@pytest.mark.parametrize(
    ("stepped", "answer"),
    [
        (SendStepped(at_s=1.5, scale=-2), MansrtspAnswer(200, scale=-2, at=1.5)),
        (SendStepped.model_construct(status=200, at_s=float("nan"), scale=float("inf")), MansrtspAnswer(200)),
        (SendStepped(at_s=-1, scale=0, until_s=5), MansrtspAnswer(200)),
        (SendStepped(at_s=3, until_s=2), MansrtspAnswer(200, scale=1, at=3)),
        (SendStepped(at_s=1e12, scale=1e9), MansrtspAnswer(200)),
        (SendStepped(status=454), MansrtspAnswer(454)),
        (SendStepped(status=100), MansrtspAnswer(503)),
        (SendStepped(status=0), MansrtspAnswer(503)),
    ],
)
def test_whatever_a_node_says_the_answer_can_be_written(stepped: SendStepped, answer: MansrtspAnswer) -> None:
    assert answer_of(stepped, PLAY) == answer


async def test_a_step_before_pictures_went_or_in_what_is_over_finds_no_recording() -> None:
    from custodes.gateway.upper_platforms.pace import UPPER_PACE
    from custodes.gateway.upper_platforms.steps import Steps
    from custodes.gb28181.cascade.events import Controlled
    from custodes.video.clock import FakeClock

    told: list[MansrtspAnswer] = []
    lower: Any = SimpleNamespace(controlled=lambda _number, answer, _now: told.append(answer))
    link: Any = SimpleNamespace(upper=SimpleNamespace(link="l"), lower=lower, ask_work=lambda: None)
    senders: Any = None
    steps = Steps(senders, FakeClock(), UPPER_PACE)
    await steps.take(link, None, Controlled(1, 1, PLAY))
    for begun, over in ((False, False), (True, True)):
        call: Any = SimpleNamespace(begun=begun, over=over, stepping=asyncio.Lock(), worker=None)
        await steps.take(link, call, Controlled(2, 1, PLAY))
    assert told == [MansrtspAnswer(454)] * 3
