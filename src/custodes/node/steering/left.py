"""A camera whose hand went while it turned: whether it comes to stand in its declared field, or has to be turned back at once."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.node.camera import Camera
from custodes.node.steering import bounds as bounding
from custodes.node.steering.bounds import Bounds
from custodes.node.steering.driver import MakeDriver
from custodes.video.steering.model import Steerable, SteerFailure


@dataclass
class Left:
    """Looked at until it stands inside.

    Attributes:
        since: seconds of the desk's clock, when the hand went.
        strayed: it is outside, or nobody could see that it came to stand inside: it is not left there until it would be turned back anyway.
        settled: it stands inside.
    """

    camera: Camera
    bounds: Bounds
    since: float
    strayed: bool = False
    settled: bool = False
    _stood: float | None = None
    _driver: Steerable | None = None

    async def look(self, make_driver: MakeDriver, now: float) -> None:
        """One look at it, unless it is known already what becomes of it."""
        fence = self.bounds.fence
        if self.strayed or self.settled or fence is None or fence.home is None:
            return
        try:
            self._driver = self._driver or await make_driver(self.camera.assignment)
            here = await self.bounds.look(self._driver)
        except SteerFailure:
            here = None
        if here is None or not fence.stands(here, now):
            self._stood = None
        elif self._stood is None:
            self._stood = now
        if here is not None and not fence.holds(here):
            self.strayed = True
        elif self._stood is not None and now - self._stood >= bounding.STAND_SECONDS:
            self.settled = True
        elif now - self.since >= bounding.WATCH_SECONDS:
            self.strayed = True
