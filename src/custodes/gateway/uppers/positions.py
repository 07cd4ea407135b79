"""Where cameras are that move and that an upper is shown: asked of the web while it subscribes to that, told no sooner than it wants.

What an upper was told is never told again, and of what was between two places nothing is known here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from custodes.gateway.uppers.link import UpperLink
from custodes.gateway.uppers.pace import UpperPace
from custodes.gateway.web_client import WebClient, WebUnavailable
from custodes.gb28181.cascade.moving import Place
from custodes.gb28181.refused import Refused
from custodes.video.clock import Clock
from custodes.video.wire.positions import ShownPositions

log = structlog.get_logger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class UpperPositions:
    """Of all links.

    Attributes:
        told: notices that went out to subscriptions; refused: rounds that could not be written for an upper.
    """

    web: WebClient
    clock: Clock
    pace: UpperPace
    told: int = 0
    refused: int = 0

    async def follow(self, link: UpperLink) -> None:
        """Ask where they are while the upper follows them and may, until cancelled. Where it may no more, its subscriptions end."""
        while True:
            lower = link.lower
            if link.registered and lower is not None and lower.telling.follows:
                try:
                    self._tell(link, await self._look(link) if link.upper.positions else None)
                except Exception:
                    # It is not given up for that: what comes next may be sound.
                    log.exception("upper.positions_failed", link=str(link.upper.link))
            if lower is not None:
                self.told += lower.telling.positions_sent()
            await asyncio.sleep(self.pace.positions)

    async def _look(self, link: UpperLink) -> ShownPositions | None:
        path = f"/internal/gateway/shown/positions?link={link.upper.link}"
        try:
            found = await self.web.fetch(path, ShownPositions, absent="link")
        except WebUnavailable as error:
            log.debug("upper.positions_not_fetched", link=str(link.upper.link), why=str(error))
            return None
        return found if found is not None and found.link == link.upper.link else None

    def _tell(self, link: UpperLink, found: ShownPositions | None) -> None:
        lower = link.lower
        if lower is None or not link.registered:
            return  # while the web was asked it left
        try:
            lower.positions(_places(found), self.clock.monotonic())
        except Refused:
            self.refused += 1
            log.info("upper.positions_refused", link=str(link.upper.link))
        link.ask_work()


def _places(found: ShownPositions | None) -> list[Place]:
    if found is None:
        return []
    return [
        Place(one.channel, one.longitude, one.latitude, _EPOCH + timedelta(microseconds=one.at_us))
        for one in found.positions
        if 0 <= one.at_us < 2**53
    ]
