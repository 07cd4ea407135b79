"""A wall: a hundred pictures called in one go are all sent, of two uppers two hundred.

What is tried is that none is refused for its number; how long it takes is measured by `bench/gb_wall.py`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from custodes.gateway.upper_platforms import room
from custodes.gateway.upper_platforms.calls import AT_THE_WEB
from custodes.gateway.upper_platforms.pace import UPPER_PACE
from custodes.gb28181.cascade.settings import UpperBounds
from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants
from tests.gateway.upper_platforms.caller import Caller, Under, under
from tests.gateway.upper_platforms.world import OWN, camera
from tests.patience import until_async
from tests.ports import free_port

QUIET = {"keep": 5.0, "standing": 5.0, "tell": 5.0, "off": 60.0, "fetch": 5.0}
PATIENT = {**QUIET, "decide": 50.0}
"""A machine that is busy with other tests takes no call away."""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "UpperBounds", partial(UpperBounds, decide_s=60.0))


def call_all(caller: Caller, last: int = 100, first: int = 1) -> None:
    for number in range(first, last + 1):
        caller.look(camera(number))
    caller.transport.drain()


def slowed(both: Under, seconds: float) -> None:
    """A web that takes so long for a decision, one after the other as its log does."""
    one = asyncio.Lock()

    async def decide(wants: UpperWants) -> UpperVerdict:
        async with one:
            await asyncio.sleep(seconds)
        made: UpperVerdict = await both.below.grant(wants)
        return made

    both.web.decide = decide


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_wall_of_a_hundred_that_is_called_at_once_is_sent_whole(tmp_path: Path, transport: str) -> None:
    async with under(tmp_path, 100, transport, PATIENT) as both:
        slowed(both, 0.01)
        caller = both.caller
        call_all(caller)
        await until_async(lambda: all(look.status for look in caller.looks))
        assert [look.status for look in caller.looks] == [200] * 100
        await until_async(lambda: len(both.node.of("start")) == 100)
        assert {wants.channel for wants in both.web.wants} == {camera(n) for n in range(1, 101)}
        assert both.ours.uppers.calls.sending == 100
        # A hundred and first has no room: it takes nobody else's.
        more = caller.look(camera(1))
        caller.transport.drain()
        await until_async(lambda: more.status)
        assert more.status == 486
        assert len(both.web.wants) == 100
        for look in caller.looks:
            caller.hang_up(look)
        await until_async(lambda: len(both.node.of("end")) == 100)


async def test_two_uppers_have_two_hundred_at_once(tmp_path: Path) -> None:
    async with under(tmp_path, 100, "udp", PATIENT) as both:
        other = Caller(free_port())
        await other.transport.open("127.0.0.1", other.port)
        try:
            second = both.below.link_at(other.port)
            both.ours.uppers.assignment_changed()
            await until_async(lambda: other.registrar.find(OWN) and len(both.ours.uppers.showing._trees) == 2)
            call_all(both.caller)
            call_all(other)
            looks = both.caller.looks + other.looks
            await until_async(lambda: all(look.status for look in looks))
            assert [look.status for look in looks] == [200] * 200
            await until_async(lambda: len(both.node.of("start")) == 200)
            assert sum(wants.link == second.link for wants in both.web.wants) == 100
        finally:
            await other.transport.close()


async def test_what_the_web_cannot_decide_in_time_is_refused_in_time(tmp_path: Path) -> None:
    async with under(tmp_path, 40, "udp", PATIENT) as both:
        never, first = asyncio.Event(), {camera(n) for n in range(1, 6)}

        async def decide(wants: UpperWants) -> UpperVerdict:
            if wants.channel not in first:
                await never.wait()
            made: UpperVerdict = await both.below.grant(wants)
            return made

        both.web.decide = decide
        caller = both.caller
        call_all(caller, 5)
        await until_async(lambda: [look.status for look in caller.looks] == [200] * 5)
        # What is to be decided has all the time that it takes; what never is has little, however busy the machine is.
        both.ours.uppers.calls._pace = replace(UPPER_PACE, decide=1.0)
        call_all(caller, 40, 6)
        await until_async(lambda: all(look.status for look in caller.looks))
        assert [look.status for look in caller.looks] == [200] * 5 + [503] * 35
        assert both.ours.uppers.calls.outcomes["late"] == 35
        assert len(both.web.wants) == 5 + AT_THE_WEB, "who got no turn was not asked about"
        assert not len(both.ours.uppers.calls._admission)
