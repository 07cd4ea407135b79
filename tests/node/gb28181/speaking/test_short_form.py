"""What is said into a node comes out of a device that the gateway called: over each transport and coding, with its faults, and never twice."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.sip.peer import Carrier
from custodes.node.gb28181.speaking.desk import NotSpoken
from custodes.video.wire.control_leases import SpeakStep
from tests.node.gb28181.speaking.world import OUTPUT, snr, tone, whole
from tests.patience import until_async

TRANSPORTS: Any = ["udp", "tcp", "tcp-active"]


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("quirks", [(), (Quirk.SPEECH_PCMU,), (Quirk.SPEECH_PS,)])
async def test_a_tone_comes_out_as_it_went_in(
    tmp_path: Path, quirks: tuple[Quirk, ...], transport: Any, carrier: Carrier
) -> None:
    async with whole(tmp_path, (Quirk.TALK, *quirks), carrier, speech="talk", transport=transport) as there:
        speech = await there.begin()
        assert speech.form == "talk"
        said = tone(0.5)
        speech.feed(said)
        ear = await there.heard(len(said))
        assert (ear.target, ear.tcp, ear.early, ear.strange) == (OUTPUT, transport != "udp", 0, 0)
        heard = snr(ear.said[: len(said)], said)
        assert heard > 35 if Quirk.SPEECH_PCMU in quirks else heard == math.inf
        await speech.end()
        await until_async(lambda: not there.device.calls.listening)
        assert (there.whys, speech.back) == ([], 0)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_a_device_sends_back_in_the_call_is_dropped_and_counted(tmp_path: Path, transport: Any) -> None:
    async with whole(tmp_path, (Quirk.TALK, Quirk.TALK_BACK), speech="talk", transport=transport) as there:
        speech = await there.begin()
        said = tone(0.3)
        speech.feed(said)
        await there.heard(len(said))
        await until_async(lambda: speech.back > len(said))  # with its heads
        assert there.ears[-1].said == said  # nothing of it went out again
        await speech.end()


@pytest.mark.parametrize("quirk", [Quirk.SPEECH_REFUSED])
async def test_a_device_that_refuses_the_announcement_speaks_once(tmp_path: Path, quirk: Quirk) -> None:
    async with whole(tmp_path, (Quirk.TALK, quirk), speech="auto") as there:
        speech = await there.begin()
        said = tone(0.2)
        speech.feed(said)
        ear = await there.heard(len(said))
        assert (speech.form, len(there.ears), ear.said) == ("talk", 1, said)
        await speech.end()


async def test_one_that_does_not_know_it_is_told_with_the_form(tmp_path: Path) -> None:
    async with whole(tmp_path, speech="talk") as there:
        with pytest.raises(NotSpoken) as refused:
            await there.begin()
        assert (refused.value.step, refused.value.form) == (SpeakStep.REFUSED, "talk")
        assert there.gateway.speaking.outcomes == {"refused": 1}


@pytest.mark.parametrize("transport", ["tcp", "tcp-active"])
async def test_a_device_whose_connection_breaks_hears_bye(tmp_path: Path, transport: Any) -> None:
    async with whole(tmp_path, (Quirk.TALK,), speech="talk", transport=transport) as there:
        speech = await there.begin()
        speech.feed(tone(0.1))
        await there.heard(800)
        there.shell.ears.close()
        await until_async(lambda: speech.ended)
        assert there.whys == ["unreached"]
        await until_async(lambda: not there.device.calls.listening)


async def test_a_device_that_hangs_up_ends_it_here(tmp_path: Path) -> None:
    async with whole(tmp_path, (Quirk.TALK,), speech="talk", transport="udp", keeps=False) as there:
        speech = await there.begin()
        there.device.calls.unspoken(there.shell.now)
        there.shell.work()
        await until_async(lambda: not len(there.gateway.speaking))
        await there.desk.keep_once()
        assert (speech.ended, there.whys) == ("device", ["device"])
