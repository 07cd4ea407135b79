"""Questions and commands of upper platforms about channels: who answers which, and how many of them the web is asked about.

Recordings and what moves a camera are decided and on record, then the node is asked. All else no grant is for: it is denied at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

import structlog

from custodes.gateway.uppers.commands import steers, wish_of
from custodes.gateway.uppers.deciding import Deciding, worker_of
from custodes.gateway.uppers.hands import Hands
from custodes.gateway.uppers.link import UpperLink
from custodes.gateway.uppers.listing import Listing
from custodes.gateway.uppers.pace import UpperPace
from custodes.gateway.uppers.replies import Replies
from custodes.gateway.uppers.senders import NodeUnavailable, Senders, Worker
from custodes.gateway.uppers.served import Refusal
from custodes.gb28181.cascade.events import Questioned
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.presets import Preset, PresetList, PresetQuery
from custodes.gb28181.manscdp.records import RecordInfoQuery
from custodes.gb28181.sip.rate import Rates
from custodes.video.clock import Clock
from custodes.video.wire.uppers import SendPresetList, SendPresets

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Questions of one upper that the web is asked about at once."""

RATE, BURST = 5.0, 20.0
"""Questions of one upper that the web is asked about, a second for long and at once: each is a record for good."""

LONGEST_NAME = 255
"""Characters of a preset's name (Annex A)."""


class Asked:
    """Questions of all uppers.

    Attributes:
        replies: what they were answered with; hands: on cameras; listing: of recordings.
    """

    def __init__(self, deciding: Deciding, senders: Senders, clock: Clock, pace: UpperPace) -> None:
        self.replies = Replies(clock)
        self.hands = Hands(deciding, senders, self.replies, clock, pace)
        self.listing = Listing(deciding, senders, pace)
        self._deciding = deciding
        self._senders = senders
        self._clock = clock
        self._pace = pace
        self._rates = Rates(RATE, BURST, 1_024)
        self._under_way: Counter[UpperLink] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def questioned(self, link: UpperLink, asked: Questioned) -> None:
        """It asks."""
        message = asked.message
        if isinstance(message, DeviceControl):
            self._control(link, asked, message)
        elif isinstance(message, RecordInfoQuery):
            self._records(link, asked, message)
        elif isinstance(message, PresetQuery):
            self._presets(link, asked)
        else:
            self.replies.deny(link, asked, "not-shared")

    def leave(self, link: UpperLink, why: str) -> None:
        """The upper is not there any more."""
        self.hands.leave(link, why)

    async def run(self) -> None:
        """Look after what is due, until cancelled."""
        while True:
            await asyncio.sleep(self._pace.look)
            try:
                self.hands.look()
            except Exception:
                log.exception("upper.hands_not_looked_at")

    async def stop(self) -> None:
        """Links have left: nobody waits for an answer, and no hand stays on a camera."""
        for task in self._tasks:
            task.cancel()
        await self.hands.settle(self._pace.leave)

    # Each kind

    def _control(self, link: UpperLink, asked: Questioned, message: DeviceControl) -> None:
        wish = wish_of(message)
        if wish is None:
            self.replies.deny(link, asked, "no-way" if steers(message) else "not-shared")
        elif not self.hands.commanded(link, asked, wish) and self._room(link, asked):
            self.hands.open(link, asked, wish, lambda: self._left(link))

    def _records(self, link: UpperLink, asked: Questioned, message: RecordInfoQuery) -> None:
        if self._room(link, asked):
            self._go(link, self._list(link, asked, message))

    def _presets(self, link: UpperLink, asked: Questioned) -> None:
        hand = self.hands.found(link, asked.channel)
        if hand is not None and hand.ready and hand.worker is not None:
            if self.hands.heard(hand):
                self._go(None, self._list_presets(link, asked, hand.worker, SendPresets(call=hand.id)))
            else:
                self.replies.deny(link, asked, "too-many")
        elif self._room(link, asked):
            self._go(link, self._decide_presets(link, asked))

    async def _list(self, link: UpperLink, asked: Questioned, query: RecordInfoQuery) -> None:
        found = await self.listing.find(link, query)
        if isinstance(found, str):
            self.replies.deny(link, asked, found)
        else:
            self.replies.answer(link, asked, found)

    async def _decide_presets(self, link: UpperLink, asked: Questioned) -> None:
        """A token opens them once, and puts no hand on the camera: whoever only looks at the list holds nothing."""
        call = uuid4()
        verdict = await self._deciding.decide(link, call, asked.channel, "steer", str(asked.message.sn))
        if isinstance(verdict, Refusal):
            self.replies.deny(link, asked, verdict.why)
            return
        ask = SendPresets(call=call, token=verdict.token)
        await self._list_presets(link, asked, worker_of(verdict), ask)

    async def _list_presets(self, link: UpperLink, asked: Questioned, worker: Worker, ask: SendPresets) -> None:
        try:
            found = await self._senders.presets(worker, ask, self._pace.node)
        except NodeUnavailable as error:
            log.warning("upper.presets_not_listed", why=str(error))
            self.replies.deny(link, asked, "node-away")
            return
        if found.step:
            self.replies.deny(link, asked, f"node-{found.step}")
        else:
            self.replies.answer(link, asked, presets_of(found, asked))

    # How many

    def _room(self, link: UpperLink, asked: Questioned) -> bool:
        """Whether the web may be asked about one more of this upper; it counts until `_left`. Denied where it may not."""
        if self._under_way[link] >= AT_ONCE or not self._rates.take(str(link.upper.link), self._clock.monotonic()):
            self.replies.deny(link, asked, "too-many")
            return False
        self._under_way[link] += 1
        return True

    def _left(self, link: UpperLink) -> None:
        self._under_way[link] -= 1
        if not self._under_way[link]:
            del self._under_way[link]

    def _go(self, link: UpperLink | None, work: Coroutine[Any, Any, None]) -> None:
        """Do it; where a link is given it counts as one of its questions until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)

        def done(_: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if link is not None:
                self._left(link)
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("upper.question_failed", exc_info=error)  # the core denies it when its time is over

        task.add_done_callback(done)


def presets_of(found: SendPresetList, asked: Questioned) -> PresetList:
    """The presets as an upper is told them; what a command could not name is left out."""
    made = tuple(
        Preset(number=number, name=name[:LONGEST_NAME]) for number, name in found.presets if 1 <= number <= 255
    )
    return PresetList(sn=asked.message.sn, device_id=asked.channel, sum_num=len(made), presets=made)
