"""The thin shell around an endpoint: UDP and TCP in an event loop, timers, and the bounds that keep a peer from costing too much."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import Event
from custodes.gb28181.sip.limits import LIMITS, SipLimits
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Message, read_datagram
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.rate import HostRates
from custodes.gb28181.sip.tcp import SipConnection
from custodes.gb28181.sip.timers import NEVER
from custodes.gb28181.sip.udp import SipUdpSocket

_FINEST = 0.01
"""Seconds between two looks at what is due, the shortest timer being half a second: where answers are forgotten each millisecond, one look serves ten."""
_PAIRS = 16
"""Ports that are tried before one is free for UDP and TCP."""


@dataclass(frozen=True, slots=True)
class PeerBounds:
    """What peers may cost.

    Attributes:
        limits: sizes of messages.
        connections: of all peers.
        per_host: connections of one host.
        idle: seconds without octets after which a connection is closed; later where whoever registered over it may be silent for longer.
        silent: seconds within which a message must have come whole, from its first octet; the first one, from the connection.
        rates: messages of a host, answers to requests of ours left out.
        awaited: messages of a host beside those, which brought what it was asked for: the largest catalogue, one entry a message, and as many
            again within 34 minutes.
    """

    limits: SipLimits = LIMITS
    connections: int = 20_000
    per_host: int = 2_000
    idle: float = 300.0
    silent: float = 30.0
    rates: HostRates = field(default_factory=HostRates)
    awaited: HostRates = field(default_factory=lambda: HostRates(rate=100.0, burst=200_000.0))


class Transport:
    """Sockets and timers of one endpoint.

    Args:
        on_event: is told what the endpoint has to tell, in order, in the loop's thread.
        clock: monotonic seconds; the loop's timers follow it.
        wall_us: microseconds UTC.

    Attributes:
        dropped: what was not looked at or not sent, by reason.
        port: of both sockets.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        on_event: Callable[[Event], None],
        bounds: PeerBounds | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self.endpoint = endpoint
        self.dropped: Counter[str] = Counter()
        self.port = 0
        self._on_event = on_event
        self._bounds = bounds or PeerBounds()
        self.limits = self._bounds.limits
        self._clock = clock
        self._wall_us = wall_us
        self._udp: SipUdpSocket | None = None
        self._server: asyncio.Server | None = None
        self._connections: dict[int, SipConnection] = {}
        self._hosts: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due = NEVER
        self._sweeper: asyncio.TimerHandle | None = None
        self._draining = False

    @property
    def connections(self) -> int:
        """TCP connections that are open."""
        return len(self._connections)

    async def open(self, host: str, port: int) -> None:
        """Listen on UDP and TCP of the same port; of 0, on one that is free for both.

        Raises:
            OSError: the address is not ours, or the port is taken.
        """
        loop = asyncio.get_running_loop()
        for left in reversed(range(1 if port else _PAIRS)):
            self._server = await loop.create_server(
                lambda: SipConnection(self, next(self._numbers)), host, port, backlog=1024
            )
            self.port = self._server.sockets[0].getsockname()[1]
            try:
                self._udp = SipUdpSocket(host, self.port, self._datagram, self.dropped)
                break
            except OSError:  # the system gives a port that is free for TCP alone
                self._server.close()
                if not left:
                    raise
        self._sweep()

    async def connect(self, host: str, port: int, wait: float = 10.0) -> Peer:
        """A connection of ours to a server.

        Raises:
            OSError: it can't be reached within `wait` seconds.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(
            wait
        ):  # `wait_for` of Python 3.11 is not cancelled where the answer comes at that moment
            _transport, connection = await loop.create_connection(
                lambda: SipConnection(self, next(self._numbers)), host, port
            )
        connection.spoken, connection.begun = True, None
        return connection.peer

    async def close(self) -> None:
        """Close all sockets."""
        for timer in (self._timer, self._sweeper):
            if timer is not None:
                timer.cancel()
        self._timer = self._sweeper = None
        if self._udp is not None:
            self._udp.close()
            self._udp = None
        for connection in list(self._connections.values()):
            connection.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def drain(self) -> None:
        """Send what the endpoint has to send and tell what it has to tell; to be called after asking something of it."""
        if self._draining:
            return  # an event's receiver asked for more: the loop below sees it
        self._draining = True
        try:
            while True:
                sends, events = self.endpoint.take()
                if not sends and not events:
                    break
                for send in sends:
                    self._send(send.octets, send.peer)
                for event in events:
                    self._tell(event)
        finally:
            self._draining = False
        self._arm()

    def _tell(self, event: Event) -> None:
        try:
            self._on_event(event)
        except Exception as error:
            # One event that its receiver fails on must not cost the others, nor any answer.
            self.dropped["receiver-failed"] += 1
            asyncio.get_running_loop().call_exception_handler(
                {"message": f"the receiver of {type(event).__name__} failed", "exception": error}
            )

    def _send(self, octets: bytes, peer: Peer) -> None:
        if peer.carrier == "UDP":
            if self._udp is not None:
                self._udp.send(octets, peer)
            return
        connection = self._connections.get(peer.connection)
        if connection is None or not connection.send(octets):
            self.dropped["no-connection"] += 1
            self.endpoint.lost(peer.connection, self._clock())

    # In

    def _datagram(self, data: bytes, source: Peer) -> None:
        now = self._clock()
        if not self._bounds.rates.take(source.host, now):
            self.dropped["rate"] += 1
            return
        if not data.strip(b"\r\n\0 "):
            self.dropped["ping"] += 1
            return
        try:
            message = read_datagram(data, self.limits)
        except Malformed as error:
            self.endpoint.malformed(error, source)
        else:
            self._take(message, source, now)
        self.drain()

    def message(self, message: Message | Malformed, connection: SipConnection) -> None:
        """Something came over a connection."""
        now = self._clock()
        # What TCP sends too fast is read later (`pace`). All of it counts, or what is given back would be more than was taken.
        self._bounds.rates.charge(connection.peer.host, now)
        if isinstance(message, Malformed):
            self.endpoint.malformed(message, connection.peer)
        else:
            self._take(message, connection.peer, now)
        self.drain()

    def _take(self, message: Message, source: Peer, now: float) -> None:
        answered = self.endpoint.answered
        self.endpoint.receive(message, source, now, self._wall_us())
        if self.endpoint.answered > answered:
            # The answer to a request of ours, of which each has one: a host does not send more of them than it was asked.
            self._bounds.rates.give_back(source.host)

    def pace(self, connection: SipConnection) -> float:
        """Seconds for which nothing is read of this peer."""
        return self._bounds.rates.wait(connection.peer.host, self._clock())

    def awaited(self, host: str) -> None:
        """A message of `host` brought what it was asked for: it does not count among those that it may send, so many of them (`PeerBounds.awaited`)."""
        if self._bounds.awaited.take(host, self._clock()):
            self._bounds.rates.give_back(host)

    def opened(self, connection: SipConnection) -> bool:
        """Keep a connection; False where there is no room."""
        host = connection.peer.host
        if len(self._connections) >= self._bounds.connections or self._hosts[host] >= self._bounds.per_host:
            self.dropped["connections"] += 1
            return False
        self._connections[connection.peer.connection] = connection
        self._hosts[host] += 1
        return True

    def closed(self, connection: SipConnection) -> None:
        """A connection is gone: its requests are given up, its devices are offline."""
        if self._connections.pop(connection.peer.connection, None) is None:
            return
        host = connection.peer.host
        self._hosts[host] -= 1
        if self._hosts[host] <= 0:
            del self._hosts[host]
        self.endpoint.lost(connection.peer.connection, self._clock())
        self.drain()

    # Time

    def _arm(self) -> None:
        due = self.endpoint.due()
        if due is None or self._udp is None:
            return
        if self._timer is not None:
            if self._timer_due <= due:
                return  # it fires early enough, and looks again then
            self._timer.cancel()
        self._timer_due = due
        self._timer = asyncio.get_running_loop().call_later(max(_FINEST, due - self._clock()), self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.endpoint.tick(self._clock(), self._wall_us())
        self.drain()

    def _patience(self, connection: SipConnection) -> float:
        registrar = self.endpoint.registrar
        # Half as long again: who is too late is told of as silent, not as a connection that broke.
        return 1.5 * registrar.quiet(connection.peer.connection) if registrar is not None else 0.0

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for connection in list(self._connections.values()):
            if connection.begun is not None and now - connection.begun > self._bounds.silent:
                self.dropped["slow"] += 1
                connection.give_up()
            elif now - connection.heard > max(self._bounds.idle, self._patience(connection)):
                self.dropped["idle"] += 1
                connection.give_up()
        self._sweeper = loop.call_later(min(5.0, self._bounds.silent / 2), self._sweep)
