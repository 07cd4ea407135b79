"""The sound of a camera goes up with its pictures where the token names it and the register has its leave, and nowhere else; on record."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from custodes.gb28181.media.frame import Coding
from custodes.video.unit import SoundParameters
from tests.node.gb28181.sending.room import CAMERA, Upper, begun, room
from tests.node.gb28181.sending.sounding import (
    AAC,
    HEARS,
    PCMA,
    beside,
    lets_hear,
    pictures,
    played,
    sounding_archive,
    sounding_room,
    sounds,
    unheard,
)
from tests.patience import until_async

KINDS = pytest.mark.parametrize(
    ("params", "coding"), [(PCMA, Coding.G711A), (AAC, Coding.AAC)], ids=lambda one: getattr(one, "name", "")
)


@KINDS
@pytest.mark.parametrize("way", ["udp", "tcp-passive"])
async def test_live_sound_goes_beside_its_pictures_and_that_is_on_record(
    tmp_path: Path, way: str, params: SoundParameters, coding: Coding
) -> None:
    async with sounding_room(tmp_path, params) as here:
        with Upper(way) as upper:
            ready = await begun(here, upper, comes=False, **HEARS)
            assert (ready.picture, ready.sound) == ("H264", coding.value)

            async def heard_enough() -> bool:
                await played(here, 1, params)
                await asyncio.sleep(0.005)
                upper.read()
                return len(sounds(upper)) > 20

            await until_async(heard_enough)
            await here.desk.end(upper.call)
            heard, shown = sounds(upper), pictures(upper)
            assert {frame.coding for frame in heard} == {coding}
            assert {frame.data for frame in heard} <= {beside(unit, params).data for unit in here.played}
            offset = shown[0].time - here.played[0].media_time
            assert {frame.time - offset for frame in heard} == {
                int.from_bytes(frame.data[:8], "big") for frame in heard
            }
        [record] = here.records("view.heard")
        [end] = here.records("view.ended")
        [begin] = here.records("view.begun")
        assert (record.camera, record.person, record.view) == (CAMERA, "link-7", begin.id)
        assert sum(until_us - from_us for from_us, until_us in end.heard) > 700_000


@pytest.mark.parametrize(
    ("claims", "audio", "sound"),
    [({}, True, True), (HEARS, False, True), (HEARS, True, False)],
    ids=["not granted", "the register has no leave", "the upper wants none"],
)
async def test_without_leave_a_grant_or_a_wish_the_stream_is_as_it_was(
    tmp_path: Path, claims: dict[str, Any], audio: bool, sound: bool
) -> None:
    async with sounding_room(tmp_path) as here:
        lets_hear(here, audio=audio)
        with Upper("udp") as upper:
            ready = await here.desk.make_ready(upper.ask(here.token(**claims), sound=sound))
            assert (ready.step, ready.sound) == ("", "")
            here.desk.start(upper.call)
            await until_async(upper.read)
            await played(here, 20, PCMA)
            await until_async(lambda: (upper.read() and False) or len(pictures(upper)) > 10)
            unheard(upper, here)
            assert not here.hub._hearers


async def test_sound_ends_with_its_leave_and_the_pictures_go_on(tmp_path: Path) -> None:
    async with sounding_room(tmp_path) as here:
        with Upper("udp") as upper:
            await begun(here, upper, **HEARS)
            await played(here, 10, PCMA)
            await until_async(lambda: (upper.read() and False) or sounds(upper))
            lets_hear(here, audio=False)
            count = len(here.played)
            await played(here, 20, PCMA)
            await until_async(lambda: (upper.read() and False) or len(pictures(upper)) > count + 10)
            last = beside(here.played[count - 1], PCMA).media_time
            assert all(int.from_bytes(frame.data[:8], "big") <= last for frame in sounds(upper))
            assert not here.hub._hearers


async def test_leave_that_ends_while_sound_is_sent_ends_it_there(tmp_path: Path) -> None:
    async with sounding_room(tmp_path) as here:
        with Upper("udp") as upper:
            await begun(here, upper, **HEARS)
            await played(here, 10, PCMA)
            await until_async(lambda: (upper.read() and False) or sounds(upper))
            sending: Any = here.desk._calls[upper.call]
            send, sent = sending._send_sound, 0

            async def once(piece: Any, **how: Any) -> None:
                nonlocal sent
                sent += 1
                await send(piece, **how)
                lets_hear(here, audio=False)

            sending._send_sound = once
            for _ in range(5):
                here.hub.on_sound(beside(here.played[-1], PCMA))
            count = len(pictures(upper))
            here.play(5)
            await until_async(lambda: (upper.read() and False) or len(pictures(upper)) > count + 1)
            assert sent == 1


async def test_sound_that_comes_later_and_is_coded_otherwise_later_is_told_by_a_map(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        lets_hear(here)
        here.play(1)
        with Upper("tcp-passive") as upper:
            assert (await begun(here, upper, **HEARS)).sound == ""
            await here.play_slowly(7)
            await played(here, 7, PCMA)
            await played(here, 7, AAC)
            await until_async(
                lambda: (upper.read() and False) or {f.coding for f in sounds(upper)} == {Coding.G711A, Coding.AAC}
            )
            assert upper.receiver.tally.broken == 0


@KINDS
@pytest.mark.parametrize("session", ["Playback", "Download"])
async def test_recorded_sound_goes_beside_its_pictures(
    tmp_path: Path, session: str, params: SoundParameters, coding: Coding
) -> None:
    async with sounding_archive(tmp_path, 6, params) as here:
        with Upper("tcp-passive") as upper:
            ready = await here.call(upper, 1, 4, session=session, claims=HEARS)
            assert (ready.picture, ready.sound) == ("H264", coding.value)
            await here.run(upper, step=0.1)
            heard, shown = sounds(upper), pictures(upper)
            assert {frame.coding for frame in heard} == {coding}
            assert {frame.data for frame in heard} <= {beside(unit, params).data for unit in here.taken}
            assert len(heard) > 20
            offset = shown[0].time - here.taken[25].media_time
            if params is PCMA:  # of AAC there is more than there is time for, here
                apart = [frame.time - offset - int.from_bytes(frame.data[:8], "big") for frame in heard]
                assert max(map(abs, apart)) <= 90, "to the millisecond"
        [end] = here.records("view.ended")
        assert all(here.at(1) - 100_000 <= from_us and until_us <= here.at(4) for from_us, until_us in end.heard)
        assert len(here.records("view.heard")) == 1


async def test_a_playback_at_another_speed_is_silent_and_heard_again_at_its_own(tmp_path: Path) -> None:
    async with sounding_archive(tmp_path, 9) as here:
        with Upper("tcp-passive") as upper:
            await here.call(upper, 0, 9, claims=HEARS)
            assert (await here.step(upper, scale=2.0)).status == 200
            await until_async(lambda: (here.clock.advance(0.05) or upper.read()) and here.stands(upper) > 3)
            assert not sounds(upper)
            assert (await here.step(upper, scale=1.0)).status == 200
            await here.run(upper, step=0.1)
            assert sounds(upper)
            first = min(int.from_bytes(frame.data[:8], "big") for frame in sounds(upper))
            assert first > here.taken[0].media_time + 2 * 90_000


async def test_recorded_sound_is_not_sent_without_its_grant(tmp_path: Path) -> None:
    async with sounding_archive(tmp_path, 3) as here:
        with Upper("tcp-passive") as upper:
            assert (await here.call(upper, 0, 3)).sound == ""
            await here.run(upper, step=0.1)
            unheard(upper, here)
