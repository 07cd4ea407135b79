"""What stands for uppers goes on being wanted: the web is asked whether it may still be had, nodes are told that it is, and what has no right any more ends.

Calls and hands alike. The web ends what it still has open and is not asked about; a node ends what nobody named for 30 s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol
from uuid import UUID

import structlog

from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.senders import NodeUnavailable, Senders, SendingWorker
from custodes.gateway.web_client import GatewayWebClient, WebUnavailable
from custodes.video.clock import HostClock
from custodes.video.wire.upper_platforms import UpperCall, UpperCalls, UpperCallsStanding, UpperVerdict

log = structlog.get_logger(__name__)

STANDING = "/internal/gateway/wanted/standing"
FINISHED = "finished"


class Stands(Protocol):
    """A call or a hand that the web gave.

    Attributes:
        ready: its worker has it, and has to hear of it.
        kept: monotonic seconds of the last word to the worker that it took; confirmed: of the web's last word.
    """

    id: UUID
    verdict: UpperVerdict | None
    worker: SendingWorker | None
    ready: bool
    over: bool
    kept: float
    confirmed: float

    def told(self) -> UpperCall:
        """As the web is asked about it."""
        ...

    def hang_up(self, why: str, now: float) -> None:
        """End it; nothing where it is over."""
        ...

    def finished(self, now: float) -> bool:
        """It was sent to its end; False where it has none of its own."""
        ...


class KeptOfUppers:
    """All that stands.

    Args:
        standing: gives what the web gave and is not over.
    """

    def __init__(
        self,
        gateway: str,
        web: GatewayWebClient,
        senders: Senders,
        clock: HostClock,
        pace: UpperPace,
        standing: Callable[[], Sequence[Stands]],
    ) -> None:
        self._gateway = gateway
        self._web = web
        self._senders = senders
        self._clock = clock
        self._pace = pace
        self._standing = standing

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_again(self.look, self._pace.look))
            group.create_task(_again(self.ask, self._pace.standing))
            group.create_task(_again(self.keep, self._pace.keep))

    async def look(self) -> None:
        """End what has no right any more, by the clock."""
        now, wall_us = self._clock.monotonic(), self._clock.wall_us()
        for one in self._standing():
            until_us = one.verdict.until_us if one.verdict is not None else None
            if until_us is not None and wall_us >= until_us:
                one.hang_up("over", now)
            elif now - one.confirmed > self._pace.unconfirmed:
                one.hang_up("unconfirmed", now)
            elif one.ready and now - one.kept > self._pace.kept:
                one.hang_up("node-away", now)

    async def ask(self) -> None:
        """Ask the web; that nothing stands is a word too: what it still has open ends there."""
        found = self._standing()
        question = UpperCalls(gateway=self._gateway, calls=tuple(one.told() for one in found))
        try:
            answer = await self._web.ask(STANDING, question, UpperCallsStanding)
        except WebUnavailable as error:
            log.warning("upper.standing_not_asked", why=str(error))
            return
        now = self._clock.monotonic()
        for one in found:
            if one.id in answer.ended:
                one.hang_up("revoked", now)
            else:
                one.confirmed = now

    async def keep(self) -> None:
        """Tell the nodes."""
        by_worker: dict[SendingWorker, list[Stands]] = {}
        for one in self._standing():
            if one.ready and one.worker is not None:
                by_worker.setdefault(one.worker, []).append(one)
        await asyncio.gather(*(self._keep_at(worker, found) for worker, found in by_worker.items()))

    async def _keep_at(self, worker: SendingWorker, found: list[Stands]) -> None:
        now = self._clock.monotonic()
        try:
            answer = await self._senders.keep(worker, tuple(one.id for one in found), self._pace.node)
        except NodeUnavailable as error:
            log.warning("upper.node_not_told", worker=worker.name, why=str(error))
            return
        for one in found:
            how = answer.ended.get(one.id)
            if how is None or (how == FINISHED and one.finished(now)):
                one.kept = now
            else:
                one.hang_up(f"node-{how}", now)


async def _again(work: Callable[[], Awaitable[None]], period: float) -> None:
    while True:
        await asyncio.sleep(period)
        try:
            await work()
        except Exception:
            log.exception("upper.look_failed")
