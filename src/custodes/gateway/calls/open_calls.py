"""One call from the node's wish to its end, and all that there are: how many there may be, found by what they are known by, counted by how far they are, and their ends remembered."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from custodes.gb28181.sip.call import SipCall
from custodes.video.wire.calls import CallAnswer, CallAsk


@dataclass(frozen=True, slots=True)
class CallBounds:
    """Of calls, in numbers and seconds.

    Attributes:
        calls: in all; below what there are numbers for (`SsrcPool`, 9,999 live).
        of_device: of one device: a recorder with 256 channels, two streams each.
        of_channel: of one channel: a camera by itself sends four to six streams at once, others ask it too.
        at_once: INVITEs under way to one device; recorders refuse what comes faster.
        waiting: calls of one device that wait for room.
        of_node: calls of one node that wait for room or for their device, whatever devices these are.
        of_node_at_once: INVITEs under way of one node: silent devices of one node take no room of another's.
        room_s: for which a call waits for room.
        silent_s: for which a device may say nothing at all to INVITE; answer_s: for which it may try (after 100 or 180).
        bye_s: for which a new call waits for the end of the one that it replaces.
        stated_s: for which a call waits until it was stated to the platform below for whom it is; whole_s: for all of it together, below
            what the node waits (`node.gb28181.gateway_client`).
        kept_s: a call that its worker has not named for this long is ended.
        history: calls for recordings, in all; below what there are numbers for, which are others than the live ones.
        history_of_device: of one device, downloads among them; recorders read few places of their disk at once.
        downloads_of_device: as fast as it goes, which costs the recordings that it makes meanwhile.
        history_of_channel: of one channel: the end of a recording is told by the channel alone (MediaStatus).
    """

    calls: int = 9_000
    of_device: int = 512
    of_channel: int = 4
    at_once: int = 4
    waiting: int = 64
    of_node: int = 256
    of_node_at_once: int = 64
    room_s: float = 6.0
    silent_s: float = 12.0
    answer_s: float = 20.0
    bye_s: float = 1.0
    stated_s: float = 9.0
    whole_s: float = 28.0
    kept_s: float = 30.0
    history: int = 4_000
    history_of_device: int = 4
    downloads_of_device: int = 1
    history_of_channel: int = 1


BOUNDS = CallBounds()


StreamKey = tuple[UUID, str, str, str, bool, str]
"""Camera, device, channel, stream, whether it is a trial, and the session: of which there is one call at a time."""


class CallStage(Enum):
    """Where it is."""

    WAITING = "waiting"
    """For room."""
    INVITING = "inviting"
    UP = "up"
    OVER = "over"


@dataclass(eq=False)
class OpenCall:
    """A call that a node asked for.

    Attributes:
        node: whose it is: nobody else may keep, end or use it.
        y: ten digits of its stream, empty before it has any.
        call_id: its Call-ID in SIP, chosen before INVITE.
        sip: None before INVITE.
        asked_at: monotonic seconds.
        outcome: what the node is answered.
        written: done when it is on disk.
        kept_at: monotonic seconds at which its worker named it last.
        keyed_at: at which a key picture was asked for last.
        stepping: a step of a recording is under way; stepped_at: when the last was sent; steps: how many were.
    """

    id: UUID
    node: str
    ask: CallAsk
    kept_at: float
    stage: CallStage = CallStage.WAITING
    y: str = ""
    call_id: str = ""
    sip: SipCall | None = None
    keyed_at: float = -1e9
    stepping: bool = False
    stepped_at: float = -1e9
    steps: int = 0
    outcome: asyncio.Future[CallAnswer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    written: asyncio.Future[None] | None = None
    asked_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.asked_at = self.kept_at

    @property
    def key(self) -> StreamKey:
        """Which stream it is of."""
        ask = self.ask
        return ask.camera, ask.device, ask.channel, ask.stream, ask.trial, ask.session

    @property
    def recorded(self) -> bool:
        """Whether it is of the device's recordings."""
        return self.ask.session != "Play"

    def settle(self, answer: CallAnswer) -> None:
        """The node's answer; the first one counts."""
        if not self.outcome.done():
            self.outcome.set_result(answer)


MOST_ENDED = 10_000
"""Ends that are remembered until their workers ask."""


class OpenCalls:
    """Of one switchboard.

    Attributes:
        under_way: by node, those that wait and those that are INVITEd; inviting: the latter alone.
    """

    def __init__(self, bounds: CallBounds) -> None:
        self.bounds = bounds
        self.under_way: Counter[str] = Counter()
        self.inviting: Counter[str] = Counter()
        self._by_id: dict[UUID, OpenCall] = {}
        self._by_sip: dict[SipCall, OpenCall] = {}
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

    def of_sip(self, sip: SipCall) -> OpenCall | None:
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
        if sum(one.stage is CallStage.WAITING for one in self.of_device(call.ask.device)) > self.bounds.waiting:
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

    def invited(self, call: OpenCall, sip: SipCall) -> None:
        """INVITE was sent."""
        call.sip, call.stage = sip, CallStage.INVITING
        self.inviting[call.node] += 1
        self._by_sip[sip] = call
        self._kinds[call.recorded] += 1

    def stands(self, call: OpenCall) -> None:
        """It was answered."""
        self._arrived(call)
        call.stage = CallStage.UP
        self._wake()

    def drop(self, call: OpenCall, why: str) -> None:
        """It is over; of one that stood it is remembered how it ended."""
        if call.stage is CallStage.UP:
            self._ended[call.id] = (call.node, why)
            while len(self._ended) > MOST_ENDED:
                self._ended.popitem(last=False)
        self._arrived(call)
        call.stage = CallStage.OVER
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
        if call.stage is CallStage.INVITING:
            self.inviting[call.node] -= 1
        if call.stage in (CallStage.WAITING, CallStage.INVITING):
            self.under_way[call.node] -= 1

    def _wake(self) -> None:
        """There may be room."""
        waiters, self._waiters = self._waiters, deque()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


def fits(call: OpenCall, of_device: Iterable[OpenCall], in_all: int, of_node: int, to: CallBounds) -> bool:
    """Whether a call may be made now.

    Args:
        of_device: all calls of its device, those that wait among them.
        in_all: calls of its kind with all devices, those that wait left out.
        of_node: INVITEs under way of its node.
    """
    there = [one for one in of_device if one.stage is not CallStage.WAITING]
    if of_node >= to.of_node_at_once or sum(one.stage is CallStage.INVITING for one in there) >= to.at_once:
        return False
    alike = [one for one in there if one.recorded == call.recorded]
    of_channel = sum(one.ask.channel == call.ask.channel for one in alike)
    if not call.recorded:
        return of_channel < to.of_channel and len(alike) < to.of_device and in_all < to.calls
    downloads = sum(one.ask.session == "Download" for one in alike)
    if call.ask.session == "Download" and downloads >= to.downloads_of_device:
        return False
    return of_channel < to.history_of_channel and len(alike) < to.history_of_device and in_all < to.history
