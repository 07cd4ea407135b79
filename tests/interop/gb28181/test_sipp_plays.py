"""sipp as a recorder that is asked for its catalog, and as a platform that calls our simulated device."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest

from custodes.gb28181.manscdp.catalog import CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.collector import Collector, End
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.media.bounds import Sources
from custodes.gb28181.media.frame import Frame
from custodes.gb28181.media.poll import TickPoll
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.udp import UdpChannel
from custodes.gb28181.sip.events import RequestReceived
from tests.gb28181.device.caller import HERE, PORTS
from tests.gb28181.device.test_shell import shell_for
from tests.gb28181.device.world import CAMERAS, RECORDED
from tests.gb28181.sip.examples import DEVICE
from tests.gb28181.sip.house import house
from tests.interop.gb28181.sipp import sipp
from tests.ports import free_port, port_range

pytestmark = pytest.mark.interop
REGISTERS = str(Path(__file__).parents[3] / "bench" / "gb_register_scenarios" / "burst.xml")


async def test_a_catalog_in_parts_is_whole(tmp_path: Path) -> None:
    port = str(free_port())
    async with house(DEVICE) as at:
        await sipp(REGISTERS, at.port, tmp_path, "-t", "u1", "-p", port, devices=(DEVICE,))
        running = asyncio.ensure_future(sipp("catalog.xml", at.port, tmp_path, "-t", "u1", "-p", port))
        found = at.registrar.find(DEVICE)
        assert found is not None
        query = write_message(CatalogQuery(sn=4711, device_id=DEVICE))
        made = at.endpoint.request("MESSAGE", DEVICE, found.peer, query, (("Content-Type", "Application/MANSCDP+xml"),))
        at.endpoint.send(made, found.peer, at.transport._clock())
        at.transport.drain()
        await running
        collector: Collector[CatalogItem] = Collector(lambda item: item.device_id, 0)
        bodies = [read_body(event.request.body) for event in at.events if isinstance(event, RequestReceived)]
        parts = [body for body in bodies if isinstance(body, CatalogPart)]
        assert [part.sn for part in parts] == [4711, 4711]
        assert [collector.add(part.sum_num, part.items, 0) for part in parts] == [None, End.COMPLETE]
        assert [item.name for item in sorted(collector.collected().entries, key=lambda item: item.device_id)] == [
            "one",
            "two",
            "three",
        ]


async def test_our_device_plays_a_recording_for_it(tmp_path: Path) -> None:
    assert CAMERAS[0] == DEVICE, "the scenario calls this channel"
    # Nobody answers its registrations: who calls from the platform's address is served all the same.
    shell = shell_for(free_port(), "UDP", [], port_range(1))
    frames: list[Frame] = []
    poll = TickPoll()
    receiver = Receiver(frames.append, poll.now, expected=(1_200_000_001,), strict=True)
    channel = UdpChannel(poll, receiver, address=HERE, ports=PORTS, sources=Sources(), rng=random.Random(1))
    reading = asyncio.ensure_future(poll.run())
    await shell.open()
    start = int(RECORDED[0].start.timestamp())
    keys = ("rtp_port", str(channel.port), "from_s", str(start), "until_s", str(start + 3_600))
    pairs = [word for at in range(0, len(keys), 2) for word in ("-key", *keys[at : at + 2])]
    begun = time.monotonic()
    try:
        await sipp("look.xml", shell.device.settings.upper.contact.port, tmp_path, "-t", "u1", *pairs)
        assert not shell.device.streams
    finally:
        await shell.close()
        reading.cancel()
        channel.close()
        poll.close()
    pictures = [frame for frame in frames if frame.coding.video]
    assert pictures[0].key
    # It was paused for a while: fewer than the time that passed would give.
    assert 10 < len(pictures) < (time.monotonic() - begun - 0.2) * 25
