"""A viewer's queue: bounded, and never in the way of anybody else."""

from __future__ import annotations

import asyncio
from collections import deque

from custodes.video.hub.gop import GopCache
from custodes.video.unit import AccessUnit


class ViewerQueue:
    """What one viewer has yet to be sent.

    A viewer that can't keep up loses pictures up to the next key frame (`dropped` counts them); the hub never waits
    for it. Used from one event loop.

    Attributes:
        dropped: pictures that this viewer missed after its first one.
    """

    def __init__(self, limit_units: int, limit_bytes: int) -> None:
        """Bound the queue to `limit_units` pictures and `limit_bytes` bytes, whichever comes first."""
        self._limit_units = limit_units
        self._limit_bytes = limit_bytes
        self._units: deque[tuple[AccessUnit, bool]] = deque()
        self._bytes = 0
        self._until_key = True
        self._started = False
        self._hole = False
        self._ready = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def prime(self, cache: GopCache) -> None:
        """Begin with the group of pictures in progress. It comes above the bound: it is bounded itself."""
        for unit in cache.units:
            self._push(unit)
        self._until_key = not cache.units or not cache.whole

    def offer(self, unit: AccessUnit) -> None:
        """Queue one unit, or leave it out when the viewer is behind."""
        if self._until_key:
            if not unit.key:
                self._leave_out(1)
                return
            self._until_key = False
        elif len(self._units) >= self._limit_units or self._bytes + len(unit.data) > self._limit_bytes:
            self._fall_behind(unit)
            return
        self._push(unit)

    def restart(self) -> None:
        """The stream was interrupted: what comes next starts at a key frame, after a hole."""
        self._until_key = True
        self._hole = self._started

    def close(self) -> None:
        """Let `take` return None once the queue is empty."""
        self._closed = True
        self._ready.set()

    async def take(self) -> tuple[AccessUnit, bool] | None:
        """The next unit, and whether pictures are missing before it. None when closed."""
        while not self._units:
            if self._closed:
                return None
            self._ready.clear()
            await self._ready.wait()
        unit, hole = self._units.popleft()
        self._bytes -= len(unit.data)
        return unit, hole

    def __len__(self) -> int:
        return len(self._units)

    def _push(self, unit: AccessUnit) -> None:
        self._units.append((unit, self._hole))
        self._hole = False
        self._started = True
        self._bytes += len(unit.data)
        self._ready.set()

    def _leave_out(self, count: int) -> None:
        if self._started:
            self.dropped += count
            self._hole = True

    def _fall_behind(self, unit: AccessUnit) -> None:
        """Everything that waits is old by now: leave it out as well, so that the viewer is back at the live edge."""
        self._leave_out(len(self._units))
        self._units.clear()
        self._bytes = 0
        if unit.key:
            self._push(unit)
        else:
            self._leave_out(1)
            self._until_key = True
