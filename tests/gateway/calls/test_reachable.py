"""A node is told which devices can be called again, and waits for nothing when one can."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import patch

from custodes.gateway.calls import reachable
from custodes.gateway.calls.reachable import Reachable
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.video.wire.calls import ReachableAsk
from tests.gateway.calls.house import CAMERAS, NODE, NVR, simulated
from tests.gateway.calls.test_desk import desk
from tests.patience import PATIENCE, until_async

PATH = "/internal/call/reachable"


async def test_the_held_answer_comes_when_the_device_registers_and_when_a_channel_is_assigned(tmp_path: Path) -> None:
    async with desk(tmp_path) as made:
        made.process.assigned.camera(CAMERAS[0])
        made.board.reachable.align(made.process.assigned.channels.values())
        first = (await made.post(PATH, {})).json()
        assert first["whole"]
        assert first["devices"] == []  # it is not registered yet
        known = {"epoch": first["epoch"], "after": first["upto"]}
        asked = asyncio.create_task(made.post(PATH, known))
        elsewhere = asyncio.create_task(made.post(PATH, known, "node-2"))
        async with simulated(made.process), asyncio.timeout(PATIENCE):
            told = (await asked).json()
            assert (told["devices"], told["whole"]) == ([NVR], False)
            assert not elsewhere.done()  # of a device of another node nothing is said
            made.process.assigned.camera(CAMERAS[1], "node-2")
            made.board.reachable.align(made.process.assigned.channels.values())
            assert (await elsewhere).json()["devices"] == [NVR]
        assert (await made.post(PATH, {"epoch": "", "after": -1})).status_code == 422


async def test_who_missed_more_than_is_kept_is_told_to_try_all_and_nobody_waits_for_a_gateway_that_ends() -> None:
    with patch.object(reachable, "TOGETHER_S", 0.0):
        made = Reachable(lambda device: True)
        first = await made.since(NODE, ReachableAsk())
        for _ in range(reachable.MOST + 1):
            made.changed(RegistrationChange("online", NVR))
        assert (await made.since(NODE, ReachableAsk(epoch=first.epoch, after=first.upto))).whole
        waiting = asyncio.create_task(made.since(NODE, ReachableAsk(epoch=first.epoch, after=reachable.MOST + 1)))
        await asyncio.sleep(0)
        made.changed(RegistrationChange("refreshed", NVR))
        await asyncio.sleep(0)
        assert not waiting.done()
        made.stop()
        await until_async(waiting.done)
        assert waiting.result().devices == ()


class Looked(set[str]):
    """Devices of a node, and how often somebody looked for one."""

    times = 0

    def __contains__(self, device: object) -> bool:
        self.times += 1
        return super().__contains__(device)


async def test_a_town_that_comes_back_is_looked_through_once_by_a_node_that_waits_for_another_device() -> None:
    made = Reachable(lambda device: True)
    first = await made.since(NODE, ReachableAsk())
    looked = made._of_node[NODE] = Looked()
    waiting = asyncio.create_task(made.since(NODE, ReachableAsk(epoch=first.epoch, after=first.upto)))
    for _ in range(200):
        made.changed(RegistrationChange("registered", NVR))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert looked.times <= 400  # 200 × 100 where each piece is looked at again at every other
    made.stop()
    await until_async(waiting.done)
