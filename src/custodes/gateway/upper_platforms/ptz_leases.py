"""Hands of uppers on cameras: the first command of one is decided by the web, all go to the node in order, and every end reaches both.

The watchdog is the node's. Of a hand the web is asked once, and then each ten seconds whether it may stay.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any
from uuid import uuid4

import structlog

from custodes.gateway.upper_platforms.commands import OnceCommand, Wish
from custodes.gateway.upper_platforms.deciding import Deciding, worker_of
from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.orders import Crowded, OrderKind, Orders, UpperOrder
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.pointing import UpperPointings
from custodes.gateway.upper_platforms.ptz_lease import UpperPtzLease
from custodes.gateway.upper_platforms.replies import NODE_HELD, Replies
from custodes.gateway.upper_platforms.senders import NodeUnavailable, Senders, SendingWorker
from custodes.gateway.upper_platforms.served import UpperRefusal
from custodes.gb28181.cascade.events import Questioned
from custodes.gb28181.sip.rate import HostRates
from custodes.video.clock import HostClock

log = structlog.get_logger(__name__)

EACH, ALL = 12, 24
"""Hands of one upper and of all: with as many calls as a person may set (1,000), what one question names at most (1,024)."""

RATE, BURST = 10.0, 20.0
"""Commands of one hand that go to a node, a second for long and at once. None of them asks the web."""

OUTCOMES = ("taken", "not_granted", "not_here", "unsteerable", "held", "outside", "failed", "node-away")
_FOR_GOOD = frozenset({"not_granted", "not_here", "unsteerable", "held"})
"""After these the node has no hand: the next command is decided anew."""

_AGAIN = frozenset({"failed", "node-away"})
"""A stop that met with these is said again."""


class UpperPtzLeases:
    """All hands of all uppers.

    Attributes:
        said: what became of commands at nodes; ended: of hands, by why; pointing: where cameras under hands point, for who subscribed.
    """

    def __init__(
        self, deciding: Deciding, senders: Senders, replies: Replies, clock: HostClock, pace: UpperPace
    ) -> None:
        self.said: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.pointing = UpperPointings(senders, clock, pace)
        self._deciding = deciding
        self._senders = senders
        self._replies = replies
        self._clock = clock
        self._pace = pace
        self._hands: dict[tuple[UpperLink, str], UpperPtzLease] = {}
        self._barred: dict[tuple[UpperLink, str], float] = {}
        self._rates = HostRates(RATE, BURST, 4 * ALL)
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._hands)

    def standing(self) -> list[UpperPtzLease]:
        """Those that the web gave."""
        return [hand for hand in self._hands.values() if hand.verdict is not None]

    def found(self, link: UpperLink, channel: str) -> UpperPtzLease | None:
        """The hand on a camera, decided or not."""
        return self._hands.get((link, channel))

    # What an upper commands

    def commanded(self, link: UpperLink, asked: Questioned, wish: Wish) -> bool:
        """A command; False where the web is to decide first (`open`)."""
        hand = self.found(link, asked.channel)
        stops = not isinstance(wish, OnceCommand) and wish.stops
        if hand is None:
            if stops:
                self._replies.answer(link, asked, None)  # where no hand is, nothing moves by one
            elif self._clock.monotonic() < self._barred.get((link, asked.channel), -math.inf):
                self._replies.deny(link, asked, NODE_HELD)
                return True
            return stops
        now = self._clock.monotonic()
        if not self.heard(hand):
            if not stops:
                self._replies.deny(link, asked, "too-many")
                return True
            if hand.orders.still:
                self._replies.answer(link, asked, None)  # a stop is left out only where it was taken already
                return True
        self._take(hand, asked, wish, now)
        return True

    def heard(self, hand: UpperPtzLease) -> bool:
        """The upper means this hand: it stays. Whether there is room for one more command or question of it."""
        now = hand.heard = self._clock.monotonic()
        return self._rates.take(str(hand.id), now)

    def open(self, link: UpperLink, asked: Questioned, wish: Wish, decided: Callable[[], None]) -> None:
        """Put a hand on a camera, which the web decides; `decided` is called when it has, or never will."""
        of_link = sum(one is link for one, _channel in self._hands)
        if of_link >= EACH or len(self._hands) >= ALL:
            decided()
            self._replies.deny(link, asked, "hands")
            return
        now = self._clock.monotonic()
        hand = UpperPtzLease(
            uuid4(), link, asked.channel, str(asked.message.sn), Orders(self._pace), self._take_off, heard=now
        )
        self._hands[link, asked.channel] = hand
        self._take(hand, asked, wish, now)
        hand.task = self._go(self._lead(hand))
        decide = self._go(self._decide(hand))
        decide.add_done_callback(lambda _: decided())

    def _take(self, hand: UpperPtzLease, asked: Questioned, wish: Wish, now: float) -> None:
        try:
            overtaken = hand.orders.take(wish, asked, now)
        except Crowded:
            self._replies.deny(hand.link, asked, "too-many")
            return
        for one in overtaken:
            self._replies.answer(hand.link, one, None)
        if hand.busy and hand.ready and hand.orders.stopping:
            # It waits for nothing. Which of the two arrives last nobody knows: it is said again behind the one that is under way.
            self._go(self._stop_beside(hand))
        hand.wake.set()

    # Ends

    def look(self) -> None:
        """Take off hands that nobody moves any more, and those on what is not shown any more."""
        self.pointing.look()
        now = self._clock.monotonic()
        self._barred = {about: until for about, until in self._barred.items() if until > now}
        for hand in list(self._hands.values()):
            lower = hand.link.lower
            if lower is None or not lower.shows(hand.channel):
                self._take_off(hand, "hidden")
            elif now - hand.heard > self._pace.idle:
                self._take_off(hand, "idle")

    def leave(self, link: UpperLink, why: str) -> None:
        """The upper is not there any more."""
        for hand in [hand for (one, _channel), hand in self._hands.items() if one is link]:
            self._take_off(hand, why)

    async def settle(self, wait: float) -> None:
        """Take all off, and give nodes that long to hear of it."""
        for hand in list(self._hands.values()):
            self._take_off(hand, "left")
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=wait)
        for task in self._tasks:
            task.cancel()

    def _take_off(self, hand: UpperPtzLease, why: str) -> None:
        if hand.over:
            return
        hand.over = True
        del self._hands[hand.link, hand.channel]
        self.pointing.end(hand)
        if why == NODE_HELD:
            # Whoever keeps a key down meanwhile would have the same decided and refused several times a second.
            self._barred[hand.link, hand.channel] = self._clock.monotonic() + self._pace.barred
        self.ended[why if why in _ENDS else "other"] += 1
        log.info("upper.hand_off", link=str(hand.link.upper.link), call=str(hand.id), why=why)
        for asked in hand.orders.drop():
            self._replies.deny(hand.link, asked, why if why in _ENDS else "other")
        if why == NODE_HELD and hand.ready:
            self._replies.lose(hand.link, hand.channel, int(hand.call))
        if hand.asked and hand.worker is not None:
            self._go(self._end(hand, hand.worker))
        hand.wake.set()

    # To the web and to the node

    async def _decide(self, hand: UpperPtzLease) -> None:
        why = "failed"
        try:
            async with asyncio.timeout(self._pace.decide):
                verdict = await self._deciding.decide(hand.link, hand.id, hand.channel, "steer", hand.call)
            if isinstance(verdict, UpperRefusal):
                why = verdict.why
            elif not hand.over:
                why, now = "", self._clock.monotonic()
                hand.verdict, hand.worker, hand.confirmed, hand.kept = verdict, worker_of(verdict), now, now
                hand.wake.set()
        except TimeoutError:
            why = "late"
        except Exception:
            log.exception("upper.hand_not_decided", call=str(hand.id))
        finally:
            # What the web gives to a hand that is off is not named to it as standing, and ends there by that.
            if why:
                self._take_off(hand, why)

    async def _lead(self, hand: UpperPtzLease) -> None:
        """Say what the hand has to say, one order after the other, until it is off."""
        try:
            while not hand.over:
                hand.wake.clear()
                order = hand.orders.next(self._clock.monotonic()) if hand.worker is not None else None
                if order is not None and hand.worker is not None:
                    await self._order(hand, hand.worker, order)
                    continue
                due = hand.orders.due if hand.worker is not None else math.inf
                wait = max(0.0, due - self._clock.monotonic()) if math.isfinite(due) else None
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await hand.wake.wait()
        except Exception:
            log.exception("upper.hand_failed", call=str(hand.id))
        finally:
            self._take_off(hand, "failed")

    async def _order(self, hand: UpperPtzLease, worker: SendingWorker, order: UpperOrder) -> None:
        if order.kind is OrderKind.STOP and not hand.asked:
            step = "taken"  # nothing was said to the node: nothing moves
        else:
            hand.busy = True
            step = await self._say(hand, worker, order)
            hand.busy = False
        if hand.over:
            # It may have arrived behind the end. Before its upper is answered, which may have left, or have no room for an answer.
            await self._end(hand, worker)
        now = self._clock.monotonic()
        if step == "taken":
            hand.orders.taken(order)
            for asked in order.asked:
                self._replies.answer(hand.link, asked, None)
        else:
            hand.orders.failed(order, now, step in _AGAIN)
            for asked in order.asked:
                self._replies.deny(hand.link, asked, _why(step))
        if hand.over:
            return
        if (step in _FOR_GOOD and not _apart(order)) or (step in _AGAIN and not hand.ready):
            # Of a hand that did not come about the node may have nothing.
            self._take_off(hand, _why(step))

    async def _say(self, hand: UpperPtzLease, worker: SendingWorker, order: UpperOrder) -> str:
        """What became of it, one of `OUTCOMES`."""
        token, name, unit = "", "", ""
        if hand.verdict is not None:
            token, name, unit = ("" if hand.ready else hand.verdict.token), hand.verdict.name, hand.verdict.unit
        hand.asked = True
        try:
            steered = await self._senders.steer(worker, order.said(hand.id, token, name, unit), self._pace.step)
        except NodeUnavailable as error:
            log.warning("upper.node_not_steered", call=str(hand.id), why=str(error))
            step = "node-away"
        else:
            step = steered.step or "taken"
            hand.ready = hand.ready or step not in _FOR_GOOD | _AGAIN
            if hand.ready and not hand.over:
                self.pointing.begin(hand)
        self.said[step] += 1
        log.info("upper.steered", call=str(hand.id), command=order.command, step=step)
        return step

    async def _stop_beside(self, hand: UpperPtzLease) -> None:
        if hand.worker is not None and not hand.over:
            await self._say(hand, hand.worker, UpperOrder(OrderKind.STOP))

    async def _end(self, hand: UpperPtzLease, worker: SendingWorker) -> None:
        try:
            await self._senders.end(worker, hand.id, self._pace.node)
        except NodeUnavailable as error:
            # It ends by itself: nobody tells it any more that the hand is wanted.
            log.warning("upper.end_not_told", call=str(hand.id), why=str(error))

    def _go(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _apart(order: UpperOrder) -> bool:
    """Presets may be nobody's to set though the camera may be moved: what becomes of that says nothing of the hand."""
    return order.deed is not None and not order.deed.moves


def _why(step: str) -> str:
    """An outcome among reasons of other kinds."""
    return step if step == "node-away" else f"node-{step}"


_ENDS = frozenset(
    {
        *("idle", "hidden", "left", "silent", "over", "revoked", "unconfirmed", "late", "failed"),
        *("web-away", "no-node", "not-granted", "node-revoked", "node-unknown", "node-broken", "node-idle"),
        *map(_why, OUTCOMES),
    }
)
"""Ends that are counted by name: a node's words make no new ones."""
