"""Commands that are no movement, as a camera is given them and as the book has them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from custodes.node.steering.bounds import Bounds
from custodes.video.steering.model import Bearing, Box, Steerable, SteerFailure

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

    bounds: Bounds
    home: str
    token: str
    name: str
    box: Box | None
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


def words_of(box: Box | None, there: Bearing | None) -> str:
    """What stands in the book of a place: parts of the picture, or degrees and times."""
    if box is not None:
        return f"box {box.left:.3f} {box.top:.3f} {box.width:.3f} {box.height:.3f}"
    if there is None:
        return ""
    near = "" if there.zoom is None else f" zoom {there.zoom:.1f}"
    high = "" if there.tilt is None else f" tilt {there.tilt:.1f}"
    return f"pan {there.pan:.1f}{high}{near}"
