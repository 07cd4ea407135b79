"""The line to a camera that is steered: one command at a time, moves and others, each written down before it is given, and what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from custodes.ledger.records import ControlCommand
from custodes.node.camera import NodeCamera
from custodes.node.disk import Disk
from custodes.node.steering.book import UNSETTLING, SteeringBook, command
from custodes.node.steering.bounds import SteeringBounds
from custodes.node.steering.driver import MakeDriver, for_look
from custodes.video.clock import HostClock
from custodes.video.steering import STILL, Bearing, PtzBox, PtzMotion, Steerable, SteerFailure
from custodes.video.wire.control_leases import SteerBegin

Deed = Callable[[Steerable], Awaitable[None]]
"""Gives a camera a command. Raises `SteerFailure`."""


@dataclass
class Deeds:
    """What one command of a hand may ask of a camera.

    Attributes:
        home: the preset of its declared view, empty for none.
        token, name: of the preset; box: of a drag zoom; there: where to point.
        kept: the preset's token behind it.
    """

    bounds: SteeringBounds
    home: str
    token: str
    name: str
    box: PtzBox | None
    there: Bearing | None

    def __post_init__(self) -> None:
        self.kept = self.token

    def of(self, what: str) -> Deed:
        """That of a command's name."""
        deeds: dict[str, Deed] = {
            "goto": self._goto,
            "set": self._set,
            "remove": self._remove,
            "home": self._go_home,
            "set_home": self._set_home,
            "drag_in": self._drag_in,
            "drag_out": self._drag_out,
            "precise": self._point,
        }
        return deeds[what]

    async def _goto(self, driver: Steerable) -> None:
        await driver.goto(self.token)

    async def _set(self, driver: Steerable) -> None:
        await self._admit_view(driver)
        self.kept = await driver.set_preset(self.name, self.token)

    async def _remove(self, driver: Steerable) -> None:
        await driver.remove_preset(self.token)

    async def _go_home(self, driver: Steerable) -> None:
        await (driver.goto(self.home) if self.home else driver.goto_home())

    async def _admit_view(self, driver: Steerable) -> None:
        """Whether it may remember what it sees now: of the declared view it is turned back to, this is as true as of any."""
        if self.bounds.watches:
            here = await self.bounds.look(driver)
            if here is None:
                raise SteerFailure("bearing", "the camera does not say where it points now")
            self.bounds.admit_place(here, pointed=False)

    async def _set_home(self, driver: Steerable) -> None:
        await self._admit_view(driver)
        await driver.set_home()

    async def _drag_in(self, driver: Steerable) -> None:
        await self._drag(driver, nearer=True)

    async def _drag_out(self, driver: Steerable) -> None:
        await self._drag(driver, nearer=False)

    async def _drag(self, driver: Steerable, *, nearer: bool) -> None:
        if self.box is None:
            raise SteerFailure("refused", "no box was drawn")
        self.bounds.admit_turning()
        await driver.drag(self.box, nearer)

    async def _point(self, driver: Steerable) -> None:
        if self.there is None:
            raise SteerFailure("refused", "it was not said where to point")
        self.bounds.admit_place(self.there, pointed=True)
        await driver.precise(self.there)


def group(token: str) -> int:
    """The number of a cruise.

    Raises:
        SteerFailure: it is none.
    """
    if not (token.isascii() and token.isdigit() and len(token) <= 3 and int(token) <= 255):
        raise SteerFailure("refused", "a cruise is a number from 0 to 255")
    return int(token)


def words_of(box: PtzBox | None, there: Bearing | None) -> str:
    """What stands in the book of a place: parts of the picture, or degrees and times."""
    if box is not None:
        return f"box {box.left:.3f} {box.top:.3f} {box.width:.3f} {box.height:.3f}"
    if there is None:
        return ""
    near = "" if there.zoom is None else f" zoom {there.zoom:.1f}"
    high = "" if there.tilt is None else f" tilt {there.tilt:.1f}"
    return f"pan {there.pan:.1f}{high}{near}"


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

    camera: NodeCamera
    begun: SteerBegin
    make_driver: MakeDriver
    book: SteeringBook
    disk: Disk
    clock: HostClock
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

    async def give(self, what: str, deed: Deed, motion: PtzMotion = STILL, **named: Any) -> None:
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
