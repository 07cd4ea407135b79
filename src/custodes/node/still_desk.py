"""Where a worker looks single pictures up: one at a time and so many a second, so that recorders keep their disks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from custodes.video.clock import Clock
from custodes.video.playback.pace import StillPace

WORKER_STILLS_PER_SECOND = 12.0
"""Of all channels together: each is a seek of a disk that recorders write to."""


class StillDesk:
    """Serves channels in the order in which they came."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._pace = StillPace(WORKER_STILLS_PER_SECOND)

    @asynccontextmanager
    async def turn(self, clock: Clock) -> AsyncIterator[None]:
        """Wait until it is the caller's turn; the next one's comes when this one is over."""
        async with self._one:
            await come_up(self._pace, clock)
            yield


async def come_up(pace: StillPace, clock: Clock) -> None:
    """Wait until `pace` allows one more, and take it."""
    while (left := pace.wait(clock.monotonic())) > 0:
        await asyncio.sleep(left)
    pace.take(clock.monotonic())
