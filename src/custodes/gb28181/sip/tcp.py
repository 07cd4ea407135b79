"""SIP over TCP: connections of either direction, each kept for everything that both ends have to say (2016 §4.3.2, RFC 5923)."""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

from custodes.gb28181.sip.framing import Framer
from custodes.gb28181.sip.limits import SipLimits
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Message
from custodes.gb28181.sip.peer import Peer

MOST_WAITING = 1 << 20
"""Octets that may wait for a peer; one that reads slower than that is dropped."""


class SipConnectionOwner(Protocol):
    """What a connection needs of the transport that it belongs to."""

    limits: SipLimits

    def opened(self, connection: SipConnection) -> bool:
        """Keep it; False where there is no room."""
        ...

    def message(self, message: Message | Malformed, connection: SipConnection) -> None:
        """Something came."""
        ...

    def pace(self, connection: SipConnection) -> float:
        """Seconds for which nothing is read of this peer."""
        ...

    def closed(self, connection: SipConnection) -> None:
        """It is gone."""
        ...


class SipConnection(asyncio.Protocol):
    """One connection.

    Attributes:
        peer: the other end, with this connection's number.
        heard: when octets came last, in the loop's time.
        begun: when the message began that has not come whole; None between two messages. Of a new connection: when it was opened.
        spoken: a whole message has come.
    """

    def __init__(self, house: SipConnectionOwner, number: int) -> None:
        self.peer = Peer("TCP", "", 0, number)
        self.heard = 0.0
        self.begun: float | None = None
        self.spoken = False
        self._house = house
        self._number = number
        self._framer = Framer(house.limits)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Of `asyncio.Protocol`."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=MOST_WAITING)
        address = transport.get_extra_info("peername") or ("", 0)
        self.peer = Peer("TCP", address[0].partition("%")[0], address[1], self._number)
        self.heard = self.begun = asyncio.get_running_loop().time()
        if not self._house.opened(self):
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Of `asyncio.Protocol`."""
        loop = asyncio.get_running_loop()
        self.heard = loop.time()
        for found in self._framer.feed(data):
            if not isinstance(found, Malformed):
                self.spoken = True
                self.begun = None
            self._house.message(found, self)
        if self.spoken and self._framer.between:
            self.begun = None
        elif self.begun is None:
            self.begun = self.heard
        if self._framer.broken:
            self.close()
            return
        pause = self._house.pace(self)
        if pause > 0 and self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()
            loop.call_later(pause, self._resume)

    def _resume(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            if self.begun is not None:
                self.begun = asyncio.get_running_loop().time()  # what we did not read was not late
            self._transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Of `asyncio.Protocol`."""
        self._transport = None
        self._house.closed(self)

    def send(self, octets: bytes) -> bool:
        """Write; False where the peer does not read, and the connection is given up."""
        if self._transport is None or self._transport.is_closing():
            return False
        if self._transport.get_write_buffer_size() > MOST_WAITING:
            self._transport.abort()
            return False
        self._transport.write(octets)
        return True

    def give_up(self) -> None:
        """Close it now: what waits for a peer that does not read would hold it open for ever."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """Close it after what waits was written."""
        if self._transport is not None:
            self._transport.close()
