"""Which links with platforms below are to be tried, and what came of each told the web: once, and within its time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from functools import partial
from uuid import UUID

import structlog

from custodes.gateway.lowers.trying import PATIENCE, Patience, Tools, tried
from custodes.gateway.web_client import WebClient, WebRefused, WebUnavailable
from custodes.video.wire.linktests import LinkTrials, LinkTried, LowerTrial

log = structlog.get_logger(__name__)

TRIALS = "/internal/gateway/linktests"
TRIED = "/internal/gateway/linktests/tried"
KEPT = 64
"""Trials whose outcome is kept, so that one which the web asks for again is told and not done again."""


class LowerTrials:
    """Trials of one gateway: of several links at the same time, of one device one at a time.

    What is under way when the gateway ends is begun anew by the next one, with the time that is left; what is not told within that stands as
    not told at the web.
    """

    def __init__(self, name: str, web: WebClient, tools: Tools, patience: Patience = PATIENCE) -> None:
        self.patience = patience
        self._name = name
        self._web = web
        self._tools = tools
        self._going: dict[UUID, tuple[str, asyncio.Task[None]]] = {}
        self._done: dict[UUID, LinkTried] = {}

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                try:
                    found = await self._web.fetch(TRIALS, LinkTrials)
                    if found is not None and found.gateway == self._name:
                        self._begin(found.lowers)
                except (WebUnavailable, WebRefused) as error:
                    log.debug("trials.not_fetched", why=str(error))
                except Exception:
                    # It is not given up for that: the next one may be sound.
                    log.exception("trials.failed")
                await asyncio.sleep(self.patience.look)
        finally:
            await self.stop()

    async def stop(self) -> None:
        """The gateway ends: nothing is measured any more."""
        going = [task for _device, task in self._going.values()]
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)

    def _begin(self, lowers: Iterable[LowerTrial]) -> None:
        busy = {device for device, _task in self._going.values()}
        for one in lowers:
            if one.trial in self._going or one.device in busy:
                continue
            busy.add(one.device)
            task = asyncio.get_running_loop().create_task(self._try(one))
            self._going[one.trial] = one.device, task
            task.add_done_callback(partial(self._over, one.trial))

    def _over(self, trial: UUID, _task: asyncio.Task[None]) -> None:
        self._going.pop(trial, None)

    async def _try(self, one: LowerTrial) -> None:
        told = self._done.get(one.trial)
        if told is None:
            log.info("trial.begun", device=one.device)
            parts = await tried(one, self._tools, self.patience)
            told = LinkTried(gateway=self._name, trial=one.trial, parts=parts)
            self._done[one.trial] = told
            for old in list(self._done)[:-KEPT]:
                del self._done[old]
            log.info("trial.done", device=one.device, outcomes=[part.outcome for part in parts])
        # Told again with the next look, where the web is away.
        with contextlib.suppress(WebRefused, WebUnavailable):
            await self._web.post(TRIED, told.model_dump_json())
