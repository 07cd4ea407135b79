"""Looking after one camera that turns: it is stopped at the edge of its declared field, and turned in where it went beyond."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from custodes.node.steering import bounds as bounding
from custodes.node.steering.bounds import Bounds
from custodes.video.steering.fence import Fence
from custodes.video.steering.model import Bearing, Steerable

log = structlog.get_logger(__name__)

MOST_HALTS = 3
"""A device that takes no notice of being turned in is left where it is; its next movement is stopped as well."""


@dataclass
class Watch:
    """One watch, from a command until the camera stands.

    Attributes:
        moving: whether it still moves for the hand.
        halt: stops it; of where it points and where it is to point instead, each None where that is not known or not needed.
        learns: it was sent to its declared direction: where it comes to stand is where that is.
        over: nobody wants it any more.
        settled: it was seen to stand inside.
    """

    bounds: Bounds
    driver: Steerable
    moving: Callable[[], bool]
    halt: Callable[[Bearing | None, Bearing | None], Awaitable[None]]
    tell: Callable[[], None]
    learns: bool = False
    over: bool = False
    settled: bool = False
    _task: asyncio.Task[None] | None = None
    _halts: int = 0
    _since: float | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def end(self) -> None:
        """Nobody wants it any more; a camera that is being turned in is turned in."""
        self.over = True
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            await self._follow()
        except Exception:
            log.exception("steering.watch_failed")
            await self.halt(None, None)

    async def _follow(self) -> None:
        fence = self.bounds.fence
        assert fence is not None
        fence.forget()
        loop, missed = asyncio.get_running_loop(), 0
        until = loop.time() + bounding.WATCH_SECONDS
        while not self.over:
            here, now = await self.bounds.look(self.driver), loop.time()
            if self.over:
                return
            missed = 0 if here is not None else missed + 1
            if self.moving():
                until = now + bounding.WATCH_SECONDS
            if missed >= bounding.MOST_MISSED or now > until:
                if self.moving():
                    await self.halt(None, None)
                return
            if here is not None and await self._seen(fence, here, now):
                return
            await asyncio.sleep(bounding.LOOK_SECONDS)

    async def _seen(self, fence: Fence, here: Bearing, now: float) -> bool:
        """It points there; whether it stands and that was all."""
        if self.moving():
            self._since = None
            if fence.home is not None and fence.leaves(here, now):
                await self._turn_in(fence, here)
            return False
        if not fence.stands(here, now):
            self._since = None
            return False
        self._since = now if self._since is None else self._since
        if now - self._since < bounding.STAND_SECONDS:
            return False
        if self.learns:
            if fence.home is None:  # who set the declared preset anew, step by step, would walk the field away with it
                fence.home, fence.seen = here, True
                self.tell()
        elif fence.home is not None and not fence.holds(here) and self._halts < MOST_HALTS:
            await self._turn_in(fence, here)
            return False
        self.settled = fence.home is None or fence.holds(here)
        return True

    async def _turn_in(self, fence: Fence, here: Bearing) -> None:
        self._halts += 1
        self._since = None
        await self.halt(here, None if fence.holds(here) else fence.edge(here))
        fence.forget()
