"""Two endpoints and a network in memory that loses, repeats and reorders what it is told to, on a clock of its own."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import Event
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import read_datagram
from custodes.gb28181.sip.peer import Peer

DELAY = 0.01


class Network:
    """Delivers datagrams between endpoints.

    Attributes:
        events: what each endpoint told, by its name.
        wire: every datagram that was sent: its first line.
        fate: decides over a datagram by its number from 0 on and its octets: after which delays it arrives; none and it is lost.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self.events: dict[str, list[Event]] = {}
        self.wire: list[str] = []
        self.fate: Callable[[int, bytes], list[float]] = lambda _number, _octets: [DELAY]
        self._homes: dict[Peer, tuple[str, Endpoint]] = {}
        self._under_way: list[tuple[float, int, Peer, Peer, bytes]] = []
        self._order = itertools.count()
        self._numbers = itertools.count()

    def put(self, name: str, endpoint: Endpoint, peer: Peer) -> None:
        """Let an endpoint live at an address."""
        self._homes[peer] = (name, endpoint)
        self.events[name] = []

    def say(self, octets: bytes, source: Peer, target: Peer) -> None:
        """A datagram."""
        number = next(self._numbers)
        self.wire.append(octets.partition(b"\r\n")[0].decode())
        for delay in self.fate(number, octets):
            heapq.heappush(self._under_way, (self.now + delay, next(self._order), source, target, octets))

    def collect(self) -> None:
        """Take what the endpoints have to send and to tell."""
        for peer, (name, endpoint) in self._homes.items():
            sends, events = endpoint.take()
            self.events[name] += events
            for send in sends:
                self.say(send.octets, peer, send.peer)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        self.collect()
        while True:
            moments = [endpoint.due() for _name, endpoint in self._homes.values()]
            if self._under_way:
                moments.append(self._under_way[0][0])
            due = min((moment for moment in moments if moment is not None), default=None)
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            while self._under_way and self._under_way[0][0] <= self.now:
                _due, _number, source, target, octets = heapq.heappop(self._under_way)
                self._deliver(octets, source, target)
            for _name, endpoint in self._homes.values():
                endpoint.tick(self.now)
            self.collect()
        self.now = until

    def _deliver(self, octets: bytes, source: Peer, target: Peer) -> None:
        if target not in self._homes:
            return
        endpoint = self._homes[target][1]
        try:
            message = read_datagram(octets)
        except Malformed as error:
            endpoint.malformed(error, source)
        else:
            endpoint.receive(message, source, self.now, 1_795_527_907_123_000)
        self.collect()
