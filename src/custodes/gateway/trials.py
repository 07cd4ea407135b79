"""Trials of links, above and below: which the web lists, each tried once and told until that is taken; what was found of each part."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import structlog

from custodes.gateway.web_client import GatewayWebClient, WebRefused, WebUnavailable
from custodes.video.clock import HostClock
from custodes.video.wire.upper_platforms import LinkTrials, LinkTried, Part, TriedPart

log = structlog.get_logger(__name__)


P = TypeVar("P", bound=Part)

LOOK_S = 0.02
MOST_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPatience:
    """How long each part may take, seconds; `look` between two questions which links are to be tried."""

    look: float = 5.0
    register: float
    keepalive: float
    catalogue: float


class TrialFindings(Generic[P]):
    """What came of the parts; the first word of each counts.

    Args:
        order: all that there are.
    """

    def __init__(self, order: Sequence[P]) -> None:
        self._order = order
        self._said: dict[P, TriedPart] = {}

    def say(self, part: P, outcome: str, seconds: float | None = None, fault: str = "", **more: Any) -> None:
        """What came of one, and how long it took."""
        ms = None if seconds is None else min(MOST_MS, round(seconds * 1000))
        said = TriedPart.model_validate({"part": part, "outcome": outcome, "ms": ms, "fault": fault, **more})
        self._said.setdefault(part, said)

    def parts(self, otherwise: str = "") -> tuple[TriedPart, ...]:
        """All of them; what was not said is untried, for this reason."""
        return tuple(
            self._said.get(part) or TriedPart(part=part, outcome="untried", fault=otherwise) for part in self._order
        )


async def until(what: Callable[[], bool], clock: HostClock, seconds: float) -> bool:
    """Wait until something holds; False where it does not within the time."""
    deadline = clock.monotonic() + seconds
    while not what():
        if clock.monotonic() >= deadline:
            return False
        await asyncio.sleep(LOOK_S)
    return True


TRIALS = "/internal/gateway/linktests"
TRIED = "/internal/gateway/linktests/tried"
KEPT = 64
"""Trials whose outcome is kept, so that one which the web asks for again is told and not done again."""


class TrialBoard:
    """Of one gateway."""

    def __init__(self, name: str, web: GatewayWebClient) -> None:
        self._name = name
        self._web = web
        self._done: dict[UUID, LinkTried] = {}

    async def follow(self, take: Callable[[LinkTrials], Awaitable[None]], look: Callable[[], float]) -> None:
        """Give what waits to `take`, and ask again after `look` seconds, until cancelled."""
        while True:
            try:
                found = await self._web.fetch(TRIALS, LinkTrials)
                if found is not None and found.gateway == self._name:
                    await take(found)
            except (WebUnavailable, WebRefused) as error:
                log.debug("trials.not_fetched", why=str(error))
            except Exception:
                # It is not given up for that: the next one may be sound.
                log.exception("trials.failed")
            await asyncio.sleep(look())

    async def tell(self, trial: UUID, parts: Callable[[], Awaitable[tuple[TriedPart, ...]]], **whose: str) -> bool:
        """Tell the web what came of one; `parts` tries it, where that was not done yet, and `whose` says in our own log which it is.

        Returns:
            Whether it had to be tried for that.

        Raises:
            WebUnavailable: it was not told; it is when the web asks for it again.
        """
        fresh = trial not in self._done
        if fresh:
            log.info("trial.begun", **whose)
            told = LinkTried(gateway=self._name, trial=trial, parts=await parts())
            self._done[trial] = told
            for old in list(self._done)[:-KEPT]:
                del self._done[old]
            log.info("trial.done", **whose, outcomes=[part.outcome for part in told.parts])
        # One that nobody waits for any more is refused.
        with contextlib.suppress(WebRefused):
            await self._web.post(TRIED, self._done[trial].model_dump_json())
        return fresh
