"""A platform and many devices on a clock of their own: losses, restarts, addresses that change, keepalives that stop, calls that come and go."""

from __future__ import annotations

import gc
import heapq
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.keepalive import Keepalive
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.call import SipCall
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, Got, RequestReceived
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.message import Request, read_datagram
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import Registering, RegistrarServer
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.gb28181.sip.transactions import Full
from tests.gb28181.sip.examples import REALM, SERVER

PLATFORM = Peer("UDP", "192.0.2.1", 5060)
SECRET = Secret("12345678")
LOST = 0.02
HOUR = 3_600.0
SDP = (("Content-Type", "Application/SDP"),)


class Unit:
    """One device: what sends for it, and where it seems to be."""

    def __init__(self, day: Day, number: int) -> None:
        self.id = f"3402000000132{number:07}"
        self.peer = Peer("UDP", f"198.51.{100 + number // 200}.{number % 200 + 1}", 5060)
        self.silent_until = 0.0
        self._day = day
        self.begin(0.0)

    def begin(self, at: float) -> None:
        """Start, or start again with nothing remembered."""
        self.endpoint = Endpoint(self.id, REALM, lambda _peer: self.peer, self._day.word)
        upper = RegistrarServer(SERVER, self.id, SECRET, self.peer, expires=3_600)
        self.registering = Registering(upper, self._day.word, self._day.dice.random, self._keepalive, at)

    @property
    def due(self) -> float:
        """When it has something to do."""
        own = self.endpoint.due()
        return min(self.registering.due, own if own is not None else self.registering.due)

    def work(self, now: float) -> None:
        """Whatever is due."""
        self.endpoint.tick(now)
        self._ask(self.registering.step(now), now)
        _sends, events = self.endpoint._sends, self.endpoint._events
        self.endpoint._events = []
        for event in events:
            match event:
                case Got(response=None):
                    self.registering.unanswered(event.transaction.request, now)
                case Got(response=response) if response is not None:
                    self._ask(self.registering.answered(event.transaction.request, response, now)[0], now)
                case RequestReceived():
                    self.endpoint.reply(event.transaction, 200, now=now)
                case CallOffered():
                    event.call.accept(b"v=0\r\n", SDP, now)

    def _ask(self, requests: list[Request], now: float) -> None:
        for request in requests:
            try:
                self.endpoint.send(request, PLATFORM, now)
            except Full:
                self._day.seen["device-full"] += 1

    def _keepalive(self, sn: int) -> bytes:
        return write_message(Keepalive(sn=sn, device_id=self.id))


@dataclass(order=True, slots=True)
class _Due:
    at: float
    order: int
    do: Callable[[], None]


class Day:
    """Time, network and faults.

    Attributes:
        seen: what became of registrations and calls, and which faults there were.
    """

    def __init__(self, devices: int, seed: int = 1) -> None:
        self.dice = Random(seed)
        self.now = 1_000.0
        self.seen: Counter[str] = Counter()
        self.resting = False
        self._words = itertools.count(1)
        self._order = itertools.count()
        self._heap: list[_Due] = []
        accounts = {f"3402000000132{number:07}": None for number in range(devices)}
        known = {id: SipAccount(id, SECRET) for id in accounts}
        self.registrar = Registrar(SERVER, DigestGuard(REALM, b"k" * 32), known.get)
        self.platform = Endpoint(SERVER, REALM, lambda _peer: PLATFORM, self.word, self.registrar)
        self.units = [Unit(self, number) for number in range(devices)]
        self._at: dict[Peer, Unit] = {unit.peer: unit for unit in self.units}
        self._woken: dict[Any, float] = {}
        self.calls: set[SipCall] = set()
        for unit in self.units:
            unit.begin(self.now + self.dice.uniform(0, 60))
            self._wake(unit)
        self._fault()
        self._look()

    def word(self) -> str:
        return f"w{next(self._words)}"

    def run(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        while self._heap and self._heap[0].at <= until:
            due = heapq.heappop(self._heap)
            self.now = max(self.now, due.at)
            due.do()
        self.now = until

    def rest(self) -> None:
        """An hour and a half without faults and looks, whatever was away is back: what is kept at its end has to be kept."""
        self.resting = True
        for call in list(self.calls):
            self._hang_up(call)
        for unit in self.units:
            unit.silent_until = 0.0
            self._wake(unit)
        self.run(1.5 * HOUR)
        self.resting = False

    def end(self) -> None:
        """All devices leave, and what is under way comes to its end."""
        self.resting = True
        for unit in self.units:
            unit.silent_until = 0.0
            unit._ask(unit.registering.leave(), self.now)
            self._after(unit)
        self.run(4 * HOUR)

    # Faults

    def _fault(self) -> None:
        """Every few seconds something happens to somebody: about ten a day to each."""
        self._later(self.dice.expovariate(len(self.units) * 10 / (24 * HOUR)), self._fault)
        if self.resting:
            return
        unit = self.dice.choice(self.units)
        kind = self.dice.choice(("restart", "port", "address", "outage", "power"))
        self.seen[f"fault-{kind}"] += 1
        if kind in ("restart", "power"):
            # Without power it is away for so long that its registration may end before it is back.
            away = self.dice.uniform(5, 60) if kind == "restart" else self.dice.uniform(1_800, 3_300)
            unit.silent_until = self.now + away
            unit.begin(self.now + away)
        elif kind == "outage":
            unit.silent_until = self.now + self.dice.uniform(60, 1_800)
        else:
            self._at.pop(unit.peer, None)
            port = 1_024 + next(self._order) % 60_000
            host = (
                unit.peer.host if kind == "port" else f"203.0.{self.dice.randrange(200)}.{self.dice.randrange(1, 250)}"
            )
            unit.peer = replace(unit.peer, host=host, port=port)
            self._at[unit.peer] = unit
        self._wake(unit)

    def _look(self) -> None:
        """Somebody looks at a camera for some minutes; some devices don't answer."""
        self._later(self.dice.expovariate(len(self.units) * 12 / (24 * HOUR)), self._look)
        if self.resting:
            return
        unit = self.dice.choice(self.units)
        known = self.registrar.find(unit.id)
        if known is not None and known.online:
            invite = self.platform.request("INVITE", unit.id, known.peer, b"v=0\r\n", SDP)
            call = self.platform.call(invite, known.peer, self.now, unit.id)
            self.calls.add(call)
            self._later(self.dice.uniform(30, 900), lambda: self._hang_up(call))
            self.seen["calls"] += 1
            self._after_platform()

    def _hang_up(self, call: SipCall) -> None:
        self.calls.discard(call)
        call.hang_up("enough", self.now)
        self._after_platform()

    # Network

    def _deliver(self, octets: bytes, source: Peer, target: Peer) -> None:
        if target == PLATFORM:
            self.platform.receive(read_datagram(octets), source, self.now, 0)
            self._after_platform()
            return
        unit = self._at.get(target)
        if unit is None or unit.silent_until > self.now:
            return
        unit.endpoint.receive(read_datagram(octets), PLATFORM, self.now, 0)
        self._after(unit)

    def _send(self, octets: bytes, source: Peer, target: Peer) -> None:
        if self.dice.random() < LOST:
            self.seen["lost"] += 1
            return
        self._later(self.dice.uniform(0.005, 0.2), lambda: self._deliver(octets, source, target))

    # Within

    def _after(self, unit: Unit) -> None:
        unit.work(self.now)
        sends, events = unit.endpoint.take()
        while sends or events:
            for send in sends:
                if unit.silent_until <= self.now:
                    self._send(send.octets, unit.peer, send.peer)
            unit.endpoint._events += events
            unit.work(self.now)
            sends, events = unit.endpoint.take()
        self._wake(unit)

    def _after_platform(self) -> None:
        sends, events = self.platform.take()
        while sends or events:
            for send in sends:
                self._send(send.octets, PLATFORM, send.peer)
            for event in events:
                if isinstance(event, RequestReceived):
                    self.platform.reply(event.transaction, 200, now=self.now)
                elif isinstance(event, RegistrationChange):
                    self.seen[event.what] += 1
                    self.seen[f"{event.what} {event.why}".strip()] += bool(event.why)
            sends, events = self.platform.take()
        self._wake(self.platform)

    def _wake(self, who: Unit | Endpoint) -> None:
        due = who.due if isinstance(who, Unit) else who.due()
        if isinstance(who, Unit):
            due = max(due or 0.0, who.silent_until)
        if due is None or due == float("inf"):
            return
        due = max(due, self.now + 0.001)
        if self._woken.get(id(who), float("inf")) <= due and self._woken.get(id(who), 0.0) > self.now:
            return
        self._woken[id(who)] = due
        self._later(due - self.now, lambda: self._woke(who, due))

    def _woke(self, who: Unit | Endpoint, due: float) -> None:
        if self._woken.get(id(who)) != due:
            return
        del self._woken[id(who)]
        if isinstance(who, Unit):
            self._after(who)
        else:
            who.tick(self.now)
            self._after_platform()

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._heap, _Due(self.now + seconds, next(self._order), do))


def entries(root: object) -> int:
    """How many entries all tables that can be reached from `root` have together."""
    seen: set[int] = set()
    waiting, count = [root], 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType | BuiltinFunctionType | Day | Unit):
            continue
        seen.add(id(one))
        if isinstance(one, dict | list | set | frozenset | tuple):
            count += len(one)
        waiting += gc.get_referents(one)
    return count
