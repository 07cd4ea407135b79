"""Calls of devices that nobody asked for, that are for another, or that offer what can't be done: each answered by its rule, and counted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.sdp import MediaDirection, Setup
from custodes.gb28181.sip.call import SipCall
from custodes.video.wire.control_leases import SpeakAnswer, SpeakStep
from tests.gateway.calls.house import CAMERAS, NODE, NVR, SERVER
from tests.gateway.speaking.cast import Cast, cast, offer
from tests.patience import until_async

SILENT = [Quirk.SPEECH_NO_CALL]
"""The device promises, and the test calls in its place."""


def status(all: Cast, call: SipCall) -> int:
    """The last that was said to a call; 0 for nothing."""
    invite = call._invite
    assert invite is not None
    said = [one.status for one in all.device.responses if one.call_id == invite.call_id and one.cseq.method == "INVITE"]
    return max(said, default=0)


async def answered(all: Cast, call: SipCall) -> int:
    await until_async(lambda: status(all, call) >= 200)
    return status(all, call)


async def promised(all: Cast) -> asyncio.Task[SpeakAnswer]:
    """A speech that waits for the device's call."""
    asking = asyncio.create_task(all.speak())
    await until_async(lambda: bool(all.process.messages and all.process.messages[-1].CMD == "Broadcast"))
    return asking


async def test_a_call_that_nobody_asked_for_is_refused_and_counted(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        assert await answered(all, all.invite(offer())) == 403
        assert all.room.refused == {"unasked": 1}
        assert all.process.endpoint.counts["calls"] == 0


async def test_a_call_for_somebody_else_is_refused_and_the_right_one_is_still_taken(tmp_path: Path) -> None:
    async with cast(tmp_path, SILENT) as all:
        asking = await promised(all)
        assert await answered(all, all.invite(offer(), target="34020000002000000009")) == 404
        assert all.room.refused == {"address": 1}
        all.invite(offer())
        assert (await asking).step is None


async def test_a_call_from_another_camera_is_not_the_one_that_was_announced(tmp_path: Path) -> None:
    async with cast(tmp_path, SILENT) as all:
        asking = await promised(all)
        other = all.invite(offer(), subject=f"{SERVER}:0,{CAMERAS[3]}:0")
        assert await answered(all, other) == 403
        assert all.room.refused == {"other": 1}
        # The order of Subject is not believed, nor that it says anything at all.
        all.invite(offer(), subject=f"{CAMERAS[0]}:0200000001,{SERVER}:0")
        assert (await asking).step is None


@pytest.mark.parametrize("subject", ["", "nonsense", ":,:", "x" * 250, f"{SERVER}:1,{NVR}:2"])
async def test_a_subject_that_says_nothing_hinders_nothing(tmp_path: Path, subject: str) -> None:
    async with cast(tmp_path, SILENT) as all:
        asking = await promised(all)
        all.invite(offer(), subject=subject)
        assert (await asking).step is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"v=0\r\n" * 300,
        b"\xff" * 2_000,
        offer(kind="video", types=(96,)),
        offer(types=(4, 18)),
        offer(types=(97,), maps=((97, "AAC/90000"),)),
        offer(types=(8,), maps=((8, "L16/8000"),)),
        offer(types=(96,), maps=((96, "HIKVISION/90000"),)),
        offer(way=MediaDirection.SENDONLY),
        offer(way=MediaDirection.INACTIVE),
        offer(port=0),
        offer(port=9, tcp=True, setup=Setup.PASSIVE),
        offer(address="::1").replace(b"IP4 ", b"IP6 "),
        offer().replace(b"s=Play", b"s=Playback"),
    ],
)
async def test_what_can_t_be_done_is_refused_and_said(tmp_path: Path, body: bytes) -> None:
    async with cast(tmp_path, SILENT) as all:
        all.process.assigned.networks = ("127.", "::1")
        asking = await promised(all)
        assert await answered(all, all.invite(body)) == 488
        answer = await asking
        assert answer.step is SpeakStep.OFFER
        assert answer.detail
        assert all.room.refused == {"offer": 1}
        assert all.process.ssrc.used == 0


async def test_of_two_calls_for_one_announcement_one_is_taken(tmp_path: Path) -> None:
    async with cast(tmp_path, SILENT) as all:
        asking = await promised(all)
        first, second = all.invite(offer()), all.invite(offer())
        assert await answered(all, second) == 486
        assert await answered(all, first) == 200
        assert (await asking).step is None
        assert await answered(all, all.invite(offer())) == 486
        assert all.room.refused == {"second": 2}


async def test_a_renewal_is_refused_and_the_speech_goes_on(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        answer = await all.speak()
        (call,) = all.device.core.calls.listening
        contact = all.device.core.endpoint.contact(all.device.core.platform)
        for number in range(3):
            assert call.renew(offer(port=16_000), (("Content-Type", "Application/SDP"),), contact, 0.0)
            all.device.transport.drain()
            await until_async(lambda: all.room.refused["renewed"] == number + 1)  # noqa: B023 - waited for within
        assert all.room.keep(NODE, all.kept(answer.call)).ended == {}


async def test_nobody_is_spoken_to_where_no_device_may_be(tmp_path: Path) -> None:
    async with cast(tmp_path, SILENT) as all:
        for address in ("192.0.2.66", "0.0.0.0", "239.1.2.3", "255.255.255.255", "169.254.1.1"):
            all.process.messages.clear()
            asking = await promised(all)
            all.invite(offer(address=address))
            answer = await asking
            assert (answer.step, answer.address, answer.port) == (None, "127.0.0.1", 15_500)
            assert answer.hosts == ("127.0.0.1",)
            assert answer.call is not None
            all.room.end(NODE, answer.call)
            await until_async(lambda: not len(all.board.farewells))


async def test_a_device_that_names_no_number_gets_one_of_ours(tmp_path: Path) -> None:
    async with cast(tmp_path, SILENT) as all:
        asking = await promised(all)
        all.invite(offer())
        answer = await asking
        assert answer.ssrc is not None
        assert all.process.ssrc.used == 1
        said = next(one.body for one in all.device.responses if one.cseq.method == "INVITE" and one.status == 200)
        assert f"y={answer.ssrc:010}".encode() in said
        assert answer.call is not None
        all.room.end(NODE, answer.call)
        assert all.process.ssrc.used == 0


async def test_each_medium_of_an_offer_is_answered(tmp_path: Path) -> None:
    async with cast(tmp_path, SILENT) as all:
        asking = await promised(all)
        video = b"m=video 15502 RTP/AVP 96\r\na=rtpmap:96 PS/90000\r\n"
        all.invite(offer().replace(b"m=audio", video + b"m=audio"))
        assert (await asking).port == 15_500
        said = next(one.body for one in all.device.responses if one.cseq.method == "INVITE" and one.status == 200)
        assert said.index(b"m=video 0 RTP/AVP 96") < said.index(b"m=audio")


async def test_the_node_s_own_ways_count(tmp_path: Path) -> None:
    async with cast(tmp_path, [Quirk.SPEECH_TCP_ACTIVE]) as all:
        answer = await all.speak(setups=("udp",))
        assert answer.step is SpeakStep.OFFER


async def test_a_late_promise_and_a_promise_to_nothing_are_nothing(tmp_path: Path) -> None:
    async with cast(tmp_path, SILENT) as all:
        assert (await all.speak()).step is SpeakStep.NO_CALL
        assert await answered(all, all.invite(offer())) == 403
        assert len(all.room) == 0
