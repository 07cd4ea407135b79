"""How sound goes to a device: datagrams, a connection that it makes, a connection that we make. To the address that was agreed on alone."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable, Sequence
from typing import cast, get_args

from custodes.addresses import plain
from custodes.gb28181.media.ports import speaking_ports
from custodes.gb28181.media.rtp import framed
from custodes.video.wire.calls import Setup
from custodes.video.wire.control_leases import SpeakAnswer

REACHED_SECONDS = 10.0
"""Within which a connection has to stand once the device has acknowledged our answer."""
TRIES = 4
APART_SECONDS = 1.0
"""Between two tries to connect (2022 Annex D)."""
STALLED_SECONDS = 10.0
"""A device that takes nothing for so long is dead."""
MOST_WAITING = 16_384
"""Octets that may wait in a connection: two seconds. What comes meanwhile is not sent at all."""


_SETUPS: tuple[Setup, ...] = get_args(Setup)
_AT_ONCE = 64
"""Datagrams that are dropped in one go."""
_UNHEARD = bytearray(65_536)
"""Where what devices send goes: over and over the same place, and nobody looks there."""


_FIRST: dict[str, Setup] = {"udp": "udp", "tcp-active": "tcp-active"}


def setups_of(transport: str) -> tuple[Setup, ...]:
    """What we can do, that first by which the camera's pictures come: as a person entered it for the device's network.

    Args:
        transport: of `SourceAssignment`.
    """
    first = _FIRST.get(transport, "tcp-passive")
    return (first, *(one for one in _SETUPS if one != first))


class DeviceUnreached(Exception):
    """There is no connection to the device; the message says why."""


class TcpListeners:
    """Ports of ours before it is known how the device wants it: one number, for datagrams and for a connection that it makes.

    Attributes:
        port: the number.

    Raises:
        NoPorts: none is free.
    """

    def __init__(self, bind: str, ports: tuple[int, int], rng: random.Random) -> None:
        self._datagrams, self._listener = speaking_ports(bind, ports, rng)
        self.port: int = self._datagrams.getsockname()[1]

    async def through(self, answer: SpeakAnswer, lost: Callable[[], None]) -> UdpSpeakTransport | TcpSpeakTransport:
        """The way that was agreed on; the other ports are given back.

        Args:
            lost: told, once, when nobody is reached any more.

        Raises:
            Unreached: no connection came about.
        """
        try:
            if answer.setup == "udp":
                made = UdpSpeakTransport(self._datagrams, (answer.address, answer.port), lost)
                self._listener.close()
                return made
            self._datagrams.close()
            if answer.setup == "tcp-passive":
                sock = await self._accepted(answer.hosts)
            else:
                sock = await _connected((answer.address, answer.port))
            return await _connection(sock, lost)
        except OSError as error:
            raise DeviceUnreached(f"the device can't be reached: {error.strerror}") from error
        finally:
            if answer.setup != "udp":
                self._listener.close()

    def close(self) -> None:
        """Give the ports back; what went `through` keeps its own."""
        self._datagrams.close()
        self._listener.close()

    async def _accepted(self, hosts: Sequence[str]) -> socket.socket:
        """The first from one of its addresses; whoever else connects is let go of."""
        loop, may = asyncio.get_running_loop(), {plain(host) for host in hosts}
        try:
            async with asyncio.timeout(REACHED_SECONDS):
                while True:
                    sock, there = await loop.sock_accept(self._listener)
                    if plain(there[0]) in may:
                        return sock
                    sock.close()
        except TimeoutError as error:
            raise DeviceUnreached("the device did not connect") from error


class UdpSpeakTransport:
    """Over UDP. Whether they arrive nobody says.

    Attributes:
        back: octets that the device sent, and that nobody heard: what it hears comes by its live picture, under the right to that.
    """

    def __init__(self, sock: socket.socket, there: tuple[str, int], lost: Callable[[], None]) -> None:
        self.unsent = self.back = 0
        self._sock = sock
        self._lost = lost
        self._failing: float | None = None
        sock.connect(there)
        asyncio.get_running_loop().add_reader(sock, self._drop)

    def send(self, packets: Sequence[bytes]) -> None:
        """Send them, or not: sound that is late is of no use."""
        for packet in packets:
            try:
                self._sock.send(packet)
                self._failing = None
            except (BlockingIOError, ConnectionRefusedError):
                self.unsent += 1  # what is said of an earlier one; a device that is gone is the gateway's to tell
            except OSError:
                self.unsent += 1
                self._fails(asyncio.get_running_loop().time())

    def _drop(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                self.back += self._sock.recv_into(_UNHEARD)
            except OSError:
                return

    def _fails(self, now: float) -> None:
        if self._failing is None:
            self._failing = now
        elif now - self._failing >= STALLED_SECONDS:
            self._lost()

    def close(self) -> None:
        """Let go of the port."""
        asyncio.get_running_loop().remove_reader(self._sock)
        self._sock.close()


class TcpSpeakTransport(asyncio.Protocol):
    """Over TCP, each packet behind its length (RFC 4571).

    Attributes:
        back: as of `UdpSpeakTransport`.
    """

    def __init__(self, lost: Callable[[], None]) -> None:
        self.unsent = self.back = 0
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._stalled: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """The device says something: it is not read into anything."""
        self.back += len(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        if self._transport is not None:
            self._transport = None
            self._lost()

    def send(self, packets: Sequence[bytes]) -> None:
        """Send them, each whole or not at all."""
        transport = self._transport
        if transport is None:
            return
        if transport.get_write_buffer_size() < MOST_WAITING:
            self._stalled = None
            transport.write(b"".join(map(framed, packets)))
            return
        self.unsent += len(packets)
        now = asyncio.get_running_loop().time()
        if self._stalled is None:
            self._stalled = now
        elif now - self._stalled >= STALLED_SECONDS:
            transport.abort()

    def close(self) -> None:
        """Let go of it."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort() if transport.get_write_buffer_size() else transport.close()


async def _connected(there: tuple[str, int]) -> socket.socket:
    why = ""
    try:
        async with asyncio.timeout(REACHED_SECONDS):
            for number in range(TRIES):
                await asyncio.sleep(APART_SECONDS if number else 0)
                sock = socket.socket(socket.AF_INET6 if ":" in there[0] else socket.AF_INET, socket.SOCK_STREAM)
                sock.setblocking(False)
                try:
                    await asyncio.get_running_loop().sock_connect(sock, there)
                except OSError as error:
                    sock.close()
                    why = str(error.strerror)
                except BaseException:
                    sock.close()
                    raise
                else:
                    return sock
    except TimeoutError:
        why = why or "it does not answer"
    raise DeviceUnreached(f"the device can't be connected to: {why}")


async def _connection(sock: socket.socket, lost: Callable[[], None]) -> TcpSpeakTransport:
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _, made = await asyncio.get_running_loop().create_connection(lambda: TcpSpeakTransport(lost), sock=sock)
    except BaseException:
        sock.close()
        raise
    return made
