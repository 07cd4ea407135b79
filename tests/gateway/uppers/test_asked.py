"""What an upper asks about channels is decided and on record, and denied: nothing leads there yet."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

from custodes.gateway.uppers.asked import AT_ONCE, BURST, Asked, verb_of
from custodes.gateway.uppers.pace import UPPER_PACE
from custodes.gateway.web_client import WebClient
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.cascade.events import Questioned
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.control import DeviceControl, Guard, KeyFrame
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.presets import PresetQuery
from custodes.gb28181.manscdp.records import RecordInfoQuery
from custodes.video.clock import FakeClock
from custodes.video.wire.gateway import GatewaySteer, PresetsAsk
from custodes.video.wire.uppers import UpperVerdict, UpperWants
from tests.gateway.uppers.world import OWN, Pair, camera, pair
from tests.gateway.world import until

NIGHT = datetime(2026, 11, 20, 8, 0, 0, tzinfo=BEIJING), datetime(2026, 11, 20, 9, 0, 0, tzinfo=BEIJING)


def say(both: Pair, message: Message) -> None:
    """The upper says something to a channel."""
    peer = both.theirs.context.reach(OWN)
    assert peer is not None
    both.theirs.context.send(peer.peer, message.device_id, write_message(message, Edition.E2016))
    both.theirs.transport.drain()


async def test_what_would_move_a_camera_and_what_was_recorded_is_decided_and_denied(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        key = both.above.cameras[camera(1)]
        steer = GatewaySteer(camera=key, device=OWN, channel=camera(1), command="move", pan=50)
        await both.above.node.steer(steer)
        await until(lambda: [wants.verb for wants in both.web.wants] == ["steer"])
        assert both.web.wants[0].channel == camera(1)
        found = await both.above.node.presets(PresetsAsk(camera=key, device=OWN, channel=camera(1)))
        assert not found.presets
        say(both, RecordInfoQuery(sn=77, device_id=camera(2), start=NIGHT[0], end=NIGHT[1]))
        await until(lambda: [wants.verb for wants in both.web.wants if wants.verb == "history"])
        wants = both.web.wants[-1]
        assert (wants.channel, wants.call_id) == (camera(2), "77")
        assert (wants.from_us, wants.until_us) == tuple(round(at.timestamp() * 1e6) for at in NIGHT)
        denied = both.ours.uppers.asked.denied
        await until(lambda: denied["no-way-yet"] == len(both.web.wants))
        assert not both.node.said


async def test_a_refusal_and_a_web_that_is_away_are_denied_alike(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:

        async def refuse(_wants: UpperWants) -> UpperVerdict:
            return UpperVerdict(status=403)

        both.web.decide = refuse
        denied = both.ours.uppers.asked.denied
        say(both, PresetQuery(sn=5, device_id=camera(1)))
        await until(lambda: denied == {"not-granted": 1})
        both.web.away = True
        say(both, PresetQuery(sn=6, device_id=camera(1)))
        await until(lambda: denied == {"not-granted": 1, "web-away": 1})


class Counting:
    """A web that grants, and waits where it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()
        self.go.set()

    async def ask(self, *_what: Any) -> UpperVerdict:
        self.asked += 1
        await self.go.wait()
        return UpperVerdict()


def room(web: Counting, clock: FakeClock) -> tuple[Asked, Any, list[int]]:
    denied: list[int] = []
    lower = SimpleNamespace(deny=lambda number, _now: denied.append(number))
    link = SimpleNamespace(upper=SimpleNamespace(link=uuid4()), lower=lower, ask_work=lambda: None)
    return Asked("gateway-1", cast(WebClient, web), clock, UPPER_PACE), Link(link), denied


class Link(SimpleNamespace):
    """What the room needs of a link."""

    def __init__(self, like: SimpleNamespace) -> None:
        super().__init__(**vars(like))

    __hash__ = object.__hash__


async def test_a_flood_of_questions_fills_no_log() -> None:
    web, clock = Counting(), FakeClock()
    asked, link, denied = room(web, clock)
    for number in range(60):
        asked.questioned(link, Questioned(number, camera(1), PresetQuery(sn=number + 1, device_id=camera(1))))
        await until(lambda count=number + 1: len(denied) == count)
    assert web.asked == BURST
    assert asked.denied == {"no-way-yet": BURST, "too-many": 60 - BURST}
    clock.advance(1)
    asked.questioned(link, Questioned(60, camera(1), PresetQuery(sn=61, device_id=camera(1))))
    await until(lambda: len(denied) == 61)
    assert web.asked == BURST + 1


async def test_so_many_questions_of_one_upper_wait_for_the_web_at_once() -> None:
    web, clock = Counting(), FakeClock()
    asked, link, denied = room(web, clock)
    web.go.clear()
    for number in range(AT_ONCE + 2):
        asked.questioned(link, Questioned(number, camera(1), PresetQuery(sn=number + 1, device_id=camera(1))))
    assert denied == [AT_ONCE, AT_ONCE + 1]
    web.go.set()
    await until(lambda: len(denied) == AT_ONCE + 2)
    assert web.asked == AT_ONCE


def test_what_no_grant_is_for_is_denied_at_once() -> None:
    assert verb_of(DeviceControl(sn=1, device_id=camera(1), guard=Guard.SET)) is None
    assert verb_of(DeviceControl(sn=1, device_id=camera(1), key_frame=KeyFrame.SEND)) is None
    assert verb_of(DeviceControl(sn=1, device_id=camera(1), ptz="A50F010000000000")) == "steer"
