"""tshark reads a speech: the announcement, the device's call, our answer and our packets, and has nothing to complain about."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from custodes.gateway.speaking.offer import Agreed, agreed, answer
from custodes.gateway.speaking.short_form import answered, own_fields, own_offer
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.manscdp.broadcast import Broadcast
from custodes.gb28181.media.g711 import samples_of
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.ssrc import ssrc_of
from custodes.node.gb28181.speaking.speech import Pacer, Voice
from custodes.video.wire.control_leases import SpeakAsk
from tests.gb28181.device.world import CAMERAS, HOME, NVR, PLATFORM, World
from tests.gb28181.sip.examples import SERVER
from tests.interop.gb28181.test_tshark import Recorded
from tests.node.gb28181.speaking.world import snr, tone
from tests.patience import PATIENCE

pytestmark = pytest.mark.interop
TSHARK = shutil.which("tshark")
_NOTE = 0x00400000


def recorded(quirks: tuple[Quirk, ...]) -> tuple[Recorded, World]:
    """A device that is registered, and all that it says and hears."""
    kept = Recorded()
    world = World(quirks)
    world.net.say, say = (lambda *more: (kept.kept.append((world.now, *_ends(*more))), say(*more))[1]), world.net.say  # type: ignore[method-assign]
    world.ready()
    return kept, world


def ask_of() -> SpeakAsk:
    """What a node asks."""
    return SpeakAsk(
        camera=UUID(int=1), device=NVR, channel=CAMERAS[0], targets=(CAMERAS[0],), address=PLATFORM.host, port=30_000, grant=UUID(int=2),
    )  # fmt: skip


def spoken(quirks: tuple[Quirk, ...], said: bytes) -> Recorded:
    """A device is announced to, calls, is answered by the gateway's rules, and hears a second."""
    kept, world = recorded(quirks)
    platform = world.platform
    platform.ask(Broadcast(sn=platform.number(), source=SERVER, target=CAMERAS[0]))
    world.pass_by(1)
    (offer,) = platform.offers
    ask = ask_of()
    found = agreed(ask, offer.request.body, HOME.host, lambda _host: True)
    assert offer.call.accept(answer(SERVER, ask, found, found.y), (("Content-Type", "Application/SDP"),), world.now)
    world.pass_by(1)
    say(kept, found, said, world.now)
    return kept


def called(quirks: tuple[Quirk, ...], said: bytes) -> Recorded:
    """A device is called by the gateway's rules, answers, and hears a second."""
    kept, world = recorded((Quirk.TALK, *quirks))
    ask, y, endpoint = ask_of().model_copy(update={"setups": ("udp",)}), "0200000001", world.platform.endpoint
    invite = endpoint.request("INVITE", CAMERAS[0], HOME, own_offer(SERVER, ask, y), own_fields(SERVER, CAMERAS[0], y))
    call = endpoint.call(invite, HOME, world.now, NVR)
    world.pass_by(1)
    message = world.platform.calls[-1].message
    assert message is not None
    found = answered(ask, y, message.body, HOME.host, lambda _host: True)
    say(kept, found, said, world.now)
    call.hang_up("said", world.now)
    world.pass_by(1)
    assert not world.device.calls.listening
    return kept


def say(kept: Recorded, found: Agreed, said: bytes, now: float) -> None:
    """The packets of what is said."""
    pacer, voice = Pacer(), Voice(found.encoding, found.type, ssrc_of(found.y))
    pacer.feed(said, now)
    while pacer.due < math.inf:
        now = max(now, pacer.due)
        for piece in pacer.take(now):
            for packet in voice.packets(piece):
                kept.kept.append((now, Peer("UDP", PLATFORM.host, 30_000), Peer("UDP", HOME.host, found.port), packet))


def _ends(octets: bytes, source: Peer, target: Peer) -> tuple[Peer, Peer, bytes]:
    return source, target, octets


def tshark(capture: Path, *more: str) -> str:
    assert TSHARK is not None, "apt-get install tshark"
    done = subprocess.run(
        [TSHARK, "-r", str(capture), *more], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return done.stdout


@pytest.mark.parametrize("begun", [spoken, called])
@pytest.mark.parametrize("quirks", [(), (Quirk.SPEECH_PCMU,)])
def test_a_speech_is_read(
    tmp_path: Path, quirks: tuple[Quirk, ...], begun: Callable[[tuple[Quirk, ...], bytes], Recorded]
) -> None:
    said = tone(1.0)
    kept = begun(quirks, said)
    capture = tmp_path / "speech.pcap"
    capture.write_bytes(kept.pcap())
    packets = json.loads(tshark(capture, "-T", "json"))
    layers = [packet["_source"]["layers"] for packet in packets]
    assert not [one for one in layers if "_ws.malformed" in str(one)]
    loud = tshark(capture, "-Y", f"_ws.expert.severity > {_NOTE}")
    assert loud == ""
    # The description of the call tells tshark where the sound is, and what it is.
    kind = "0" if quirks else "8"
    found = tshark(capture, "-Y", f"rtp && rtp.p_type == {kind}", "-T", "fields", "-e", "rtp.payload", "-e", "rtp.seq").split("\n")[:-1]  # fmt: skip
    assert len(found) == 50
    streams = tshark(capture, "-q", "-z", "rtp,streams")
    assert " 50 " in streams
    assert "(0.0%)" in streams
    payload = b"".join(bytes.fromhex(line.split("\t")[0].replace(":", "")) for line in found)
    if not quirks:
        assert snr(payload, said) == math.inf
        assert max(samples_of(payload)) > 7_000
