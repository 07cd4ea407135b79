"""What the notary does by itself: checkpoints and heartbeats."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import Executor
from dataclasses import dataclass

import structlog

from custodes.ledger.records import Heartbeat, at_text, new_id
from custodes.video.clock import HostClock

from .appender import GroupAppender
from .protocol import NotaryRefused
from .recovery import OpenLog
from .signing import SigningRefused

SHORTEST_SECONDS = 1.0
"""Least time between two checkpoints, so that a flood of entries does not become a flood of small files."""

_log = structlog.get_logger("notary")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often.

    Attributes:
        checkpoint_seconds, checkpoint_entries: a checkpoint is due after this time, or this many entries, if there are
            new ones.
        heartbeat_seconds: period of heartbeats.
    """

    checkpoint_seconds: float
    checkpoint_entries: int
    heartbeat_seconds: float


class CheckpointTimer:
    """Publishes checkpoints as they fall due."""

    def __init__(self, log: OpenLog, rhythm: Rhythm, thread: Executor, clock: HostClock) -> None:
        """
        Args:
            thread: the one thread in which the publisher is used.
        """
        self._log = log
        self._rhythm = rhythm
        self._thread = thread
        self._clock = clock
        self._any = asyncio.Event()
        self._many = asyncio.Event()
        self._last = clock.monotonic() - rhythm.checkpoint_seconds
        self.failed: SigningRefused | None = None

    def appended(self, count: int) -> None:
        """Entries have become durable."""
        if count:
            self._any.set()
        if self._log.publisher.unsigned >= self._rhythm.checkpoint_entries:
            self._many.set()

    async def run(self) -> None:
        """Until cancelled, or until signing is refused: then `failed` says why, and the notary must stop."""
        while not self.failed:
            if not self._log.publisher.unsigned and self._log.publisher.published is not None:
                self._any.clear()
                await self._any.wait()
            await self._until_due()
            await self.publish()

    async def _until_due(self) -> None:
        """Until its time has come, or many entries wait; but never in a flood."""
        await asyncio.sleep(self._left(min(SHORTEST_SECONDS, self._rhythm.checkpoint_seconds)))
        if self._log.publisher.unsigned >= self._rhythm.checkpoint_entries:
            return
        self._many.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._left(self._rhythm.checkpoint_seconds)):
                await self._many.wait()

    def _left(self, seconds: float) -> float:
        """How much of `seconds` since the last checkpoint is still to come."""
        return max(0.0, self._last + seconds - self._clock.monotonic())

    async def publish(self) -> None:
        """Sign one checkpoint over everything that is durable now."""
        self._last = self._clock.monotonic()
        day = at_text(self._clock.wall_us())[:10]
        loop = asyncio.get_running_loop()
        try:
            published = await loop.run_in_executor(self._thread, self._log.publisher.publish, day)
        except OSError as error:
            _log.error("checkpoint.failed", reason=error.strerror, unproven=self._log.publisher.unsigned)
        except SigningRefused as error:
            _log.critical("checkpoint.refused", reason=str(error))
            self.failed = error
        else:
            _log.info("checkpoint.signed", size=published.size)


async def beat(log: OpenLog, appender: GroupAppender, rhythm: Rhythm, clock: HostClock) -> None:
    """A heartbeat at start and then in its period, so that silence is visible; until cancelled."""
    while True:
        record = Heartbeat(id=new_id(), at=at_text(clock.wall_us()), size=log.store.size)
        try:
            await appender.append([record])
        except NotaryRefused as refused:
            _log.error("heartbeat.failed", reason=refused.detail)
        await asyncio.sleep(rhythm.heartbeat_seconds)
