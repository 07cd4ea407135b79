"""Devices that we call to speak through them, over real sockets: when, with what, what of their answers is done, and that nobody is called twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from custodes.gateway.calls.book import DialogFile
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.sdp import CallPurpose, MediaDirection, Sdp, Setup, read_sdp
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.peer import Carrier
from custodes.gb28181.ssrc import ssrc_of
from custodes.gb28181.subject import parse_subject
from custodes.video.wire.control_leases import SpeakStep
from tests.gateway.calls.house import CAMERAS, HOST, NODE, NVR, SERVER
from tests.gateway.speaking.cast import OUTPUT, QUICK, Cast, cast, offer
from tests.gateway.speaking.test_hostile import answered as said_to
from tests.patience import until_async

SETUPS: Any = [
    (("udp", "tcp-passive"), False, None),
    (("tcp-passive",), True, Setup.PASSIVE),
    (("tcp-active",), True, Setup.ACTIVE),
]


def calls(all: Cast) -> list[Request]:
    """INVITEs that came to the device, repetitions left out."""
    return list({one.call_id: one for one in all.device.requests if one.method == "INVITE"}.values())


def offered(all: Cast) -> Sdp:
    (call,) = calls(all)
    return read_sdp(call.body)


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
@pytest.mark.parametrize(("setups", "tcp", "setup"), SETUPS)
async def test_a_device_is_called_and_says_where_to_send(
    tmp_path: Path, setups: Any, tcp: bool, setup: Setup | None, carrier: Carrier
) -> None:
    async with cast(tmp_path, [Quirk.TALK], carrier) as all:
        all.register(speech="talk")
        ask = all.ask(setups=setups)
        answer = await all.room.speak(NODE, ask)
        assert (answer.step, answer.detail, answer.form, answer.target) == (None, "", "talk", CAMERAS[0])
        assert (answer.setup, answer.encoding, answer.type, answer.address) == (setups[0], "pcma", 8, HOST)
        (ear,) = all.device.core.calls.listening.values()
        assert (answer.port, answer.ssrc) == (ear.own, ear._ssrc)
        (call,) = calls(all)
        assert (call.uri.user, call.to.uri.user) == (CAMERAS[0], CAMERAS[0])
        said = offered(all)
        (media,) = said.media
        assert (said.session, said.origin, said.address, str(said.format)) == (
            CallPurpose.TALK,
            SERVER,
            HOST,
            "v/////a/1/8/1",
        )
        assert (media.kind, media.way, media.types, media.tcp, media.setup) == (
            "audio",
            MediaDirection.SENDRECV,
            (8,),
            tcp,
            setup,
        )
        assert media.port == (9 if setup is Setup.ACTIVE else ask.port)
        assert said.ssrc == answer.ssrc
        told = parse_subject(call.headers.get("Subject"))
        assert told is not None
        assert (told.sender, ssrc_of(told.sender_serial), told.receiver) == (CAMERAS[0], answer.ssrc, SERVER)
        assert all.device.bodies(b"Broadcast") == []
        assert all.room.keep(NODE, all.kept(answer.call)).ended == {}
        assert answer.call is not None
        all.room.end(NODE, answer.call)
        await until_async(lambda: not all.device.core.calls.listening)
        await until_async(lambda: not len(all.board.farewells))
        assert all.device.count("ACK") >= 1
        assert all.device.count("BYE") == 1
        await until_async(lambda: DialogFile(tmp_path).left() == [])
        assert all.room.outcomes == {"talked": 1, "ended_unknown": 1}


@pytest.mark.parametrize(("quirk", "encoding", "type"), [(Quirk.SPEECH_PCMU, "pcmu", 0), (Quirk.SPEECH_PS, "ps", 96)])
async def test_another_code_counts_where_the_device_answers_with_it(
    tmp_path: Path, quirk: Quirk, encoding: str, type: int
) -> None:
    async with cast(tmp_path, [Quirk.TALK, quirk]) as all:
        all.register(speech="talk")
        answer = await all.speak()
        assert (answer.step, answer.encoding, answer.type) == (None, encoding, type)


REFUSALS = [
    ([Quirk.SPEECH_REFUSED], SpeakStep.REFUSED),
    ([Quirk.SPEECH_NO_CALL], SpeakStep.NO_CALL),
]


@pytest.mark.parametrize(("quirks", "step"), REFUSALS)
async def test_a_device_that_does_not_take_the_announcement_is_called_where_a_person_said_that_it_may(
    tmp_path: Path, quirks: Any, step: SpeakStep
) -> None:
    async with cast(tmp_path, [Quirk.TALK, *quirks]) as all:
        answer = await all.speak()
        assert (answer.step, answer.form, calls(all)) == (step, "broadcast", [])
        all.register(speech="auto")
        answer = await all.speak()
        assert (answer.step, answer.form) == (None, "talk")
        assert len(all.device.bodies(b"Broadcast")) == 2
        assert len(calls(all)) == 1


async def test_a_device_that_does_not_know_the_announcement_is_called(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK]) as all:
        all.device.core._broadcast = lambda _message: None  # type: ignore[method-assign]  # SIP's 200, and nothing more
        all.register(speech="auto")
        answer = await all.speak()
        assert (answer.step, answer.form) == (None, "talk")


async def test_a_device_that_calls_is_not_called(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK]) as all:
        all.register(speech="auto")
        answer = await all.speak()
        assert (answer.step, answer.form, calls(all)) == (None, "broadcast", [])


async def test_a_device_whose_call_could_not_be_taken_is_not_called_instead(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK, Quirk.SPEECH_NO_CALL]) as all:
        all.register(speech="auto")
        asking = asyncio.create_task(all.speak())
        await until_async(lambda: bool(all.process.messages))
        assert await said_to(all, all.invite(offer(types=(4,)))) == 488
        answer = await asking
        assert (answer.step, answer.form, calls(all)) == (SpeakStep.OFFER, "broadcast", [])


async def test_a_device_whose_call_is_not_acknowledged_is_not_called_instead(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK], bounds=replace(QUICK, acknowledged_s=0.3)) as all:
        all.register(speech="auto")
        all.process.deaf = frozenset({"ACK"})
        answer = await all.speak()
        assert (answer.step, answer.form, calls(all)) == (SpeakStep.NO_ANSWER, "broadcast", [])


async def test_a_device_that_sip_does_not_reach_is_not_called_either(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK]) as all:
        all.register(speech="auto")
        all.device.deaf = frozenset({"MESSAGE"})
        answer = await all.speak()
        assert (answer.step, answer.form, calls(all)) == (SpeakStep.NO_ANSWER, "broadcast", [])


async def test_a_device_that_calls_too_late_is_refused_while_we_call_it_and_behind_that(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK, Quirk.SPEECH_NO_CALL]) as all:
        all.register(speech="auto")
        all.device.deaf = frozenset({"INVITE"})
        asking = asyncio.create_task(all.speak())
        await until_async(lambda: bool(calls(all)))
        assert await said_to(all, all.invite(offer())) == 486
        all.device.deaf = frozenset()  # SIP repeats it
        answer = await asking
        assert (answer.step, answer.form) == (None, "talk")
        assert await said_to(all, all.invite(offer())) == 486
        assert all.room.refused == {"second": 2}
        assert len(all.device.core.calls.listening) == 1


async def test_what_a_device_took_is_tried_first_from_then_on_and_forgotten_when_it_fails(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK, Quirk.SPEECH_REFUSED]) as all:
        all.register(speech="auto")
        for _ in range(2):
            answer = await all.speak()
            assert (answer.form, len(all.device.bodies(b"Broadcast"))) == ("talk", 1)
            assert answer.call is not None
            all.room.end(NODE, answer.call)
            await until_async(lambda: not all.device.core.calls.listening)
        # It was set otherwise: what it took fails once, with the form said, and the next one is announced again.
        all.device.core.calls._settings = replace(all.device.core.settings, quirks=frozenset())
        all.device.core.settings = all.device.core.calls._settings
        answer = await all.speak()
        assert (answer.step, answer.status, answer.form) == (SpeakStep.REFUSED, 488, "talk")
        assert len(all.device.bodies(b"Broadcast")) == 1
        answer = await all.speak()
        assert (answer.step, answer.form) == (None, "broadcast")
        assert len(all.device.bodies(b"Broadcast")) == 2


@pytest.mark.parametrize("quirk", [Quirk.TALK_DECLINED, Quirk.TALK_AS_PICTURE])
async def test_an_answer_that_brings_no_sound_is_ended_and_said(tmp_path: Path, quirk: Quirk) -> None:
    async with cast(tmp_path, [Quirk.TALK, quirk]) as all:
        all.register(speech="talk")
        answer = await all.speak()
        assert (answer.step, answer.form) == (SpeakStep.OFFER, "talk")
        assert answer.detail
        await until_async(lambda: all.device.count("BYE") == 1)
        await until_async(lambda: not len(all.board.farewells))
        await until_async(lambda: DialogFile(tmp_path).left() == [])
        assert (len(all.room), all.room.outcomes) == (0, {"offer": 1})


async def test_a_device_that_does_not_know_it_says_so(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.register(speech="talk")
        answer = await all.speak()
        assert (answer.step, answer.status, answer.form) == (SpeakStep.REFUSED, 488, "talk")
        assert "488" in answer.detail
        assert all.device.bodies(b"Broadcast") == []
        assert len(all.room) == all.process.endpoint.counts["calls"] == 0
        again = await all.speak(OUTPUT)  # it has no such channel
        assert (again.step, again.status) == (SpeakStep.REFUSED, 404)


async def test_one_that_answers_too_late_is_let_go(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK], bounds=replace(QUICK, call_s=0.3)) as all:
        all.register(speech="talk")
        all.device.deaf = frozenset({"INVITE"})
        answer = await all.speak()
        assert (answer.step, answer.form) == (SpeakStep.NO_ANSWER, "talk")
        assert len(all.room) == 0
        all.device.deaf = frozenset()
        await until_async(lambda: all.device.count("BYE") == 1 and not all.device.core.calls.listening)


async def test_who_hangs_up_while_it_is_called_leaves_nothing(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK]) as all:
        all.register(speech="talk")
        all.device.deaf = frozenset({"INVITE"})
        asking = asyncio.create_task(all.speak())
        await until_async(lambda: bool(calls(all)))
        asking.cancel()
        await asyncio.wait([asking])
        assert len(all.room) == 0
        all.device.deaf = frozenset()
        await until_async(lambda: all.device.count("BYE") == 1 and not all.device.core.calls.listening)


async def test_the_register_and_the_device_end_it_as_any_speech(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK]) as all:
        all.register(speech="talk")
        first = await all.speak()
        assert (await all.speak()).step is SpeakStep.BUSY
        all.device.core.calls.unspoken(all.process.clock.monotonic())
        await until_async(lambda: not len(all.room))
        assert all.room.keep(NODE, all.kept(first.call)).ended == {first.call: "device"}
        assert all.device.count("BYE") == 0
        second = await all.speak()
        all.register(speaker=())
        all.room.tick()
        assert all.room.keep(NODE, all.kept(second.call)).ended == {second.call: "gone"}
        await until_async(lambda: not all.device.core.calls.listening)
        all.register(speaker=(CAMERAS[0],))
        third = await all.speak()
        all.process.endpoint.withdraw(NVR, all.process.clock.monotonic())
        all.process.transport.drain()
        await until_async(lambda: not len(all.room))
        assert all.room.keep(NODE, all.kept(third.call)).ended == {third.call: "gone"}
        assert len(all.board.farewells) == 1


async def test_a_device_that_goes_away_while_it_is_called_is_not_registered(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK]) as all:
        all.register(speech="talk")
        all.device.deaf = frozenset({"INVITE"})
        asking = asyncio.create_task(all.speak())
        await until_async(lambda: bool(calls(all)))
        all.process.endpoint.withdraw(NVR, all.process.clock.monotonic())
        all.process.transport.drain()
        answer = await asking
        assert answer.step in (SpeakStep.NOT_REGISTERED, SpeakStep.NO_ANSWER)
        assert len(all.room) == 0


async def test_nobody_is_called_whom_the_register_does_not_name(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.TALK]) as all:
        all.register(speech="talk", speaker=(CAMERAS[0],))
        for targets in ((CAMERAS[1],), (NVR,)):
            assert (await all.speak(*targets)).step is SpeakStep.NO_SPEAKER
        assert (await all.room.speak("node-2", all.ask())).step is SpeakStep.NOT_ASSIGNED
        assert calls(all) == []
