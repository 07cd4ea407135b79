"""In which order a body is answered and read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from custodes.gateway import hearing
from custodes.gb28181.manscdp.incoming import Incoming, understand
from custodes.gb28181.sip.peer import Peer
from tests.gateway.world import NVR, World, running_device
from tests.patience import until_async


async def test_a_part_is_answered_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The device writes the next one meanwhile (Annex N)."""
    world = World(tmp_path)
    world.assign(NVR)
    sent, before = [], []

    def reads(*args: Any) -> Incoming:
        before.append(len(sent))
        return understand(*args)

    monkeypatch.setattr(hearing, "understand", reads)
    async with world.gateway() as gateway:
        send = gateway.transport._send

        def sends(octets: bytes, peer: Peer) -> None:
            if octets.startswith(b"SIP/2.0 200") and b" MESSAGE\r\n" in octets:
                sent.append(octets)
            send(octets, peer)

        monkeypatch.setattr(gateway.transport, "_send", sends)
        async with running_device(world.sip_port, channels=5):
            await until_async(lambda: world.web.parts)
    assert before[:5] == [1, 2, 3, 4, 5]
