"""A platform above is told of, and sent, what a platform below recorded: nothing of it is recorded here."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.records import ViewBegun, ViewEnded
from custodes.node.bounds import Bounds
from custodes.node.gate import Gate
from custodes.node.gb28181.place import ChannelUrl
from custodes.node.gb28181.sending.desk import SendDesk
from custodes.node.gb28181.sending.records import RecordDesk
from custodes.node.gb28181.viewing.desk import NotPlayed
from custodes.video.wire.token import sign_token
from custodes.video.wire.uppers import SendReady, SendRecordings, SendRecords, SendStep
from tests.gateway.calls.house import NODE
from tests.node.gb28181.sending.room import Upper
from tests.node.gb28181.viewing.world import SECOND, Gallery, gallery, until
from tests.ports import free_port


@pytest.fixture(autouse=True)
def of_a_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChannelUrl, "platform", property(lambda _url: True))


class Middle:
    """What the gateway asks of the worker in the middle."""

    def __init__(self, all: Gallery) -> None:
        self.all = all
        self.key = Ed25519PrivateKey.generate()
        cameras: Any = {all.camera.id: all.camera}
        all.camera.assignment.record = False
        gate, first = Gate(f"{NODE}/0", self.key.public_key(), all.now_us / SECOND - 100), free_port()
        self.sends = SendDesk(cameras, gate, all.studio, (first, first + 9), 10, allow_loopback=True)
        self.lists = RecordDesk(cameras, gate, all.studio)
        self.from_us = (all.now_us - 600 * SECOND) // SECOND * SECOND
        self.to_us = self.from_us + 300 * SECOND

    def token(self, **more: Any) -> str:
        told = {"live": False, "back_seconds": 0, "span": (self.from_us, self.to_us), "sub": f"link:{uuid.uuid4()}"}
        return sign_token(self.all.claims(**told | more), self.key)

    async def listed(self, **more: Any) -> SendRecordings:
        asked = SendRecords(token=self.token(**more), start_us=self.from_us, end_us=self.to_us)
        return await self.lists.find(asked)

    async def call(self, upper: Upper, session: str = "Playback") -> SendReady:
        ask = upper.ask(self.token(), session=session, start_us=self.from_us, end_us=self.to_us)
        return await self.sends.make_ready(ask)


async def more(upper: Upper, count: int) -> None:
    """So many pictures come."""
    wanted = len(upper.frames) + count
    await until(lambda: (upper.read() and False) or len(upper.frames) >= wanted)


def with_middle(body: Callable[[Middle], Awaitable[None]], folder: Path) -> Any:
    async def run() -> None:
        async with gallery(folder) as all:
            middle = Middle(all)
            try:
                await body(middle)
            finally:
                await middle.sends.stop()

    return run()


async def test_what_it_recorded_is_told_within_what_was_given_and_under_that_grant(tmp_path: Path) -> None:
    async def body(middle: Middle) -> None:
        grant = uuid.uuid4()
        told = await middle.listed(grant=grant)
        assert told.spans, told
        assert middle.from_us <= told.spans[0][0]
        assert told.spans[-1][1] <= middle.to_us
        assert [asked.grant for asked in middle.all.line.questions] == [grant]

    await with_middle(body, tmp_path)


async def test_a_platform_below_that_says_nothing_is_not_told_as_one_that_has_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(middle: Middle) -> None:
        for step, told in (("not_stated", "not_here"), ("clock", "not_here"), ("busy", "full"), ("not_open", "")):

            async def refuses(*_: Any, why: str = step) -> Any:
                raise NotPlayed(why)

            monkeypatch.setattr(middle.all.desk, "recordings", refuses)
            answer = await middle.listed()
            assert (answer.step, answer.spans) == (told, ())

    await with_middle(body, tmp_path)


async def test_it_is_sent_on_stands_still_and_goes_elsewhere_and_is_on_record(tmp_path: Path) -> None:
    async def body(middle: Middle) -> None:
        all = middle.all
        with Upper("udp") as upper:
            ready = await middle.call(upper)
            assert not ready.step, ready
            assert middle.sends.start(upper.call)
            await more(upper, 30)
            times = [frame.time for frame in upper.frames]
            assert times == sorted(times)
            # Where the platform above places the first picture: at the second that it asked for, by a clock of seconds.
            assert 0 <= all.line.asks[-1].start - middle.from_us // SECOND <= 1
            paused = await middle.sends.step(SendStep(call=upper.call, pause=True))
            assert paused.status == 200
            await all.hung_up()
            calls = len(all.line.asks)
            there = await middle.sends.step(SendStep(call=upper.call, at_s=100.0))
            assert (there.status, there.at_s) == (200, 100.0)
            await more(upper, 30)
            assert len(all.line.asks) == calls + 1
            assert abs(all.line.asks[-1].start - (middle.from_us // SECOND + 100)) <= 1
            times = [frame.time for frame in upper.frames]
            assert times == sorted(times), "times go on"
            assert (await middle.sends.step(SendStep(call=upper.call, scale=2.0))).status == 551
            assert await middle.sends.end(upper.call)
            await all.hung_up()
        [begun], [ended] = all.records(ViewBegun), all.records(ViewEnded)
        assert (begun.source, ended.source, begun.at_us) == ("device", "device", middle.from_us)
        assert {ask.grant for ask in all.line.asks} == {begun.grant}
        assert any(begin >= middle.from_us + 99 * SECOND for begin, _end in ended.shown)
        assert all.world.archive.runs(all.camera.id, 0, 1 << 62) == [], "kept nowhere here"

    await with_middle(body, tmp_path)


async def test_it_is_played_and_not_fetched(tmp_path: Path) -> None:
    async def body(middle: Middle) -> None:
        with Upper("udp") as upper:
            assert (await middle.call(upper, "Download")).step == "not_built"
        assert not middle.all.line.asks

    await with_middle(body, tmp_path)


async def test_what_is_recorded_here_is_answered_from_here(tmp_path: Path) -> None:
    async def body(middle: Middle) -> None:
        middle.all.camera.assignment.record = True
        assert (await middle.listed()).spans == ()
        assert not middle.all.line.questions

    await with_middle(body, tmp_path)


@pytest.mark.parametrize("platform", [True, False])
async def test_of_a_device_that_is_not_to_be_recorded_nothing_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: bool
) -> None:
    monkeypatch.setattr(ChannelUrl, "platform", property(lambda _url: platform))

    async def body(middle: Middle) -> None:
        all = middle.all
        claims = all.claims()
        asked = all.desk.recordings(all.camera, claims, Bounds.of(claims), middle.from_us, middle.to_us)
        if platform:
            assert (await asked).spans
            return
        with pytest.raises(NotPlayed) as refused:
            await asked
        assert refused.value.step == "off"

    await with_middle(body, tmp_path)


def test_a_platform_is_known_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert ChannelUrl("54010200002000000001", "1").platform
    assert not ChannelUrl("54010200021188000001", "1").platform
    assert not ChannelUrl("recorder-7", "1").platform
