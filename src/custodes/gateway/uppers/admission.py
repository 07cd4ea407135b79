"""How many calls of uppers are taken up: by the clock, at once, and how many the web is asked about at the same time; the others wait their turn.

A wall of a hundred pictures that is opened in one go is taken whole; an upper that goes on like that has two a second.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from custodes.gb28181.sip.rate import Rates
from custodes.video.clock import Clock

RATE, BURST = 2.0, 100.0
"""Calls of one upper that the web is asked about, a second for long and at once: each is a record for good."""

UNDER_WAY, UNDER_WAY_ALL = 100, 400
"""Calls of one upper and of all that web and nodes are being asked about, also of those that the upper gave up meanwhile."""

AT_THE_WEB, AT_THE_WEB_ALL = 16, 32
"""Decisions that the web is asked for at the same time, for one upper and for all. Who waits for a node's picture holds no turn."""

OF_A_CHANNEL = 4
"""Calls of one upper for one channel at once: they all go from one worker."""


class Admission:
    """Room for calls that are to be decided."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rates = Rates(RATE, BURST, 1_024)
        self._under_way: Counter[UUID] = Counter()
        self._turns: dict[UUID, asyncio.Semaphore] = {}
        self._all = asyncio.Semaphore(AT_THE_WEB_ALL)

    def __len__(self) -> int:
        return self._under_way.total()

    def refused(self, upper: UUID) -> str:
        """Why there is no room for one more of this upper; empty where there is, and it counts against the clock then."""
        if self._under_way[upper] >= UNDER_WAY or len(self) >= UNDER_WAY_ALL:
            return "under-way"
        return "" if self._rates.take(str(upper), self._clock.monotonic()) else "too-many"

    def begun(self, upper: UUID) -> None:
        """One of it is under way."""
        self._under_way[upper] += 1

    def over(self, upper: UUID) -> None:
        """One is under way no more: web and node have answered, and the node was told the end where there was one."""
        self._under_way[upper] -= 1
        if not self._under_way[upper]:
            del self._under_way[upper]
            self._turns.pop(upper, None)

    @asynccontextmanager
    async def turn(self, upper: UUID) -> AsyncIterator[None]:
        """Wait until the web may be asked, first come first served."""
        async with self._turns.setdefault(upper, asyncio.Semaphore(AT_THE_WEB)), self._all:
            yield
