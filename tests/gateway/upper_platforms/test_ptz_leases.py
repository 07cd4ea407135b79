"""An upper's hand on a camera: decided once, named while it stands, every command to the node in order, and ended by whoever ends it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from custodes.gateway.figures import GatewayFigures
from custodes.gateway.upper_platforms.pace import UPPER_PACE
from custodes.gateway.upper_platforms.ptz_leases import BURST, EACH
from custodes.gb28181.manscdp.control import DeviceControl, DeviceControlAnswer
from custodes.gb28181.manscdp.frame import Result
from custodes.gb28181.manscdp.presets import PresetList, PresetQuery
from custodes.gb28181.ptz.command import STOP, Command, Cruise, CruiseDo, Lens, Move, Preset, PresetDo
from custodes.gb28181.ptz.octets import encode
from custodes.gb28181.sip.transactions import Full
from custodes.settings.video import VideoSettings
from custodes.video.wire.commands import GatewaySteer, PositionAsk
from custodes.video.wire.sending import SendPresetList, SendSteer, SendSteered
from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants
from tests.gateway.upper_platforms.caller import Under, under
from tests.gateway.upper_platforms.world import OWN, Pair, camera, pair
from tests.patience import until_async

RIGHT = Move(255, 0, 0)
CALM = {"say_again": 600.0, "idle": 600.0}
"""Nothing is said by the clock."""


def steer(both: Under, command: Command, number: int = 1) -> int:
    """The upper's command; its SN."""
    sn = both.caller.number()
    both.caller.say(DeviceControl(sn=sn, device_id=camera(number), ptz=encode(command)))
    return sn


def said(both: Under) -> list[str]:
    """What the node was asked for."""
    return [one.command for one in both.node.commands]


def refused(both: Under) -> list[int]:
    """SN of what the upper was told that it failed."""
    return [one.sn for one in both.caller.of(DeviceControlAnswer) if one.result is Result.ERROR]


def hands(both: Under) -> Any:
    return both.ours.uppers.asked.hands


async def moving(both: Under) -> SendSteer:
    """A hand that turns the camera; its first command."""
    steer(both, RIGHT)
    await until_async(lambda: both.node.commands and hands(both).said["taken"])
    first: SendSteer = both.node.commands[0]
    return first


async def ended(both: Under, why: str, call: Any) -> None:
    await until_async(lambda: both.node.of("end") and set(both.node.of("end")) == {call})
    assert hands(both).ended == {why: 1}
    assert not len(hands(both))


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_hand_is_decided_once_and_all_its_commands_go_to_the_node(tmp_path: Path, transport: str) -> None:
    async with under(tmp_path, transport=transport, pace=CALM) as both:

        async def decide(wants: UpperWants) -> UpperVerdict:
            made: UpperVerdict = await both.below.grant(wants)
            return made.model_copy(update={"name": "扎西", "unit": "市局指挥中心"})

        both.web.decide = decide
        sn = steer(both, RIGHT)
        await until_async(lambda: hands(both).said["taken"] == 1)
        for count, command in enumerate(
            (
                Lens(focus=255),
                Lens(),
                STOP,
                Preset(PresetDo.CALL, 3),
                Preset(PresetDo.SET, 4),
                Cruise(CruiseDo.START, 2),
            )
        ):
            steer(both, command)
            await until_async(lambda count=count: hands(both).said["taken"] == count + 2)
        (wants,) = both.web.wants
        assert (wants.verb, wants.channel, wants.call_id, wants.address) == ("steer", camera(1), str(sn), "")
        assert (wants.from_us, wants.until_us) == (None, None)
        first, *others = both.node.commands
        who = {"call": wants.call, "name": "扎西", "unit": "市局指挥中心"}
        assert first == SendSteer(**who, token="grant", command="move", pan=100)
        assert others == [
            SendSteer(**who, command="move", pan=100, focus=100),
            SendSteer(**who, command="move", pan=100),
            SendSteer(**who, command="stop"),
            SendSteer(**who, command="goto", preset=3),
            SendSteer(**who, command="set", preset=4),
            SendSteer(**who, command="cruise", cruise=2),
        ]
        # It stands like a call.
        await until_async(lambda: wants.call in both.node.kept)
        await until_async(
            lambda: any(
                one.call == wants.call and one.verb == "steer" for asked in both.web.standing for one in asked.calls
            )
        )
        assert not refused(both)
        assert len(both.web.wants) == 1
        # Another camera is another hand.
        steer(both, RIGHT, 2)
        await until_async(lambda: len(both.web.wants) == 2)
        assert both.web.wants[1].call != wants.call


async def test_hands_are_counted_and_nobody_is_named(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        await moving(both)
        found = {
            (sample.name, *sample.labels.values()): sample.value
            for family in GatewayFigures(both.ours).collect()
            for sample in family.samples
            if sample.name.startswith("custodes_gateway_upper_")
        }
        assert found["custodes_gateway_upper_hands",] == 1
        assert found["custodes_gateway_upper_steered_total", "taken"] == 1
        assert found["custodes_gateway_upper_questions_answered_total", "DeviceControl"] == 1
        assert not any(camera(1) in text for key in found for text in key)


async def test_what_the_web_refuses_moves_nothing_and_says_only_that_it_failed(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:

        async def refuse(_wants: UpperWants) -> UpperVerdict:
            return UpperVerdict(status=403, why="nobody stated anything")

        both.web.decide = refuse
        sn = steer(both, RIGHT)
        await until_async(lambda: refused(both) == [sn])
        both.web.away = True
        other = steer(both, RIGHT)
        await until_async(lambda: refused(both) == [sn, other])
        assert not both.node.commands
        assert not both.node.said
        assert hands(both).ended == {"not-granted": 1, "web-away": 1}


async def test_a_stop_where_no_hand_is_asks_nobody(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        steer(both, STOP)
        await until_async(lambda: both.ours.uppers.asked.replies.answered["DeviceControl"])
        assert not both.web.wants
        assert not both.node.commands


async def test_a_movement_whose_stop_comes_before_the_web_has_decided_is_never_begun(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        go = asyncio.Event()

        async def decide(wants: UpperWants) -> UpperVerdict:
            await go.wait()
            made: UpperVerdict = await both.below.grant(wants)
            return made

        both.web.decide = decide
        steer(both, RIGHT)
        await until_async(lambda: both.web.wants)
        steer(both, STOP)
        answered = both.ours.uppers.asked.replies.answered
        await until_async(lambda: answered["DeviceControl"] == 1)
        go.set()
        await until_async(lambda: answered["DeviceControl"] == 2)
        assert not both.node.commands
        steer(both, RIGHT)
        await until_async(lambda: said(both) == ["move"])
        assert both.node.commands[0].token == "grant"
        assert len(both.web.wants) == 1


async def test_one_command_is_under_way_a_newer_movement_replaces_and_a_stop_waits_for_nothing(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        await moving(both)
        go = asyncio.Event()

        async def steered(command: SendSteer) -> SendSteered:
            if command.command != "stop":
                await go.wait()
            return SendSteered()

        both.node.steered = steered
        steer(both, Move(0, 255, 0))
        await until_async(lambda: len(both.node.commands) == 2)
        for _ in range(3):
            steer(both, Move(0, -255, 0))
        replies = both.ours.uppers.asked.replies.answered
        await until_async(lambda: replies["DeviceControl"] == 3)  # the first, and two that were overtaken
        assert said(both) == ["move", "move"]
        steer(both, STOP)
        await until_async(lambda: said(both) == ["move", "move", "stop"])  # beside the one that is under way
        go.set()
        await until_async(
            lambda: said(both) == ["move", "move", "stop", "stop"]
        )  # and behind it: nobody knows which arrived last
        await until_async(lambda: replies["DeviceControl"] == 6)
        assert not refused(both)


async def test_a_held_movement_is_said_again_and_stopped_when_the_upper_says_nothing(tmp_path: Path) -> None:
    async with under(tmp_path, pace={"say_again": 0.05, "held": 0.4, "idle": 600.0}) as both:
        await moving(both)
        await until_async(lambda: said(both)[-1] == "stop")
        moves = both.node.commands[:-1]
        assert len(moves) >= 3
        assert {(one.command, one.pan) for one in moves} == {("move", 100)}
        assert [one.token for one in moves] == ["grant", *[""] * (len(moves) - 1)]
        assert len(hands(both)) == 1, "the hand stays"
        assert len(both.web.wants) == 1


async def test_a_hand_that_does_nothing_is_taken_off(tmp_path: Path) -> None:
    async with under(tmp_path, pace={**CALM, "idle": 0.3}) as both:
        first = await moving(both)
        await ended(both, "idle", first.call)
        steer(both, RIGHT)
        await until_async(lambda: len(both.web.wants) == 2)
        assert both.web.wants[1].call != first.call


def test_a_hand_from_above_stands_as_long_as_one_of_ours() -> None:
    """One that went sooner would leave an officer above who believes that he steers, and whom nobody tells that the camera was taken."""
    ours = VideoSettings.model_fields["steer_idle_seconds"].default
    assert UPPER_PACE.idle >= ours


async def test_the_web_takes_a_hand_off(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        first = await moving(both)
        both.web.ended[first.call] = "what was stated counts no more"
        await ended(both, "revoked", first.call)


async def test_the_node_takes_a_hand_off(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        first = await moving(both)
        both.node.ended[first.call] = "unknown"
        await ended(both, "node-unknown", first.call)


async def test_a_hand_ends_with_its_verdict(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        first = await moving(both)
        (hand,) = hands(both).standing()
        hand.verdict = hand.verdict.model_copy(update={"until_us": time.time_ns() // 1000})
        await ended(both, "over", first.call)


async def test_a_hand_ends_with_its_channel_and_with_its_link(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        first = await moving(both)
        shown = [one for one in both.web.entries[both.upper.link] if one.id != camera(1)]
        both.below.show(both.upper, shown, "2")
        await ended(both, "hidden", first.call)
        # The link leaves while a command is on its way: what the node took behind the end is ended behind that again.
        go = asyncio.Event()

        async def late(_command: SendSteer) -> SendSteered:
            await go.wait()
            both.node.said.append(("taken", _command.call))
            return SendSteered()

        both.node.steered = late
        steer(both, RIGHT, 2)
        await until_async(lambda: len(both.node.commands) == 2)
        call = both.node.commands[1].call
        replies = both.ours.uppers.asked.replies
        # Its upper has no room for an answer meanwhile.
        with patch.object(replies, "answer", side_effect=Full), patch.object(replies, "deny", side_effect=Full):
            both.web.uppers = []
            await until_async(lambda: ("end", call) in both.node.said)
            assert hands(both).ended == {"hidden": 1, "left": 1}
            go.set()
            await until_async(
                lambda: [what for what, about in both.node.said if about == call] == ["end", "taken", "end"]
            )
        assert len(both.node.commands) == 2, "an ended hand says nothing more"


async def test_a_hand_ends_when_its_upper_is_not_there_any_more(tmp_path: Path) -> None:
    async with under(tmp_path, transport="tcp", pace=CALM) as both:
        first = await moving(both)
        await both.caller.transport.close()
        await ended(both, "silent", first.call)


async def test_a_hand_ends_with_the_gateway(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        first = await moving(both)
        await both.ours.uppers.stop()
        assert both.node.of("end") == [first.call]


STEPS = [
    ("held", True),
    ("outside", False),
    ("failed", False),
    ("not_granted", True),
    ("not_here", True),
    ("unsteerable", True),
]


@pytest.mark.parametrize(("step", "over"), STEPS)
async def test_what_the_node_does_not_take_is_told_counted_and_may_end_the_hand(
    tmp_path: Path, step: Any, over: bool
) -> None:
    async with under(tmp_path, pace={**CALM, "say_again": 0.05}) as both:
        first = await moving(both)

        async def steered(_command: SendSteer) -> SendSteered:
            return SendSteered(step=step)

        both.node.steered = steered
        sn = steer(both, Move(0, 255, 0))
        await until_async(lambda: refused(both) == [sn])
        assert hands(both).said[step] >= 1
        if over:
            await ended(both, f"node-{step}", first.call)
        else:
            assert len(hands(both)) == 1
            count = len(both.node.commands)
            steer(both, Preset(PresetDo.CALL, 1))
            await until_async(lambda: said(both)[-1] == "goto")
            assert len(both.node.commands) == count + 1, "a movement that was not taken is not said again"
        assert len(both.web.wants) == 1


async def test_a_preset_that_may_not_be_set_is_no_end_of_the_hand(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:

        async def steered(command: SendSteer) -> SendSteered:
            return SendSteered(step="not_granted" if command.command in ("set", "remove") else "")

        both.node.steered = steered
        sn = steer(both, Preset(PresetDo.SET, 4))
        await until_async(lambda: refused(both) == [sn])
        await moving(both)
        # The node took the hand with that command: the token is said until it does.
        assert [(one.command, one.token) for one in both.node.commands] == [("set", "grant"), ("move", "grant")]
        other = steer(both, Preset(PresetDo.DELETE, 4))
        await until_async(lambda: refused(both) == [sn, other])
        assert len(hands(both)) == len(both.web.wants) == 1


async def test_a_hand_of_which_the_first_command_fails_is_none(tmp_path: Path) -> None:
    """The node may not have it: another command under the same call would be ``not_granted`` there."""
    async with under(tmp_path, pace=CALM) as both:

        async def steered(_command: SendSteer) -> SendSteered:
            return SendSteered(step="failed")

        both.node.steered = steered
        sn = steer(both, RIGHT)
        await until_async(lambda: refused(both) == [sn])
        (first,) = both.web.wants
        await ended(both, "node-failed", first.call)
        both.node.steered = both.node._steered
        steer(both, RIGHT)
        await until_async(lambda: hands(both).said["taken"] == 1)
        assert both.web.wants[1].call == both.node.commands[1].call != first.call


async def test_whoever_met_with_somebody_here_is_decided_anew_and_not_several_times_a_second(tmp_path: Path) -> None:
    """The node has no hand after that: a command under the same call would be ``not_granted`` there."""
    async with under(tmp_path, pace={**CALM, "barred": 600.0}) as both:

        async def steered(_command: SendSteer) -> SendSteered:
            return SendSteered(step="held")

        both.node.steered = steered
        sns = [steer(both, RIGHT)]
        await until_async(lambda: refused(both) == sns)
        (first,) = both.web.wants
        await ended(both, "node-held", first.call)
        sns += [steer(both, RIGHT) for _ in range(5)]
        await until_async(lambda: refused(both) == sns)
        steer(both, STOP)
        assert len(both.web.wants) == len(both.node.commands) == 1, "nobody was asked"
        both.node.steered = both.node._steered
        hands(both)._pace = replace(hands(both)._pace, barred=0.0)
        hands(both)._barred.clear()
        steer(both, RIGHT)
        await until_async(lambda: hands(both).said["taken"] == 1)
        again = both.web.wants[1]
        assert again.call != first.call
        assert (both.node.commands[1].call, both.node.commands[1].token) == (again.call, "grant")


async def steered_above(both: Pair) -> str:
    """What a node above hears of a movement that it holds."""
    wish = GatewaySteer(camera=both.above.cameras[camera(1)], device=OWN, channel=camera(1), command="move", pan=20)
    return (await both.above.node.steer(wish)).failure


@pytest.mark.parametrize("certificate", ["that of a platform which runs this program", ""])
async def test_a_hand_of_a_platform_that_runs_this_program_hears_that_the_camera_is_steered_here(
    tmp_path: Path, certificate: str
) -> None:
    async with pair(tmp_path, pace=CALM, certificate=certificate) as both:
        await until_async(lambda: len(both.above.catalogue()) == 5)

        async def steered(_command: SendSteer) -> SendSteered:
            return SendSteered(step="held")

        both.node.steered = steered
        assert await steered_above(both) == "", "of what SIP took nobody waits for a word"
        await until_async(lambda: both.theirs.steering.refusals)
        assert await steered_above(both) == ("held" if certificate else "")
        both.node.steered = both.node._steered
        assert await steered_above(both) == "", "it was said, and the next hand may try"


async def test_a_hand_that_stood_hears_without_a_command_that_the_camera_is_steered_here(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, certificate="that of a platform which runs this program") as both:
        await until_async(lambda: len(both.above.catalogue()) == 5)
        ask = PositionAsk(camera=both.above.cameras[camera(1)], device=OWN, channel=camera(1))
        assert await steered_above(both) == ""
        await until_async(lambda: both.node.commands)
        await until_async(lambda: both.ours.uppers.asked.hands.said["taken"])
        assert (await both.above.node.stands(ask)).failure == ""
        both.node.ended[both.node.commands[0].call] = "held"
        await until_async(lambda: both.theirs.steering.refusals)
        assert (await both.above.node.stands(ask)).failure == "held"
        assert (await both.above.node.stands(ask)).failure == "", "it is told once"


async def test_a_node_that_says_nothing_to_the_first_command_is_told_the_end(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        both.node.away.add("steer")
        sn = steer(both, RIGHT)
        await until_async(lambda: refused(both) == [sn])
        (wants,) = both.web.wants
        await ended(both, "node-away", wants.call)


async def test_a_stop_that_did_not_arrive_is_said_again(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        await moving(both)
        both.node.away.add("steer")
        sn = steer(both, STOP)
        await until_async(lambda: refused(both) == [sn])
        both.node.away.discard("steer")
        await until_async(lambda: said(both)[-1] == "stop")
        assert len(hands(both)) == 1


async def test_commands_of_a_hand_are_bounded_by_the_clock_and_a_stop_is_not_dropped(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        await moving(both)
        (hand,) = hands(both).standing()
        hands(both)._rates = type(hands(both)._rates)(1e-6, BURST, 8)
        for number in range(int(BURST)):
            steer(both, Preset(PresetDo.CALL, 1 + number % 9))
        denied = both.ours.uppers.asked.replies.denied
        replies = both.ours.uppers.asked.replies.answered
        await until_async(lambda: replies["DeviceControl"] == 1 + BURST and not hand.busy)
        steer(both, RIGHT)
        await until_async(lambda: denied["too-many"] == 1)
        steer(both, STOP)
        await until_async(lambda: said(both)[-1] == "stop")
        count = len(both.node.commands)
        await until_async(lambda: not hand.busy and hand.orders.still)
        answered = replies["DeviceControl"]
        steer(both, STOP)
        await until_async(lambda: replies["DeviceControl"] == answered + 1)
        assert len(both.node.commands) == count, "one that was taken already is not said again beyond the bound"
        assert len(both.web.wants) == 1


async def test_so_many_hands_of_one_upper_and_no_more(tmp_path: Path) -> None:
    async with under(tmp_path, EACH + 1, pace=CALM) as both:
        for number in range(1, EACH + 1):
            steer(both, RIGHT, number)
            await until_async(lambda number=number: len(hands(both).standing()) == number)
        steer(both, RIGHT, EACH + 1)
        await until_async(lambda: both.ours.uppers.asked.replies.denied["hands"] == 1)
        assert len(both.web.wants) == EACH
        assert not both.ours.uppers.asked._under_way


async def test_presets_are_listed_for_a_look_alone_and_for_a_hand_that_stands(tmp_path: Path) -> None:
    async with under(tmp_path, pace=CALM) as both:
        both.node.presets = SendPresetList(presets=((1, "大门"), (7, "后院"), (0, "none"), (300, "none")))
        both.caller.say(PresetQuery(sn=9, device_id=camera(1)))
        await until_async(lambda: both.caller.of(PresetList))
        (found,) = both.caller.of(PresetList)
        assert (found.sn, found.device_id, found.sum_num) == (9, camera(1), 2)
        assert [(one.number, one.name) for one in found.presets] == [(1, "大门"), (7, "后院")]
        (wants,) = both.web.wants
        assert (wants.verb, wants.call_id) == ("steer", "9")
        assert [(ask.call, ask.token) for ask in both.node.preset_asks] == [(wants.call, "grant")]
        assert not len(hands(both)), "whoever only looks holds nothing"
        first = await moving(both)
        both.caller.say(PresetQuery(sn=10, device_id=camera(1)))
        await until_async(lambda: len(both.caller.of(PresetList)) == 2)
        assert (both.node.preset_asks[1].call, both.node.preset_asks[1].token) == (first.call, "")
        assert len(both.web.wants) == 2
        both.node.presets = SendPresetList(step="unsteerable")
        both.caller.say(PresetQuery(sn=11, device_id=camera(1)))
        await until_async(lambda: both.ours.uppers.asked.replies.denied["node-unsteerable"] == 1)
