"""What the endpoint tells, brought to whose matter it is; and bodies of devices, each answered as the standard has it (docs/design/gb28181-bodies.md).

Bodies of one device are read one after the other: what a device sends too much of waits behind what it sent itself, and nobody else does.
Reading a body of 256 KiB may take tens of milliseconds; a keepalive takes none. Between two of them the loop sees to sockets and timers.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from custodes.gateway.alarms import Alarms
from custodes.gateway.catalogues import Catalogues
from custodes.gateway.context import Context
from custodes.gateway.states import DeviceStates
from custodes.gb28181.charset import charset_for
from custodes.gb28181.edition import BASE
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.gb28181.manscdp.frame import Message, Root, read_frame, write_error
from custodes.gb28181.manscdp.incoming import BAD_REQUEST, OK, Incoming, understand
from custodes.gb28181.manscdp.keepalive import Keepalive
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.call import CallEvent
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import CallOffered, Event, Got, RequestReceived
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.request_rules import ALLOW
from custodes.gb28181.sip.server_transaction import ServerTransaction
from custodes.gb28181.sip.transactions import Full

log = structlog.get_logger(__name__)


MOST_OF_DEVICE = 256
MOST_BYTES_OF_DEVICE = 4 << 20
MOST_BYTES = 128 << 20
SLICE_SECONDS = 0.005

Work = Callable[[], None]


class Turns:
    """Work that waits, by device; bounded for each and in all.

    Args:
        after: called after each slice: sends what the work asked for.
        clock: monotonic seconds.

    Attributes:
        refused: work that there was no room for; failed: work that raised.
    """

    def __init__(self, after: Callable[[], None], clock: Callable[[], float]) -> None:
        self.refused = 0
        self.failed = 0
        self._after = after
        self._clock = clock
        self._queues: OrderedDict[str, deque[tuple[Work, int]]] = OrderedDict()
        self._bytes: dict[str, int] = {}
        self._total = 0
        self._going = False

    @property
    def waiting(self) -> int:
        """Pieces of work that wait."""
        return sum(len(queue) for queue in self._queues.values())

    def put(self, device: str, size: int, work: Work) -> bool:
        """Do `work` of `size` octets in the device's turn; False where too much of it waits already."""
        queue = self._queues.get(device)
        if queue is not None and (
            len(queue) >= MOST_OF_DEVICE
            or self._bytes[device] + size > MOST_BYTES_OF_DEVICE
            or self._total + size > MOST_BYTES
        ):
            self.refused += 1
            return False
        if queue is None:
            queue = self._queues[device] = deque()
            self._bytes[device] = 0
        queue.append((work, size))
        self._bytes[device] += size
        self._total += size
        if not self._going:
            self._going = True
            asyncio.get_running_loop().call_soon(self._go)
        return True

    def _go(self) -> None:
        until = self._clock() + SLICE_SECONDS
        while self._queues:
            self._one()
            if self._clock() >= until:
                break
        self._going = bool(self._queues)
        if self._going:
            asyncio.get_running_loop().call_soon(self._go)
        self._after()

    def _one(self) -> None:
        device, queue = self._queues.popitem(last=False)
        work, size = queue.popleft()
        self._total -= size
        if queue:
            self._bytes[device] -= size
            self._queues[device] = queue  # behind all others
        else:
            del self._bytes[device]
        try:
            work()
        except Exception as error:
            # One body that we fail on must not cost the others.
            self.failed += 1
            log.error("body.failed", device=device, why=type(error).__name__)


MOST_ANSWERS = 16
"""Answers of ours that one device has not acknowledged yet: who does not listen costs no more."""


class Subscribed(Protocol):
    """Subscriptions of ours, to whatever it is."""

    def changed(self, change: RegistrationChange) -> None:
        """What became of a registration."""

    def got(self, event: Got) -> bool:
        """What became of a request; False where it is none of theirs."""

    def told(self, event: RequestReceived) -> list[bytes] | None:
        """The bodies of a notice, which is answered there; None where it is in no subscription of theirs."""


class Hearing:
    """The receiver of all events.

    Attributes:
        bodies: how many came, by command; refused: that could not be read; unanswered: answers that were left out.
    """

    def __init__(
        self,
        context: Context,
        states: DeviceStates,
        catalogues: Catalogues,
        watching: Sequence[Subscribed],
        alarms: Alarms,
        turns: Turns,
    ) -> None:
        self.bodies: Counter[str] = Counter()
        self.refused = 0
        self.unanswered = 0
        self._context = context
        self._states = states
        self._catalogues = catalogues
        self._watching = watching
        self._alarms = alarms
        self._turns = turns
        self._answers: dict[ClientTransaction, str] = {}
        self._answering: Counter[str] = Counter()

    def on_event(self, event: Event) -> None:
        """An event of the endpoint."""
        if isinstance(event, RegistrationChange):
            self._changed(event)
            return
        if any(ear(event) for ear in self._context.event_ears):
            return
        match event:
            case Got():
                self._got(event)
            case RequestReceived():
                self._asked(event)
            case CallOffered():
                # A device calls only where it was asked to, which the room of speeches knows.
                event.call.refuse(403, self._now)
            case CallEvent():
                if event.transaction is not None:
                    self._body_of(event.call.device, event.transaction)

    @property
    def _now(self) -> float:
        return self._context.clock.monotonic()

    def _changed(self, change: RegistrationChange) -> None:
        self._states.take_in(change)
        for watching in self._watching:
            watching.changed(change)
        self._catalogues.changed(change)
        for ear in self._context.event_ears:
            ear(change)
        if change.what in ("registered", "restarted", "offline", "gone"):
            log.info(f"device.{change.what}", device=change.id, why=change.why)

    def _got(self, event: Got) -> None:
        if event.response is not None and event.response.status < 200:
            return
        device = self._answers.pop(event.transaction, None)
        if device is None:
            _ = any(watching.got(event) for watching in self._watching) or self._catalogues.got(event)
            return
        self._answering[device] -= 1
        if self._answering[device] <= 0:
            del self._answering[device]

    def _asked(self, event: RequestReceived) -> None:
        method = event.request.method
        if method == "NOTIFY":
            for watching in self._watching:
                bodies = watching.told(event)
                if bodies is not None:
                    for body in bodies:
                        self._later(event.device, None, body)
                    return
        if method == "MESSAGE" or (method == "NOTIFY" and event.dialog is None):
            # A notice outside of all dialogs comes from a registered device; it leads to a question and to nothing else.
            self._body_of(event.device, event.transaction)
        elif method == "NOTIFY":
            self._context.endpoint.reply(event.transaction, 481, now=self._now)
        else:
            self._context.endpoint.reply(event.transaction, 405, (("Allow", ALLOW),), now=self._now)

    # Bodies

    def _body_of(self, device: str, transaction: ServerTransaction) -> None:
        request = transaction.request
        if request is not None and not self._later(device, transaction, request.body):
            self._context.endpoint.reply(transaction, 503, (("Retry-After", "5"),), now=self._now)

    def _later(self, device: str, transaction: ServerTransaction | None, body: bytes) -> bool:
        return self._turns.put(device, len(body), lambda: self._take_in(device, transaction, body))

    def _take_in(self, device: str, transaction: ServerTransaction | None, body: bytes) -> None:
        try:
            frame = read_frame(body)
        except Gb28181Refused as refusal:
            self._acknowledge(transaction, BAD_REQUEST)
            self._refuse(device, Incoming(BAD_REQUEST, refusal=refusal))
            return
        self._acknowledge(transaction, OK)
        reach = self._context.reach(device)
        edition = reach.edition if reach is not None else BASE
        found = understand(frame, edition)
        if found.message is None:
            self._refuse(device, found)
            return
        message = found.message
        self._context.heard_in(device, message.charset)
        self.bodies[message.CMD] += 1
        if found.answer is not None and transaction is not None:  # a notice is answered in its dialog alone
            self._answer(device, found.answer)
        if not self._hear(device, message) and found.answer is None and message.ROOT in (Root.QUERY, Root.CONTROL):
            charset = charset_for(edition, message.charset)
            self._answer(device, write_error(message.ROOT, message.CMD, message.sn, message.device_id, charset))

    def _acknowledge(self, transaction: ServerTransaction | None, status: int) -> None:
        """Answer SIP at once: a device that sends a list in parts writes the next one while we read what is in this (Annex N)."""
        if transaction is not None:
            self._context.endpoint.reply(transaction, status, now=self._now)
            self._context.transport.drain()

    def _hear(self, device: str, message: Message) -> bool:
        if isinstance(message, Keepalive):
            ear = self._context.alive_ears.pop(device, None)
            if ear is not None:
                ear()
            return True
        if isinstance(message, AlarmNotice):
            self._alarms.take_in(device, message, self._context.clock.wall_us())
            return True
        return self._catalogues.told(device, message) or any(ear(device, message) for ear in self._context.message_ears)

    def _refuse(self, device: str, found: Incoming) -> None:
        self.refused += 1
        log.debug("body.refused", device=device, why=str(found.refusal))
        if found.answer is not None:
            self._answer(device, found.answer)

    def _answer(self, device: str, body: bytes) -> None:
        reach = self._context.reach(device)
        if reach is None or self._answering[device] >= MOST_ANSWERS:
            self.unanswered += 1
            return
        try:
            sent = self._context.send(reach.peer, device, body)
        except Full:
            self.unanswered += 1
            return
        self._answers[sent] = device
        self._answering[device] += 1
