"""Where a simulated platform above receives one stream: datagrams on a pair of ports, read until a key frame came, and kept by nobody."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time

from custodes.gb28181.media.ports import udp_pair
from custodes.gb28181.media.receiver import Receiver

LARGEST = 65_536


class Ear:
    """One stream. To be made and closed in an event loop.

    Attributes:
        port: of RTP; RTCP, which is not read, is the next.

    Raises:
        NoPorts: no pair is free.
    """

    def __init__(self, host: str, ports: tuple[int, int], ssrc: int) -> None:
        self._media, self._control = udp_pair(host, ports, random.SystemRandom())
        self.port: int = self._media.getsockname()[1]
        self._came = asyncio.Event()
        self._receiver = Receiver(lambda _frame: None, time.monotonic(), expected=(ssrc,))
        asyncio.get_running_loop().add_reader(self._media, self._read)

    async def key_frame(self, seconds: float) -> bool:
        """Wait for one; False where none comes in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._came.wait()
        return self._came.is_set()

    @property
    def why(self) -> str:
        """Why none came, in plain words."""
        return self._receiver.report(time.monotonic()).detail

    def close(self) -> None:
        """Let go of the ports."""
        asyncio.get_running_loop().remove_reader(self._media)
        self._media.close()
        self._control.close()

    def _read(self) -> None:
        receiver = self._receiver
        receiver.begin(time.time_ns() // 1000, time.monotonic())
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while True:
                octets = self._media.recv(LARGEST)
                receiver.count(len(octets))
                receiver.push(octets)
        receiver.after(time.monotonic())
        if receiver.tally.keys:
            self._came.set()
