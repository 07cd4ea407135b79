"""BYE until a device knows it: streams that nobody ends stay, and an IPC has four to six of them (GB/T 28181-2016 Annex M).

Each dialog that is over on our side is here until its BYE was answered: one of a call that ended, one of a device that was away at its end, one
that the book still had when the gateway started.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from custodes.gateway.calls.book import DialogWriter, KeptDialog
from custodes.gateway.calls.needs import Process
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.dialog import Dialog
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.timers import NEVER
from custodes.gb28181.sip.transactions import Full

log = structlog.get_logger(__name__)

MOST = 20_000
AT_ONCE = 200
"""BYE of one look, each second: after a restart there may be thousands."""

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 900.0
FORGET_S = 86_400.0
TRIES = 12


@dataclass(slots=True, eq=False)
class _Farewell:
    id: UUID
    device: str
    dialog: Dialog
    since: float
    due: float
    y: str = ""  # of one from the book: its number is in use as long as its stream may come
    tries: int = 0
    under_way: ClientTransaction | None = None
    again: bool = False  # the device came back while a BYE was under way to where it had been
    done: asyncio.Event = field(default_factory=asyncio.Event)


class PendingByes:
    """All of them. Due ones are sent by `tick`, those of a device that comes back at once.

    Attributes:
        forgotten: dialogs that were given up unanswered.
    """

    def __init__(self, process: Process, shelf: DialogWriter) -> None:
        self.forgotten = 0
        self._process = process
        self._shelf = shelf
        self._all: dict[UUID, _Farewell] = {}
        self._by_device: dict[str, dict[UUID, _Farewell]] = {}
        self._under_way: dict[ClientTransaction, _Farewell] = {}

    def __len__(self) -> int:
        return len(self._all)

    def load(self, left: list[KeptDialog]) -> None:
        """What the book had when the gateway started: a BYE to each, at the address that is kept until its device registers."""
        clock = self._process.clock
        for row in left:
            made = _Farewell(
                UUID(row.id), row.device, row.dialog(clock.wall_us()), clock.monotonic(), clock.monotonic(), row.y
            )
            self._process.ssrc.reserve(row.y)
            self._keep(made)

    def say(self, id: UUID, device: str, dialog: Dialog, bye: Request) -> asyncio.Event:
        """End a call whose device is there; what is returned is set when that is known or given up. `drain` is the caller's."""
        made = self._new(id, device, dialog)
        self._send(made, bye, dialog.peer)
        return made.done

    def owe(self, id: UUID, device: str, dialog: Dialog) -> None:
        """A device went away with a call: whether it knows the end is not known, so it is told when it comes back."""
        made = self._new(id, device, dialog)
        there = self._process.reach(device) is not None  # it restarted, or came back at once
        made.due = self._process.clock.monotonic() + (0 if there else FIRST_PAUSE_S)

    def settled(self, id: UUID) -> None:
        """The device ended it by itself."""
        self._shelf.end(id)

    def back(self, device: str) -> None:
        """A device is there, maybe elsewhere than it was. `drain` is the caller's."""
        for one in list(self._by_device.get(device, {}).values()):
            if one.under_way is None:
                self._try(one)
            else:
                one.again = True

    def hurry(self, device: str) -> None:
        """The device is about to be called: what it was never told goes first, for it may send as many streams as it can. `drain` is the caller's."""
        for one in list(self._by_device.get(device, {}).values()):
            if one.under_way is None and not one.tries:
                self._try(one)

    def hear(self, got: Got) -> bool:
        """What became of a request; False where it is none of these."""
        one = self._under_way.get(got.transaction)
        if one is None:
            return False
        status = got.response.status if got.response is not None else 0
        if 0 < status < 200:
            return True
        del self._under_way[got.transaction]
        one.under_way = None
        # 481: it knows of no such call, which is as good. Others won't change by asking again, but for a device in trouble (5xx).
        if 200 <= status < 500 and status != 408:
            self._done(one)
        elif one.again:
            self._try(one)
        else:
            self._later(one)
        return True

    def tick(self, now: float) -> None:
        """Whatever is due, some at a time. `drain` is the caller's."""
        due = [one for one in self._all.values() if one.under_way is None and one.due <= now]
        for one in due[:AT_ONCE]:
            self._try(one)

    # Within

    def _new(self, id: UUID, device: str, dialog: Dialog) -> _Farewell:
        made = _Farewell(id, device, dialog, self._process.clock.monotonic(), NEVER)
        self._keep(made)
        return made

    def _keep(self, made: _Farewell) -> None:
        if len(self._all) >= MOST:
            self._forget(next(iter(self._all.values())))
        self._all[made.id] = made
        self._by_device.setdefault(made.device, {})[made.id] = made

    def _try(self, one: _Farewell) -> None:
        one.again = False
        if one.tries >= TRIES or self._process.clock.monotonic() - one.since >= FORGET_S:
            self._forget(one)
            return
        reach = self._process.reach(one.device)
        peer = reach.peer if reach is not None else one.dialog.peer
        if reach is None and not (peer.carrier == "UDP" and self._process.assigned.admits(peer.host)):
            self._later(one)  # a connection that is gone can't be used: when it registers
            return
        one.dialog.peer = peer
        endpoint = self._process.endpoint
        self._send(one, one.dialog.request("BYE", endpoint.address(peer), endpoint.branch()), peer)

    def _send(self, one: _Farewell, bye: Request, peer: Peer) -> None:
        one.tries += 1
        try:
            one.under_way = self._process.endpoint.send(bye, peer, self._process.clock.monotonic())
        except Full:
            self._later(one)
            return
        self._under_way[one.under_way] = one

    def _later(self, one: _Farewell) -> None:
        pause = min(FIRST_PAUSE_S * 2 ** max(0, one.tries - 1), LONGEST_PAUSE_S)
        one.due = self._process.clock.monotonic() + pause
        one.done.set()  # whoever waits for room waits no longer

    def _done(self, one: _Farewell) -> None:
        one.done.set()
        if one.under_way is not None:
            self._under_way.pop(one.under_way, None)
        self._all.pop(one.id, None)
        there = self._by_device.get(one.device, {})
        there.pop(one.id, None)
        if not there:
            self._by_device.pop(one.device, None)
        if one.y:
            self._process.ssrc.give_back(one.y, self._process.clock.wall_us())
        self._shelf.end(one.id)

    def _forget(self, one: _Farewell) -> None:
        self.forgotten += 1
        log.warning("calls.end_unanswered", device=one.device, tries=one.tries)
        self._done(one)
