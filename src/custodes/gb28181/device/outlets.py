"""Sockets of a simulated device's media: datagrams, connections that it makes, connections that it awaits."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import Counter
from collections.abc import Callable, Iterable
from typing import cast

from custodes.gb28181.device.calls import MediaOctets
from custodes.gb28181.device.stream import Outlet, SimulatedStream

MOST_WAITING = 4 << 20
"""Octets that may wait for a receiver; one that reads slower than that is let go of."""
CONNECT_SECONDS = 10.0
_BUFFER = 4 << 20


class Outlets:
    """The sockets of one device.

    Args:
        host: address of ours that they are bound to.
        connected: told whether the connection at our port stands.
        unusable: told of our port that can't be had.
        unreached: told of our port whose receiver can't be reached.

    Attributes:
        sent: octets of media; lost: datagrams that the kernel would not take.
    """

    def __init__(
        self,
        host: str,
        connected: Callable[[int, bool], None],
        unusable: Callable[[int], None],
        unreached: Callable[[int], None],
    ) -> None:
        self.sent = 0
        self.lost: Counter[str] = Counter()
        self._host = host
        self._connected, self._unusable, self._unreached = connected, unusable, unreached
        self._open: dict[SimulatedStream, _Datagrams | _Connections] = {}

    def __len__(self) -> int:
        return len(self._open)

    def match(self, streams: Iterable[SimulatedStream]) -> None:
        """Have a socket for each of `streams` and for no other."""
        wanted = list(streams)
        for gone in self._open.keys() - set(wanted):
            self._open.pop(gone).close()
        for stream in wanted:
            held = self._open.get(stream)
            if held is None:
                try:
                    held = self._open[stream] = self._make(stream.outlet)
                except OSError:
                    self._unusable(stream.outlet.own)
                    continue
                except ValueError:
                    self._unreached(stream.outlet.own)
                    continue
            if isinstance(held, _Connections) and stream.called:
                held.connect()

    def send(self, parcels: Iterable[MediaOctets]) -> None:
        """Send what the device gave; what belongs to a stream without a socket is dropped."""
        by_port = {stream.outlet.own: held for stream, held in self._open.items()}
        for parcel in parcels:
            held = by_port.get(parcel.outlet.own)
            if held is None:
                self.lost["no-socket"] += 1
            elif held.send(parcel.octets):
                self.sent += len(parcel.octets)
            else:
                self.lost["not-taken"] += 1

    def close(self) -> None:
        """Close all of them."""
        self.match(())

    def _make(self, outlet: Outlet) -> _Datagrams | _Connections:
        # A name would be looked up with each datagram; devices know addresses alone.
        if ipaddress.ip_address(outlet.host).version != ipaddress.ip_address(self._host).version:
            raise ValueError("of another family than ours")
        if outlet.tcp:
            return _Connections(self._host, outlet, self._connected, self._unreached)
        return _Datagrams(self._host, outlet)


class _Datagrams:
    def __init__(self, host: str, outlet: Outlet) -> None:
        self._target = (outlet.host, outlet.port)
        self._sock = socket.socket(_family(host), socket.SOCK_DGRAM)
        try:
            self._sock.setblocking(False)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            self._sock.bind((host, outlet.own))
        except OSError:
            self._sock.close()
            raise

    def send(self, octets: bytes) -> bool:
        try:
            self._sock.sendto(octets, self._target)
        except OSError:
            return False
        return True

    def close(self) -> None:
        self._sock.close()


class _Connections:
    """A connection that we make, or a port at which one is awaited. One at a time."""

    def __init__(
        self, host: str, outlet: Outlet, connected: Callable[[int, bool], None], unreached: Callable[[int], None]
    ) -> None:
        self._outlet = outlet
        self._connected, self._unreached = connected, unreached
        self._loop = asyncio.get_running_loop()
        self._held: _Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._listener: socket.socket | None = None
        if not outlet.connects:
            self._listener = _listening(host, outlet.own)
            self._loop.add_reader(self._listener, self._accept)

    def connect(self) -> None:
        """Make the connection, once, where it is ours to make."""
        if self._outlet.connects and self._task is None:
            self._task = self._loop.create_task(self._make())

    def send(self, octets: bytes) -> bool:
        return self._held is not None and self._held.send(octets)

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._listener is not None:
            self._loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        held, self._held = self._held, None
        if held is not None:
            held.close()

    async def _make(self) -> None:
        making = self._loop.create_connection(lambda: _Connection(self._told), self._outlet.host, self._outlet.port)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await making
        except OSError:
            self._unreached(self._outlet.own)

    def _accept(self) -> None:
        assert self._listener is not None
        try:
            sock, _address = self._listener.accept()
        except OSError:
            return
        if self._held is not None:
            sock.close()
            return
        sock.setblocking(False)
        making = self._loop.connect_accepted_socket(lambda: _Connection(self._told), sock)
        self._task = self._loop.create_task(_quietly(making))

    def _told(self, connection: _Connection, stands: bool) -> None:
        if stands and self._held is None:
            self._held = connection
        elif stands:
            connection.close()
            return
        elif self._held is connection:
            self._held = None
        else:
            return
        self._connected(self._outlet.own, stands)


class _Connection(asyncio.Protocol):
    def __init__(self, told: Callable[[_Connection, bool], None]) -> None:
        self._told = told
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._told(self, True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._told(self, False)

    def send(self, octets: bytes) -> bool:
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > MOST_WAITING:
            transport.abort()
            return False
        transport.write(octets)
        return True

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


async def _quietly(making: object) -> None:
    try:
        await making  # type: ignore[misc]
    except OSError:
        return


def _listening(host: str, port: int) -> socket.socket:
    sock = socket.socket(_family(host), socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        sock.bind((host, port))
        sock.listen(4)
    except OSError:
        sock.close()
        raise
    return sock


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
