"""How packets go to an upper: datagrams, a connection that we make, a connection that it makes. To its address alone."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import ipaddress
import os
import random
import socket
import sys
import termios
from collections.abc import Sequence
from typing import Protocol

from custodes.addresses import is_machine, plain, reached
from custodes.gb28181.media.ports import NoPorts, listener, udp_port
from custodes.gb28181.media.rtp import framed
from custodes.video.wire.sending import SendAsk

TOGETHER = 32
"""Datagrams that are sent in one go (2016 §4.3.6: a source limits its peaks)."""
OCTETS_A_SECOND = 12_500_000
"""As fast as datagrams are sent at most: what a link of 100 Mbit/s carries."""
REACHED_SECONDS = 15.0
"""Within which a connection has to stand once pictures may go."""
TRIES = 4
APART_SECONDS = 1.0
"""Between two tries to connect (2022 Annex D)."""
STALLED_SECONDS = 20.0
"""A receiver that has not taken one picture by then is dead; likewise one to which nothing could be sent."""
_BUFFER = 512 * 1024
"""What the kernel keeps for a receiver: two seconds of 2 Mbit/s. Past that its pictures wait in its queue at the hub."""
_LOOK_SECONDS = 0.05
_UNREAD = 64
"""Reads of what a receiver sent: one that never ends sending does not keep everybody else waiting."""
_DISCARD = 9
"""The port of whoever connects (RFC 4145 §4.1)."""


class Broken(Exception):
    """Nobody is reached there any more; the message says how that showed."""


class Unsent(Exception):
    """Not one packet of the picture left, and it may be otherwise with the next."""


class NeverSent(Broken, Unsent):
    """Both: nothing of this picture left, nor of those before it for a while."""


class NoWay(Exception):
    """Nothing can be sent there from here; the message says why."""


class SendTransport(Protocol):
    """Where packets go.

    Attributes:
        address, port: of ours, for the description.
    """

    address: str
    port: int

    async def reach(self) -> None:
        """Have somebody there. Raises `Broken`."""
        ...

    async def send(self, packets: Sequence[bytes]) -> bool:
        """Send the packets of one picture; whether all were taken. Raises `Broken`, `Unsent`."""
        ...

    async def finish(self) -> None:
        """All is sent: wait until the receiver has it, as far as can be known. Raises `Broken`."""
        ...

    def close(self) -> None:
        """No more."""
        ...


def way_for(ask: SendAsk, ports: tuple[int, int], *, allow_loopback: bool) -> SendTransport:
    """The way that is asked for, from ports of ours.

    Raises:
        NoWay: the address is no receiver's, there is no way to it, or no port is free.
    """
    address = _checked(ask, allow_loopback=allow_loopback)
    try:
        own = _own_address(address)
        if ask.way == "udp":
            return UdpSendTransport(own, ports, (address, ask.port))
        if ask.way == "tcp-active":
            return Connecting(own, (address, ask.port))
        return Listening(own, ports, address)
    except (NoPorts, OSError) as error:
        raise NoWay(str(error)) from error


class UdpSendTransport:
    """Over UDP. Whether they arrive nobody says; a picture of which the kernel takes no more is lost to its rest."""

    def __init__(self, own: str, ports: tuple[int, int], there: tuple[str, int]) -> None:
        self._sock = udp_port(own, ports, random.Random())  # noqa: S311 - spreads calls over the ports
        self._free_at = 0.0
        self._failing: float | None = None  # since when nothing can be sent
        try:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            self._sock.connect(there)
        except OSError:
            self._sock.close()
            raise
        self.address, self.port = own, self._sock.getsockname()[1]

    async def reach(self) -> None:
        """Nothing to do."""

    async def send(self, packets: Sequence[bytes]) -> bool:
        """Send them, a large picture spread over a few milliseconds; whether the kernel took all.

        Raises:
            Unsent: nothing can be sent there now.
            NeverSent: nor could it for a while.
        """
        send, time, left = self._sock.send, asyncio.get_running_loop().time, False
        for at in range(0, len(packets), TOGETHER):
            some = packets[at : at + TOGETHER]
            now = time()
            if self._free_at > now:
                await asyncio.sleep(self._free_at - now)
                now = time()
            self._free_at = max(self._free_at, now) + sum(map(len, some)) / OCTETS_A_SECOND
            try:
                for packet in some:
                    send(packet)
                    self._failing, left = None, True
            except BlockingIOError:
                return False
            except ConnectionRefusedError:  # what was said of an earlier one; the call's end is the gateway's to say
                continue
            except OSError as error:  # no way, or not let out
                self._fails(error, time())
                if left:
                    return False
                raise Unsent from error
        return True

    def _fails(self, error: OSError, now: float) -> None:
        if self._failing is None:
            self._failing = now
        elif now - self._failing >= STALLED_SECONDS:
            raise NeverSent(f"nothing can be sent for {STALLED_SECONDS:.0f} s: {error.strerror}") from error

    async def finish(self) -> None:
        """Nobody says whether it arrived."""

    def close(self) -> None:
        """Let go of the port."""
        self._sock.close()


class _Connection:
    """Over TCP, each packet behind its length (RFC 4571). Sending waits for the receiver."""

    address: str
    port: int

    def __init__(self) -> None:
        self._sock: socket.socket | None = None

    async def send(self, packets: Sequence[bytes]) -> bool:
        """Send them, all.

        Raises:
            Broken: the connection is gone, or the receiver takes nothing.
        """
        if self._sock is None:
            raise Broken("there is no connection")
        octets = b"".join(map(framed, packets))
        try:
            sent = self._sock.send(octets)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise Broken(f"the connection is gone: {error.strerror}") from error
        if sent < len(octets):
            await self._send_rest(self._sock, octets[sent:])
        return True

    async def _send_rest(self, sock: socket.socket, octets: bytes) -> None:
        try:
            async with asyncio.timeout(STALLED_SECONDS):
                await asyncio.get_running_loop().sock_sendall(sock, octets)
        except TimeoutError as error:
            raise Broken(f"the receiver has taken nothing for {STALLED_SECONDS:.0f} s") from error
        except OSError as error:
            raise Broken(f"the connection is gone: {error.strerror}") from error

    async def finish(self) -> None:
        """Wait until the receiver's machine has acknowledged all: what closes the connection may be quicker than what is under way.

        Raises:
            Broken: the connection is gone, or nothing more is taken.
        """
        if self._sock is None:
            return
        time = asyncio.get_running_loop().time
        before, since = -1, time()
        while (left := _unacknowledged(self._sock)) > 0:
            if left != before:
                before, since = left, time()
            elif time() - since > STALLED_SECONDS:
                raise Broken(f"the receiver has taken nothing for {STALLED_SECONDS:.0f} s")
            await asyncio.sleep(_LOOK_SECONDS)
        # What it said itself and nobody read would make a reset of our farewell.
        with contextlib.suppress(OSError):
            for _ in range(_UNREAD):
                if not self._sock.recv(65_536):
                    break

    def close(self) -> None:
        """Let go of the connection."""
        if self._sock is not None:
            self._sock.close()

    def _take(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock


class Connecting(_Connection):
    """We connect, once pictures may go."""

    def __init__(self, own: str, there: tuple[str, int]) -> None:
        super().__init__()
        self.address, self.port = own, _DISCARD
        self._there = there

    async def reach(self) -> None:
        """Connect.

        Raises:
            Broken: nobody is there.
        """
        why = ""
        try:
            async with asyncio.timeout(REACHED_SECONDS):
                for number in range(TRIES):
                    await asyncio.sleep(APART_SECONDS if number else 0)
                    why = await self._try()
                    if not why:
                        return
        except TimeoutError:
            why = why or "it does not answer"
        raise Broken(f"the receiver can't be connected to: {why}")

    async def _try(self) -> str:
        """Why not; empty where it stands."""
        sock = socket.socket(_family(self._there[0]), socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, self._there)
        except OSError as error:
            sock.close()
            return str(error.strerror)
        except BaseException:
            sock.close()
            raise
        self._take(sock)
        return ""


class Listening(_Connection):
    """The upper connects; from another address nobody does."""

    def __init__(self, own: str, ports: tuple[int, int], peer: str) -> None:
        super().__init__()
        self._listener = listener(own, ports, random.Random())  # noqa: S311 - spreads calls over the ports
        self.address, self.port = own, self._listener.getsockname()[1]
        self._peer = ipaddress.ip_address(peer)
        self._accepting = asyncio.get_running_loop().create_task(self._accept())
        # Not before the loop has let go of it: its number may be another's by then.
        self._accepting.add_done_callback(lambda _: self._listener.close())

    async def reach(self) -> None:
        """Wait for it.

        Raises:
            Broken: it did not come.
        """
        try:
            async with asyncio.timeout(REACHED_SECONDS):
                await asyncio.shield(self._accepting)
        except (TimeoutError, OSError) as error:
            raise Broken("the receiver did not connect") from error

    def close(self) -> None:
        """Let go of port and connection."""
        self._accepting.cancel()
        super().close()

    async def _accept(self) -> None:
        """The first from the upper's address; also before pictures may go, so that strangers don't fill the port."""
        loop = asyncio.get_running_loop()
        while True:
            sock, there = await loop.sock_accept(self._listener)
            if plain(there[0]) == self._peer:
                self._take(sock)
                return
            sock.close()


def _checked(ask: SendAsk, *, allow_loopback: bool) -> str:
    try:
        address = ipaddress.ip_address(ask.address)
    except ValueError as error:
        raise NoWay("the receiver's address is a name or nothing") from error
    # An IPv4 address written as IPv6 would pass for none of these.
    mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None
    found = reached(ask.address)
    if found is None or mapped or not is_machine(ask.address) or (found.is_loopback and not allow_loopback):
        raise NoWay("the receiver's address is not one machine's")
    if not ask.port and ask.way != "tcp-passive":
        raise NoWay("the receiver names no port")
    return str(address)


def _unacknowledged(sock: socket.socket) -> int:
    """Octets that the kernel keeps until the other side has them (tcp(7), SIOCOUTQ). Raises `Broken`."""
    fault = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if fault:
        raise Broken(f"the connection is gone: {os.strerror(fault)}")
    return int.from_bytes(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)


def _own_address(there: str) -> str:
    """Of the interface that leads there. No packet is sent."""
    with socket.socket(_family(there), socket.SOCK_DGRAM) as probe:
        probe.connect((there, _DISCARD))
        return str(probe.getsockname()[0])


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
