"""What is said into a node comes out of a device: with its gateway, over each transport and coding, and with each of its faults."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from custodes.gateway.figures import GatewayFigures
from custodes.gateway.speaking.open_speech import BOUNDS
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.media.g711 import SILENCE
from custodes.gb28181.sip.peer import Carrier
from custodes.node.gb28181.speaking import desk as desks
from custodes.node.gb28181.speaking.desk import NotSpoken
from custodes.video.source.address import AddressPolicy
from custodes.video.wire.control_leases import SpeakAnswer, SpeakStep
from tests.gateway.world import NVR, World
from tests.node.gb28181.speaking.world import (
    CAMERA,
    OUTPUT,
    Whole,
    assigned,
    desk_of,
    shell_of,
    snr,
    spoken_channel,
    tone,
    whole,
)
from tests.patience import until_async

WAYS = [
    (),
    (Quirk.SPEECH_TCP_ACTIVE,),
    (Quirk.SPEECH_TCP_PASSIVE,),
    (Quirk.SPEECH_PS,),
    (Quirk.SPEECH_PS, Quirk.SPEECH_TCP_ACTIVE),
    (Quirk.SPEECH_PCMU,),
    (Quirk.SPEECH_SUBJECT,),
]


async def spoken(there: Whole, seconds: float = 1.0) -> float:
    """Say a tone; how well it was heard, dB."""
    speech = await there.begin()
    said = tone(seconds)
    speech.feed(said)
    ear = await there.heard(len(said))
    assert (ear.early, ear.strange) == (0, 0)
    await speech.end()
    return snr(ear.said[: len(said)], said)


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
@pytest.mark.parametrize("quirks", WAYS)
async def test_a_tone_comes_out_as_it_went_in(tmp_path: Path, quirks: tuple[Quirk, ...], carrier: Carrier) -> None:
    async with whole(tmp_path, quirks, carrier) as there:
        heard = await spoken(there)
        # A-law goes through unchanged; µ-law and back costs what two quantisations do (ITU-T G.711 alone: 38 dB).
        assert heard == math.inf if Quirk.SPEECH_PCMU not in quirks else heard > 35
        assert there.ears[-1].target == OUTPUT
        assert there.whys == []


async def test_a_pause_is_heard_as_a_pause(tmp_path: Path) -> None:
    async with whole(tmp_path) as there:
        speech = await there.begin()
        first, second = tone(0.2), tone(0.2, 880)
        speech.feed(first)
        ear = await there.heard(len(first))
        await until_async(lambda: speech._pacer.due == math.inf)  # what was said is over
        speech.feed(second)
        await there.heard(len(first) + len(second))
        assert ear.said == first + second
        assert ear.lost > 0
        assert len(ear.heard) == len(ear.said) + ear.lost
        assert ear.heard.count(SILENCE) >= ear.lost


async def test_a_device_that_hangs_up_ends_it_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "KEEP_SECONDS", 0.05)
    async with whole(tmp_path) as there:
        speech = await there.begin()
        there.device.calls.unspoken(there.shell.now)
        there.shell.work()
        await until_async(lambda: speech.ended)
        assert (speech.ended, there.whys) == ("device", ["device"])
        again = await there.begin()
        assert again.ended is None


@pytest.mark.parametrize("quirk", [Quirk.SPEECH_TCP_ACTIVE, Quirk.SPEECH_TCP_PASSIVE])
async def test_a_device_whose_connection_breaks_hears_bye(tmp_path: Path, quirk: Quirk) -> None:
    async with whole(tmp_path, [quirk]) as there:
        speech = await there.begin()
        speech.feed(tone(0.1))
        await there.heard(800)
        there.shell.ears.close()
        await until_async(lambda: speech.ended)
        assert there.whys == ["unreached"]
        await until_async(lambda: not there.device.calls.listening)


async def test_a_device_that_may_be_there_for_the_gateway_may_not_for_the_node(tmp_path: Path) -> None:
    elsewhere = AddressPolicy((ip_network("192.0.2.0/24"),))
    async with whole(tmp_path, policy=elsewhere) as there:
        with pytest.raises(NotSpoken) as refused:
            await there.begin()
        assert refused.value.step is SpeakStep.OFFER
        await until_async(lambda: there.device.calls.spoken)
        assert there.ears[-1].packets == 0


async def test_a_node_that_is_dead_speaks_no_more(tmp_path: Path) -> None:
    async with whole(tmp_path, keeps=False) as there:
        await there.begin()
        there.gateway.speaking._bounds = replace(BOUNDS, kept_s=0.1)
        await until_async(lambda: not there.device.calls.listening)
        assert there.gateway.speaking.outcomes == {"spoken": 1, "ended_unknown": 1}


async def test_a_gateway_that_ends_hangs_up_and_the_next_one_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, camera = World(tmp_path), uuid4()
    world.assign(NVR, channels=(spoken_channel(camera),))
    shell, whys = shell_of(world.sip_port), list[str]()
    desk = desk_of(world, {camera: assigned(camera)})
    try:
        async with world.gateway() as gateway:
            await shell.open()
            await until_async(lambda: gateway.context.reach(NVR) is not None)
            speech = await desk.begin(camera, uuid4(), whys.append)
        await until_async(lambda: not shell.device.calls.listening)
        await desk.keep_once()
        assert speech.ended is None  # where the gateway is away it is waited for
        monkeypatch.setattr(desks, "AWAY_SECONDS", math.inf)  # the desk by itself would wait for ever

        async def over() -> bool:
            await desk.keep_once()
            return speech.ended is not None

        async with world.gateway():
            await until_async(over)
        assert whys == ["gateway"]
    finally:
        await desk.stop()
        await shell.close()


async def test_the_desk_takes_what_is_signed_and_of_the_right_shape(tmp_path: Path) -> None:
    async with whole(tmp_path) as there:
        ask = {
            "camera": str(there.camera), "device": NVR, "channel": CAMERA, "targets": [CAMERA], "address": "127.0.0.1",
            "port": 26_000, "grant": str(uuid4()),
        }  # fmt: skip
        world = there.world

        async def status(path: str, body: object, **more: Any) -> int:
            return (await world.ask(path, json.dumps(body).encode(), **more)).status_code

        node: dict[str, Any] = {"key": world.node_key, "who": "node-1"}
        assert await status("/internal/speak", ask) == 403  # the web is no node
        assert await status("/internal/speak", ask, key=world.web_key, who="node-1") == 401
        for wrong in (
            {"targets": []},
            {"targets": ["a"] * 5},
            {"targets": ["a b"]},
            {"address": "0.0.0.0"},
            {"address": "camera.example"},
            {"port": 0},
            {"grant": ""},
            {"setups": []},
        ):
            assert await status("/internal/speak", ask | wrong, **node) == 422, wrong
        assert await status("/internal/speak/keep", {"worker": "node-2/0", "calls": []}, **node) == 422
        assert await status("/internal/speak/end", {"call": str(uuid4())}, **node) == 204
        assert len(there.gateway.speaking) == 0
        taken = await world.ask("/internal/speak", json.dumps(ask).encode(), **node)
        assert SpeakAnswer.model_validate_json(taken.content).target == CAMERA


async def test_what_is_spoken_is_counted(tmp_path: Path) -> None:
    async with whole(tmp_path) as there:
        speech = await there.begin()
        found = {
            sample.name: sample.value
            for metric in GatewayFigures(there.gateway).collect()
            for sample in metric.samples
            if "speech" in sample.name
        }
        assert found == {"custodes_gateway_speeches": 1, "custodes_gateway_speech_outcomes_total": 1}
        await speech.end()
