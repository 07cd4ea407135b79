"""Somebody looks at a device's own recordings: what they see, what is on record, and what they don't get."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedRecording
from custodes.gb28181.device.stream import SimulatedStream
from custodes.ledger.records import ViewBegun, ViewEnded
from custodes.node import feed_device
from custodes.node.channels import Channels
from custodes.node.gate import FootageBounds
from custodes.node.gb28181.viewing import desk as desks
from custodes.node.gb28181.viewing.desk import NotPlayed
from custodes.node.gb28181.viewing.opened import KEY_US
from custodes.video.wire.calls import RecordingsAnswer
from custodes.video.wire.view import RecordingsMessage
from tests.node.gb28181.filling.world import recording
from tests.node.gb28181.viewing.world import SECOND, Gallery, Look, Sent, gallery
from tests.patience import PATIENCE, until_async

MINUTE = 60 * SECOND


def ago(all: Gallery, seconds: float) -> int:
    return (all.now_us - round(seconds * SECOND)) // SECOND * SECOND


async def seen(look: Look, pictures: int = 30) -> None:
    await until_async(lambda: len(look.line.walls) >= pictures or look.task.done())
    assert len(look.line.walls) >= pictures, look.line.texts


@pytest.mark.parametrize("transport", ["udp", "tcp", "tcp-active"])
async def test_it_plays_from_the_time_that_was_asked_for(tmp_path: Path, transport: str) -> None:
    async with gallery(tmp_path, transport=transport) as all:
        at = ago(all, 600)
        look = all.look(at)
        await seen(look)
        [init] = look.line.of("init")
        assert (init["source"], init["live"]) == ("device", False)
        assert abs(init["base_us"] - at) < SECOND
        assert abs(look.line.walls[0] - at) < SECOND
        assert look.line.walls == sorted(look.line.walls)
        assert all.line.asks[0].session == "Playback"
        # For whom it is asked goes with it, so that a platform below can be told.
        assert all.line.asks[0].grant == all.line.questions[0].grant == look.line.claims.grant
        await look.leave("revoked")
        await all.hung_up()
        [begun], [ended] = all.records(ViewBegun), all.records(ViewEnded)
        assert (begun.source, ended.source, ended.reason) == ("device", "device", "revoked")
        assert begun.at_us == at
        assert ended.shown[0][0] == look.line.walls[0]
        assert ended.shown[-1][1] >= look.line.walls[-1]
        assert all.world.archive.runs(all.camera.id, 0, 1 << 62) == []  # kept nowhere here


async def test_it_stands_still_and_goes_on(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        look = all.look(ago(all, 600))
        await seen(look)
        look.channel.set_paused(True)
        await until_async(lambda: [one.step for one in all.line.steps] == ["pause"])
        await until_async(lambda: _still(all))
        shown = len(look.line.walls)
        await asyncio.sleep(0)
        look.channel.set_paused(False)
        await until_async(lambda: [one.step for one in all.line.steps] == ["pause", "play"])
        await seen(look, shown + 30)
        walls = look.line.walls
        assert max(b - a for a, b in itertools.pairwise(walls)) < SECOND  # nothing is left out
        assert len(all.line.asks) == 1


def _still(all: Gallery) -> bool:
    return any(stream.paused for _id, stream in all.world.device.device.calls.streams)


async def test_a_device_that_does_not_stand_still_is_hung_up_on_and_called_again(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        all.line.refuses = frozenset({"pause"})
        look = all.look(ago(all, 600))
        await seen(look)
        look.channel.set_paused(True)
        await all.hung_up()
        reached = look.line.walls[-1]
        look.channel.set_paused(False)
        await until_async(lambda: len(all.line.asks) == 2)
        assert abs(all.line.asks[1].start * SECOND - reached) < 2 * SECOND
        await seen(look, len(look.line.walls) + 30)


async def test_who_stands_still_for_long_keeps_nobody_else_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_device, "STANDS_SECONDS", 0.3)
    async with gallery(tmp_path) as all:
        first = all.look(ago(all, 600))
        await seen(first)
        first.channel.set_paused(True)
        await until_async(lambda: not all.desk.wanted(all.camera.id))
        await all.hung_up()
        reached = first.line.walls[-1]
        second = all.look(ago(all, 300))
        await seen(second)
        await second.leave()
        first.channel.set_paused(False)
        shown = len(first.line.walls)
        await seen(first, shown + 30)
        assert abs(first.line.walls[shown] - reached) < 2 * SECOND
        # What may be looked at no more does not stand there either.
        first.channel.set_paused(True)
        await until_async(lambda: not all.desk.wanted(all.camera.id))
        all.camera.dark = True
        await until_async(first.task.done)
        assert first.line.of("end")[0]["detail"] == "planned"


async def test_another_speed_is_the_device_s(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        look = all.look(ago(all, 600), rate=2.0)
        await until_async(lambda: [(one.step, one.scale) for one in all.line.steps] == [("scale", 2.0)])
        await until_async(lambda: any(stream.scale == 2.0 for _id, stream in all.world.device.device.calls.streams))
        assert look.line.of("rate") == []


@pytest.mark.parametrize(("rate", "why"), [(16.0, "fast"), (2.0, "refused:551")])
async def test_a_speed_that_is_not_taken_is_said(tmp_path: Path, rate: float, why: str) -> None:
    async with gallery(tmp_path) as all:
        all.line.refuses = frozenset({"scale"})
        look = all.look(ago(all, 600), rate=rate)
        await until_async(lambda: look.line.of("rate"))
        [said] = look.line.of("rate")
        assert (said["rate"], said["failure"]) == (1.0, why)
        await seen(look)


async def test_another_place_is_another_call(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        look = all.look(ago(all, 600))
        await seen(look)
        there = ago(all, 1_200)
        look.channel.turn(there, None, device=True)
        await until_async(lambda: len(all.line.asks) == 2)
        assert (
            0 <= all.line.asks[1].start * SECOND - there <= 2 * SECOND
        )  # by the device's clock, to within what is known of it
        first = len(look.line.walls)
        await seen(look, first + 60)
        assert look.line.of("init")[-1]["source"] == "device"
        assert abs(look.line.walls[-1] - there) < 10 * SECOND
        assert len(all.line.questions) == 2  # one for each place that no answer covers


async def test_a_recorder_that_tells_for_long_keeps_nobody_from_going_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with gallery(tmp_path) as all:
        asked, given_up = asyncio.Event(), asyncio.Event()

        async def slow(_ask: Any) -> RecordingsAnswer:
            asked.set()
            try:
                await asyncio.sleep(3600)
            finally:
                given_up.set()
            raise AssertionError

        monkeypatch.setattr(all.line, "records", slow)
        look = all.look(ago(all, 600))
        await asyncio.wait_for(asked.wait(), PATIENCE)
        look.channel.turn(ago(all, 600), None)
        await asyncio.wait_for(given_up.wait(), PATIENCE)
        await until_async(lambda: not all.desk.wanted(all.camera.id))


async def test_of_the_archive_is_another_account(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        look = all.look(ago(all, 600))
        await seen(look)
        look.channel.turn(ago(all, 600), None)
        await all.hung_up()
        await until_async(lambda: all.records(ViewEnded))
        [ended] = all.records(ViewEnded)
        assert (ended.source, ended.reason) == ("device", "closed")
        assert not all.desk.wanted(all.camera.id)


@pytest.mark.parametrize("quirks", [(), (Quirk.NO_MEDIA_STATUS,)])
async def test_at_its_end_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quirks: tuple[Quirk, ...]) -> None:
    monkeypatch.setattr("custodes.node.gb28181.viewing.call.SILENT_SECONDS", 1.0)
    async with gallery(tmp_path, recordings=(recording(600, 597),), quirks=quirks) as all:
        look = all.look(ago(all, 700))
        await until_async(look.task.done)
        [gap], [end] = look.line.of("gap"), look.line.of("end")
        assert end["reason"] == "span"
        assert gap["reason"] == "device"
        assert look.line.walls[-1] - look.line.walls[0] > 2 * SECOND
        await all.hung_up()


async def test_recordings_behind_one_another_are_called_one_after_the_other(tmp_path: Path) -> None:
    """Over a hole no device's times are trusted: each recording is a call of its own."""
    async with gallery(tmp_path, recordings=(recording(600, 598), recording(500, 498))) as all:
        look = all.look(ago(all, 605))
        await until_async(look.task.done)
        assert len(all.line.asks) == 2
        assert len(look.line.of("gap")) == 2
        # The two lie a hundred seconds apart, so that what is within twenty seconds of one is of it.
        of = [
            [wall for wall in look.line.walls if one.start - 20 <= wall / SECOND <= one.end + 20]
            for one in all.line.asks
        ]
        assert [] not in of
        assert sum(map(len, of)) == len(look.line.walls)


async def test_a_second_person_is_told_that_it_is_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "SEAT_SECONDS", 0.2)
    async with gallery(tmp_path) as all:
        first = all.look(ago(all, 600))
        await seen(first)
        second = all.look(ago(all, 600))
        await until_async(second.task.done)
        [end] = second.line.of("end")
        assert (end["reason"], end["detail"]) == ("device", "busy")
        assert len(all.line.asks) == 1
        assert not first.task.done()
        await first.leave()
        third = all.look(ago(all, 600))
        await seen(third)


async def test_filling_gives_way_to_a_person(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        all.world.gap(2_500, 1_200)
        room = all.world.filling()
        room.wanted = all.desk.wanted
        all.desk.fetching = room.fetching
        running = asyncio.create_task(room.run())
        try:
            await until_async(lambda: room.fetching(all.camera.id) and all.world.device.outlets)
            look = all.look(ago(all, 600))
            await seen(look)
            assert [ask.session for ask in all.line.asks] == ["Download", "Playback"]
            assert not room.fetching(all.camera.id)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


# Nobody gets a second more


async def test_a_grant_s_span_is_its_bounds(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        span = (ago(all, 600), ago(all, 585))
        look = all.look(span[0], claims=all.claims(live=False, back_seconds=0, span=span))
        await until_async(look.task.done)
        [ask] = all.line.asks
        assert ask.start * SECOND >= span[0] + KEY_US
        assert ask.end * SECOND <= span[1]
        assert look.line.walls
        assert span[0] <= look.line.walls[0]
        [ended] = all.records(ViewEnded)
        assert ended.shown[-1][1] <= span[1]
        assert look.line.of("end")[0]["reason"] == "span"


async def test_outside_of_the_grant_nothing_is_asked(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        span = (ago(all, 600), ago(all, 585))
        look = all.look(ago(all, 300), claims=all.claims(live=False, back_seconds=0, span=span))
        await until_async(look.task.done)
        assert look.line.of("end")[0]["detail"] == "not_open"
        with pytest.raises(NotPlayed, match="not_open"):
            await all.desk.recordings(all.camera, look.line.claims, look.line.bounds, ago(all, 400), ago(all, 300))
        assert all.line.questions == []


async def test_a_device_that_never_stops_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was asked for four seconds, and would go on for ever."""
    taken = SimulatedStream.__init__

    def endless(self: SimulatedStream, *args: Any, **more: Any) -> None:
        taken(self, *args, **more | {"span": 1 << 50})

    monkeypatch.setattr(SimulatedStream, "__init__", endless)
    async with gallery(tmp_path) as all:
        span = (ago(all, 600), ago(all, 586))
        look = all.look(span[0], claims=all.claims(live=False, back_seconds=0, span=span))
        await until_async(look.task.done)
        await all.hung_up()
        [ended] = all.records(ViewEnded)
        assert ended.shown[-1][1] <= span[1]
        assert look.line.of("end")[0]["reason"] == "span"


async def test_a_device_whose_times_hardly_move_is_believed_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_device, "SLACK_SECONDS", 0.0)
    cut = SimulatedStream._cut

    def slow(self: SimulatedStream, frame: Any, at: int) -> list[bytes]:
        return cut(self, frame, at // 20)

    monkeypatch.setattr(SimulatedStream, "_cut", slow)
    taken = SimulatedStream.__init__

    def endless(self: SimulatedStream, *args: Any, **more: Any) -> None:
        taken(self, *args, **more | {"span": 1 << 50})

    monkeypatch.setattr(SimulatedStream, "__init__", endless)
    async with gallery(tmp_path, recordings=(recording(600, 598),)) as all:
        look = all.look(ago(all, 605))
        await until_async(look.task.done)
        assert (look.line.of("end")[0]["reason"], look.line.of("end")[0]["detail"]) == ("device", "times")
        await all.hung_up()


async def test_a_device_that_sends_faster_gains_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At sixteen times the pace that it was asked for: ten seconds ahead of the picture and no more."""
    taken = SimulatedStream.__init__

    def hasty(self: SimulatedStream, *args: Any, **more: Any) -> None:
        taken(self, *args, **more)
        self.scale = 3.9

    monkeypatch.setattr(SimulatedStream, "__init__", hasty)
    async with gallery(tmp_path) as all:
        begun = all.world.clock.monotonic()
        look = all.look(ago(all, 600))
        await until_async(lambda: look.line.walls and look.line.walls[-1] - look.line.walls[0] > 9 * SECOND)
        look.channel.report(look.line.walls[0])
        await until_async(lambda: not look.channel.changed.is_set() and _waits(all))
        spent = all.world.clock.monotonic() - begun
        assert look.line.walls[-1] - look.line.walls[0] <= (10 + spent + 1) * SECOND


def _waits(all: Gallery) -> bool:
    return all.world.device.outlets.sent > 400


async def test_a_clock_that_is_off_is_reckoned_with(tmp_path: Path) -> None:
    """An hour ahead: its recordings are named, and asked for, by its own time."""
    ahead = timedelta(hours=1)
    plain = recording(1_200, 300)
    async with gallery(tmp_path, recordings=(SimulatedRecording(plain.start + ahead, plain.end + ahead),)) as all:
        device = all.world.device
        real = device._wall_us
        device._wall_us = device.transport._wall_us = lambda: real() + 3_600 * SECOND  # type: ignore[attr-defined]
        claims = all.claims()
        at = ago(all, 900)
        found = await all.desk.recordings(
            all.camera,
            claims,
            FootageBounds.of(claims),
            ago(all, 3_000),
            all.now_us,  # type: ignore[arg-type]
        )
        [(begin, end)] = found.spans
        assert abs(begin - round(plain.start.timestamp() * SECOND)) < 2 * SECOND
        assert abs(end - round(plain.end.timestamp() * SECOND)) < 2 * SECOND
        look = all.look(at, claims=claims)
        await seen(look)
        assert abs(all.line.asks[0].start * SECOND - (at + 3_600 * SECOND)) < 2 * SECOND
        assert abs(look.line.walls[0] - at) < 2 * SECOND


async def test_without_its_clock_nothing_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with gallery(tmp_path) as all:

        async def mute(_device: str) -> None:
            return None

        monkeypatch.setattr(all.line.recordings.clocks, "ask", mute)
        look = all.look(ago(all, 600))
        await until_async(look.task.done)
        assert look.line.of("end")[0]["detail"] == "clock"
        assert all.line.asks == []


async def test_what_a_plan_leaves_out_is_not_shown_nor_named(tmp_path: Path) -> None:
    """S10(3): nothing of a vote is looked up at the device either, nor ten minutes around it."""
    async with gallery(tmp_path) as all:
        all.world.gap(1_500, 300, "planned")
        claims = all.claims()
        bounds = FootageBounds.of(claims)
        found = await all.desk.recordings(all.camera, claims, bounds, ago(all, 3_500), all.now_us)
        margin = 600 * SECOND
        begin, end = ago(all, 1_500) - margin, ago(all, 1_200) + margin
        assert found.spans
        assert not any(one[0] < end - SECOND and begin + SECOND < one[1] for one in found.spans)
        all.camera.dark = True
        with pytest.raises(NotPlayed, match="planned"):
            await all.desk.recordings(all.camera, claims, bounds, ago(all, 3_500), all.now_us)


async def test_what_was_recorded_before_it_was_this_camera_s_is_not_shown(tmp_path: Path) -> None:
    async with gallery(tmp_path, since_us=None) as all:
        look = all.look(ago(all, 600))
        await until_async(look.task.done)
        assert look.line.of("end")[0]["detail"] == "not_open"
        assert all.line.questions == []
        # Another address, and the same one again: it is not known what was there in between.
        since = all.desk.since
        first = since.of(all.camera.id, all.camera.assignment.main.url)
        assert first is not None
        since.follow({all.camera.id: "gb28181://1/2"})
        assert since.of(all.camera.id, all.camera.assignment.main.url) is None
        since.follow({all.camera.id: all.camera.assignment.main.url})
        again = since.of(all.camera.id, all.camera.assignment.main.url)
        assert again is not None
        assert again > first


async def test_a_look_that_may_be_no_longer_ends_within_a_second(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        look = all.look(ago(all, 600))
        await seen(look)
        all.camera.dark = True
        await until_async(look.task.done)
        assert look.line.of("end")[0]["detail"] == "planned"
        await all.hung_up()


# What is asked


@pytest.mark.parametrize(
    ("answer", "step"), [("not_registered", "not_registered"), ("no_answer", "no_answer"), ("full", "busy")]
)
async def test_why_nothing_is_played_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, step: str
) -> None:
    async with gallery(tmp_path) as all:

        async def failing(_ask: Any) -> RecordingsAnswer:
            return RecordingsAnswer(failure=answer)  # type: ignore[arg-type]

        monkeypatch.setattr(all.line, "records", failing)
        look = all.look(ago(all, 600))
        await until_async(look.task.done)
        assert (look.line.of("end")[0]["reason"], look.line.of("end")[0]["detail"]) == ("device", step)


async def test_the_same_is_not_asked_twice_and_another_not_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with gallery(tmp_path) as all:
        claims = all.claims()
        bounds = FootageBounds.of(claims)
        span = ago(all, 3_000), ago(all, 100)
        for _ in range(3):
            await all.desk.recordings(all.camera, claims, bounds, *span)
        assert len(all.line.questions) == 1
        monkeypatch.setattr(desks, "TURN_SECONDS", 1.0)
        with pytest.raises(NotPlayed, match="often"):
            await all.desk.recordings(all.camera, claims, bounds, span[0] - 300 * SECOND, span[1])
        # Another look is another question: a platform below is told of each.
        other = all.claims(grant=uuid4(), sub="somebody else")
        await all.desk.recordings(all.camera, other, bounds, *span)
        assert len(all.line.questions) == 2


async def test_a_browser_is_told_what_the_device_has(tmp_path: Path) -> None:
    async with gallery(tmp_path) as all:
        line: Any = Sent(all.claims())
        line.say_quietly = line.send_text
        cameras: Any = SimpleNamespace(get=lambda id: all.camera if id == all.camera.id else None)
        channels = Channels(line, cameras, all.studio)
        wish: dict[str, Any] = {"type": "recordings", "channel": 1, "from": ago(all, 650), "to": ago(all, 300)}
        asked = RecordingsMessage.model_validate(wish | {"camera": all.camera.id})
        await channels.follow(asked)
        await channels.follow(asked)
        await until_async(lambda: len(line.of("recordings")) == 2)
        often, told = line.of("recordings")
        assert (often["failure"], often["spans"]) == ("often", [])
        assert (told["from"], told["to"], told["failure"], told["whole"]) == (wish["from"], wish["to"], "", True)
        [[begin, end]] = told["spans"]
        assert begin <= wish["from"] < wish["to"] <= end
        # Of a camera that the look does not open nothing is asked.
        await channels.follow(RecordingsMessage.model_validate(wish | {"camera": uuid4()}))
        await until_async(lambda: len(line.of("recordings")) == 3)
        assert line.of("recordings")[2]["failure"] == "not_open"
        assert len(all.line.questions) == 1


async def test_a_supervised_session_shows_nothing_of_it(tmp_path: Path) -> None:
    """Its pictures bear a name and are coded anew (S29): those of a device do not."""
    async with gallery(tmp_path) as all:
        span = (ago(all, 600), ago(all, 300))
        line: Any = Sent(all.claims(live=False, back_seconds=0, span=span, burnt="卓玛"))
        line.say_quietly = line.send_text
        cameras: Any = SimpleNamespace(get=lambda _id: all.camera)
        channels = Channels(line, cameras, all.studio)
        wish = {"type": "recordings", "channel": 1, "camera": all.camera.id, "from": span[0], "to": span[1]}
        await channels.follow(RecordingsMessage.model_validate(wish))
        await until_async(lambda: line.of("recordings"))
        assert line.of("recordings")[0]["failure"] == "not_open"
        assert all.line.questions == []
