"""Links that are tried before they are in force: register, keepalive, an empty catalogue, unregister; each measured, and told the web.

Nothing of ours is shown or served by a trial. It has the port that its link will have, so that the upper hears us from where it always will.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import get_args
from uuid import UUID

import structlog

from custodes.gateway.plain import plain
from custodes.gateway.trials import TrialBoard, TrialFindings, TrialPatience, until
from custodes.gateway.upper_platforms.link import ELSEWHERE, LinksShared, UpperLink
from custodes.gateway.upper_platforms.showing import ShownTree
from custodes.gb28181.cascade.events import ChannelCalled, Event, Questioned, UpperState, UpperStateChanged
from custodes.gb28181.cascade.lower import Lower
from custodes.gb28181.sip.digest import Secret
from custodes.video.wire.upper_platforms import GatewayUpper, LinkTrials, TriedPart, UpperPart

log = structlog.get_logger(__name__)

KEEPALIVE_S = 5
"""Between two keepalives of a trial: nobody waits a minute for the first."""

PARTS: tuple[UpperPart, ...] = get_args(UpperPart)
UNSHOWN = "a link on trial shows and serves nothing"
IN_FORCE = "the link is in force: how it stands is measured all the time"
NOT_ASKED = "it did not ask for our catalogue; whoever is there may ask it to"
BROKE_OFF = "it could not be tried to the end"
SILENT = "it does not answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpperPatience(TrialPatience):
    """Of a trial of a platform above."""

    register: float = 20.0
    keepalive: float = 15.0
    catalogue: float = 20.0
    unregister: float = 3.0


PATIENCE = UpperPatience()


@dataclass
class UpperLinkTrials:
    """Trials of one gateway, one at a time.

    Args:
        secret: opens an upper's password; port: ours for a link; taken: whether a link is in force here.
    """

    board: TrialBoard
    house: LinksShared
    secret: Callable[[GatewayUpper], Secret | None]
    port: Callable[[UUID], int | None]
    taken: Callable[[UUID], bool]
    patience: UpperPatience = PATIENCE

    async def run(self) -> None:
        """Until cancelled."""
        await self.board.follow(self._take, lambda: self.patience.look)

    async def _take(self, found: LinkTrials) -> None:
        for one in found.trials:
            if await self.board.tell(one.trial, partial(self._parts, one.upper), link=str(one.upper.link)):
                return  # a minute has gone by: what else waits may be decided otherwise by now, and is asked for anew

    async def _parts(self, upper: GatewayUpper) -> tuple[TriedPart, ...]:
        if self.taken(upper.link):
            return (TriedPart(part="register", outcome="untried", fault=IN_FORCE),)
        brisk = upper.model_copy(update={"keepalive_s": min(upper.keepalive_s, KEEPALIVE_S), "alarms": False})
        trial = _Trial(self.house, self.patience)
        link = UpperLink(
            brisk, self.secret(upper), self.port(upper.link),
            replace(self.house, told=trial.told, pace=replace(self.house.pace, leave=self.patience.unregister)),
        )  # fmt: skip
        running = asyncio.create_task(link.run())
        try:
            await trial.go(link)
        except Exception:
            log.exception("trial.broke_off", link=str(upper.link))
            trial.found.say("register", "failed", fault=BROKE_OFF)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await trial.leave(link)
        return trial.found.parts()


class _Trial:
    """One trial while it runs."""

    def __init__(self, house: LinksShared, patience: UpperPatience) -> None:
        self.found: TrialFindings[UpperPart] = TrialFindings(PARTS)
        self._clock = house.clock
        self._patience = patience
        self._left: str | None = None

    def told(self, link: UpperLink, event: Event) -> None:
        """What the link has to tell: whatever is asked of it is refused."""
        now = self._clock.monotonic()
        match event:
            case UpperStateChanged(state=UpperState.LEFT):
                self._left = event.fault
            case ChannelCalled() if link.lower is not None:
                link.lower.refuse(event.call, 403, UNSHOWN, now)
            case Questioned() if link.lower is not None:
                link.lower.deny(event.question, now)
            case _:
                pass

    async def go(self, link: UpperLink) -> None:
        """Until the catalogue; what fails ends it."""
        if not await self._until(lambda: link.lower is not None or bool(link.trouble), self._patience.register):
            self.found.say("register", "failed", fault=SILENT)
            return
        lower = link.lower
        if lower is None:
            self.found.say("register", "failed", fault=link.trouble)
            return
        begun = self._clock.monotonic()
        lower.show(ShownTree(), begun)
        link.register()

        def stopped() -> bool:
            return bool(link.trouble) or lower.standing.state in (UpperState.REFUSED, UpperState.SILENT)

        await self._until(lambda: link.registered or stopped(), self._patience.register)
        if not link.registered:
            self.found.say("register", "failed", fault=link.trouble or _fault(lower) or SILENT)
            return
        self.found.say("register", "passed", self._since(begun))
        # An upper asks as soon as it took us; it has the time of the keepalive for it, and some more.
        asked = asyncio.create_task(self._catalogue(lower))
        try:
            await self._until(lambda: lower.standing.latency is not None or stopped(), self._patience.keepalive)
            latency = lower.standing.latency
            if latency is None or stopped():
                self.found.say("keepalive", "failed", fault=_fault(lower) or SILENT)
            else:
                self.found.say("keepalive", "passed", latency)
            await asked
        finally:
            asked.cancel()

    async def leave(self, link: UpperLink) -> None:
        """Unregister where it took us, and close."""
        took, begun = link.registered, self._clock.monotonic()
        await link.close()
        if took and self._left is not None:
            passed = not self._left
            self.found.say(
                "unregister", "passed" if passed else "failed", self._since(begun) if passed else None, self._left
            )
        elif took:
            self.found.say("unregister", "failed", fault=SILENT)

    async def _catalogue(self, lower: Lower) -> None:
        begun = self._clock.monotonic()
        if await self._until(lambda: lower.questions.catalogues > 0, self._patience.catalogue):
            self.found.say("catalogue", "passed", self._since(begun))
        else:
            self.found.say("catalogue", "untried", fault=NOT_ASKED)

    async def _until(self, what: Callable[[], bool], seconds: float) -> bool:
        return await until(what, self._clock, seconds)

    def _since(self, begun: float) -> float:
        return self._clock.monotonic() - begun


def _fault(lower: Lower) -> str:
    found = plain(lower.standing.fault)
    return ELSEWHERE if found.startswith("it sends us to ") else found
