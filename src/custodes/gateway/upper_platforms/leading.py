"""Where an upper's name leads by now: looked up again behind each registration that failed or was refreshed, and followed into the link's networks alone."""

from __future__ import annotations

import asyncio
import ipaddress
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from custodes.gateway.upper_platforms.link import NAME_S, UpperLink
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.terms import addresses, leads
from custodes.video.clock import HostClock

log = structlog.get_logger(__name__)

SURE = 3
"""Times in a row that a name has to lead elsewhere before an upper is left that takes us where we are: many names lead to one of several
addresses in turn, and to go elsewhere ends its calls."""


@dataclass(slots=True)
class _Seen:
    """Of one link: `turns` as they were when it was looked up last, at that monotonic second; how often in a row it led elsewhere."""

    turns: int = 0
    at: float = -math.inf
    elsewhere: int = 0


class UpperNames:
    """Of all links whose upper is reached by a name. One is looked up at a time: a resolver that hangs costs no more than its turn.

    Args:
        links: that there are; move: begins a link anew, at the address that its name leads to then.
        look_up: addresses of a name.
    """

    def __init__(
        self,
        links: Callable[[], Sequence[UpperLink]],
        move: Callable[[UpperLink], Awaitable[None]],
        clock: HostClock,
        pace: UpperPace,
        look_up: Callable[[str], Awaitable[tuple[str, ...]]] = addresses,
    ) -> None:
        self._links = links
        self._move = move
        self._clock = clock
        self._pace = pace
        self._look_up = look_up
        self._seen: dict[UpperLink, _Seen] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(self._pace.names)
            try:
                await self.look()
            except Exception:
                log.exception("upper.names_not_looked_up")

    async def look(self) -> None:
        """Those of which a registration came to something since the last time."""
        links = [link for link in self._links() if link.place and not is_address(link.upper.host)]
        self._seen = {link: self._seen.get(link, _Seen()) for link in links}
        for link, seen in self._seen.items():
            now = self._clock.monotonic()
            due = link.turns != seen.turns or 0 < seen.elsewhere < SURE
            if due and now - seen.at >= self._pace.name_least:
                seen.turns, seen.at = link.turns, now
                await self._one(link, seen)

    async def _one(self, link: UpperLink, seen: _Seen) -> None:
        try:
            async with asyncio.timeout(NAME_S):
                found = await self._look_up(link.upper.host)
        except OSError:  # a TimeoutError is one; where it leads is not known, so it stays
            return
        seen.elsewhere = 0 if link.place in found else seen.elsewhere + 1
        if not seen.elsewhere or (link.registered and seen.elsewhere < SURE):
            return
        if leads(link.upper, link.place, found):
            log.info("upper.name_leads_elsewhere", link=str(link.upper.link))
            await self._move(link)
        else:
            link.astray()


def is_address(host: str) -> bool:
    """Whether it is no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
