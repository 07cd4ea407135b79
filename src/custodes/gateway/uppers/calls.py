"""Calls of upper platforms: the web decides and records, a node makes ready, ACK comes, pictures go; and every end of one reaches both.

Nothing is sent before ACK, and nothing at all without a verdict: while the web is away, what is asked anew is refused.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any
from uuid import UUID, uuid4

import structlog

from custodes.gateway.uppers.left_over import LeftOver
from custodes.gateway.uppers.link import UpperLink
from custodes.gateway.uppers.pace import UpperPace
from custodes.gateway.uppers.senders import NodeUnavailable, Senders, Worker
from custodes.gateway.uppers.served import STEPS, Refusal, Served
from custodes.gateway.web_client import WebClient, WebUnavailable
from custodes.gb28181.cascade.events import Controlled, Ended, Started, Wanted
from custodes.gb28181.cascade.offer import HISTORY
from custodes.gb28181.ids import is_standard
from custodes.gb28181.mansrtsp import Answer
from custodes.gb28181.refused import Refused
from custodes.gb28181.sip.rate import Rates
from custodes.gb28181.ssrc_pool import NoneLeft, SsrcPool
from custodes.video.clock import Clock
from custodes.video.wire.uppers import SendAsk, UpperCalls, UpperCallsStanding, UpperVerdict, UpperWants

log = structlog.get_logger(__name__)

UNABLE = 551
"""What a step in a recording is answered with (RTSP: option not supported)."""

RATE, BURST = 2.0, 20.0
"""Calls of one upper that the web is asked about, a second for long and at once: each is a record for good."""

UNDER_WAY, UNDER_WAY_ALL = 20, 100
"""Calls of one upper and of all that web and nodes are being asked about, also of those that the upper gave up meanwhile."""

OF_A_CHANNEL = 4
"""Calls of one upper for one channel at once: they all go from one worker."""

WANTED = "/internal/gateway/wanted"
STANDING = "/internal/gateway/wanted/standing"


class UpperCallRoom:
    """All calls of all uppers.

    Args:
        ssrc: numbers for a link whose own ID has no domain; most: calls at once.

    Attributes:
        outcomes: what became of calls, by reason.
    """

    def __init__(
        self,
        gateway: str,
        web: WebClient,
        senders: Senders,
        ssrc: SsrcPool,
        clock: Clock,
        pace: UpperPace,
        most: int,
        left_over: LeftOver,
    ) -> None:
        self.outcomes: Counter[str] = Counter()
        self._gateway = gateway
        self._web = web
        self._senders = senders
        self._clock = clock
        self._pace = pace
        self._most = most
        self._ssrc = ssrc
        self._left_over = left_over
        self._pools: dict[str, SsrcPool] = {}
        self._calls: dict[tuple[UpperLink, int], Served] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._rates = Rates(RATE, BURST, 1_024)
        self._under_way: Counter[UUID] = Counter()

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def sending(self) -> int:
        """Calls that a node was made ready for."""
        return sum(call.ready for call in self._calls.values())

    # What a link tells

    def wanted(self, link: UpperLink, wanted: Wanted) -> None:
        """It calls a channel."""
        call = Served(uuid4(), link, wanted)
        self._calls[link, wanted.call] = call
        why = self._no_room(call)
        if why:
            call.preparing = False
            self._refuse(call, Refusal(486, why))
            return
        upper = link.upper.link
        self._under_way[upper] += 1
        call.task = self._go(self._serve(call))
        # Not within it: one that is cancelled before its first step never runs.
        call.task.add_done_callback(lambda _: self._served(upper))

    def started(self, link: UpperLink, started: Started) -> None:
        """It has our answer: pictures may go."""
        call = self._calls.get((link, started.call))
        if call is not None and call.worker is not None:
            call.begun = True
            self._left_over.begun(call)
            self._go(self._start(call, call.worker))

    def ended(self, link: UpperLink, ended: Ended) -> None:
        """It is over."""
        call = self._calls.pop((link, ended.call), None)
        if call is None:
            return
        call.over = True
        if call.begun:
            self._left_over.over(call)
        self.outcomes[ended.why if ended.why in _TOLD else "other"] += 1
        log.info("upper.call_ended", link=str(link.upper.link), call=str(call.id), why=ended.why)
        if call.pool is not None:
            call.pool.give_back(call.y, self._clock.wall_us())
        if call.asked and not call.preparing and call.worker is not None:
            self._go(self._end(call, call.worker))
        elif not call.asked and call.task is not None and call.task is not asyncio.current_task():
            # What the web gives all the same is not named to it as standing, and ends there by that.
            call.task.cancel()

    def controlled(self, link: UpperLink, controlled: Controlled) -> None:
        """A recording is to be steered; none is sent yet that could be."""
        if link.lower is not None:
            link.lower.controlled(controlled.control, Answer(UNABLE), self._clock.monotonic())
            link.ask_work()

    # Time

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again(self._look, self._pace.look))
            group.create_task(self._again(self._ask_standing, self._pace.standing))
            group.create_task(self._again(self._keep, self._pace.keep))

    async def settle(self, wait: float) -> None:
        """Links have left: give what nodes and web are being told that long to arrive."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=wait)
        for task in self._tasks:
            task.cancel()

    async def _again(self, work: Any, period: float) -> None:
        while True:
            await asyncio.sleep(period)
            try:
                await work()
            except Exception:
                log.exception("upper.look_failed")

    async def _look(self) -> None:
        """End what has no right any more, by the clock."""
        now, wall_us = self._clock.monotonic(), self._clock.wall_us()
        for call in self._granted():
            until_us = call.verdict.until_us if call.verdict is not None else None
            if until_us is not None and wall_us >= until_us:
                self._hang_up(call, "over")
            elif now - call.confirmed > self._pace.unconfirmed:
                self._hang_up(call, "unconfirmed")
            elif call.ready and now - call.kept > self._pace.kept:
                self._hang_up(call, "node-away")

    async def _ask_standing(self) -> None:
        calls = self._granted()  # none is a word too: what the web still has open ends there
        question = UpperCalls(gateway=self._gateway, calls=tuple(call.told() for call in calls))
        try:
            found = await self._web.ask(STANDING, question, UpperCallsStanding)
        except WebUnavailable as error:
            log.warning("upper.standing_not_asked", why=str(error))
            return
        now = self._clock.monotonic()
        for call in calls:
            if call.id in found.ended:
                self._hang_up(call, "revoked")
            else:
                call.confirmed = now

    async def _keep(self) -> None:
        by_worker: dict[Worker, list[Served]] = {}
        for call in self._calls.values():
            if call.ready and call.worker is not None:
                by_worker.setdefault(call.worker, []).append(call)
        await asyncio.gather(*(self._keep_at(worker, calls) for worker, calls in by_worker.items()))

    async def _keep_at(self, worker: Worker, calls: list[Served]) -> None:
        now = self._clock.monotonic()
        try:
            found = await self._senders.keep(worker, tuple(call.id for call in calls), self._pace.node)
        except NodeUnavailable as error:
            log.warning("upper.node_not_told", worker=worker.name, why=str(error))
            return
        for call in calls:
            how = found.ended.get(call.id)
            if how is None:
                call.kept = now
            elif how == "finished" and call.wanted.kind in HISTORY:
                call.kept = now
                if not call.over and call.link.lower is not None:
                    call.link.lower.finished(call.wanted.call, self._clock.monotonic())
                    call.link.ask_work()
            else:
                self._hang_up(call, f"node-{how}")

    # Serving one

    def _no_room(self, call: Served) -> str:
        """Why it is refused before anybody is asked; empty where it is not."""
        upper, channel = call.link.upper.link, call.wanted.channel
        if len(self._calls) > self._most:
            return "full"
        of_channel = sum(one.link.upper.link == upper and one.wanted.channel == channel for one in self._calls.values())
        if of_channel > OF_A_CHANNEL:
            return "channel-full"
        if self._under_way[upper] >= UNDER_WAY or self._under_way.total() >= UNDER_WAY_ALL:
            return "under-way"
        return "" if self._rates.take(str(upper), self._clock.monotonic()) else "too-many"

    def _served(self, upper: UUID) -> None:
        self._under_way[upper] -= 1
        if not self._under_way[upper]:
            del self._under_way[upper]

    async def _serve(self, call: Served) -> None:
        refusal: Refusal | None = Refusal(500, "failed")
        try:
            async with asyncio.timeout(self._pace.decide):
                refusal = await self._prepare(call)
        except TimeoutError:
            refusal = Refusal(503, "late")
        except Exception:
            log.exception("upper.call_failed", call=str(call.id))
        if refusal is not None:
            self._refuse(call, refusal)
        call.preparing = False
        if call.over and call.asked and call.worker is not None:
            await self._end(call, call.worker)

    async def _prepare(self, call: Served) -> Refusal | None:
        """Have it decided, made ready and answered; why not, where it is not to be."""
        verdict = await self._decided(call)
        if isinstance(verdict, Refusal) or call.over:
            return verdict if isinstance(verdict, Refusal) else None
        call.verdict, call.confirmed = verdict, self._clock.monotonic()
        call.worker = Worker(verdict.node_url.rstrip("/"), verdict.worker)
        ssrc = call.wanted.ssrc
        if ssrc is None:
            call.pool = self._pool(call.link.upper.own)
            try:
                call.y = call.pool.take(call.wanted.kind in HISTORY, self._clock.wall_us())
            except NoneLeft:
                return Refusal(486, "numbers")
            ssrc = int(call.y)
        call.ssrc = ssrc
        call.asked = True
        try:
            ready = await self._senders.prepare(call.worker, _ask(call, verdict.token, ssrc), self._pace.decide)
        except NodeUnavailable as error:
            log.warning("upper.node_not_asked", worker=call.worker.name, why=str(error))
            return Refusal(503, "node-away")
        if ready.step:
            return Refusal(STEPS[ready.step], f"node-{ready.step}")
        if call.over or call.link.lower is None:
            return None
        call.ready, call.kept = True, self._clock.monotonic()
        try:
            call.link.lower.answer(call.wanted.call, ssrc, ready.address, ready.port, self._clock.monotonic())
        except Refused as error:
            log.error("upper.no_answer", call=str(call.id), why=str(error))
            return Refusal(500, "no-answer")
        call.link.work()
        return None

    async def _decided(self, call: Served) -> UpperVerdict | Refusal:
        wanted, history = call.wanted, call.wanted.kind in HISTORY
        question = UpperWants(
            gateway=self._gateway,
            link=call.link.upper.link,
            call=call.id,
            channel=wanted.channel,
            verb=call.verb,
            call_id=wanted.call_id,
            from_us=wanted.start * 1_000_000 if history else None,
            until_us=wanted.end * 1_000_000 if history else None,
            address=wanted.address,
        )
        try:
            verdict = await self._web.ask(WANTED, question, UpperVerdict, self._pace.decide)
        except WebUnavailable as error:
            log.warning("upper.not_decided", why=str(error))
            return Refusal(503, "web-away")
        if verdict.status:
            return Refusal(verdict.status if 400 <= verdict.status <= 699 else 403, "not-granted")
        if verdict.until_us is not None and self._clock.wall_us() >= verdict.until_us:
            return Refusal(403, "over")
        if not (verdict.node_url and verdict.worker and verdict.token):
            return Refusal(503, "no-node")
        return verdict

    async def _start(self, call: Served, worker: Worker) -> None:
        try:
            await self._senders.start(worker, call.id, self._pace.node)
        except NodeUnavailable as error:
            log.warning("upper.not_started", call=str(call.id), why=str(error))
            self._hang_up(call, "node-away")

    async def _end(self, call: Served, worker: Worker) -> None:
        try:
            await self._senders.end(worker, call.id, self._pace.node)
        except NodeUnavailable as error:
            # It ends by itself: nobody tells it any more that the call is wanted.
            log.warning("upper.end_not_told", call=str(call.id), why=str(error))

    def _refuse(self, call: Served, refusal: Refusal) -> None:
        if call.over or call.link.lower is None:
            return
        log.info("upper.call_refused", link=str(call.link.upper.link), status=refusal.status, why=refusal.why)
        call.link.lower.refuse(call.wanted.call, refusal.status, refusal.why, self._clock.monotonic())
        call.link.ask_work()
        # What is told of it comes later: the room is free now.
        self.ended(call.link, Ended(call.wanted.call, refusal.why))

    def _hang_up(self, call: Served, why: str) -> None:
        if not call.over and call.link.lower is not None:
            call.link.lower.hang_up(call.wanted.call, why, self._clock.monotonic())
            call.link.ask_work()

    def _granted(self) -> list[Served]:
        return [call for call in self._calls.values() if call.verdict is not None and not call.over]

    def _pool(self, own: str) -> SsrcPool:
        """Numbers of the called domain (2016 Annex F note 4)."""
        if not is_standard(own):
            return self._ssrc
        return self._pools.setdefault(own, SsrcPool(own))

    def _go(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


_ENDS = (
    *("bye", "cancelled", "no-ack", "undecided", "replaced", "hidden", "silent", "finished", "full", "left", "over"),
    *("revoked", "unconfirmed", "late", "failed", "numbers", "web-away", "node-away", "no-node", "no-answer"),
    *("channel-full", "under-way", "too-many"),
    *("not-granted", "node-finished", "node-broken", "node-revoked", "node-unknown"),
)
_TOLD = frozenset((*_ENDS, *(f"node-{step}" for step in STEPS)))
"""Ends that are counted by name: a node's words make no new ones."""


def _ask(call: Served, token: str, ssrc: int) -> SendAsk:
    wanted, history = call.wanted, call.wanted.kind in HISTORY
    return SendAsk(
        call=call.id,
        token=token,
        session=wanted.kind.value,
        way=wanted.way,
        address=wanted.address,
        port=wanted.port,
        ssrc=ssrc,
        start_us=wanted.start * 1_000_000 if history else None,
        end_us=wanted.end * 1_000_000 if history else None,
        speed=wanted.speed,
    )
