"""Which links are to be tried, as the web lists them, and what came of each: tried once, and told until it is taken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from custodes.gateway.web_client import WebClient, WebRefused, WebUnavailable
from custodes.video.wire.linktests import LinkTrials, LinkTried, TriedPart

log = structlog.get_logger(__name__)

TRIALS = "/internal/gateway/linktests"
TRIED = "/internal/gateway/linktests/tried"
KEPT = 64
"""Trials whose outcome is kept, so that one which the web asks for again is told and not done again."""


class TrialBoard:
    """Of one gateway."""

    def __init__(self, name: str, web: WebClient) -> None:
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
