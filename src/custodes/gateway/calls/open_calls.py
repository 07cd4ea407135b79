"""All calls that there are: found by what they are known by, counted by how far they are, and their ends remembered."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator, Set
from uuid import UUID

from custodes.gateway.calls.bounds import Bounds
from custodes.gateway.calls.open_call import OpenCall, Stage, StreamKey
from custodes.gateway.calls.room import fits
from custodes.gb28181.sip.call import Call

MOST_ENDED = 10_000
"""Ends that are remembered until their workers ask."""


class OpenCalls:
    """Of one switchboard.

    Attributes:
        under_way: by node, those that wait and those that are INVITEd; inviting: the latter alone.
    """

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.under_way: Counter[str] = Counter()
        self.inviting: Counter[str] = Counter()
        self._by_id: dict[UUID, OpenCall] = {}
        self._by_sip: dict[Call, OpenCall] = {}
        self._by_stream: dict[StreamKey, OpenCall] = {}
        self._by_device: dict[str, set[OpenCall]] = {}
        self._kinds: Counter[bool] = Counter()  # those that are INVITEd or stand, by whether they are of recordings
        self._ended: OrderedDict[UUID, tuple[str, str]] = OrderedDict()  # whose it was, and how it ended
        self._waiters: deque[asyncio.Future[None]] = deque()

    def __iter__(self) -> Iterator[OpenCall]:
        """As they are now: they may change meanwhile."""
        return iter(list(self._by_id.values()))

    def of(self, node: str, id: UUID) -> OpenCall | None:
        """A call of this node; somebody else's is none."""
        call = self._by_id.get(id)
        return call if call is not None and call.node == node else None

    def of_sip(self, sip: Call) -> OpenCall | None:
        """The one that was INVITEd by this."""
        return self._by_sip.get(sip)

    def of_stream(self, key: StreamKey) -> OpenCall | None:
        """The one of a stream."""
        return self._by_stream.get(key)

    def of_device(self, device: str) -> Set[OpenCall]:
        """Those of a device."""
        return self._by_device.get(device, frozenset())

    def how_ended(self, node: str, id: UUID) -> str:
        """How a call of this node that is not there any more ended."""
        whose, why = self._ended.get(id, ("", ""))
        return why if whose == node else "unknown"

    def enter(self, call: OpenCall) -> None:
        """It waits for room."""
        self._by_id[call.id] = call
        self._by_stream[call.key] = call
        self.under_way[call.node] += 1
        self._by_device.setdefault(call.ask.device, set()).add(call)

    async def room_for(self, call: OpenCall) -> bool:
        """Wait until it may be made or is settled; False where that takes too long."""
        if sum(one.stage is Stage.WAITING for one in self.of_device(call.ask.device)) > self.bounds.waiting:
            return False
        try:
            async with asyncio.timeout(self.bounds.room_s):
                while not call.outcome.done() and not self._fits(call):
                    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                    self._waiters.append(waiter)
                    await waiter
        except TimeoutError:
            return False
        return True

    def _fits(self, call: OpenCall) -> bool:
        there = self.of_device(call.ask.device)
        return fits(call, there, self._kinds[call.recorded], self.inviting[call.node], self.bounds)

    def invited(self, call: OpenCall, sip: Call) -> None:
        """INVITE was sent."""
        call.sip, call.stage = sip, Stage.INVITING
        self.inviting[call.node] += 1
        self._by_sip[sip] = call
        self._kinds[call.recorded] += 1

    def stands(self, call: OpenCall) -> None:
        """It was answered."""
        self._arrived(call)
        call.stage = Stage.UP
        self._wake()

    def drop(self, call: OpenCall, why: str) -> None:
        """It is over; of one that stood it is remembered how it ended."""
        if call.stage is Stage.UP:
            self._ended[call.id] = (call.node, why)
            while len(self._ended) > MOST_ENDED:
                self._ended.popitem(last=False)
        self._arrived(call)
        call.stage = Stage.OVER
        self._by_id.pop(call.id, None)
        if self._by_stream.get(call.key) is call:
            del self._by_stream[call.key]
        there = self._by_device.get(call.ask.device, set())
        there.discard(call)
        if not there:
            self._by_device.pop(call.ask.device, None)
        if call.sip is not None and self._by_sip.pop(call.sip, None) is not None:
            self._kinds[call.recorded] -= 1
        self._wake()

    def _arrived(self, call: OpenCall) -> None:
        """It is under way no more."""
        if call.stage is Stage.INVITING:
            self.inviting[call.node] -= 1
        if call.stage in (Stage.WAITING, Stage.INVITING):
            self.under_way[call.node] -= 1

    def _wake(self) -> None:
        """There may be room."""
        waiters, self._waiters = self._waiters, deque()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
