"""Ports for media: pairs of UDP ports (RTP even, RTCP odd; RFC 3550 §11) and TCP ports, out of a range that a firewall lets in."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

_SO_RCVBUFFORCE = 33
BUFFER_BYTES = 2 << 20


class NoPorts(RuntimeError):
    """No port of the range is free; the message says what to do."""


def _evens(ports: tuple[int, int], rng: random.Random) -> Iterator[int]:
    """All even ports of the range, from a random one on: a late stream of an old call lands elsewhere."""
    evens = range(ports[0] + ports[0] % 2, ports[1], 2)
    begin = rng.randrange(len(evens)) if evens else 0
    for place in range(len(evens)):
        yield evens[(begin + place) % len(evens)]


def udp_pair(address: str, ports: tuple[int, int], rng: random.Random) -> tuple[socket.socket, socket.socket]:
    """Two bound sockets on an even port and the next, between `ports` (first and last).

    Raises:
        NoPorts: none is free.
    """
    for port in _evens(ports, rng):
        media = bound_udp(address, port)
        control = bound_udp(address, port + 1) if media is not None else None
        if media is not None and control is not None:
            return media, control
        if media is not None:
            media.close()
    raise NoPorts(f"no pair of UDP ports is free between {ports[0]} and {ports[1]}; widen the range of media ports")


def udp_port(address: str, ports: tuple[int, int], rng: random.Random) -> socket.socket:
    """A bound socket on an even port of the range, to send from: nobody answers with RTCP that would be read.

    Raises:
        NoPorts: none is free.
    """
    for port in _evens(ports, rng):
        if (sock := bound_udp(address, port)) is not None:
            return sock
    raise NoPorts(f"no UDP port is free between {ports[0]} and {ports[1]}; widen the range of media ports")


def bound_udp(address: str, port: int) -> socket.socket | None:
    """A socket on `port`, None when it is taken."""
    sock = socket.socket(_family(address), socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind((address, port))
        _enlarge(sock)
    except OSError:
        sock.close()
        return None
    return sock


def listener(address: str, ports: tuple[int, int], rng: random.Random) -> socket.socket:
    """A listening TCP socket on a port of the range.

    Raises:
        NoPorts: none is free.
    """
    for port in _evens(ports, rng):
        sock = socket.socket(_family(address), socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setblocking(False)
            sock.bind((address, port))
            sock.listen(4)
        except OSError:
            sock.close()
            continue
        return sock
    raise NoPorts(f"no TCP port is free between {ports[0]} and {ports[1]}; widen the range of media ports")


def speaking_ports(address: str, ports: tuple[int, int], rng: random.Random) -> tuple[socket.socket, socket.socket]:
    """A bound UDP socket and a listening TCP socket on one even port of the range: who is called says afterwards which of the two it wants.

    Raises:
        NoPorts: none is free.
    """
    for port in _evens(ports, rng):
        if (media := bound_udp(address, port)) is None:
            continue
        try:
            return media, listener(address, (port, port + 1), rng)
        except NoPorts:
            media.close()
    raise NoPorts(f"no port is free between {ports[0]} and {ports[1]}; widen the range of media ports")


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _enlarge(sock: socket.socket) -> None:
    """Ask for a large buffer: by privilege, else as far as net.core.rmem_max lets us."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER_BYTES)
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
