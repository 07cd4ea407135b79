"""Which trials of links with platforms below are under way: each once, and within its time."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from uuid import UUID

from custodes.gateway.lowers.trying import PATIENCE, LowerPatience, Tools, tried
from custodes.gateway.trials.board import TrialBoard
from custodes.gateway.web_client import WebUnavailable
from custodes.video.wire.linktests import LinkTrials, LowerTrial


class LowerTrials:
    """Trials of one gateway: of several links at the same time, of one device one at a time.

    What is under way when the gateway ends is begun anew by the next one, with the time that is left; what is not told within that stands as
    not told at the web.
    """

    def __init__(self, board: TrialBoard, tools: Tools, patience: LowerPatience = PATIENCE) -> None:
        self.patience = patience
        self._board = board
        self._tools = tools
        self._going: dict[UUID, tuple[str, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        try:
            await self._board.follow(self._begin, lambda: self.patience.look)
        finally:
            await self.stop()

    async def stop(self) -> None:
        """The gateway ends: nothing is measured any more."""
        going = [task for _device, task in self._going.values()]
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)

    async def _begin(self, found: LinkTrials) -> None:
        busy = {device for device, _task in self._going.values()}
        for one in found.lowers:
            if one.trial in self._going or one.device in busy:
                continue
            busy.add(one.device)
            task = asyncio.get_running_loop().create_task(self._try(one))
            self._going[one.trial] = one.device, task
            task.add_done_callback(partial(self._over, one.trial))

    def _over(self, trial: UUID, _task: asyncio.Task[None]) -> None:
        self._going.pop(trial, None)

    async def _try(self, one: LowerTrial) -> None:
        # Told again with the next look, where the web is away.
        with contextlib.suppress(WebUnavailable):
            await self._board.tell(one.trial, partial(tried, one, self._tools, self.patience), device=one.device)
