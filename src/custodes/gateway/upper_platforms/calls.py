"""Calls of upper platforms: the web decides and records, a node makes ready, ACK comes, pictures go; and every end of one reaches both.

Nothing is sent before ACK, and nothing at all without a verdict: while the web is away, what is asked anew is refused.
A wall of a hundred pictures that is opened in one go is taken whole; an upper that goes on like that has two a second.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import structlog

from custodes.gateway.upper_platforms.deciding import Deciding, worker_of
from custodes.gateway.upper_platforms.left_over import LeftOver
from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.senders import NodeUnavailable, Senders, SendingWorker
from custodes.gateway.upper_platforms.served import STEPS, ServedCall, UpperRefusal
from custodes.gateway.upper_platforms.steps import Steps
from custodes.gb28181.cascade.events import ChannelCalled, Controlled, Started, UpperCallEnded
from custodes.gb28181.cascade.offer import HISTORY
from custodes.gb28181.ids import is_standard
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import G711, MediaFormat
from custodes.gb28181.sip.rate import HostRates
from custodes.gb28181.ssrc import NoneLeft, SsrcPool
from custodes.video.clock import HostClock
from custodes.video.wire.sending import SendAsk, SendReady

log = structlog.get_logger(__name__)


RATE, BURST = 2.0, 100.0
"""Calls of one upper that the web is asked about, a second for long and at once: each is a record for good."""

UNDER_WAY, UNDER_WAY_ALL = 100, 400
"""Calls of one upper and of all that web and nodes are being asked about, also of those that the upper gave up meanwhile."""

AT_THE_WEB, AT_THE_WEB_ALL = 16, 32
"""Decisions that the web is asked for at the same time, for one upper and for all. Who waits for a node's picture holds no turn."""

OF_A_CHANNEL = 4
"""Calls of one upper for one channel at once: they all go from one worker."""


class CallAdmission:
    """Room for calls that are to be decided."""

    def __init__(self, clock: HostClock) -> None:
        self._clock = clock
        self._rates = HostRates(RATE, BURST, 1_024)
        self._under_way: Counter[UUID] = Counter()
        self._turns: dict[UUID, asyncio.Semaphore] = {}
        self._all = asyncio.Semaphore(AT_THE_WEB_ALL)

    def __len__(self) -> int:
        return self._under_way.total()

    def refused(self, upper: UUID) -> str:
        """Why there is no room for one more of this upper; empty where there is, and it counts against the clock then."""
        if self._under_way[upper] >= UNDER_WAY or len(self) >= UNDER_WAY_ALL:
            return "under-way"
        return "" if self._rates.take(str(upper), self._clock.monotonic()) else "too-many"

    def begun(self, upper: UUID) -> None:
        """One of it is under way."""
        self._under_way[upper] += 1

    def over(self, upper: UUID) -> None:
        """One is under way no more: web and node have answered, and the node was told the end where there was one."""
        self._under_way[upper] -= 1
        if not self._under_way[upper]:
            del self._under_way[upper]
            self._turns.pop(upper, None)

    @asynccontextmanager
    async def turn(self, upper: UUID) -> AsyncIterator[None]:
        """Wait until the web may be asked, first come first served."""
        async with self._turns.setdefault(upper, asyncio.Semaphore(AT_THE_WEB)), self._all:
            yield


LAST_PART = 1 / 8
"""Of the time for web and node: whoever gets a turn no sooner is refused unasked, since nothing would come of it but a record."""


class UpperCallRoom:
    """All calls of all uppers.

    Args:
        ssrc: numbers for a link whose own ID has no domain; most: calls at once.

    Attributes:
        outcomes: what became of calls, by reason.
        steps: in recordings.
    """

    def __init__(
        self,
        deciding: Deciding,
        senders: Senders,
        ssrc: SsrcPool,
        clock: HostClock,
        pace: UpperPace,
        most: int,
        left_over: LeftOver,
    ) -> None:
        self.outcomes: Counter[str] = Counter()
        self.steps = Steps(senders, clock, pace)
        self._deciding = deciding
        self._senders = senders
        self._clock = clock
        self._pace = pace
        self._most = most
        self._ssrc = ssrc
        self._left_over = left_over
        self._pools: dict[str, SsrcPool] = {}
        self._calls: dict[tuple[UpperLink, int], ServedCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._admission = CallAdmission(clock)

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def sending(self) -> int:
        """Calls that a node was made ready for."""
        return sum(call.ready for call in self._calls.values())

    def live(self, link: UpperLink, channel: str) -> tuple[SendingWorker, UUID] | None:
        """Who sends an upper the live picture of a channel that it has called, and under which call; the one that began last."""
        for call in reversed(self._calls.values()):
            if call.link is link and call.wanted.channel == channel and call.verb == "live" and call.begun:
                return None if call.over or call.worker is None else (call.worker, call.id)
        return None

    # What a link tells

    def wanted(self, link: UpperLink, wanted: ChannelCalled) -> None:
        """It calls a channel."""
        call = ServedCall(uuid4(), link, wanted)
        self._calls[link, wanted.call] = call
        why = self._no_room(call)
        if why:
            call.preparing = False
            self._refuse(call, UpperRefusal(486, why))
            return
        upper = link.upper.link
        self._admission.begun(upper)
        call.task = self._go(self._serve(call))
        # Not within it: one that is cancelled before its first step never runs.
        call.task.add_done_callback(lambda _: self._admission.over(upper))

    def started(self, link: UpperLink, started: Started) -> None:
        """It has our answer: pictures may go."""
        call = self._calls.get((link, started.call))
        if call is not None and call.worker is not None:
            call.begun = True
            self._left_over.begun(call)
            self._go(self._start(call, call.worker))

    def ended(self, link: UpperLink, ended: UpperCallEnded) -> None:
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
        """A recording is to be steered."""
        self._go(self.steps.take(link, self._calls.get((link, controlled.call)), controlled))

    def standing(self) -> list[ServedCall]:
        """Those that the web gave."""
        return [call for call in self._calls.values() if call.verdict is not None and not call.over]

    async def settle(self, wait: float) -> None:
        """Links have left: give what nodes and web are being told that long to arrive."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=wait)
        for task in self._tasks:
            task.cancel()

    # Serving one

    def _no_room(self, call: ServedCall) -> str:
        """Why it is refused before anybody is asked; empty where it is not."""
        upper, channel = call.link.upper.link, call.wanted.channel
        if len(self._calls) > self._most:
            return "full"
        of_channel = sum(one.link.upper.link == upper and one.wanted.channel == channel for one in self._calls.values())
        if of_channel > OF_A_CHANNEL:
            return "channel-full"
        return self._admission.refused(upper)

    async def _serve(self, call: ServedCall) -> None:
        refusal: UpperRefusal | None = UpperRefusal(500, "failed")
        try:
            async with asyncio.timeout(self._pace.decide):
                refusal = await self._prepare(call, self._clock.monotonic() + self._pace.decide * (1 - LAST_PART))
        except TimeoutError:
            refusal = UpperRefusal(503, "late")
        except Exception:
            log.exception("upper.call_failed", call=str(call.id))
        if refusal is not None:
            self._refuse(call, refusal)
        call.preparing = False
        if call.over and call.asked and call.worker is not None:
            await self._end(call, call.worker)

    async def _prepare(self, call: ServedCall, latest: float) -> UpperRefusal | None:
        """Have it decided, made ready and answered; why not, where it is not to be.

        Args:
            latest: monotonic seconds after which nobody is asked any more.
        """
        link, wanted = call.link, call.wanted
        async with self._admission.turn(link.upper.link):
            if self._clock.monotonic() > latest:
                return UpperRefusal(503, "late")
            verdict = await self._deciding.decide(
                link, call.id, wanted.channel, call.verb, wanted.call_id, call.span_us, wanted.address
            )
        if isinstance(verdict, UpperRefusal) or call.over:
            return verdict if isinstance(verdict, UpperRefusal) else None
        call.verdict, call.confirmed, call.worker = verdict, self._clock.monotonic(), worker_of(verdict)
        ssrc = call.wanted.ssrc
        if ssrc is None:
            call.pool = self._pool(call.link.upper.own)
            try:
                call.y = call.pool.take(call.wanted.kind in HISTORY, self._clock.wall_us())
            except NoneLeft:
                return UpperRefusal(486, "numbers")
            ssrc = int(call.y)
        call.ssrc = ssrc
        call.asked = True
        try:
            ready = await self._senders.prepare(call.worker, _ask(call, verdict.token, ssrc), self._pace.decide)
        except NodeUnavailable as error:
            log.warning("upper.node_not_asked", worker=call.worker.name, why=str(error))
            return UpperRefusal(503, "node-away")
        if ready.step:
            return UpperRefusal(STEPS[ready.step], f"node-{ready.step}")
        if call.over or call.link.lower is None:
            return None
        call.ready, call.kept = True, self._clock.monotonic()
        try:
            call.link.lower.answer(
                call.wanted.call, ssrc, ready.address, ready.port, self._clock.monotonic(), format_of(ready)
            )
        except Gb28181Refused as error:
            log.error("upper.no_answer", call=str(call.id), why=str(error))
            return UpperRefusal(500, "no-answer")
        call.link.work()
        return None

    async def _start(self, call: ServedCall, worker: SendingWorker) -> None:
        try:
            await self._senders.start(worker, call.id, self._pace.node)
        except NodeUnavailable as error:
            log.warning("upper.not_started", call=str(call.id), why=str(error))
            call.hang_up("node-away", self._clock.monotonic())

    async def _end(self, call: ServedCall, worker: SendingWorker) -> None:
        try:
            await self._senders.end(worker, call.id, self._pace.node)
        except NodeUnavailable as error:
            # It ends by itself: nobody tells it any more that the call is wanted.
            log.warning("upper.end_not_told", call=str(call.id), why=str(error))

    def _refuse(self, call: ServedCall, refusal: UpperRefusal) -> None:
        if call.over or call.link.lower is None:
            return
        log.info("upper.call_refused", link=str(call.link.upper.link), status=refusal.status, why=refusal.why)
        call.link.lower.refuse(call.wanted.call, refusal.status, refusal.why, self._clock.monotonic())
        call.link.ask_work()
        # What is told of it comes later: the room is free now.
        self.ended(call.link, UpperCallEnded(call.wanted.call, refusal.why))

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


def _ask(call: ServedCall, token: str, ssrc: int) -> SendAsk:
    wanted, span_us = call.wanted, call.span_us
    return SendAsk(
        call=call.id,
        token=token,
        session=wanted.kind.value,
        way=wanted.way,
        address=wanted.address,
        port=wanted.port,
        ssrc=ssrc,
        start_us=span_us[0] if span_us else None,
        end_us=span_us[1] if span_us else None,
        speed=wanted.speed,
        sound=wanted.sound,
    )


def format_of(ready: SendReady) -> MediaFormat | None:
    """The ``f=`` line of a stream with sound (Annex F). None without, and for AAC, for which the line has no number: the stream's map names it."""
    picture = {"H264": 2, "H265": 5}.get(ready.picture)
    if picture is None or ready.sound not in ("G711A", "G711U"):
        return None
    return replace(G711, video=picture)
