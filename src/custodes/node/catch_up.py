"""A live viewer's pictures from the key frame on, also where memory has only the newest of them (decision 0046)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from custodes.node.disk import Disk
from custodes.video.archive.fragments import FootageGone
from custodes.video.archive.streams import OpenSegment
from custodes.video.clock import HostClock
from custodes.video.hub import Behind, ViewerQueue
from custodes.video.mp4.boxes import Mp4Error
from custodes.video.playback.group import GroupReader
from custodes.video.unit import AccessUnit

log = structlog.get_logger(__name__)

STANDING_SECONDS = 3.0
"""Nothing could be read for this long: a fragment is written within a second, so that a disk is slow or has failed."""

CATCH_UP_SECONDS = 15.0
"""A viewer who has not reached the newest pictures by then has a line that is too slow for it."""

_LOOK_AGAIN_SECONDS = 0.05
_AT_ONCE = 25
"""Pictures that are sent before the others of the loop have their turn."""


class CatchingUp:
    """Gives what a `ViewerQueue` gives and, where it is behind, first what the recorder has written."""

    def __init__(
        self, queue: ViewerQueue, written: Callable[[], Sequence[OpenSegment]], disk: Disk, clock: HostClock
    ) -> None:
        """Begin with `queue`, which was just made; `written` gives the camera's segments that are being written."""
        self._queue = queue
        self._disk = disk
        self._clock = clock
        self._read: deque[AccessUnit] = deque()
        self._place = 1
        self._begun = clock.monotonic()
        self._standing: float | None = None
        self._reader = GroupReader(written, queue.behind.key) if queue.behind is not None else None

    async def take(self) -> tuple[AccessUnit, bool] | None:
        """The next unit, and whether pictures are missing before it. None when the queue is closed."""
        if self._reader is not None and len(self._queue) == 0:  # the key frame is given before anything is read
            await self._fetch(self._reader)
        if self._read:
            if len(self._read) % _AT_ONCE == 0:
                await asyncio.sleep(0)
            return self._read.popleft(), False
        return await self._queue.take()

    async def _fetch(self, reader: GroupReader) -> None:
        """Have something to give, here or in the queue."""
        while not self._read and (behind := self._queue.behind) is not None and not self._queue.closed:
            await self._go_on(reader, behind)
        if self._queue.behind is None and not self._read:
            self._reader = None

    async def _go_on(self, reader: GroupReader, behind: Behind) -> None:
        """Read a little more, or join, or give up."""
        now = self._clock.monotonic()
        if now - self._begun > CATCH_UP_SECONDS or now - (self._standing or now) > STANDING_SECONDS:
            self._give_up("it takes too long")
            return
        try:
            async with asyncio.timeout(STANDING_SECONDS):
                found = await self._disk.run(reader.read)
        except (FootageGone, Mp4Error, TimeoutError) as error:
            self._give_up(str(error) or "the disk is too slow")
            return
        if self._queue.behind is behind:
            found = found[: behind.tail.first - self._place]
        self._read.extend(found)
        self._place += len(found)
        if self._place == behind.tail.first:
            self._queue.join()  # at once: where memory begins moves on
        elif found:
            self._standing = None
        else:
            self._standing = self._standing or now
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def _give_up(self, why: str) -> None:
        log.info("view.group_not_read_back", why=why, pictures=self._place)
        self._queue.give_up()
