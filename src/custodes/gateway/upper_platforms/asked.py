"""Questions and commands of upper platforms about channels: who answers which, and how many of them the web is asked about.

Recordings, what moves a camera, and where it can be sent and points, are decided and on record, then the node is asked. A key picture is
asked for of what the upper is being sent. All else no grant is for: it is denied at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from uuid import UUID

import structlog

from custodes.gateway.upper_platforms.commands import steers, wish_of
from custodes.gateway.upper_platforms.deciding import Deciding
from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.listing import Listing
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.ptz_lease import UpperPtzLease
from custodes.gateway.upper_platforms.ptz_leases import UpperPtzLeases
from custodes.gateway.upper_platforms.replies import Replies
from custodes.gateway.upper_platforms.senders import NodeUnavailable, Senders, SendingWorker
from custodes.gateway.upper_platforms.views import UpperViewQuestions
from custodes.gb28181.cascade.events import Questioned
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.presets import HomePositionQuery, PresetQuery, PtzPositionQuery
from custodes.gb28181.manscdp.records import RecordInfoQuery, RecordItem
from custodes.gb28181.sip.rate import HostRates
from custodes.video.clock import HostClock

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Questions of one upper that the web is asked about at once."""

RATE, BURST = 5.0, 20.0
"""Questions of one upper that the web is asked about, a second for long and at once: each is a record for good."""

VIEWS = (PresetQuery, HomePositionQuery, PtzPositionQuery)
"""What is answered to who may steer."""

KEY_SECONDS = 5.0
"""Between two requests of one upper for a key picture of one channel; the node bounds them by camera too."""

MOST_KEYS = 4_096

Looks = Callable[[UpperLink, str], tuple[SendingWorker, UUID] | None]


class UpperInquiries:
    """Questions of all uppers.

    Args:
        looks: finds the live picture of a channel that an upper is being sent: worker and call.

    Attributes:
        replies: what they were answered with; hands: on cameras; listing: of recordings; views: where cameras can be sent, and point.
    """

    def __init__(self, deciding: Deciding, senders: Senders, looks: Looks, clock: HostClock, pace: UpperPace) -> None:
        self.replies = Replies(clock)
        self.hands = UpperPtzLeases(deciding, senders, self.replies, clock, pace)
        self.listing = Listing(deciding, senders, pace)
        self.views = UpperViewQuestions(deciding, senders, pace)
        self._looks = looks
        self._senders = senders
        self._clock = clock
        self._pace = pace
        self._rates = HostRates(RATE, BURST, 1_024)
        self._keys = HostRates(1 / KEY_SECONDS, 1.0, MOST_KEYS)
        self._under_way: Counter[UpperLink] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def questioned(self, link: UpperLink, asked: Questioned) -> None:
        """It asks."""
        message = asked.message
        if isinstance(message, DeviceControl):
            self._control(link, asked, message)
        elif isinstance(message, RecordInfoQuery):
            self._records(link, asked, message)
        elif isinstance(message, VIEWS):
            self._views(link, asked)
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
        if message.command == "key_frame":
            self._key_picture(link, asked)
        elif wish is None:
            self.replies.deny(link, asked, "no-way" if steers(message) else "not-shared")
        elif not self.hands.commanded(link, asked, wish) and self._room(link, asked):
            self.hands.open(link, asked, wish, lambda: self._left(link))

    def _records(self, link: UpperLink, asked: Questioned, message: RecordInfoQuery) -> None:
        if self._room(link, asked):
            self._go(link, self._list(link, asked, message))

    def _views(self, link: UpperLink, asked: Questioned) -> None:
        hand = self.hands.found(link, asked.channel)
        if hand is not None and hand.ready and hand.worker is not None:
            if self.hands.heard(hand):
                self._go(None, self._view_by(link, asked, hand, hand.worker))
            else:
                self.replies.deny(link, asked, "too-many")
        elif self._room(link, asked):
            self._go(link, self._view(link, asked))

    def _key_picture(self, link: UpperLink, asked: Questioned) -> None:
        """Of the live picture that it is sent: who looks at nothing has nothing asked of a camera. No grant beside the call's, and no leaf:
        nothing is shown by it that was not."""
        found = self._looks(link, asked.channel)
        if found is None:
            self.replies.deny(link, asked, "no-call")
        elif not self._keys.take(f"{link.upper.link} {asked.channel}", self._clock.monotonic()):
            self.replies.deny(link, asked, "too-many")
        else:
            self._go(None, self._key(link, asked, *found))

    async def _list(self, link: UpperLink, asked: Questioned, query: RecordInfoQuery) -> None:
        self._told(link, asked, await self.listing.find(link, query))

    async def _view(self, link: UpperLink, asked: Questioned) -> None:
        self._told(link, asked, await self.views.find(link, asked))

    async def _view_by(self, link: UpperLink, asked: Questioned, hand: UpperPtzLease, worker: SendingWorker) -> None:
        self._told(link, asked, await self.views.find_by(hand, worker, asked))

    async def _key(self, link: UpperLink, asked: Questioned, worker: SendingWorker, call: UUID) -> None:
        try:
            step: str = (await self._senders.key_picture(worker, call, self._pace.step)).step
        except NodeUnavailable as error:
            log.warning("upper.key_not_asked", call=str(call), why=str(error))
            step = "away"
        if step:
            self.replies.deny(link, asked, f"node-{step}")
        else:
            self.replies.answer(link, asked, None)

    def _told(self, link: UpperLink, asked: Questioned, found: Message | Sequence[RecordItem] | str) -> None:
        if isinstance(found, str):
            self.replies.deny(link, asked, found)
        else:
            self.replies.answer(link, asked, found)

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
