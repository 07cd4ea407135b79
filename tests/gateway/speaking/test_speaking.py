"""Speeches of a node through a device of our own, over real sockets: announced, called for, answered, kept, ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from custodes.gateway.calls.book import DialogFile
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.sdp import MediaDirection, Setup, read_sdp
from custodes.gb28181.sip.message import Response
from custodes.gb28181.sip.peer import Carrier
from custodes.video.wire.control_leases import SpeakStep
from tests.gateway.calls.house import CAMERAS, HOST, NODE, NVR, SERVER
from tests.gateway.speaking.cast import OUTPUT, QUICK, Cast, cast
from tests.patience import until_async


def answers(all: Cast) -> list[Response]:
    """What the gateway said to INVITE, as it came to the device."""
    return [one for one in all.device.responses if one.cseq.method == "INVITE" and one.status >= 200]


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
@pytest.mark.parametrize(
    ("quirks", "setup", "encoding", "type"),
    [
        ((), "udp", "pcma", 8),
        ((Quirk.SPEECH_TCP_ACTIVE,), "tcp-passive", "pcma", 8),
        ((Quirk.SPEECH_TCP_PASSIVE,), "tcp-active", "pcma", 8),
        ((Quirk.SPEECH_PS,), "udp", "ps", 96),
        ((Quirk.SPEECH_PCMU,), "udp", "pcmu", 0),
    ],
)
async def test_a_device_calls_and_is_answered(
    tmp_path: Path, quirks: Any, setup: str, encoding: str, type: int, carrier: Carrier
) -> None:
    async with cast(tmp_path, quirks, carrier) as all:
        ask = all.ask()
        answer = await all.room.speak(NODE, ask)
        assert (answer.step, answer.detail, answer.target) == (None, "", CAMERAS[0])
        assert (answer.setup, answer.encoding, answer.type, answer.address) == (setup, encoding, type, HOST)
        (ear,) = all.device.core.calls.listening.values()
        assert answer.port == ear.own
        assert answer.ssrc == ear._ssrc
        (ours,) = answers(all)
        said = read_sdp(ours.body)
        (media,) = said.media
        offered = {"udp": None, "tcp-passive": Setup.PASSIVE, "tcp-active": Setup.ACTIVE}[setup]
        assert (said.origin, said.address, media.way, media.setup) == (SERVER, HOST, MediaDirection.SENDONLY, offered)
        assert media.port == (9 if setup == "tcp-active" else ask.port)
        assert media.types == (type,)
        assert said.ssrc == answer.ssrc  # the device's own number, said again
        assert str(said.format) == "v/////a/1/8/1"
        assert all.room.keep(NODE, all.kept(answer.call)).ended == {}
        assert answer.call is not None
        all.room.end(NODE, answer.call)
        await until_async(lambda: not all.device.core.calls.listening)
        await until_async(lambda: not len(all.board.farewells))
        assert all.room.keep(NODE, all.kept(answer.call)).ended == {answer.call: "unknown"}
        assert len(all.room) == 0


async def test_the_announcement_is_as_the_standard_has_it(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        await all.speak()
        (message,) = all.device.bodies(b"Broadcast")
        assert b"<Notify>" in message.body
        assert f"<SourceID>{SERVER}</SourceID>".encode() in message.body
        assert f"<TargetID>{CAMERAS[0]}</TargetID>".encode() in message.body
        assert b"<DeviceID>" not in message.body
        assert message.to.uri.user == NVR  # the device is found by To


async def test_the_next_target_is_tried_where_one_is_refused(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.SPEECH_BY_DEVICE]) as all:
        answer = await all.speak(OUTPUT, CAMERAS[0], NVR)
        assert (answer.step, answer.target) == (None, NVR)
        assert len(all.device.bodies(b"Broadcast")) == 3


@pytest.mark.parametrize(
    ("quirk", "step"),
    [(Quirk.SPEECH_REFUSED, SpeakStep.REFUSED), (Quirk.SPEECH_NO_CALL, SpeakStep.NO_CALL)],
)
async def test_what_a_device_does_not_do_is_said(tmp_path: Path, quirk: Quirk, step: SpeakStep) -> None:
    async with cast(tmp_path, [quirk]) as all:
        answer = await all.speak(CAMERAS[0], NVR)
        assert answer.step is step
        assert answer.detail
        assert len(all.device.bodies(b"Broadcast")) == 2
        assert len(all.room) == 0
        assert all.room.outcomes[step] == 1


async def test_of_several_targets_the_one_that_went_further_is_told_of(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.SPEECH_NO_CALL]) as all:
        answer = await all.speak(CAMERAS[0], OUTPUT)  # promises for the first, says ERROR to the second
        assert answer.step is SpeakStep.NO_CALL


async def test_a_device_that_is_deaf_is_not_tried_again_and_again(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.device.deaf = frozenset({"MESSAGE"})
        answer = await all.speak(CAMERAS[0], NVR)
        assert answer.step is SpeakStep.NO_ANSWER
        assert {CAMERAS[0].encode() in one.body for one in all.device.bodies(b"Broadcast")} == {True}


async def test_who_may_not_is_told_so_and_nothing_goes_out(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, of_node=1)) as all:
        stranger = all.ask().model_copy(update={"camera": uuid4()})
        assert (await all.room.speak(NODE, stranger)).step is SpeakStep.NOT_ASSIGNED
        assert (await all.room.speak("node-2", all.ask())).step is SpeakStep.NOT_ASSIGNED
        assert all.device.bodies(b"Broadcast") == []
        first = await all.speak()
        assert (await all.speak()).step is SpeakStep.BUSY
        assert all.room.keep("node-2", all.kept(first.call)).ended == {first.call: "unknown"}
        assert first.call is not None
        all.room.end("node-2", first.call)  # somebody else's is nothing
        assert len(all.room) == 1


@pytest.mark.parametrize("targets", [(CAMERAS[1],), (CAMERAS[0], CAMERAS[1]), (NVR,)], ids=len)
async def test_a_node_names_no_output_that_the_register_does_not(tmp_path: Path, targets: tuple[str, ...]) -> None:
    async with cast(tmp_path) as all:
        all.register(speaker=(CAMERAS[0],))
        assert (await all.speak(*targets)).step is SpeakStep.NO_SPEAKER
        all.register(speaker=())
        assert (await all.speak()).step is SpeakStep.NO_SPEAKER
        assert all.device.bodies(b"Broadcast") == []


async def test_nobody_speaks_through_a_platform_below_whatever_is_assigned(tmp_path: Path) -> None:
    below = "34020000002008000001"
    async with cast(tmp_path) as all:
        channel = all.process.assigned.channels[all.camera, NVR, CAMERAS[0]].model_copy(update={"device": below})
        all.process.assigned.channels[all.camera, below, CAMERAS[0]] = channel
        assert (await all.speak(device=below)).step is SpeakStep.NO_SPEAKER


async def test_a_speech_ends_where_the_register_names_another_output(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        answer = await all.speak()
        all.room.tick()
        assert len(all.room) == 1
        all.register(speaker=(OUTPUT,))
        all.room.tick()
        assert all.room.keep(NODE, all.kept(answer.call)).ended == {answer.call: "gone"}
        await until_async(lambda: not all.device.core.calls.listening)


async def test_there_are_no_more_than_there_may_be(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, speeches=0)) as all:
        assert (await all.speak()).step is SpeakStep.FULL
        assert all.device.bodies(b"Broadcast") == []


async def test_a_device_that_is_away_is_not_registered(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.SPEECH_NO_CALL]) as all:
        asking = asyncio.create_task(all.speak())
        await until_async(lambda: bool(all.device.bodies(b"Broadcast")))
        all.process.endpoint.withdraw(NVR, all.process.clock.monotonic())
        all.process.transport.drain()
        assert (await asking).step is SpeakStep.NOT_REGISTERED
        assert (await all.speak()).step is SpeakStep.NOT_REGISTERED


async def test_nothing_is_answered_before_the_device_acknowledges(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.process.deaf = frozenset({"ACK"})
        answer = await all.speak()
        assert answer.step is SpeakStep.NO_ANSWER
        await until_async(lambda: all.device.count("BYE") == 1)
        await until_async(lambda: not len(all.board.farewells))


async def test_what_nobody_names_any_more_is_ended(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, kept_s=0.0)) as all:
        answer = await all.speak()
        all.room.tick()
        await until_async(lambda: not all.device.core.calls.listening)
        assert all.device.count("BYE") == 1
        assert all.room.keep(NODE, all.kept(answer.call)).ended == {answer.call: "unknown"}


async def test_a_device_that_hangs_up_is_told_of(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        answer = await all.speak()
        all.device.core.calls.unspoken(all.process.clock.monotonic())
        await until_async(lambda: not len(all.room))
        assert all.room.keep(NODE, all.kept(answer.call)).ended == {answer.call: "device"}
        assert all.device.count("BYE") == 0
        await until_async(lambda: DialogFile(tmp_path).left() == [])
        again = await all.speak()
        assert again.step is None


async def test_a_camera_that_is_nobodys_any_more_is_not_spoken_through(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        answer = await all.speak()
        all.process.assigned.channels.clear()
        all.room.tick()
        await until_async(lambda: not all.device.core.calls.listening)
        assert all.room.keep(NODE, all.kept(answer.call)).ended == {answer.call: "gone"}


async def test_a_node_that_hangs_up_while_it_waits_leaves_nothing(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.SPEECH_NO_CALL]) as all:
        asking = asyncio.create_task(all.speak())
        await until_async(lambda: bool(all.device.bodies(b"Broadcast")))
        asking.cancel()
        await asyncio.wait([asking])
        assert len(all.room) == 0


async def test_a_device_that_went_away_with_it_is_told_when_it_is_back(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        answer = await all.speak()
        all.process.endpoint.withdraw(NVR, all.process.clock.monotonic())
        all.process.transport.drain()
        await until_async(lambda: not len(all.room))
        assert all.room.keep(NODE, all.kept(answer.call)).ended == {answer.call: "gone"}
        assert len(all.board.farewells) == 1


async def test_the_gateway_ends_in_order(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        await all.speak()
        await all.room.stop()
        await all.board.stop()
        await until_async(lambda: not all.device.core.calls.listening)
    assert DialogFile(tmp_path).left() == []


async def test_a_desk_that_is_full_ends_no_speech(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, kept_s=5.0)) as all:
        await all.speak()
        (speech,) = all.room._all.values()
        speech.kept_at -= 10
        all.room.turned_away(NODE, "/internal/speak")
        all.room.turned_away("node-2", "/internal/speak/keep")
        assert speech.kept_at < all.process.clock.monotonic() - 5
        all.room.turned_away(NODE, "/internal/speak/keep")
        all.room.tick()
        assert len(all.room) == 1
