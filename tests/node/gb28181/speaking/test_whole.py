"""What is said into a node comes out of a device: with its gateway, over each transport and coding, and with each of its faults."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.sip.peer import Carrier
from tests.node.gb28181.speaking.world import OUTPUT, Whole, snr, tone, whole

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
    assert (ear.early, ear.strange, ear.lost) == (0, 0, 0)
    await speech.end()
    return snr(ear.heard[: len(said)], said)


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
@pytest.mark.parametrize("quirks", WAYS)
async def test_a_tone_comes_out_as_it_went_in(tmp_path: Path, quirks: tuple[Quirk, ...], carrier: Carrier) -> None:
    async with whole(tmp_path, quirks, carrier) as there:
        heard = await spoken(there)
        # A-law goes through unchanged; µ-law and back costs what two quantisations do (ITU-T G.711 alone: 38 dB).
        assert heard == math.inf if Quirk.SPEECH_PCMU not in quirks else heard > 35
        assert there.ears[-1].target == OUTPUT
        assert there.whys == []
