"""Trials of links with platforms below: what it does by itself is waited for, what it has is asked for; each part measured.

Nothing that it sends is shown to anybody. Its catalogue goes to its device's page, as each does that is taken. Of several links trials go at
the same time, of one device one at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import get_args
from uuid import UUID

import structlog

from custodes.gateway.catalogues import Catalogues
from custodes.gateway.context import Context
from custodes.gateway.entries import CatalogueEntry, TakenCatalogue
from custodes.gateway.lower_platforms import words
from custodes.gateway.lower_platforms.ringing import TrialCalls
from custodes.gateway.network_registrar import UnknownTable
from custodes.gateway.recordings import Clocks
from custodes.gateway.statements.reaching import StatementsUnreached, admitted, context_of, shake_hands
from custodes.gateway.trials import TrialBoard, TrialFindings, TrialPatience, until
from custodes.gateway.web_client import WebUnavailable
from custodes.gb28181 import ids
from custodes.gb28181.refused import Gb28181Refused
from custodes.tls.files import TlsFiles
from custodes.video.wire.upper_platforms import FARTHEST_MS, LinkTrials, LowerPart, LowerTrial, TriedPart

log = structlog.get_logger(__name__)


MARGIN_S = 2.0
"""Before a trial is to be told, it is over."""

MARGIN = 1.1
"""A keepalive may be so much later than its interval says."""

RIGHT_US = 1_000_000
"""A clock may be off by it: the test's part of the time has the same."""

RECENT_US = 120_000_000
"""Before a trial began: a platform that was refused waits a while before it tries again."""

CAMERAS = (131, 132)
"""Types of channels that send pictures (GB/T 28181 Annex D)."""

PARTS: tuple[LowerPart, ...] = get_args(LowerPart)
ASKED: tuple[LowerPart, ...] = ("alive", "time", "info", "entries", "call")
"""Of whoever is registered."""

_REFUSED_WHY = {
    "password": words.WRONG_PASSWORD,
    "realm": words.WRONG_PASSWORD,
    "username": words.WRONG_PASSWORD,
    "unanswered": words.NOT_REGISTERED,
    "unknown": words.WRONG_PASSWORD,
    "network": words.WRONG_NETWORK,
}
_SIDE = {
    "files": words.NO_FILES,
    "certificate": words.OTHER_CERTIFICATE,
    "connection": words.NO_CONNECTION,
    "answer": words.OTHER_SERVICE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerPatience(TrialPatience):
    """Of a trial of a platform below."""

    register: float = 75.0
    keepalive: float = 130.0
    catalogue: float = 120.0
    call: float = 15.0
    side: float = 6.0


PATIENCE = LowerPatience()


@dataclass(frozen=True)
class TrialNeeds:
    """What of the gateway a trial uses.

    Attributes:
        files: our certificate and key of the side channel.
    """

    context: Context
    catalogues: Catalogues
    unknown: UnknownTable
    files: TlsFiles
    clocks: Clocks
    ringing: TrialCalls


async def tried(one: LowerTrial, tools: TrialNeeds, patience: LowerPatience) -> tuple[TriedPart, ...]:
    """All parts of a trial, within its time; what it did not come to is untried."""
    trial = _Trial(one, tools, patience)
    try:
        async with asyncio.timeout(max(0.0, one.left_s - MARGIN_S)):
            await trial.go()
    except TimeoutError:
        return trial.found.parts(words.OVER)
    except Exception:
        log.exception("trial.broke_off", device=one.device)
        return trial.found.parts(words.BROKE_OFF)
    finally:
        tools.context.alive_ears.pop(one.device, None)
    return trial.found.parts()


class _Trial:
    """One trial while it runs."""

    def __init__(self, one: LowerTrial, tools: TrialNeeds, patience: LowerPatience) -> None:
        self.found: TrialFindings[LowerPart] = TrialFindings(PARTS)
        self._one = one
        self._tools = tools
        self._context = tools.context
        self._clock = tools.context.clock
        self._patience = patience

    async def go(self) -> None:
        """The side channel is there or not, whoever is registered."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._side())
            group.create_task(self._registration())

    async def _registration(self) -> None:
        if not await self._registered():
            for part in ASKED:
                self.found.say(part, "untried", fault=words.UNREGISTERED)
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._alive())
            group.create_task(self._time())
            taken = await self._catalogue()
            await self._call(taken)

    async def _registered(self) -> bool:
        device, began = self._one.device, self._clock.monotonic()
        since_us, there = self._clock.wall_us() - RECENT_US, self._context.registration(device) is not None
        if await self._until(lambda: self._context.registration(device) is not None, self._patience.register):
            found = self._context.registration(device)
            now = self._clock.monotonic()
            ago = 0 if found is None else max(0, round(now - found.heard))
            self.found.say("registered", "passed", None if there else now - began, ago_s=min(ago, 86_400))
            return True
        assigned = self._context.assigned
        if assigned.device(device) is None:
            fault = words.NOT_ASSIGNED
        elif assigned.account(device) is None:
            fault = words.UNSEALABLE
        else:
            why = self._tools.unknown.why(device, since_us)
            fault = words.NOT_REGISTERED if why is None else _REFUSED_WHY[why]
        self.found.say("registered", "failed", fault=fault)
        return False

    async def _alive(self) -> None:
        heard = asyncio.Event()
        began, device = self._clock.monotonic(), self._one.device
        self._context.alive_ears[device] = heard.set
        account = self._context.assigned.account(device)
        interval = MARGIN * account.interval if account is not None else 0.0
        try:
            async with asyncio.timeout(min(interval, self._patience.keepalive)):
                await heard.wait()
        except TimeoutError:
            rare = interval > self._patience.keepalive
            self.found.say("alive", "untried" if rare else "failed", fault=words.RARE if rare else words.NO_KEEPALIVE)
            return
        self.found.say("alive", "passed", self._clock.monotonic() - began)

    async def _time(self) -> None:
        began = self._clock.monotonic()
        ahead = await self._tools.clocks.ask(self._one.device)
        if ahead is None:
            self.found.say("time", "untried", fault=words.NO_TIME)
            return
        right = abs(ahead.us) - ahead.within_us <= RIGHT_US
        told, off = self._clock.monotonic() - began, max(-FARTHEST_MS, min(FARTHEST_MS, round(ahead.us / 1000)))
        self.found.say("time", "passed" if right else "failed", told, "" if right else words.WRONG_TIME, off_ms=off)

    async def _catalogue(self) -> TakenCatalogue | None:
        """What it is and what it has; the catalogue, where all of it came."""
        follower = self._tools.catalogues.follow(self._one.device)
        in_time = await self._until(
            lambda: follower.taken is not None or follower.failed or follower.info_s is not None or follower.asked,
            self._patience.catalogue,
        )
        if follower.info_s is not None:
            self.found.say("info", "passed", follower.info_s)
        else:
            self.found.say("info", "failed", fault=words.NO_INFO)
        in_time = in_time and await self._until(
            lambda: follower.taken is not None or follower.failed, self._patience.catalogue
        )
        taken = follower.taken
        if not in_time:
            self.found.say("entries", "untried", fault=words.SLOW)
            return None
        if taken is None:
            self.found.say("entries", "failed", fault=words.NO_CATALOGUE)
            return None
        fault = "" if taken.complete else words.SHORT if taken.entries else words.TOO_LONG
        told = {"got": len(taken.entries), "said": taken.said}
        self.found.say("entries", "failed" if fault else "passed", follower.catalogue_s, fault, **told)
        return None if fault else taken

    async def _call(self, taken: TakenCatalogue | None) -> None:
        if taken is None or not self._one.call:
            self.found.say("call", "untried", fault=words.NOT_WHOLE if self._one.call else words.NOT_WISHED)
            return
        # One that is a camera of the register has calls of its own, which are left alone.
        known = self._context.assigned.cameras(self._one.device)
        channel = next((entry.id for entry in taken.entries if entry.id not in known and _sends(entry)), "")
        if not channel:
            self.found.say("call", "untried", fault=words.NO_CHANNEL)
            return
        began = self._clock.monotonic()
        rung = await self._tools.ringing.ring(self._one.device, channel, self._patience.call)
        outcome = "untried" if rung.unsuited else "failed" if rung.fault else "passed"
        self.found.say("call", outcome, None if rung.fault else self._clock.monotonic() - began, rung.fault)

    async def _side(self) -> None:
        at = self._one.statements
        if at is None:
            self.found.say("side", "untried", fault=words.NO_SIDE)
            self.found.say("admitted", "untried", fault=words.NO_SIDE)
            return
        began = self._clock.monotonic()
        try:
            context = await context_of(at, self._tools.files)
            await shake_hands(at, context, self._patience.side)
        except StatementsUnreached as error:
            self.found.say("side", "failed", fault=_SIDE[error.what])
            self.found.say("admitted", "untried", fault=words.UNREACHED)
            return
        self.found.say("side", "passed", self._clock.monotonic() - began)
        began = self._clock.monotonic()
        try:
            takes = await admitted(at, context, self._patience.side)
        except StatementsUnreached as error:
            self.found.say("admitted", "failed", fault=_SIDE[error.what])
            return
        if takes:
            self.found.say("admitted", "passed", self._clock.monotonic() - began)
        else:
            self.found.say("admitted", "untried", fault=words.NOT_ADMITTED)

    async def _until(self, what: Callable[[], bool], seconds: float) -> bool:
        return await until(what, self._clock, seconds)


def _sends(entry: CatalogueEntry) -> bool:
    """Whether it is a camera, and not known to be off."""
    try:
        camera = ids.parse(entry.id).type in CAMERAS
    except Gb28181Refused:
        return False
    return camera and entry.online is not False


class LowerTrials:
    """Trials of one gateway: of several links at the same time, of one device one at a time.

    What is under way when the gateway ends is begun anew by the next one, with the time that is left; what is not told within that stands as
    not told at the web.
    """

    def __init__(self, board: TrialBoard, tools: TrialNeeds, patience: LowerPatience = PATIENCE) -> None:
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
