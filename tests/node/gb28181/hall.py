"""Sources on a tick of their own, with a stand-in gateway: what one worker does with its channels, and nothing else of it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from random import Random
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.gateway_client import AssignedGateway, GatewayClient
from custodes.node.gb28181.place import CallPlace, CameraSources
from custodes.node.gb28181.source import GbSource
from custodes.video.clock import SystemClock
from custodes.video.source.address import AddressPolicy
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.source.state import SourceState
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit, SoundFrame
from tests.node.gb28181.stand_in import DEVICE, Channel, StandIn, numbers

LOOPBACK = AddressPolicy(allow_loopback=True)
ELSEWHERE = AddressPolicy((ip_network("192.0.2.0/24"),))


@dataclass
class Taken:
    """What came of one source."""

    source: GbSource = field(init=False)
    channel: str
    units: list[AccessUnit] = field(default_factory=list)
    sounds: list[SoundFrame] = field(default_factory=list)
    states: list[SourceState] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """Of its states, in order."""
        return [state.code for state in self.states]


@dataclass
class Hall:
    """One worker's sources."""

    gateway: StandIn
    reader: Reader
    desk: CallDesk
    ports: tuple[int, int]
    taken: list[Taken] = field(default_factory=list)
    _names: Any = field(default_factory=numbers)
    _cameras: Any = field(default_factory=lambda: itertools.count(1))

    def add(self, behind: Channel, *, policy: AddressPolicy = LOOPBACK, **changes: Any) -> Taken:
        """Begin to take in a channel."""
        way = ConnectionOptions(
            **{"transport": "udp", **{k: changes.pop(k) for k in ("transport", "active", "sound") if k in changes}}
        )
        found = Taken(next(self._names))
        self.gateway.channels[found.channel] = behind
        found.source = GbSource(
            UUID(int=next(self._cameras)),
            f"gb28181://{DEVICE}/{found.channel}",
            way,
            stream=changes.pop("stream", "main"),
            place=CallPlace("127.0.0.1", changes.pop("ports", self.ports), CameraSources(policy=policy)),
            desk=self.desk,
            reader=self.reader,
            policy=policy,
            clock=self.reader.clock,
            on_unit=found.units.append,
            on_state=found.states.append,
            on_sound=found.sounds.append,
            silent_seconds=changes.pop("silent_seconds", 1.0),
            rng=Random(5),
        )
        assert not changes
        self.taken.append(found)
        found.source.start()
        return found


@asynccontextmanager
async def hall(ports: tuple[int, int] = (24_000, 24_999)) -> AsyncIterator[Hall]:
    """One with a gateway."""
    clock, key = SystemClock(), Ed25519PrivateKey.generate()
    reader = Reader(clock, 5)
    line = AssignedGateway(lambda address: GatewayClient(address, "node-1", key, clock))
    desk = CallDesk("node-1/0", line)
    with StandIn(key.public_key()) as gateway:
        line.use(gateway.address)
        tasks = [asyncio.create_task(reader.run()), asyncio.create_task(desk.run())]
        there = Hall(gateway, reader, desk, ports)
        try:
            yield there
        finally:
            for one in there.taken:
                one.source.stop()
            await desk.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            reader.close()
