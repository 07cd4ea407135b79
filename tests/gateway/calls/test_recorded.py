"""Calls for a device's own recordings: played and fetched, steered, ended by the device's word, counted apart from live ones."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from custodes.gateway.calls import player
from custodes.gateway.calls.offer import against
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedRecording
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.broadcast import MediaStatus
from custodes.gb28181.media.frame import CLOCK_RATE
from custodes.gb28181.sip.peer import Carrier
from custodes.video.wire.calls import CallAsk, CallStep
from tests.gateway.calls.house import CAMERAS, NODE, NVR, ask
from tests.gateway.calls.test_calls import QUICK, Cast, cast, kept
from tests.patience import until_async

BEGAN = datetime(2026, 11, 24, 3, tzinfo=UTC)
START = int(BEGAN.timestamp())
RECORDED = (SimulatedRecording(BEGAN, BEGAN + timedelta(hours=1)),)


def played(
    camera: Any, channel: str = CAMERAS[0], session: str = "Playback", seconds: int = 60, **more: Any
) -> CallAsk:
    return ask(camera, channel, session=session, start=START, end=START + seconds, **more)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "APART_S", 0.05)


def lines(all: Cast) -> list[str]:
    invite = next(one for one in all.device.requests if one.method == "INVITE")
    return invite.body.decode().split("\r\n")


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
@pytest.mark.parametrize(("session", "speed"), [("Playback", 1), ("Download", 4)])
async def test_the_offer_names_the_time_and_the_end_is_the_device_s(
    tmp_path: Path, carrier: Carrier, session: str, speed: int
) -> None:
    async with cast(tmp_path, carrier, recordings=RECORDED) as all:
        wish = played(all.camera(), session=session, seconds=1, speed=speed)
        answer = await all.board.place(NODE, wish)
        assert (answer.step, answer.detail) == ("", "")
        assert answer.call is not None
        told = lines(all)
        assert {f"s={session}", f"t={START} {START + 1}", f"u={CAMERAS[0]}:3"} <= set(told)
        assert ("a=downloadspeed:4" in told) == (session == "Download")
        assert next(line for line in told if line.startswith("y="))[2:8] == "120000"
        await until_async(lambda: all.device.sent[30_000] > 0)
        await until_async(lambda: all.device.count("BYE") > 0)
        assert all.board.keep(NODE, kept(answer.call)).ended == {answer.call: "finished"}
        await until_async(lambda: not all.device.core.streams and not len(all.board.farewells))
        assert all.process.ssrc.used == 0


async def test_what_is_not_recorded_is_refused_with_its_status(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        answer = await all.board.place(NODE, played(all.camera()))
        assert (answer.step, answer.status) == ("refused", 404)


@pytest.mark.parametrize("edition", [Edition.E2016, Edition.E2022])
async def test_it_stands_still_goes_elsewhere_and_faster(tmp_path: Path, edition: Edition) -> None:
    async with cast(tmp_path, edition=edition, recordings=RECORDED) as all:
        answer = await all.board.place(NODE, played(all.camera()))
        assert answer.call is not None
        await until_async(lambda: all.device.sent[30_000] > 0)
        stream = all.device.core.streams[0][1]

        async def step(word: Any, **more: Any) -> tuple[str, int]:
            assert answer.call is not None
            taken = await all.board.step(NODE, CallStep(call=answer.call, step=word, **more))
            return taken.failure, taken.status

        now = asyncio.get_running_loop().time
        assert await step("pause") == ("", 0)
        assert stream.paused
        assert await step("seek", seconds=30) == ("", 0)
        assert 25 * CLOCK_RATE < stream.place(now()) < 40 * CLOCK_RATE
        assert await step("scale", scale=2) == ("", 0)
        assert stream.scale == 2
        assert await step("pause") == ("", 0)
        assert await step("play") == ("", 0)
        assert not stream.paused
        assert stream.scale == 2
        assert await step("seek", seconds=4000) == ("refused", 457)
        assert await step("scale", scale=-1) == ("refused", 551)
        assert await step("scale", scale=0) == ("refused", 0)
        assert all.device.count("INFO") == 7  # no speed is not even asked for


async def test_steps_are_for_the_node_s_own_recordings_and_go_one_at_a_time(tmp_path: Path) -> None:
    async with cast(tmp_path, recordings=RECORDED) as all:
        live = await all.board.place(NODE, ask(all.camera()))
        answer = await all.board.place(NODE, played(all.camera()))
        assert live.call is not None
        assert answer.call is not None
        pause = CallStep(call=answer.call, step="pause")
        assert (await all.board.step("node-2", pause)).failure == "unknown"
        assert (await all.board.step(NODE, CallStep(call=live.call, step="pause"))).failure == "unknown"
        both = await asyncio.gather(all.board.step(NODE, pause), all.board.step(NODE, pause))
        assert sorted(one.failure for one in both) == ["", "busy"]
        all.board.end(NODE, answer.call)
        assert (await all.board.step(NODE, pause)).failure == "unknown"


async def test_steps_are_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "APART_S", 0.3)
    async with cast(tmp_path, recordings=RECORDED) as all:
        answer = await all.board.place(NODE, played(all.camera()))
        assert answer.call is not None
        await all.board.step(NODE, CallStep(call=answer.call, step="pause"))
        began = asyncio.get_running_loop().time()
        await all.board.step(NODE, CallStep(call=answer.call, step="play"))
        assert asyncio.get_running_loop().time() - began > 0.25


async def test_a_device_that_does_not_answer_a_step_or_knows_no_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "ANSWER_S", 0.2)
    async with cast(tmp_path, recordings=RECORDED) as all:
        answer = await all.board.place(NODE, played(all.camera()))
        assert answer.call is not None
        all.device.deaf = frozenset({"INFO"})
        step = CallStep(call=answer.call, step="pause")
        assert (await all.board.step(NODE, step)).failure == "no_answer"
        all.device.deaf = frozenset({"BYE"})
        all.device.core.calls._sending.clear()  # it restarted without a word
        assert (await all.board.step(NODE, step)).failure == "unknown"
        assert all.board.keep(NODE, kept(answer.call)).ended == {answer.call: "gone"}


async def test_recordings_take_no_room_of_live_calls_and_few_of_their_own(tmp_path: Path) -> None:
    bounds = replace(QUICK, of_channel=1, of_device=1, history_of_device=2)
    async with cast(tmp_path, bounds=bounds, recordings=RECORDED) as all:

        async def step(wish: CallAsk) -> str:
            return (await all.board.place(NODE, wish)).step

        assert await step(ask(all.camera())) == ""
        assert await step(ask(all.camera(CAMERAS[1]), CAMERAS[1])) == "full"
        assert await step(played(all.camera())) == ""
        assert await step(played(all.camera())) == "full"  # of one channel one recording is sent
        first = played(all.camera(CAMERAS[1]), CAMERAS[1], "Download")
        assert await step(first) == ""
        assert await step(played(all.camera(CAMERAS[2]), CAMERAS[2])) == "full"
        call = next(call.id for call in all.board.calls if call.ask == first)
        all.board.end(NODE, call)
        assert await step(played(all.camera(CAMERAS[2]), CAMERAS[2], "Download")) == ""


async def test_a_device_fetches_one_recording_at_a_time(tmp_path: Path) -> None:
    async with cast(tmp_path, recordings=RECORDED) as all:
        steps = [(await all.board.place(NODE, played(all.camera(id), id, "Download"))).step for id in CAMERAS[:2]]
        assert steps == ["", "full"]


async def test_an_end_is_believed_of_the_device_s_own_recordings_alone(tmp_path: Path) -> None:
    async with cast(tmp_path, recordings=RECORDED) as all:
        live = await all.board.place(NODE, ask(all.camera()))
        first = await all.board.place(NODE, played(all.camera()))
        second = await all.board.place(NODE, played(all.camera(CAMERAS[1]), CAMERAS[1]))
        assert live.call is not None
        assert first.call is not None
        assert second.call is not None

        def tell(who: str, about: str, what: int = 121) -> None:
            assert all.board.hear_message(who, MediaStatus(sn=1, device_id=about, notify_type=what))

        tell("34020000001180000009", CAMERAS[0])
        tell(NVR, CAMERAS[2])
        tell(NVR, CAMERAS[0], 122)
        tell(NVR, NVR)  # which of the two it means is not known
        assert all.board.keep(NODE, kept(live.call, first.call, second.call)).ended == {}
        tell(NVR, CAMERAS[0])
        assert all.board.keep(NODE, kept(live.call, first.call, second.call)).ended == {first.call: "finished"}
        tell(NVR, NVR)  # one is left
        assert all.board.keep(NODE, kept(live.call, second.call)).ended == {second.call: "finished"}


async def test_a_device_that_tells_no_end_is_ended_by_the_node(tmp_path: Path) -> None:
    async with cast(tmp_path, recordings=RECORDED, quirks=[Quirk.NO_MEDIA_STATUS]) as all:
        answer = await all.board.place(NODE, played(all.camera(), seconds=1))
        assert answer.call is not None
        await until_async(lambda: all.device.core.streams[0][1].over)
        assert all.board.keep(NODE, kept(answer.call)).ended == {}
        all.board.end(NODE, answer.call)
        await until_async(lambda: not all.device.core.streams)


@pytest.mark.parametrize(
    ("session", "start", "end"),
    [("Play", 1, 2), ("Playback", 0, 0), ("Playback", 10, 10), ("Download", 10, 9), ("Download", 10, 90_000)],
)
def test_a_time_that_can_not_be_right_is_told(session: Any, start: int, end: int) -> None:
    wish = ask(uuid4(), session=session, start=start, end=end)
    assert against(wish)
