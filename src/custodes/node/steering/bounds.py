"""What keeps one camera in its declared field, as far as its device tells where it points (docs/design/steering.md, decisions 0308, 0398, 0400)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from custodes.video.steering.fence import Fence
from custodes.video.steering.model import Bearing, Motion, Steerable, SteerFailure
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
class Bounds:
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

    def concerns(self, motion: Motion) -> bool:
        """Whether it turns the camera in a way of which something is declared."""
        fence = self.fence
        return fence is not None and bool(
            (motion.pan and fence.spread is not None) or (motion.tilt and fence.rise is not None)
        )

    def admit_motion(self, motion: Motion) -> None:
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
