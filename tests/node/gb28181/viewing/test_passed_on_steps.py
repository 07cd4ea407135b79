"""A platform above steers what one below sends it through us: its speed, where it stands still, another place, the end of a range."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from custodes.gb28181.device.stream import SimulatedStream
from custodes.ledger.records import ViewEnded
from custodes.node.gb28181.sending import below, passed_on
from custodes.video.wire.calls import CallStep, StepTaken
from tests.node.gb28181.sending.room import Upper
from tests.node.gb28181.viewing.middle import in_the_middle, more
from tests.node.gb28181.viewing.world import SECOND
from tests.patience import until_async

pytestmark = pytest.mark.usefixtures("of_a_platform")


async def test_it_stands_still_below_and_goes_on_in_the_same_call_and_elsewhere_in_another(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        with Upper("udp") as upper:
            await middle.play(upper)
            await more(upper, 30)
            assert (await middle.step(upper, pause=True)).status == 200
            await until_async(lambda: middle.below().paused)
            # Another speed is told by PLAY: it stands still again.
            stood = (await middle.step(upper, pause=True, scale=2.0)).at_s
            assert middle.below().scale == 2.0
            await until_async(lambda: middle.below().paused)
            assert (await middle.step(upper, pause=True, scale=1.0)).at_s == stood
            assert (await middle.step(upper)).at_s == stood
            await more(upper, 30)
            assert len(all.line.asks) == 1
            there = await middle.step(upper, at_s=100.0)
            assert (there.status, there.at_s) == (200, 100.0)
            await more(upper, 30)
            assert len(all.line.asks) == 2
            assert abs(all.line.asks[-1].start - (middle.from_us // SECOND + 100)) <= 1
            times = [frame.time for frame in upper.frames]
            assert times == sorted(times), "times go on"
            assert await middle.sends.end(upper.call)
        [ended] = all.records(ViewEnded)
        first, second = ended.shown
        assert first[1] - first[0] > 2 * SECOND, "nothing is left out where it stood"
        assert second[0] >= middle.from_us + 99 * SECOND


async def test_what_does_not_stand_still_or_stands_for_long_is_hung_up_on_and_called_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passed_on, "STANDS_SECONDS", 0.3)

    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        with Upper("udp") as upper:
            await middle.play(upper)
            await more(upper, 30)
            for refuses in (frozenset({"pause"}), frozenset[str]()):
                all.line.refuses = refuses
                assert (await middle.step(upper, pause=True)).status == 200
                await all.hung_up()
                await until_async(lambda: not all.desk.wanted(all.camera.id))
                stood = (await middle.step(upper)).at_s
                await more(upper, 30)
                assert abs(all.line.asks[-1].start - (middle.from_us / SECOND + stood)) <= 2
        assert len(all.line.asks) == 3


async def test_another_speed_is_that_of_the_platform_below(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        with Upper("udp") as upper:
            await middle.play(upper)
            await more(upper, 10)
            for scale in (2.0, 0.5, 8.0, 1.0):
                told = await middle.step(upper, scale=scale)
                assert (told.status, told.scale) == (200, scale)
                assert middle.below().scale == scale
                # Above twice the speed key pictures alone, each a group of five, and times are scaled at none.
                await until_async(
                    lambda scale=scale: (upper.read() and False) or go_by(upper, 18_000 if scale > 2 else 3_600)
                )  # type: ignore[misc]
            assert len(all.line.asks) == 1
            assert await middle.sends.end(upper.call)
        [ended] = all.records(ViewEnded)
        assert len(ended.shown) == 1, "a key picture stands for all up to the next"


def go_by(upper: Upper, ticks: int) -> bool:
    """Whether the last that came are so far apart, key pictures alone where they are."""
    last = upper.frames[-7:]
    keys = all(frame.key for frame in last)
    return {after.time - before.time for before, after in pairwise(last)} == {ticks} and keys == (ticks > 3_600)


@pytest.mark.parametrize(
    ("taken", "status", "calls"),
    [
        (StepTaken(failure="refused", status=551), 551, 1),
        (StepTaken(failure="refused", status=488), 551, 1),
        (StepTaken(failure="busy"), 503, 1),
        (StepTaken(failure="no_answer"), 503, 2),
    ],
    ids=["refused", "by SIP", "busy", "silent"],
)
async def test_a_speed_that_is_not_taken_below_is_refused_above_and_what_plays_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: StepTaken, status: int, calls: int
) -> None:
    async with in_the_middle(tmp_path) as middle:
        all = middle.all

        async def refuses(_step: CallStep) -> StepTaken:
            return taken

        monkeypatch.setattr(all.line, "step", refuses)
        with Upper("udp") as upper:
            await middle.play(upper)
            await more(upper, 10)
            told = await middle.step(upper, scale=4.0, at_s=100.0)
            assert (told.status, told.scale) == (status, 1.0)
            assert told.at_s < 50, "nor does it go elsewhere"
            await more(upper, 30)
            assert go_by(upper, 3_600)
            assert len(all.line.asks) == calls


async def test_the_next_call_goes_on_at_the_speed_of_the_one_before(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        with Upper("udp") as upper:
            await middle.play(upper)
            await more(upper, 10)
            assert (await middle.step(upper, scale=2.0)).status == 200
            assert (await middle.step(upper, at_s=100.0)).scale == 2.0
            await until_async(lambda: len(all.line.asks) == 2 and all.world.device.device.calls.streams)
            await until_async(lambda: middle.below().scale == 2.0)
            # One that does not take it plays at its own speed, which is said.
            all.line.refuses = frozenset({"scale"})
            assert (await middle.step(upper, at_s=50.0)).scale == 2.0
            await more(upper, 10)
            assert (await middle.step(upper)).scale == 1.0
            assert (await middle.step(upper, scale=4.0)).status == 551


async def test_a_call_of_which_nobody_knows_whether_it_goes_on_at_the_speed_before_is_made_again(
    tmp_path: Path,
) -> None:
    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        with Upper("udp") as upper:
            await middle.play(upper)
            await more(upper, 10)
            assert (await middle.step(upper, scale=2.0)).status == 200
            all.line.silent = frozenset({"scale"})
            assert (await middle.step(upper, at_s=100.0)).scale == 2.0
            await until_async(lambda: len(all.line.asks) == 3 and all.world.device.device.calls.streams)
            await more(upper, 30)
            assert (await middle.step(upper)).scale == middle.below().scale == 1.0
            assert len(all.line.asks) == 3


async def test_what_waits_for_the_start_is_not_sent_where_it_may_be_looked_at_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(below, "_MAY_SECONDS", -1.0)

    async with in_the_middle(tmp_path) as middle:
        with Upper("udp") as upper:
            assert not (await middle.call(upper)).step
            middle.all.desk.camera = lambda _id: None
            assert middle.sends.start(upper.call)
            await until_async(lambda: middle.ended(upper))
            upper.read()
            assert (upper.frames, middle.ended(upper)) == ([], {upper.call: "no_picture"})
        assert not middle.all.records(ViewEnded), "nothing was looked at"


async def test_at_the_end_of_a_range_it_stands_still_below_too(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        with Upper("udp") as upper:
            await middle.play(upper)
            await more(upper, 5)
            told = await middle.step(upper, ranged=True, until_s=2.0)
            assert (told.status, told.until_s) == (200, 2.0)
            await until_async(lambda: (upper.read() and False) or middle.below().paused)
            assert not middle.ended(upper)
            told = await middle.step(upper, pause=True)
            assert abs(told.at_s - 2.0) < 0.1
            assert (await middle.step(upper)).until_s is None
            await more(upper, 20)
            assert len(all.line.asks) == 1


async def test_a_platform_that_steps_in_its_times_is_called_again_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(below, "GAIN_US", SECOND // 2)
    cut = SimulatedStream._cut

    def stepping(self: SimulatedStream, frame: Any, at: int) -> list[bytes]:
        return cut(self, frame, at + (900_000 if at >= 90_000 else 0))

    monkeypatch.setattr(SimulatedStream, "_cut", stepping)

    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        with Upper("udp") as upper:
            await middle.play(upper)
            await more(upper, 40)
            assert [ask.start - all.line.asks[0].start for ask in all.line.asks[:2]] == [0, 1]
            assert {after.time - before.time for before, after in pairwise(upper.frames)} == {3_600}
