"""Pins of what was listed to be handed out: it is there until its piece was asked for (decision 0242)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Set
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from custodes.node.disk import Disk
from custodes.video.archive.archive import Archive
from custodes.video.archive.pins import LONGEST_SECONDS, Pin

log = structlog.get_logger(__name__)

PIN_SECONDS = LONGEST_SECONDS
"""How long what was listed waits for its first piece, or for the next one of its grant: cameras come one after another."""

RENEW_SECONDS = 300.0
"""A renewal is a durable transaction for each camera; one that was made lately is not made again."""

_Key = tuple[UUID, UUID]


@dataclass
class _Set:
    pin: Pin
    lifted: ExitStack
    timer: asyncio.TimerHandle
    renewed: float


@dataclass
class HandingPins:
    """Of one worker: one pin for each grant and camera."""

    archive: Archive
    disk: Disk
    _pins: dict[_Key, _Set] = field(default_factory=dict)
    _tasks: set[asyncio.Future[None]] = field(default_factory=set)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def set(self, key: _Key, span: tuple[int, int]) -> None:
        """Keep what is there of a camera's span now. A camera that is not known here has nothing to keep.

        Args:
            key: grant and camera.
            span: µs UTC.

        Raises:
            sqlite3.Error: it is not kept.
        """
        async with self._one_at_a_time:
            kept = self._pins.get(key)
            if kept is not None and await self._renewed(key, kept):
                return
            await self._lift(key)
            lifted = ExitStack()
            try:
                pin = await self.disk.run(
                    lambda: lifted.enter_context(self.archive.pinned(key[1], *span, seconds=PIN_SECONDS))
                )
            except KeyError:
                return
            self._pins[key] = _Set(pin, lifted, self._timer(key), asyncio.get_running_loop().time())

    async def renew(self, grant: UUID) -> None:
        """A piece was asked for: what else was listed under the grant waits for its turn, also of other cameras."""
        since = asyncio.get_running_loop().time() - RENEW_SECONDS
        async with self._one_at_a_time:
            for key in [key for key, kept in self._pins.items() if key[0] == grant and kept.renewed < since]:
                try:
                    stood = await self._renewed(key, self._pins[key])
                except sqlite3.Error as error:
                    log.error("handing.not_pinned", camera=str(key[1]), why=type(error).__name__)
                    continue  # it runs out at its time
                if not stood:
                    await self._lift(key)

    async def release(self, key: _Key) -> None:
        """Retention decides again."""
        async with self._one_at_a_time:
            await self._lift(key)

    async def release_of(self, grants: Set[UUID], cameras: Set[UUID]) -> None:
        """Those of grants that were taken back, of all their cameras where none is named."""
        for key in [one for one in self._pins if one[0] in grants and (not cameras or one[1] in cameras)]:
            await self.release(key)

    async def close(self) -> None:
        """Let all go."""
        for key in list(self._pins):
            await self.release(key)

    async def _renewed(self, key: _Key, kept: _Set) -> bool:
        stood = await self.disk.run(kept.pin.renew, PIN_SECONDS)
        kept.timer.cancel()
        kept.timer, kept.renewed = self._timer(key), asyncio.get_running_loop().time()
        return stood

    async def _lift(self, key: _Key) -> None:
        kept = self._pins.pop(key, None)
        if kept is None:
            return
        kept.timer.cancel()
        try:
            await self.disk.surely(kept.lifted.close)
        except sqlite3.Error as error:
            # Its row has an end.
            log.error("handing.not_unpinned", camera=str(key[1]), why=type(error).__name__)

    def _timer(self, key: _Key) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(PIN_SECONDS, lambda: self._over(key))

    def _over(self, key: _Key) -> None:
        task = asyncio.ensure_future(self.release(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
