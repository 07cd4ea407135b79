"""Questions and commands of an upper: what is decided, what no grant is for, and how many reach the web."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from custodes.gateway.upper_platforms.asked import AT_ONCE, BURST, UpperInquiries
from custodes.gateway.upper_platforms.deciding import Deciding
from custodes.gateway.upper_platforms.pace import UPPER_PACE
from custodes.gb28181.cascade.events import Questioned
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.control import DeviceControl, GuardCommand, KeyFrameCommand, RecordingCommand, Tracking
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.presets import (
    HomePosition,
    HomePositionAnswer,
    HomePositionQuery,
    PresetList,
    PresetQuery,
    PtzPosition,
    PtzPositionQuery,
)
from custodes.gb28181.ptz.command import Auxiliary, Move, Scan, ScanDo
from custodes.gb28181.ptz.octets import encode
from custodes.video.clock import FakeClock
from custodes.video.wire.commands import GatewaySteer, PresetsAsk
from custodes.video.wire.sending import SendPosition, SendPresetList, SendPresets
from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants
from tests.gateway.upper_platforms.caller import under
from tests.gateway.upper_platforms.world import OWN, camera, pair, receiver
from tests.patience import until_async


async def test_an_upper_of_our_own_turns_a_camera_and_lists_its_presets(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        key = both.above.cameras[camera(1)]
        steer = GatewaySteer(camera=key, device=OWN, channel=camera(1), command="move", pan=50)
        assert (await both.above.node.steer(steer)).failure == ""
        await until_async(lambda: both.node.commands)
        assert (both.node.commands[0].command, both.node.commands[0].pan) == ("move", 50)
        stop = GatewaySteer(camera=key, device=OWN, channel=camera(1), command="stop")
        assert (await both.above.node.steer(stop)).failure == ""
        await until_async(lambda: both.node.commands[-1].command == "stop")
        both.node.presets = SendPresetList(presets=((3, "后门"),))
        found = await both.above.node.presets(PresetsAsk(camera=key, device=OWN, channel=camera(1)))
        assert [(one.number, one.name) for one in found.presets] == [(3, "后门")]
        assert {wants.verb for wants in both.web.wants} == {"steer"}


async def test_a_refusal_and_a_web_that_is_away_are_denied_alike(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:

        async def refuse(_wants: UpperWants) -> UpperVerdict:
            return UpperVerdict(status=403)

        ask = PresetsAsk(camera=both.above.cameras[camera(1)], device=OWN, channel=camera(1))
        denied = both.ours.uppers.asked.replies.denied
        both.web.decide = refuse
        assert not (await both.above.node.presets(ask)).presets
        await until_async(lambda: denied == {"not-granted": 1})
        both.web.away = True
        assert not (await both.above.node.presets(ask)).presets
        await until_async(lambda: denied == {"not-granted": 1, "web-away": 1})
        assert not both.node.preset_asks


class Counting:
    """A web that gives to nobody, and waits where it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()
        self.go.set()

    async def ask(self, *_what: Any) -> UpperVerdict:
        self.asked += 1
        await self.go.wait()
        return UpperVerdict(status=403)


class Link(SimpleNamespace):
    """What the room needs of a link; `denied` has the numbers of questions."""

    __hash__ = object.__hash__

    def __init__(self) -> None:
        self.denied: list[int] = []
        lower = SimpleNamespace(deny=lambda number, _now, _reason="": self.denied.append(number), shows=lambda _: True)
        super().__init__(upper=SimpleNamespace(link=uuid4()), lower=lower, ask_work=lambda: None)


def room(web: Any, clock: FakeClock) -> tuple[UpperInquiries, Any]:
    node: Any = None
    return UpperInquiries(
        Deciding("gateway-1", web, clock, UPPER_PACE), node, lambda *_: None, clock, UPPER_PACE
    ), Link()


def asked_of(number: int, message: Message) -> Questioned:
    return Questioned(number, message.device_id, message)


def presets(number: int) -> Questioned:
    return asked_of(number, PresetQuery(sn=number + 1, device_id=camera(1)))


def moves(number: int) -> Questioned:
    """Each of a camera of its own: a hand of its own."""
    return asked_of(number, DeviceControl(sn=number + 1, device_id=camera(number), ptz=encode(Move(9, 0, 0))))


@pytest.mark.parametrize("made", [presets, moves])
async def test_a_flood_of_questions_fills_no_log(made: Any) -> None:
    web, clock = Counting(), FakeClock()
    asked, link = room(web, clock)
    for number in range(60):
        asked.questioned(link, made(number))
        await until_async(lambda count=number + 1: len(link.denied) == count)
    assert web.asked == BURST
    assert asked.replies.denied == {"not-granted": BURST, "too-many": 60 - BURST}
    clock.advance(1)
    asked.questioned(link, made(60))
    await until_async(lambda: len(link.denied) == 61)
    assert web.asked == BURST + 1
    await asked.stop()


@pytest.mark.parametrize("made", [presets, moves])
async def test_so_many_questions_of_one_upper_wait_for_the_web_at_once(made: Any) -> None:
    web, clock = Counting(), FakeClock()
    asked, link = room(web, clock)
    web.go.clear()
    for number in range(AT_ONCE + 2):
        asked.questioned(link, made(number))
    assert link.denied == [AT_ONCE, AT_ONCE + 1]
    web.go.set()
    await until_async(lambda: len(link.denied) == AT_ONCE + 2)
    assert web.asked == AT_ONCE
    assert not asked._under_way
    await asked.stop()


def test_what_no_grant_is_for_and_what_nothing_leads_to_is_denied_at_once() -> None:
    web, clock = Counting(), FakeClock()
    asked, link = room(web, clock)
    home = HomePosition(enabled=True, reset_time=60, preset=3)
    told: list[dict[str, Any]] = [
        *({"guard": GuardCommand.SET}, {"recording": RecordingCommand.RECORD}),
        *({"home": home}, {"tracking": Tracking.AUTO}),
        *(
            {"ptz": encode(Scan(ScanDo.START, 1))},
            {"ptz": encode(Auxiliary(True, 1))},
            {"ptz": "A50F010000000000"},
        ),
    ]
    for number, one in enumerate(told):
        asked.questioned(link, asked_of(number, DeviceControl(sn=1, device_id=camera(1), **one)))
    assert len(link.denied) == 7
    assert asked.replies.denied == {"not-shared": 4, "no-way": 3}
    assert not web.asked
    asked.questioned(link, asked_of(9, DeviceControl(sn=1, device_id=camera(1), key_frame=KeyFrameCommand.SEND)))
    assert asked.replies.denied["no-call"] == 1, "who looks at nothing has nothing asked of a camera"


async def test_an_upper_of_our_own_sends_a_camera_to_its_declared_view(tmp_path: Path) -> None:
    async with pair(tmp_path, edition="2022") as both:
        both.node.presets = SendPresetList(presets=((3, "后门"), (7, "")), home=7, home_after_s=300)
        key = both.above.cameras[camera(1)]
        about = {"camera": key, "device": OWN, "channel": camera(1)}
        found = await both.above.node.presets(PresetsAsk(**about))
        assert [(one.number, one.name) for one in found.presets] == [(3, "后门"), (7, "看守位")]
        assert (await both.above.node.steer(GatewaySteer(**about, command="home"))).failure == ""
        await until_async(lambda: both.node.commands)
        assert (both.node.commands[0].command, both.node.commands[0].preset) == ("goto", 7)
        assert {wants.verb for wants in both.web.wants} == {"steer"}


async def test_the_home_position_is_told_to_who_may_steer_and_set_by_nobody(tmp_path: Path) -> None:
    async with under(tmp_path, edition="2022") as both:
        both.caller.edition = Edition.E2022
        both.node.presets = SendPresetList(presets=((7, "大门"),), home=7, home_after_s=300)
        both.caller.say(HomePositionQuery(sn=3, device_id=camera(1)))
        (told,) = await until_async(lambda: both.caller.of(HomePositionAnswer))
        assert told.home == HomePosition(enabled=True, reset_time=300, preset=7)
        both.caller.say(PresetQuery(sn=4, device_id=camera(1)))
        (listed,) = await until_async(lambda: both.caller.of(PresetList))
        assert [(one.number, one.name) for one in listed.presets] == [(7, "大门（看守位）")]
        both.node.presets = SendPresetList(presets=((7, "大门"),))
        both.caller.say(HomePositionQuery(sn=5, device_id=camera(1)))
        await until_async(lambda: len(both.caller.of(HomePositionAnswer)) == 2)
        assert both.caller.of(HomePositionAnswer)[1].home == HomePosition(enabled=False)
        asked = len(both.web.wants)
        home = HomePosition(enabled=True, reset_time=60, preset=3)
        both.caller.say(DeviceControl(sn=6, device_id=camera(1), home=home))
        await until_async(lambda: both.ours.uppers.asked.replies.denied["not-shared"])
        assert [wants.call_id for wants in both.web.wants] == ["3", "4", "5"]
        assert len(both.web.wants) == asked == len(both.node.preset_asks)


async def test_where_a_camera_points_is_told_to_who_may_steer_it(tmp_path: Path) -> None:
    async with under(tmp_path, edition="2022") as both:
        both.caller.edition = Edition.E2022
        both.node.position = SendPosition(pan=187.5, tilt=-12.0, zoom=4.0)
        both.caller.say(PtzPositionQuery(sn=3, device_id=camera(1)))
        (told,) = await until_async(lambda: both.caller.of(PtzPosition))
        assert (told.sn, told.pan, told.tilt, told.zoom) == (3, 187.5, -12.0, 4.0)
        assert [(wants.verb, wants.call_id) for wants in both.web.wants] == [("steer", "3")]
        both.caller.say(DeviceControl(sn=4, device_id=camera(1), ptz=encode(Move(9, 0, 0))))
        await until_async(lambda: [hand for hand in both.ours.uppers.asked.hands.standing() if hand.ready])
        both.caller.say(PtzPositionQuery(sn=5, device_id=camera(1)))
        await until_async(lambda: len(both.caller.of(PtzPosition)) == 2)
        (hand,) = both.ours.uppers.asked.hands.standing()
        assert both.node.position_asks[-1] == SendPresets(call=hand.id), "under the hand that stands"
        assert len(both.web.wants) == 2
        both.node.position = SendPosition(step="failed")
        both.caller.say(PtzPositionQuery(sn=6, device_id=camera(2)))
        await until_async(lambda: both.ours.uppers.asked.replies.denied["node-failed"])


async def test_a_key_picture_is_asked_for_of_what_an_upper_is_being_sent_and_seldom(tmp_path: Path) -> None:
    async with receiver() as (port, _taken), under(tmp_path) as both:
        denied = both.ours.uppers.asked.replies.denied

        def wish(sn: int, number: int = 1) -> None:
            both.caller.say(DeviceControl(sn=sn, device_id=camera(number), key_frame=KeyFrameCommand.SEND))

        wish(1)
        await until_async(lambda: denied["no-call"] == 1)
        both.caller.look(camera(1), port)
        await until_async(lambda: both.node.of("start"))
        (call,) = both.node.of("start")
        wish(2)
        await until_async(lambda: both.node.of("key") == [call])
        await until_async(lambda: both.ours.uppers.asked.replies.answered["DeviceControl"] == 1)
        wish(3)
        wish(4, 2)
        await until_async(lambda: denied == {"no-call": 2, "too-many": 1})
        assert both.node.of("key") == [call]
        assert {wants.verb for wants in both.web.wants} == {"live"}, "nothing is decided anew by that"
