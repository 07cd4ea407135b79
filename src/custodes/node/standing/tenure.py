"""A tenure: one person's use of one camera under a leave, from its entry in the book to its end on record."""

from __future__ import annotations

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

import structlog

from custodes.node.camera import Camera
from custodes.node.disk import Disk
from custodes.video.clock import Clock
from custodes.video.wire.standing import LeaveBegin, Tenant

log = structlog.get_logger(__name__)

Begun = TypeVar("Begun", bound=LeaveBegin)


def _nothing() -> None:
    """Before somebody wants to be told."""


@dataclass
class Tenure(ABC, Generic[Begun]):
    """One; each verb has a class of its own.

    Attributes:
        verb: names it in the log of the program.
        begun: what the web told of the leave.
        tell: called when what others are told of it changed; ended: once, when its end is on disk.
        over: why it has ended, or is ending; empty while it goes on. step: where the device failed, of what is tried in steps.
        since, since_us: when it began, on both clocks; last: monotonic seconds of the last that was done by it.
    """

    verb: ClassVar[str]

    camera: Camera
    begun: Begun
    disk: Disk
    clock: Clock
    tell: Callable[[], None] = field(default=_nothing, kw_only=True)
    ended: Callable[[], None] = field(default=_nothing, kw_only=True)
    over: str = field(default="", init=False)
    step: str = field(default="", init=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _written: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.since_us, self.since = self.clock.wall_us(), self.clock.monotonic()
        self.last = self.since

    def start(self) -> None:
        """It is in the book: go on."""
        self._written.set()
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"{self.verb}-{self.camera.id}")

    def give_up(self) -> None:
        """It can't begin: nobody waits for it."""
        self._written.set()

    def let_go(self, reason: str, step: str = "") -> None:
        """It is over, for this reason; the first one counts. Returns at once."""
        if not self.over:
            self.over, self.step = reason, step
            self._changed.set()

    async def leave(self, reason: str) -> None:
        """As `let_go`, and wait until its end is on disk; of one that is being written down, too. Who waits no longer hurries nothing."""
        self.let_go(reason)
        await self._written.wait()
        if self._task is not None:
            # Gathered, it would be cancelled with whoever waits, and its end would not be written.
            await asyncio.wait([self._task])

    @abstractmethod
    def tenant(self) -> Tenant:
        """As others are told."""

    @property
    @abstractmethod
    def outdated(self) -> bool:
        """Whether the register says otherwise by now of what it rests on."""

    @abstractmethod
    async def _live(self) -> None:
        """Do what is asked until it is over. Raises nothing that belongs to the device."""

    @abstractmethod
    async def _end(self) -> None:
        """Leave the device alone, and put the end on disk."""

    async def _run(self) -> None:
        try:
            await self._live()
        finally:
            self.let_go("restart")  # only where it was cancelled before anything else was said
            about = {self.verb: str(self.begun.leave)}
            try:
                await self._end()
            except sqlite3.Error as error:  # it is in the book still, and ended by the next start
                log.error(f"{self.verb}.end_not_written", camera=str(self.camera.id), why=type(error).__name__, **about)
            finally:
                log.info(f"{self.verb}.ended", camera=str(self.camera.id), reason=self.over, **about)
                self.ended()
