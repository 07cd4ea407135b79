"""Links that are tried before they are in force: register, keepalive, an empty catalogue, unregister; each measured, and told the web.

Nothing of ours is shown or served by a trial. It has the port that its link will have, so that the upper hears us from where it always will.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog

from custodes.gateway.plain import plain
from custodes.gateway.uppers.link import House, UpperLink
from custodes.gateway.uppers.showing import Tree
from custodes.gateway.uppers.standing import ELSEWHERE
from custodes.gateway.web_client import WebClient, WebRefused, WebUnavailable
from custodes.gb28181.cascade.events import Event, Questioned, State, Stood, Wanted
from custodes.gb28181.cascade.lower import Lower
from custodes.gb28181.sip.digest import Secret
from custodes.video.wire.linktests import LinkTrial, LinkTrials, LinkTried, TriedPart, UpperPart
from custodes.video.wire.uppers import GatewayUpper

log = structlog.get_logger(__name__)

TRIALS = "/internal/gateway/linktests"
TRIED = "/internal/gateway/linktests/tried"
KEEPALIVE_S = 5
"""Between two keepalives of a trial: nobody waits a minute for the first."""

KEPT = 64
"""Trials whose outcome is kept, so that one which the web asks for again is told and not done again."""

LOOK_S = 0.02
UNSHOWN = "a link on trial shows and serves nothing"
IN_FORCE = "the link is in force: how it stands is measured all the time"
NOT_ASKED = "it did not ask for our catalogue; whoever is there may ask it to"
BROKE_OFF = "it could not be tried to the end"
SILENT = "it does not answer"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each part may take, seconds; `look` between two questions which links are to be tried."""

    look: float = 5.0
    register: float = 20.0
    keepalive: float = 15.0
    catalogue: float = 20.0
    unregister: float = 3.0


PATIENCE = Patience()


@dataclass
class Trials:
    """Trials of one gateway, one at a time.

    Args:
        secret: opens an upper's password; port: ours for a link; taken: whether a link is in force here.
    """

    name: str
    web: WebClient
    house: House
    secret: Callable[[GatewayUpper], Secret | None]
    port: Callable[[UUID], int | None]
    taken: Callable[[UUID], bool]
    patience: Patience = PATIENCE
    _done: dict[UUID, LinkTried] = field(default_factory=dict, repr=False)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                found = await self.web.fetch(TRIALS, LinkTrials)
                if found is not None and found.gateway == self.name:
                    for one in found.trials:
                        if await self._try(one):
                            break  # a minute has gone by: what else waits may be decided otherwise by now, and is asked for anew
            except (WebUnavailable, WebRefused) as error:
                log.debug("trials.not_fetched", why=str(error))
            except Exception:
                # It is not given up for that: the next one may be sound.
                log.exception("trials.failed")
            await asyncio.sleep(self.patience.look)

    async def _try(self, one: LinkTrial) -> bool:
        """Tell what came of one; whether it had to be tried for that."""
        fresh = one.trial not in self._done
        told = self._done.get(one.trial)
        if told is None:
            log.info("trial.begun", link=str(one.upper.link))
            told = LinkTried(gateway=self.name, trial=one.trial, parts=await self._parts(one.upper))
            self._done[one.trial] = told
            for old in list(self._done)[:-KEPT]:
                del self._done[old]
            log.info("trial.done", link=str(one.upper.link), outcomes=[part.outcome for part in told.parts])
        with contextlib.suppress(WebRefused):
            await self.web.post(TRIED, told.model_dump_json())
        return fresh

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
            trial.say("register", "failed", fault=BROKE_OFF)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await trial.leave(link)
        return trial.parts()


class _Trial:
    """One trial while it runs."""

    def __init__(self, house: House, patience: Patience) -> None:
        self._clock = house.clock
        self._patience = patience
        self._said: dict[UpperPart, TriedPart] = {}
        self._left: str | None = None

    def told(self, link: UpperLink, event: Event) -> None:
        """What the link has to tell: whatever is asked of it is refused."""
        now = self._clock.monotonic()
        match event:
            case Stood(state=State.LEFT):
                self._left = event.fault
            case Wanted() if link.lower is not None:
                link.lower.refuse(event.call, 403, UNSHOWN, now)
            case Questioned() if link.lower is not None:
                link.lower.deny(event.question, now)
            case _:
                pass

    def say(self, part: UpperPart, outcome: str, ms: int | None = None, fault: str = "") -> None:
        """What came of a part; the first word of it counts."""
        told = TriedPart.model_validate({"part": part, "outcome": outcome, "ms": ms, "fault": fault})
        self._said.setdefault(part, told)

    def parts(self) -> tuple[TriedPart, ...]:
        """All of them."""
        order: tuple[UpperPart, ...] = ("register", "keepalive", "catalogue", "unregister")
        return tuple(self._said.get(part) or TriedPart(part=part, outcome="untried") for part in order)

    async def go(self, link: UpperLink) -> None:
        """Until the catalogue; what fails ends it."""
        if not await self._until(lambda: link.lower is not None or bool(link.trouble), self._patience.register):
            self.say("register", "failed", fault=SILENT)
            return
        lower = link.lower
        if lower is None:
            self.say("register", "failed", fault=link.trouble)
            return
        begun = self._clock.monotonic()
        lower.show(Tree(), begun)
        link.register()

        def stopped() -> bool:
            return bool(link.trouble) or lower.standing.state in (State.REFUSED, State.SILENT)

        await self._until(lambda: link.registered or stopped(), self._patience.register)
        if not link.registered:
            self.say("register", "failed", fault=link.trouble or _fault(lower) or SILENT)
            return
        self.say("register", "passed", self._ms(begun))
        # An upper asks as soon as it took us; it has the time of the keepalive for it, and some more.
        asked = asyncio.create_task(self._catalogue(lower))
        try:
            await self._until(lambda: lower.standing.latency is not None or stopped(), self._patience.keepalive)
            latency = lower.standing.latency
            if latency is None or stopped():
                self.say("keepalive", "failed", fault=_fault(lower) or SILENT)
            else:
                self.say("keepalive", "passed", round(latency * 1000))
            await asked
        finally:
            asked.cancel()

    async def leave(self, link: UpperLink) -> None:
        """Unregister where it took us, and close."""
        took, begun = link.registered, self._clock.monotonic()
        await link.close()
        if took and self._left is not None:
            passed = not self._left
            self.say("unregister", "passed" if passed else "failed", self._ms(begun) if passed else None, self._left)
        elif took:
            self.say("unregister", "failed", fault=SILENT)

    async def _catalogue(self, lower: Lower) -> None:
        begun = self._clock.monotonic()
        if await self._until(lambda: lower.questions.catalogues > 0, self._patience.catalogue):
            self.say("catalogue", "passed", self._ms(begun))
        else:
            self.say("catalogue", "untried", fault=NOT_ASKED)

    async def _until(self, what: Callable[[], bool], seconds: float) -> bool:
        deadline = self._clock.monotonic() + seconds
        while not what():
            if self._clock.monotonic() >= deadline:
                return False
            await asyncio.sleep(LOOK_S)
        return True

    def _ms(self, begun: float) -> int:
        return round((self._clock.monotonic() - begun) * 1000)


def _fault(lower: Lower) -> str:
    found = plain(lower.standing.fault)
    return ELSEWHERE if found.startswith("it sends us to ") else found
