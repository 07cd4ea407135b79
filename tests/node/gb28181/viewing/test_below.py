"""Steps in a call below and what waits of it, against a platform that does as it likes."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from typing import Any, cast

import pytest

from custodes.node.gb28181.sending.below import Below
from custodes.node.gb28181.sending.placing import Placing
from custodes.node.gb28181.viewing.opened import Stretch
from custodes.video.clock import SystemClock
from custodes.video.unit import AccessUnit, SoundFrame
from tests.patience import PATIENCE
from tests.video.footage import units

FROM = 1_795_000_000_000_000
MINUTE = Stretch(FROM, FROM + 60_000_000, 0, 60)


class Device:
    """A call below. `answers`: what each step comes to; `sends` when it is played."""

    over, tcp, waiting, closed = "", False, 0, False

    def __init__(self, *sends: AccessUnit) -> None:
        self.paused = False
        self.units = deque(sends)
        self.later: list[AccessUnit] = []
        self.answers: dict[str, Any] = {}
        self.steps: list[str] = []

    def next(self) -> AccessUnit | None:
        return self.units.popleft() if self.units else None

    def heard(self) -> list[SoundFrame]:
        return []

    async def step(self, step: str, _scale: float) -> str:
        self.steps.append(step)
        if step == "play":
            self.units.extend(self.later)
        answer = self.answers.get(step, "")
        return answer if isinstance(answer, str) else cast("str", await answer)

    def close(self) -> None:
        self.closed = True


class Desk:
    def may(self, _camera: Any) -> bool:
        return True


def calling(device: Device) -> Below:
    """Of which the first pictures came."""
    span = (FROM, FROM + 60_000_000)
    made: Any = Below(
        cast("Any", Desk()),
        cast("Any", uuid.uuid4()),
        cast("Any", None),
        cast("Any", None),
        lambda _from, _until: True,
        span,
        SystemClock(),
        download=False,
    )
    made._device, made._stretch, made._placing = device, MINUTE, Placing(MINUTE, 90_000)
    return cast("Below", made)


async def next_of(below: Below, **how: Any) -> Any:
    async with asyncio.timeout(PATIENCE):
        return await below.picture(1.0, keys_alone=how.get("keys_alone", False), until=lambda: False)


async def test_what_stands_still_goes_on_where_all_that_waited_is_sent() -> None:
    film = list(units(20, gop=10))
    device = Device(*film[:3])
    device.later = film[3:]
    below = calling(device)
    await next_of(below)
    await next_of(below)
    device.paused = True  # too much waited; meanwhile a step was under way, and was refused
    assert (await next_of(below)).unit.data == film[2].data
    assert device.steps == ["play"]
    assert not device.paused


async def test_others_have_their_turn_while_much_is_left_out() -> None:
    film = list(units(400, length=400, gop=200))
    below, turns = calling(Device(*film)), 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await next_of(below, keys_alone=True)
    task.cancel()
    assert turns > 100


@pytest.mark.parametrize("again", [False, True])
async def test_a_step_of_which_nobody_knows_ends_its_own_call_and_no_other(again: bool) -> None:
    answer = asyncio.get_running_loop().create_future()
    before, after = Device(), Device()
    before.answers["scale"] = answer
    below: Any = calling(before)
    step = asyncio.create_task(below.rescale(2.0))
    await asyncio.sleep(0)
    if again:  # it was over meanwhile, and called anew
        below.turn(FROM + 10_000_000, None)
        below._device = after
    answer.set_result("no_answer")
    assert await step == "no_answer"
    assert (before.closed, after.closed) == (True, False)
    assert below.scale == 1.0
