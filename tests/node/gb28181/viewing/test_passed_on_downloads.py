"""A platform above fetches what one below recorded: as a download there, to its end, no faster than it is taken."""

from __future__ import annotations

import uuid
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from custodes.gb28181.device import stream
from custodes.ledger.records import ViewBegun, ViewEnded
from custodes.node.gb28181.sending import below, ways
from custodes.node.gb28181.viewing import call as calls
from custodes.node.gb28181.viewing import desk as desks
from tests.gateway.calls.house import CAMERAS, NVR
from tests.node.gb28181.filling.world import recording
from tests.node.gb28181.sending.room import Upper
from tests.node.gb28181.viewing.middle import Middle, in_the_middle, more
from tests.node.gb28181.viewing.world import SECOND
from tests.patience import until_async

pytestmark = pytest.mark.usefixtures("of_a_platform")


@pytest.fixture(autouse=True)
def every_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEYS_ONLY", 100.0)  # a platform sends every picture of a download


async def fetched(middle: Middle, upper: Upper) -> None:
    """Until it is over."""
    await until_async(lambda: (upper.read() and False) or middle.ended(upper))


@pytest.mark.parametrize(("asked", "below"), [(8, 8), (3, 2), (None, 2), (100, 8)])
async def test_it_is_a_download_below_at_its_speed(tmp_path: Path, asked: int | None, below: int) -> None:
    async with in_the_middle(tmp_path) as middle:
        with Upper("udp") as upper:
            await middle.play(upper, "Download", speed=asked)
            await more(upper, 10)
            [ask] = middle.all.line.asks
            assert (ask.session, ask.speed, middle.below().scale) == ("Download", below, below)
            assert await middle.sends.end(upper.call)
        [begun] = middle.all.records(ViewBegun)
        assert (ask.grant, begun.source) == (begun.grant, "device")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_it_ends_with_what_is_there_over_gaps_and_is_on_record(tmp_path: Path, transport: str) -> None:
    recordings = (recording(560, 552), recording(500, 494))

    async with in_the_middle(tmp_path, recordings=recordings, transport=transport) as middle:
        all = middle.all
        with Upper("tcp-active") as upper:
            await middle.play(upper, "Download", speed=8)
            await fetched(middle, upper)
            assert middle.ended(upper) == {upper.call: "finished"}
            assert not all.world.device.device.calls.streams
        assert len(all.line.asks) == 2
        seconds = sum(ask.end - ask.start for ask in all.line.asks)
        assert abs(len(upper.frames) - seconds * 25) <= 3
        assert {after.time - before.time for before, after in pairwise(upper.frames)} == {3_600}, "times go on"
        [ended] = all.records(ViewEnded)
        assert [round((end - begin) / SECOND) for begin, end in ended.shown] == [
            ask.end - ask.start for ask in all.line.asks
        ]
        assert ended.reason == "finished"


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_slow_receiver_slows_the_platform_below_and_what_waits_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    """Over a connection it is not read, of datagrams it is asked to stand still: one call, and nothing is lost."""
    monkeypatch.setattr(ways, "_BUFFER", 4096)
    for module in (calls, below):
        monkeypatch.setattr(module, "HELD_BYTES", 60_000)
    monkeypatch.setattr(below, "LOW_BYTES", 15_000)

    async with in_the_middle(tmp_path, recordings=(recording(560, 540),), transport=transport) as middle:
        all = middle.all
        with Upper("tcp-active") as upper:
            await middle.play(upper, "Download", speed=8)
            await until_async(upper.read)
            [sending] = middle.sends._calls.values()
            device = sending._below._device  # type: ignore[union-attr]
            # Nothing is read above meanwhile: far more would come than may wait.
            await until_async(lambda: device.paused or all.world.device.outlets.sent > 2_500_000)
            assert device.paused == (transport == "udp")
            assert device.waiting < 60_000 + 600_000
            await fetched(middle, upper)
            assert middle.ended(upper) == {upper.call: "finished"}
        assert len(all.line.asks) == 1
        [ask] = all.line.asks
        assert abs(len(upper.frames) - (ask.end - ask.start) * 25) <= 3
        assert {after.time - before.time for before, after in pairwise(upper.frames)} == {3_600}


async def test_what_is_sent_faster_than_it_goes_is_hung_up_on_played_out_and_called_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not stand still either."""
    monkeypatch.setattr(below, "HELD_BYTES", 20_000)
    monkeypatch.setattr(calls, "MOST_BYTES", 150_000)
    monkeypatch.setattr(below, "GAIN_US", SECOND // 4)

    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        all.line.refuses = frozenset({"pause"})
        with Upper("udp") as upper:
            await middle.play(upper)
            await until_async(lambda: all.world.device.device.calls.streams)
            middle.below().scale = 3.9
            await until_async(lambda: (upper.read() and False) or len(all.line.asks) == 2)
            first, second = all.line.asks
            came = len(upper.frames) / 25
            assert abs(second.start - first.start - came) <= 2, "from where it was, once all that came was sent"


async def test_there_is_one_at_a_time_of_a_camera_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "SEAT_SECONDS", 0.2)

    async with in_the_middle(tmp_path) as middle:
        with Upper("udp") as first, Upper("udp") as second:
            await middle.play(first, "Download", speed=1)
            assert (await middle.call(second, "Download")).step == "full"
            assert (await middle.call(Upper("tcp-passive"))).step == "full"
            assert len(middle.all.line.asks) == 1
            assert await middle.sends.end(first.call)
            second.call = uuid.uuid4()
            await middle.play(second, "Download")


async def test_a_platform_below_sends_one_download_at_a_time(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path) as middle:
        main = SimpleNamespace(url=f"gb28181://{NVR}/{CAMERAS[1]}", transport="udp")
        other: Any = SimpleNamespace(
            has_sub=False, id=uuid.uuid4(), assignment=SimpleNamespace(main=main, record=False), dark=False
        )
        middle.sends.cameras[other.id] = other  # type: ignore[index]
        with Upper("udp") as first, Upper("udp") as second:
            await middle.play(first, "Download", speed=1)
            times = {"start_us": middle.from_us, "end_us": middle.to_us}
            ask = second.ask(middle.token(cameras=(other.id,), upper="download"), session="Download", **times)
            assert (await middle.sends.make_ready(ask)).step == "full"
            assert len(middle.all.line.asks) == 1


async def test_one_that_breaks_off_below_is_not_told_as_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SILENT_SECONDS", 0.5)

    async with in_the_middle(tmp_path) as middle:
        with Upper("udp") as upper:
            await middle.play(upper, "Download", speed=1)
            await more(upper, 10)
            middle.all.world.device.cut = True
            await fetched(middle, upper)
            assert middle.ended(upper) == {upper.call: "no_picture"}
