"""A worker in the middle: what the gateway asks of it for a platform above, of a camera that a platform below records."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.gb28181.device.stream import SimulatedStream
from custodes.node.gate import Gate
from custodes.node.gb28181.sending.desk import SendDesk
from custodes.node.gb28181.sending.reading import RecordDesk
from custodes.video.wire.sending import SendReady, SendRecordings, SendRecords, SendStep, SendStepped
from custodes.video.wire.token import sign_token
from tests.gateway.calls.house import NODE
from tests.node.gb28181.sending.room import Upper
from tests.node.gb28181.viewing.world import SECOND, Gallery, gallery
from tests.patience import until_async
from tests.ports import free_port


class Middle:
    """What the gateway asks of the worker in the middle."""

    def __init__(self, all: Gallery) -> None:
        self.all = all
        self.key = Ed25519PrivateKey.generate()
        cameras: Any = {all.camera.id: all.camera}
        all.camera.assignment.record = False
        gate, first = Gate(f"{NODE}/0", self.key.public_key(), all.now_us / SECOND - 100), free_port()
        self.sends = SendDesk(cameras, gate, all.studio, (first, first + 9), 10, allow_loopback=True)
        self.lists = RecordDesk(cameras, gate, all.studio)
        self.from_us = (all.now_us - 600 * SECOND) // SECOND * SECOND
        self.to_us = self.from_us + 300 * SECOND

    def token(self, **more: Any) -> str:
        told = {"live": False, "back_seconds": 0, "span": (self.from_us, self.to_us), "sub": f"link:{uuid.uuid4()}"}
        return sign_token(self.all.claims(**told | more), self.key)

    async def listed(self, **more: Any) -> SendRecordings:
        asked = SendRecords(token=self.token(upper="list", **more), start_us=self.from_us, end_us=self.to_us)
        return await self.lists.find(asked)

    async def call(self, upper: Upper, session: str = "Playback", **more: Any) -> SendReady:
        token = self.token(upper="download" if session == "Download" else "history", **more.pop("claims", {}))
        ask = upper.ask(token, session=session, start_us=self.from_us, end_us=self.to_us, **more)
        return await self.sends.make_ready(ask)

    async def play(self, upper: Upper, session: str = "Playback", **more: Any) -> None:
        """Call, and start."""
        ready = await self.call(upper, session, **more)
        assert not ready.step, ready
        await upper.connect(ready)
        assert self.sends.start(upper.call)

    async def step(self, upper: Upper, **how: Any) -> SendStepped:
        """Steer it."""
        return await self.sends.step(SendStep(call=upper.call, **how))

    def below(self) -> SimulatedStream:
        """What the platform below sends."""
        [(_channel, stream)] = self.all.world.device.device.calls.streams
        return stream

    def ended(self, upper: Upper) -> dict[uuid.UUID, str]:
        """Whether it is over, and how."""
        return self.sends.keep((upper.call,)).ended


async def more(upper: Upper, count: int) -> None:
    """So many pictures come."""
    wanted = len(upper.frames) + count
    await until_async(lambda: (upper.read() and False) or len(upper.frames) >= wanted)


@asynccontextmanager
async def in_the_middle(folder: Path, **how: Any) -> AsyncIterator[Middle]:
    """One, over the `gallery` that is made like this."""
    async with gallery(folder, **how) as all:
        middle = Middle(all)
        try:
            yield middle
        finally:
            await middle.sends.stop()
