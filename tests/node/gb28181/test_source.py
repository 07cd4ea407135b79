"""A channel is called, its pictures become units, and it is called again whenever the call ends."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.media.frame import Coding
from custodes.node.gb28181 import attempt, calls, source
from custodes.video.source import kept as kept_source
from custodes.video.unit import AccessUnit, SoundCodec
from custodes.video.wire.calls import CallAnswer
from tests.gb28181.media.films import BOTH, STEP, film
from tests.node.gb28181.hall import Hall, Taken, hall
from tests.node.gb28181.stand_in import DEVICE, Channel, long_group, reel
from tests.patience import until_async


def in_hall(test: Any, **how: Any) -> None:
    """Run `test` in a hall."""

    async def run() -> None:
        async with hall(**how) as there:
            await test(there)

    asyncio.run(run())


@pytest.mark.parametrize("coding", BOTH)
@pytest.mark.parametrize(
    ("way", "setup"),
    [
        ({"transport": "udp"}, "udp"),
        ({"transport": "tcp"}, "tcp-passive"),
        ({"transport": "tcp", "active": True}, "tcp-active"),
    ],
)
def test_every_picture_becomes_a_unit(coding: Coding, way: dict[str, Any], setup: str) -> None:
    async def test(there: Hall) -> None:
        taken = there.add(Channel(reel(coding), scale=3), **way)
        await until_async(lambda: len(taken.units) >= 25)
        assert [state.state for state in taken.states] == ["connecting", "receiving"]
        data = [frame.data for frame in film(coding)]
        assert [unit.data for unit in taken.units[:20]] == data
        assert [unit.key for unit in taken.units[:5]] == [True, False, False, False, False]
        assert {two.media_time - one.media_time for one, two in itertools.pairwise(taken.units)} == {STEP}
        walls = [unit.wall_us for unit in taken.units]
        assert walls == sorted(walls)
        assert abs(walls[-1] - there.reader.clock.wall_us()) < 1_000_000
        (ask,) = there.gateway.asks
        assert (ask.device, ask.channel, ask.stream, ask.setup) == (DEVICE, taken.channel, "main", setup)
        assert ask.address == "127.0.0.1"
        assert 24_000 <= ask.port <= 24_999
        assert taken.source.counters.units == len(taken.units)
        assert taken.source.counters.connections == 1
        assert taken.source.counters.lost == taken.source.counters.dropped == 0

    in_hall(test)


def test_the_sub_stream_is_asked_for_as_such() -> None:
    async def test(there: Hall) -> None:
        taken = there.add(Channel(), stream="sub")
        await until_async(lambda: taken.units)
        assert there.gateway.asks[0].stream == "sub"

    in_hall(test)


def test_stop_ends_the_call_and_gives_the_ports_back() -> None:
    async def test(there: Hall) -> None:
        taken = there.add(Channel())
        await until_async(lambda: taken.units)
        (call,) = there.gateway.calls
        watched = len(there.reader)
        taken.source.stop()
        await until_async(lambda: there.gateway.ended == [call])
        assert taken.states[-1].state == "off"
        assert (watched, len(there.reader), len(there.desk)) == (2, 0, 0)
        count = len(taken.units)
        taken.source.start()
        await until_async(lambda: len(taken.units) > count)
        assert taken.source.session == 2

    in_hall(test)


def test_a_call_that_is_not_answered_yet_is_given_up() -> None:
    async def test(there: Hall) -> None:
        there.gateway.answering_seconds = 0.3
        taken = there.add(Channel())
        await until_async(lambda: there.gateway.asks)
        taken.source.stop()
        later = there.add(Channel())
        await until_async(lambda: later.units)  # asked and answered behind it
        assert len(there.desk) == 1
        assert [state.state for state in taken.states] == ["connecting", "off"]

    in_hall(test)


def test_a_call_that_the_device_ends_is_made_again() -> None:
    async def test(there: Hall) -> None:
        taken = there.add(Channel(), silent_seconds=5.0)
        await until_async(lambda: taken.units)
        (first,) = there.gateway.calls
        there.gateway.hang_up(first)
        with patch.object(attempt, "KEY_LATE_SECONDS", 0.5):
            await until_async(lambda: "gb:ended" in taken.codes)
        count = len(taken.units)
        await until_async(lambda: len(taken.units) > count)
        failed = next(state for state in taken.states if state.code)
        assert (failed.state, failed.reason, failed.detail) == ("network", "network", "the device ended the call")
        assert [state.state for state in taken.states] == ["connecting", "receiving", "network", "receiving"]
        assert len(there.gateway.asks) == 2

    in_hall(test)


def test_calls_that_stand_are_kept_together() -> None:
    async def test(there: Hall) -> None:
        both = there.add(Channel()), there.add(Channel())
        await until_async(lambda: all(taken.units for taken in both))
        with patch.object(calls, "KEEP_SECONDS", 0.1):
            there.desk.doubt()
            await until_async(lambda: len(there.gateway.kept) >= 2)
        assert {(kept.worker, frozenset(kept.calls)) for kept in there.gateway.kept} == {
            ("node-1/0", frozenset(there.gateway.calls))
        }

    in_hall(test)


def test_a_gateway_that_is_away_stops_no_picture_and_is_asked_again() -> None:
    async def test(there: Hall) -> None:
        taken = there.add(Channel(scale=2))
        await until_async(lambda: taken.units)
        there.gateway.away = True
        late = there.add(Channel())
        await until_async(lambda: late.codes[-1:] == ["gb:gateway"])
        there.desk.doubt()
        count = len(taken.units)
        await until_async(lambda: len(taken.units) > count + 50)
        assert taken.states[-1].state == "receiving"
        there.gateway.away = False
        await until_async(lambda: late.units)
        assert [(state.state, state.code) for state in late.states] == [
            ("connecting", ""),
            ("network", "gb:gateway"),
            ("receiving", ""),
        ]

    in_hall(test)


def test_no_more_than_a_few_calls_are_placed_with_a_device_at_a_time() -> None:
    async def test(there: Hall) -> None:
        there.gateway.answering_seconds = 0.1
        all_of_them = [there.add(Channel()) for _ in range(10)]
        await until_async(lambda: all(taken.units for taken in all_of_them))
        assert there.gateway.most_at_once == calls.AT_ONCE

    in_hall(test)


def test_a_key_picture_that_is_late_is_asked_for() -> None:
    async def test(there: Hall) -> None:
        with patch.object(attempt, "KEY_LATE_SECONDS", 0.5):
            taken = there.add(Channel(long_group(), begins=1), silent_seconds=5.0)
            await until_async(lambda: taken.units)
        assert there.gateway.keys == list(there.gateway.calls)
        assert taken.units[0].key
        assert taken.codes == ["", ""]

    in_hall(test)


def test_who_joins_has_a_key_picture_asked_for_through_the_call() -> None:
    async def test(there: Hall) -> None:
        taken = there.add(Channel(long_group()))
        await until_async(lambda: taken.units)
        (call,) = there.gateway.calls
        assert there.desk.key_of(there.gateway.calls[call].camera)
        assert not there.desk.key_of(UUID(int=99))
        await until_async(lambda: there.gateway.keys == [call])
        await until_async(lambda: sum(unit.key for unit in taken.units) == 2)

    in_hall(test)


def test_without_a_key_picture_the_step_is_told_and_the_call_goes_on() -> None:
    async def test(there: Hall) -> None:
        behind = Channel(long_group(), begins=1)
        taken = there.add(behind, silent_seconds=2.0)
        with patch.object(attempt, "KEY_LATE_SECONDS", 60.0), patch.object(source, "UNDECODABLE_SECONDS", 3.0):
            await until_async(lambda: "gb:no-key" in taken.codes)
            assert len(there.gateway.asks) == 1
            told = next(state for state in taken.states if state.code)
            assert (told.state, told.reason) == ("codec", "codec")
            assert "no key frame" in told.detail
            await until_async(lambda: len(there.gateway.asks) == 2)

    in_hall(test)


def test_what_is_lost_leaves_out_pictures_and_never_hands_on_half_of_one() -> None:
    async def test(there: Hall) -> None:
        taken = there.add(Channel(scale=3, lost=23))
        await until_async(lambda: len(taken.units) >= 40)
        whole = {frame.data for frame in film(Coding.H264)}
        assert {unit.data for unit in taken.units} <= whole
        counted = taken.source.counters
        assert counted.lost > 0
        assert counted.dropped > 0

    in_hall(test)


@pytest.mark.parametrize("sound", [True, False])
def test_sound_comes_only_where_the_record_has_its_reason(sound: bool) -> None:
    async def test(there: Hall) -> None:
        taken = there.add(Channel(reel(sound=True), scale=2), sound=sound)
        await until_async(lambda: len(taken.units) >= 20)
        if sound:
            assert {frame.params.codec for frame in taken.sounds} == {SoundCodec.PCMA}
            assert taken.sounds[0].media_time >= taken.units[0].media_time
        assert bool(taken.sounds) is sound
        assert bool(taken.source.counters.sounds) is sound

    in_hall(test)


@pytest.mark.parametrize("quirk", [Quirk.NO_MAP, Quirk.WRONG_MAP_CRC, Quirk.NO_PES_LENGTH, Quirk.WRONG_SSRC])
def test_a_device_with_faults_is_taken_all_the_same(quirk: Quirk) -> None:
    async def test(there: Hall) -> None:
        taken = there.add(Channel(scale=3, quirks=frozenset({quirk})))
        await until_async(lambda: len(taken.units) >= 20)
        assert [unit.data for unit in taken.units[:20]] == [frame.data for frame in film(Coding.H264)]

    in_hall(test)


def test_a_listener_that_stops_the_source_hears_no_more() -> None:
    async def test(there: Hall) -> None:
        taken: Taken = there.add(Channel(scale=3), transport="tcp")

        def stop(unit: AccessUnit) -> None:
            taken.units.append(unit)
            taken.source.stop()

        taken.source._on_unit = stop
        await until_async(lambda: taken.units)
        other = there.add(Channel(scale=3), transport="tcp")
        await until_async(lambda: len(other.units) >= 5)  # read by the same tick, and sent behind it
        assert len(taken.units) == 1
        assert taken.states[-1].state == "off"

    in_hall(test)


@pytest.mark.parametrize("how", ["it registered", "its gateway started anew"])
@pytest.mark.parametrize("step", ["not_registered", "not_assigned", "no_answer", "refused"])
def test_a_device_that_comes_back_is_called_at_once_however_long_the_pause_was(step: Any, how: str) -> None:
    async def test(there: Hall) -> None:
        behind = Channel(answer=CallAnswer(step=step, status=486 if step == "refused" else 0))
        taken = there.add(behind)
        await until_async(lambda: any(code.startswith(f"gb:{step}") for code in taken.codes))
        behind.answer = None
        asks = len(there.gateway.asks)
        _ = there.gateway.say_came() if how == "it registered" else there.gateway.begin_anew()
        await until_async(lambda: taken.units)
        assert len(there.gateway.asks) == asks + 1

    with patch.multiple(kept_source, FIRST_SECONDS=3_600.0, LONGEST_SECONDS=3_600.0):
        in_hall(test)


def test_a_device_that_comes_back_during_an_attempt_is_called_again_when_that_fails() -> None:
    async def test(there: Hall) -> None:
        there.gateway.answers.clear()
        taken = there.add(Channel(first=[CallAnswer(step="no_answer")]))
        await until_async(lambda: there.gateway.asks)
        there.gateway.say_came("34020000001180000009")  # somebody else's: nothing of ours
        there.gateway.say_came()
        await until_async(lambda: there.gateway.told == 2)
        there.gateway.answers.set()
        await until_async(lambda: taken.units)
        assert "gb:no_answer" in taken.codes
        assert len(there.gateway.asks) == 2

    with patch.multiple(kept_source, FIRST_SECONDS=3_600.0, LONGEST_SECONDS=3_600.0):
        in_hall(test)
