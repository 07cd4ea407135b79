"""The line to a camera that is steered: one command at a time, each written down before it is given, and what became of it after."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from custodes.ledger.records import ControlCommand
from custodes.node.camera import Camera
from custodes.node.disk import Disk
from custodes.node.steering.book import UNSETTLING, SteeringBook, command
from custodes.node.steering.deeds import Deed
from custodes.node.steering.driver import MakeDriver, for_look
from custodes.video.clock import Clock
from custodes.video.steering.model import STILL, Motion, Steerable, SteerFailure
from custodes.video.wire.steering import SteerBegin

log = structlog.get_logger(__name__)

WRITE_SECONDS = 1.0
STOPS = frozenset({"stop", "watchdog", "edge"})
TURNING = frozenset({"move", "goto", "drag_in", "drag_out", "precise", "cruise"})
"""Commands after which a camera may look elsewhere than declared."""


@dataclass
class CommandLine:
    """Of one hand.

    Attributes:
        reached: called with the camera when it was reached anew.
        unsettle: called before each command that may turn the camera, with whether it turns it away from where it stands.
        given: called with each command that was given, whatever became of it.
        failed: called with why one was not taken.
        changed: called when the trouble did.
        driver: the camera, None before it was reached and after it failed.
        trouble: why the camera may do something else than asked, empty for none.
    """

    camera: Camera
    begun: SteerBegin
    make_driver: MakeDriver
    book: SteeringBook
    disk: Disk
    clock: Clock
    reached: Callable[[Steerable], None]
    unsettle: Callable[[bool], None]
    given: Callable[[str], None]
    failed: Callable[[SteerFailure], None]
    changed: Callable[[], None]
    driver: Steerable | None = None
    trouble: str = ""
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def reach(self) -> Steerable:
        """The camera; two that reach it at once would have a driver each, of which one is told to stop.

        Raises:
            SteerFailure: it is not reached.
        """
        async with self._one:
            return await self._reach()

    async def again(self, deed: Deed) -> None:
        """Give once more what was written down when it began.

        Raises:
            SteerFailure.
        """
        async with self._one:
            await deed(await self._reach())

    async def give(self, what: str, deed: Deed, motion: Motion = STILL, **named: Any) -> None:
        """Write a command down, then give it, then write down what became of it.

        Raises:
            SteerFailure.
        """
        async with self._one:
            words = command(self.clock.wall_us(), what, motion.values, **named)
            turns = what in TURNING and not (motion.still and what == "move")
            row = await self._note(what, words, turns)
            if turns or what in UNSETTLING:
                self.unsettle(turns)
            outcome = "taken"
            try:
                await deed(await self._reach())
                self.say("")
            except SteerFailure as error:
                outcome = error.kind
                self.say(error.detail)
                self.failed(error)
                self.driver = None if error.kind in ("refused", "timeout", "password") else self.driver
                raise
            finally:
                self.given(what)
                if row:
                    with contextlib.suppress(sqlite3.Error):
                        await self.disk.surely(self.book.outcome, row, outcome)

    async def _note(self, what: str, words: ControlCommand, turns: bool) -> int:
        """The row of a command that is written down; 0 for a stop that could not be: a camera that moves is stopped, whatever the disk does."""
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                return await self.disk.surely(self.book.note, self.begun.steering, words, turns)
        except (sqlite3.Error, KeyError, TimeoutError) as error:
            log.error("steering.not_written", camera=str(self.camera.id), why=type(error).__name__)
            if what not in STOPS:
                raise SteerFailure("journal", "the command could not be written down, so it is not given") from error
            return 0

    async def _reach(self) -> Steerable:
        if self.driver is None:
            self.driver = for_look(await self.make_driver(self.camera.assignment), self.begun.grant)
            self.reached(self.driver)
        return self.driver

    def say(self, trouble: str) -> None:
        """There is this trouble now."""
        if trouble != self.trouble:
            self.trouble = trouble
            self.changed()
