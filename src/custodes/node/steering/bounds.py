"""What keeps one camera in its declared field, as far as its device tells where it points (docs/design/steering.md, decision 0308)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from custodes.video.steering.fence import Fence
from custodes.video.steering.model import Bearing, Steerable, SteerFailure
from custodes.video.wire.assignment import CameraAssignment

LOOK_SECONDS = 0.3
"""Between two looks at a camera that turns."""

ANSWER_SECONDS = 2.0
MOST_MISSED = 3
"""Looks in a row without an answer, after which a camera that turned is stopped."""

STAND_SECONDS = 3.0
"""A camera that has not turned for so long has arrived: some take a second until they begin."""

WATCH_SECONDS = 30.0
"""For which a camera is looked after that was sent somewhere; what still turns then turns by itself."""

Note = Literal["", "blind", "bearing"]
_ALL_ROUND = 360.0


@dataclass
class Bounds:
    """Of one camera, over all hands.

    Attributes:
        fence: None where no field is declared, or all round.
        tells: whether its device says where it points; None before it was asked.
    """

    fence: Fence | None = None
    tells: bool | None = None
    _about: tuple[str, str] = ("", "")

    def take(self, assignment: CameraAssignment) -> None:
        """Use what is declared now; another device or another declared view is begun with anew."""
        about = assignment.main.url, assignment.home_preset
        if about != self._about:
            self._about, self.fence, self.tells = about, None, None
        spread = assignment.spread
        if spread is None or spread >= _ALL_ROUND:
            self.fence = None
        elif self.fence is None:
            self.fence = Fence(spread)
        else:
            self.fence.spread = spread

    @property
    def note(self) -> Note:
        """What whoever steers has to know: ``blind``: nobody can tell whether it leaves its field; ``bearing``: not before it went home."""
        if self.fence is None or self.tells is None:
            return ""
        if not self.tells:
            return "blind"
        return "bearing" if self.fence.zero is None else ""

    @property
    def watches(self) -> bool:
        """Whether it can be told where the camera points in its field."""
        return self.fence is not None and self.tells is True

    async def look(self, driver: Steerable) -> Bearing | None:
        """Where it points; None where its device does not say so in time. Never raises for that."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                found = await driver.bearing()
        except (SteerFailure, TimeoutError):
            found = None
        if found is not None:
            self.tells = True
        elif self.tells is None:
            self.tells = False
        return found

    async def begin(self, driver: Steerable, *, at_home: bool) -> None:
        """A hand comes: ask where it points. A device that did not say so is asked again by each hand.

        Args:
            at_home: it stands in its declared direction, as far as we steered it.
        """
        if self.tells is False and (self.fence is None or self.fence.zero is None):
            self.tells = None
        found = await self.look(driver)
        if found is not None and at_home and self.fence is not None and self.fence.zero is None:
            self.fence.zero = found.pan

    def admit_turning(self) -> None:
        """Whether it may be turned by hand.

        Raises:
            SteerFailure: it tells where it points, and where that lies in its field is not known yet.
        """
        if self.note == "bearing":
            raise SteerFailure("bearing", "the camera has to be turned to its declared direction first")

    def admit_pan(self, pan: float) -> None:
        """Whether it may be pointed there.

        Raises:
            SteerFailure: that is outside of its declared field, or nobody can tell.
        """
        if self.fence is None:
            return
        if not self.tells or self.fence.zero is None:
            raise SteerFailure("bearing", "where that lies in the declared field is not known")
        if not self.fence.holds(pan):
            raise SteerFailure("outside", "that is outside of the camera's declared field")
