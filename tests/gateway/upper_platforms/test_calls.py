"""An upper calls: decided by the web, made ready by a node, begun after ACK, ended everywhere."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from custodes.gateway.upper_platforms.calls import format_of
from custodes.gb28181.sdp import parse_format, read_sdp
from custodes.gb28181.sip.peer import Peer
from custodes.video.wire.calls import CallAnswer
from custodes.video.wire.sending import SendAsk, SendReady
from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants
from tests.gateway.upper_platforms.caller import under
from tests.gateway.upper_platforms.world import camera, pair, receiver
from tests.patience import until_async


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_an_upper_gets_pictures_of_a_camera_until_it_hangs_up(tmp_path: Path, transport: str) -> None:
    async with pair(tmp_path, transport=transport) as both, receiver() as (port, taken):
        answer = await both.above.look(2, port)
        assert (answer.step, answer.status) == ("", 0)
        await until_async(lambda: len(taken.ssrc) == 3)
        (wants,) = both.web.wants
        assert (wants.link, wants.channel, wants.verb, wants.address) == (
            both.upper.link,
            camera(2),
            "live",
            "127.0.0.1",
        )
        assert (wants.from_us, wants.until_us) == (None, None)
        assert wants.call_id
        ask = both.node.asks[wants.call]
        assert (ask.token, ask.session, ask.way, ask.address, ask.port) == ("grant", "Play", "udp", "127.0.0.1", port)
        # The upper named a number: it is the one that comes.
        assert taken.ssrc == [answer.ssrc] * 3 == [ask.ssrc] * 3
        assert answer.address == "127.0.0.1"
        await until_async(lambda: wants.call in both.node.kept)
        await until_async(lambda: any(one.call == wants.call for asked in both.web.standing for one in asked.calls))
        assert answer.call is not None
        await both.above.node.end(answer.call)
        await until_async(lambda: both.node.of("end") == [wants.call])
        assert both.calls == 0
        assert both.ours.uppers.calls.outcomes == {"bye": 1}


async def test_no_packet_goes_before_ack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair(tmp_path) as both, receiver() as (port, taken):
        held: list[tuple[bytes, Peer]] = []
        answers: list[bytes] = []
        sends, ours = both.theirs.transport._send, both.link._line
        assert ours is not None
        answer_by = ours._send

        def hold(octets: bytes, peer: Peer) -> None:
            if octets.startswith(b"ACK"):
                held.append((octets, peer))
            else:
                sends(octets, peer)

        def note(octets: bytes, peer: Peer) -> None:
            if octets.startswith(b"SIP/2.0 200") and b"INVITE" in octets:
                answers.append(octets)
            answer_by(octets, peer)

        monkeypatch.setattr(both.theirs.transport, "_send", hold)
        monkeypatch.setattr(ours, "_send", note)
        assert (await both.above.look(1, port)).step == ""
        await until_async(lambda: len(answers) >= 3 and held)  # 200 is sent again, since nobody acknowledged it
        assert both.node.of("send")
        assert not both.node.of("start")
        assert not taken.ssrc
        monkeypatch.setattr(both.theirs.transport, "_send", sends)
        sends(*held[-1])
        await until_async(lambda: len(taken.ssrc) == 3)
        assert len(both.node.of("start")) == 1


REFUSED = [
    (UpperVerdict(status=403, why="no grant"), 403),
    (UpperVerdict(status=404), 404),
    (UpperVerdict(status=200), 403),  # no status of a refusal: refused all the same
    (UpperVerdict(), 503),  # nobody sends it
    (UpperVerdict(node_url="http://127.0.0.1:9", worker="node-1/0", token="t", until_us=1), 403),
    (UpperVerdict(node_url="http://127.0.0.1:9", worker="node-1/0", token="t"), 503),
]


async def test_what_may_not_be_had_is_refused_and_no_node_is_asked(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        for verdict, status in REFUSED:

            async def decide(_wants: UpperWants, made: UpperVerdict = verdict) -> UpperVerdict:
                return made

            both.web.decide = decide
            answer = await both.above.look()
            assert (answer.step, answer.status) == ("refused", status), verdict
        assert not both.node.said
        await until_async(lambda: both.calls == 0)


STEPS: list[tuple[Any, int]] = [
    *(("not_granted", 403), ("not_here", 404), ("no_picture", 480), ("port", 503), ("full", 486)),
]


async def test_a_node_that_can_t_send_is_a_status_and_is_told_the_end(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        for step, status in STEPS:

            async def ready(_ask: SendAsk, step: Any = step) -> SendReady:
                return SendReady(step=step)

            both.node.ready = ready
            answer = await both.above.look()
            assert (answer.step, answer.status) == ("refused", status), step
        await until_async(lambda: both.node.of("end") == both.node.of("send"))
        assert not both.node.of("start")


async def test_while_the_web_is_away_calls_are_refused_and_those_that_stand_go_on(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        assert (await both.above.look(1)).step == ""
        both.web.away = True
        answer = await both.above.look(2)
        assert (answer.step, answer.status) == ("refused", 503)
        assert both.link.registered
        assert both.calls == 1
        assert both.theirs_calls() == 1
        both.web.away = False
        await until_async(lambda: both.web.standing)
        assert (await both.above.look(2)).step == ""


async def test_a_call_that_may_be_had_no_more_ends_at_once(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        assert (await both.above.look()).step == ""
        (wants,) = both.web.wants
        both.web.ended[wants.call] = "the grant was revoked"
        await until_async(lambda: both.node.of("end") == [wants.call])
        await until_async(lambda: both.theirs_calls() == 0)
        assert both.ours.uppers.calls.outcomes == {"revoked": 1}


async def test_a_grant_ends_its_call_by_itself_while_the_web_is_away(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:

        async def decide(wants: UpperWants) -> UpperVerdict:
            made = await both.below.grant(wants)
            return made.model_copy(update={"until_us": time.time_ns() // 1000 + 60_000_000})

        both.web.decide = decide
        assert (await both.above.look()).step == ""
        both.web.away = True
        (call,) = both.ours.uppers.calls._calls.values()
        assert call.verdict is not None
        call.verdict = call.verdict.model_copy(update={"until_us": time.time_ns() // 1000})
        await until_async(lambda: both.theirs_calls() == 0)
        await until_async(lambda: both.node.of("end"))
        assert both.ours.uppers.calls.outcomes == {"over": 1}


async def test_a_call_without_an_end_of_its_own_stands_no_longer_than_the_web_may_be_away(tmp_path: Path) -> None:
    async with pair(tmp_path, pace={"unconfirmed": 0.5}) as both:
        assert (await both.above.look()).step == ""
        both.web.broken.add("/internal/gateway/wanted/standing")
        await until_async(lambda: both.theirs_calls() == 0)
        assert both.ours.uppers.calls.outcomes == {"unconfirmed": 1}


async def test_what_a_node_says_ended_is_hung_up(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        assert (await both.above.look()).step == ""
        (wants,) = both.web.wants
        both.node.ended[wants.call] = "no_picture"
        await until_async(lambda: both.theirs_calls() == 0)
        assert both.ours.uppers.calls.outcomes == {"node-no_picture": 1}


async def test_a_node_that_hears_nothing_any_more_has_ended_it_and_so_do_we(tmp_path: Path) -> None:
    async with pair(tmp_path, pace={"kept": 0.5}) as both:
        assert (await both.above.look()).step == ""
        both.node.away.add("keep")
        await until_async(lambda: both.theirs_calls() == 0)
        assert both.ours.uppers.calls.outcomes == {"node-away": 1}


async def test_a_node_that_does_not_begin_ends_the_call(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        both.node.away.add("start")
        assert (await both.above.look()).step == ""
        await until_async(lambda: both.theirs_calls() == 0)
        await until_async(lambda: len(both.node.of("end")) == 1)


async def test_a_call_that_is_given_up_while_its_node_makes_ready_ends_the_node_s_sender(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        asked, go = asyncio.Event(), asyncio.Event()

        async def ready(_ask: SendAsk) -> SendReady:
            asked.set()
            await go.wait()
            return SendReady(address="127.0.0.1", port=40_000)

        both.node.ready = ready
        looking = asyncio.create_task(both.above.look())
        await asked.wait()
        looking.cancel()  # its node hangs up: CANCEL
        await until_async(lambda: both.calls == 0)
        assert not both.node.of("end")
        go.set()
        await until_async(lambda: both.node.of("end") == both.node.of("send"))
        assert not both.node.of("start")
        assert both.ours.uppers.calls.outcomes == {"cancelled": 1}


async def test_who_decides_too_late_is_refused_before_the_upper_gives_up(tmp_path: Path) -> None:
    async with pair(tmp_path, pace={"decide": 0.3}) as both:
        late = asyncio.Event()

        async def ready(_ask: SendAsk) -> SendReady:
            await late.wait()
            return SendReady(address="127.0.0.1", port=40_000)

        both.node.ready = ready
        answer = await both.above.look()
        assert (answer.step, answer.status) == ("refused", 503)
        await until_async(lambda: both.node.of("end"))
        late.set()


async def test_of_all_uppers_so_many_and_no_more(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        both.ours.uppers.calls._most = 2
        assert [(await both.above.look(n)).status for n in (1, 2, 3)] == [0, 0, 486]
        assert len(both.web.wants) == 2, "who has no room is not decided"


async def test_a_hundred_calls_at_once(tmp_path: Path) -> None:
    async with pair(tmp_path, 100, {"keep": 5.0, "standing": 5.0, "tell": 5.0, "off": 60.0, "fetch": 5.0}) as both:
        room = asyncio.Semaphore(4)  # as many as an upper of our own has under way with one device

        async def look(number: int) -> CallAnswer:
            async with room:
                return await both.above.look(number)

        answers = await asyncio.gather(*(look(n) for n in range(1, 101)))
        assert [one.step for one in answers] == [""] * 100
        assert both.calls == 100
        assert len({ask.ssrc for ask in both.node.asks.values()}) == 100
        await until_async(lambda: len(both.node.of("start")) == 100)
        await both.link.close()  # we leave: all end at once
        await until_async(lambda: len(both.node.of("end")) == 100)
        assert both.calls == 0
        await until_async(lambda: both.theirs_calls() == 0)


def test_a_stream_with_sound_is_described_and_one_without_as_before() -> None:
    assert str(format_of(SendReady(picture="H265", sound="G711A"))) == "v/5////a/1/8/1"
    assert str(format_of(SendReady(picture="H264", sound="G711U"))) == "v/2////a/1/8/1"
    assert format_of(SendReady(picture="H264", sound="AAC")) is None, "the line has no number for it"
    assert format_of(SendReady(picture="H264")) is None


async def test_what_goes_up_with_its_sound_is_answered_so_and_who_wants_a_picture_alone_is_sent_one(
    tmp_path: Path,
) -> None:
    async def ready(ask: SendAsk) -> SendReady:
        return SendReady(address="127.0.0.1", port=30_000, picture="H264", sound="G711A" if ask.sound else "")

    async with under(tmp_path) as both:
        both.node.ready = ready
        first, second = (
            both.caller.look(camera(1)),
            both.caller.look(camera(2), format=parse_format("v/2/6/25/1/4000a///")),
        )
        await until_async(lambda: first.status and second.status)
        assert [read_sdp(one.body).format for one in (first, second)] == [parse_format("v/2////a/1/8/1"), None]
        assert {ask.sound for ask in both.node.asks.values()} == {True, False}
