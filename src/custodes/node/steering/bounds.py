"""What keeps one camera in its declared field: where its device says it points, stopped at the edge, turned in from beyond (decision 0308)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import structlog

from custodes.video.steering import Bearing, Fence, PtzMotion, Steerable, SteerFailure
from custodes.video.wire.assignment import CameraAssignment, TurningRange

LOOK_SECONDS = 0.3
"""Between two looks at a camera that turns."""

ANSWER_SECONDS = 2.0
MOST_MISSED = 3
"""Looks in a row without an answer, after which a camera that turned is stopped."""

STAND_SECONDS = 3.0
"""A camera that has not turned for so long has arrived: some take a second until they begin."""

WATCH_SECONDS = 30.0
"""For which a camera is looked after that was sent somewhere; what still turns then turns by itself."""

Note = Literal["", "blind", "bearing", "presets"]
_ALL_ROUND = 360.0


@dataclass
class SteeringBounds:
    """Of one camera, over all hands.

    Attributes:
        fence: None where no field is declared, or all round and no elevation.
        tells: whether its device says where it points; None before it was asked.
        presets_only: it is turned to presets alone, whatever its device tells.
    """

    fence: Fence | None = None
    tells: bool | None = None
    presets_only: bool = False
    _about: tuple[str, str, TurningRange | None] = ("", "", None)
    _silent: bool = False
    _declared: tuple[float | None, tuple[float, float] | None, bool] = (None, None, False)

    def take(self, assignment: CameraAssignment) -> None:
        """Use what is declared now; another device or another declared view is begun with anew."""
        self.presets_only = assignment.presets_only
        about = _about(assignment)
        if about != self._about:
            self._about, self.fence, self.tells = about, None, None
        self._declared = _declared(assignment)
        spread, rise = assignment.spread, assignment.rise
        spread = None if spread is None or spread >= _ALL_ROUND else spread
        if spread is None and rise is None:
            self.fence = None
        elif self.fence is None:
            self.fence = Fence(spread, rise)
        else:
            self.fence.declare(spread, rise)

    def outdated(self, assignment: CameraAssignment) -> bool:
        """Whether something else is declared now than what was taken."""
        return (_about(assignment), _declared(assignment)) != (self._about, self._declared)

    @property
    def note(self) -> Note:
        """What whoever steers has to know.

        ``presets``: it is turned to presets alone; ``blind``: nobody can tell whether it leaves its field; ``bearing``: not before it went home.
        """
        if self.presets_only:
            return "presets"
        if self.fence is None or self.tells is None:
            return ""
        if not self.tells:
            return "blind"
        if self.fence.home is None:
            return "bearing"
        return "blind" if self.fence.level else ""

    @property
    def watches(self) -> bool:
        """Whether it can be told where the camera points in its field."""
        return self.fence is not None and self.tells is True

    async def look(self, driver: Steerable) -> Bearing | None:
        """Where it points; None where its device does not say so in time. Never raises for that."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                found = await driver.bearing()
            self._silent = False
        except (SteerFailure, TimeoutError):
            found, self._silent = None, True
        if found is not None and found.tilt is None and self.fence is not None and self.fence.climbs:
            found = None  # it told how high before, and where it is in its field can't be said without
        if found is not None:
            self.tells = True
        elif self.tells is None:
            self.tells = False
        return found

    async def begin(self, driver: Steerable, *, at_home: bool) -> bool:
        """A hand comes: ask where it points. A device that did not say so is asked again by each hand.

        Args:
            at_home: it stands in its declared direction, as far as we steered it.
        """
        if self.tells is False and (self.fence is None or self.fence.home is None):
            self.tells = None
        found = await self.look(driver)
        if found is None and self._silent:  # one answer that was lost makes no device of it that tells nothing
            found = await self.look(driver)
        if found is not None and at_home and self.fence is not None and self.fence.home is None:
            self.fence.suppose(found)
        fence = self.fence
        return found is None or fence is None or fence.home is None or fence.holds(found)

    def concerns(self, motion: PtzMotion) -> bool:
        """Whether it turns the camera in a way of which something is declared."""
        fence = self.fence
        return fence is not None and bool(
            (motion.pan and fence.spread is not None) or (motion.tilt and fence.rise is not None)
        )

    def admit_motion(self, motion: PtzMotion) -> None:
        """Whether it may be moved like this: zoom, focus and iris turn nothing.

        Raises:
            SteerFailure: as `admit_turning`.
        """
        if self.concerns(motion) or (self.presets_only and (motion.pan or motion.tilt)):
            self.admit_turning()

    def admit_turning(self) -> None:
        """Whether it may be turned by hand.

        Raises:
            SteerFailure: it is turned to presets alone; or it tells where it points, and where that lies in its field is not known yet.
        """
        self._admit_hand()
        if self.fence is not None and self.tells and self.fence.home is None:
            raise SteerFailure("bearing", "the camera has to be turned to its declared direction first")

    def admit_place(self, there: Bearing, *, pointed: bool) -> None:
        """Whether it may point there.

        Args:
            pointed: it is sent there by degrees; else it stands there, and is to remember it.

        Raises:
            SteerFailure: that is outside of its declared field, or nobody can tell; or it is turned to presets alone and pointed.
        """
        if pointed:
            self._admit_hand()
        fence = self.fence
        if fence is None:
            return
        if not self.tells or fence.home is None or (pointed and fence.level):
            raise SteerFailure("bearing", "where that lies in the declared field is not known")
        if not fence.holds(there):
            raise SteerFailure("outside", "that is outside of the camera's declared field")

    def _admit_hand(self) -> None:
        if self.presets_only:
            raise SteerFailure("presets", "the camera is turned to its presets only")


def _about(assignment: CameraAssignment) -> tuple[str, str, TurningRange | None]:
    measure = assignment.onvif.range if assignment.onvif is not None else None
    return assignment.main.url, assignment.home_preset, measure


def _declared(assignment: CameraAssignment) -> tuple[float | None, tuple[float, float] | None, bool]:
    return assignment.spread, assignment.rise, assignment.presets_only


log = structlog.get_logger(__name__)

MOST_HALTS = 3
"""A device that takes no notice of being turned in is left where it is; its next movement is stopped as well."""


@dataclass
class MovementWatch:
    """One watch, from a command until the camera stands.

    Attributes:
        moving: whether it still moves for the hand.
        halt: stops it; of where it points and where it is to point instead, each None where that is not known or not needed.
        learns: it was sent to its declared direction: where it comes to stand is where that is.
        over: nobody wants it any more.
        settled: it was seen to stand inside.
    """

    bounds: SteeringBounds
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
        until = loop.time() + WATCH_SECONDS
        while not self.over:
            here, now = await self.bounds.look(self.driver), loop.time()
            if self.over:
                return
            missed = 0 if here is not None else missed + 1
            if self.moving():
                until = now + WATCH_SECONDS
            if missed >= MOST_MISSED or now > until:
                if self.moving():
                    await self.halt(None, None)
                return
            if here is not None and await self._seen(fence, here, now):
                return
            await asyncio.sleep(LOOK_SECONDS)

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
        if now - self._since < STAND_SECONDS:
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
