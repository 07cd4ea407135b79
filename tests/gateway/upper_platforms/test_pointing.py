"""Where a camera points, by subscription of an upper: asked of the node while its hand is on the camera, and ended with the hand."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from custodes.gateway.figures import GatewayFigures
from custodes.gateway.upper_platforms.pace import UPPER_PACE
from custodes.gateway.upper_platforms.pointing import UpperPointings
from custodes.gateway.upper_platforms.ptz_lease import UpperPtzLease
from custodes.gateway.upper_platforms.senders import NodeUnavailable, SendingWorker
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.presets import PtzPosition, PtzPositionNotice, PtzPositionQuery
from custodes.gb28181.ptz.command import Move
from custodes.gb28181.ptz.octets import encode
from custodes.video.wire.sending import SendPosition, SendPresets, SendSteer, SendSteered
from tests.gateway.upper_platforms.caller import Under, under
from tests.gateway.upper_platforms.world import camera
from tests.patience import until_async

CALM: dict[str, float] = {"say_again": 600.0, "idle": 600.0}
POSITION = SendPosition(pan=187.5, tilt=-12.0, zoom=4.0)


async def handed(both: Under, number: int = 1) -> UpperPtzLease:
    """The upper's hand, which stands."""
    both.caller.edition = Edition.E2022
    both.node.position = POSITION
    both.caller.say(DeviceControl(sn=both.caller.number(), device_id=camera(number), ptz=encode(Move(9, 0, 0))))

    def standing() -> list[UpperPtzLease]:
        found: list[UpperPtzLease] = both.ours.uppers.asked.hands.standing()
        return [hand for hand in found if hand.ready and hand.channel == camera(number)]

    (hand,) = await until_async(standing)
    made: UpperPtzLease = hand
    return made


def pointing(both: Under) -> Any:
    return both.ours.uppers.asked.hands.pointing


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_hand_is_told_where_its_camera_points_until_it_goes(tmp_path: Path, transport: str) -> None:
    async with under(tmp_path, transport=transport, pace=CALM, edition="2022") as both:
        hand = await handed(both)
        one = both.caller.subscribe(PtzPositionQuery, camera(1), interval=1)
        told = await until_async(lambda: both.caller.of(PtzPositionNotice))
        assert (told[0].device_id, told[0].pan, told[0].tilt, told[0].zoom) == (camera(1), 187.5, -12.0, 4.0)
        await until_async(lambda: len(both.caller.of(PtzPositionNotice)) == 2)
        assert set(both.node.position_asks) == {SendPresets(call=hand.id)}, "under the hand, with no token"
        assert len(both.web.wants) == 1, "the hand was decided, and nothing besides"
        heard = hand.heard
        found = {sample.name: sample.value for one in GatewayFigures(both.ours).collect() for sample in one.samples}
        assert found["custodes_gateway_upper_pointing_told_total"] >= 2
        both.ours.uppers.asked.leave(both.link, "revoked")
        await until_async(lambda: both.caller.became(one)[-1:] == [("terminated", "rejected")])
        assert hand.heard == heard, "to be told keeps no hand on a camera"
        assert not len(pointing(both))
        asked = len(both.node.position_asks)
        both.caller.say(PtzPositionQuery(sn=99, device_id=camera(1)))  # what is asked behind it is decided by itself
        await until_async(lambda: both.caller.of(PtzPosition))
        assert len(both.node.position_asks) == asked + 1
        assert len(both.web.wants) == 2


async def test_nobody_is_asked_where_nobody_subscribed(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM, edition="2022") as both:
        await handed(both)
        for _ in range(20):
            pointing(both).look()
        one = both.caller.subscribe(PtzPositionQuery, camera(2))
        await until_async(lambda: both.caller.became(one) == [("refused", "403")])
        assert not both.node.position_asks


async def test_the_camera_s_loss_to_somebody_here_ends_it(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM, edition="2022") as both:
        await handed(both)
        one = both.caller.subscribe(PtzPositionQuery, camera(1), interval=1)
        await until_async(lambda: both.caller.of(PtzPositionNotice))

        async def steered(_command: SendSteer) -> SendSteered:
            return SendSteered(step="held")

        both.node.steered = steered
        both.caller.say(DeviceControl(sn=50, device_id=camera(1), ptz=encode(Move(0, 9, 0))))
        await until_async(lambda: both.caller.became(one)[-1:] == [("terminated", "rejected")])


async def test_expires_0_ends_it_and_the_hand_stays(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM, edition="2022") as both:
        hand = await handed(both)
        one = both.caller.subscribe(PtzPositionQuery, camera(1), interval=1)
        await until_async(lambda: both.caller.of(PtzPositionNotice))
        both.caller.unsubscribe(one)
        await until_async(lambda: both.caller.became(one)[-1:] == [("ended", "timeout")])
        assert both.link.lower is not None
        assert both.link.lower.points(camera(1)) is None
        assert not hand.over
        assert len(pointing(both)) == 1
        # It may have it again, and is told at once.
        before = len(both.caller.of(PtzPositionNotice))
        both.caller.subscribe(PtzPositionQuery, camera(1), interval=60)
        await until_async(lambda: len(both.caller.of(PtzPositionNotice)) > before)


class Stub:
    """A link with one subscriber, a clock and a node, by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.found: SendPosition | None = SendPosition(step="failed")
        self.each: float | None = 1.0
        self.asked_at: list[float] = []
        self.told: list[PtzPosition] = []
        self.lower = self
        self.room = UpperPointings(self, self, UPPER_PACE)  # type: ignore[arg-type]
        link: Any = SimpleNamespace(lower=self, ask_work=lambda: None)
        orders: Any = None
        self.hand = UpperPtzLease(
            uuid4(), link, camera(1), "1", orders, lambda _hand, _why: None, worker=SendingWorker("", "")
        )

    def monotonic(self) -> float:
        return self.now

    def steered(self, _channel: str) -> None: ...

    def points(self, _channel: str) -> float | None:
        return self.each

    def pointing(self, position: PtzPosition, _now: float) -> int:
        self.told.append(position)
        return 1

    async def position(self, *_: object) -> SendPosition:
        self.asked_at.append(self.now - 1_000.0)
        if self.found is None:
            raise NodeUnavailable
        return self.found

    async def pass_by(self, seconds: int) -> None:
        for _ in range(seconds):
            self.room.look()
            [followed] = self.room._hands.values()
            if followed.task is not None:
                await followed.task
            self.now += 1.0


async def test_a_camera_that_does_not_say_it_is_asked_more_seldom() -> None:
    one = Stub()
    one.room.begin(one.hand)
    await one.pass_by(200)
    assert one.asked_at == [0.0, 2.0, 6.0, 14.0, 30.0, 62.0, 122.0, 182.0]
    one.found = None  # the node is away, which is as good
    await one.pass_by(60)
    assert one.asked_at[-1] == 242.0
    assert not one.told
    one.found = POSITION
    await one.pass_by(60)
    assert one.asked_at[-18:] == [302.0 + second for second in range(18)], "and as often as is wished for again"
    assert len(one.told) == 18
    one.each = None
    await one.pass_by(10)
    assert len(one.told) == 18
    one.each = 20.0
    await one.pass_by(21)
    assert len(one.told) == 20, "who subscribes is told at once"


async def test_one_question_of_a_hand_at_a_time(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM, edition="2022") as both:
        await handed(both)
        both.caller.subscribe(PtzPositionQuery, camera(1), interval=1)
        await until_async(lambda: both.caller.of(PtzPositionNotice))
        [followed] = pointing(both)._hands.values()
        await until_async(lambda: followed.task is None)
        asked = len(both.node.position_asks)
        followed.due = 0.0
        pointing(both).look()
        followed.due = 0.0
        task = followed.task
        pointing(both).look()
        assert followed.task is task
        followed.due = math.inf  # the gateway looks by itself too
        await until_async(lambda: followed.task is None)
        assert len(both.node.position_asks) == asked + 1
