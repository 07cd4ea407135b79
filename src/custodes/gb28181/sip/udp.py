"""SIP over UDP: one socket in an event loop. The kernel's buffer is the queue; what does not fit there was never taken."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter, deque
from collections.abc import Callable

from custodes.gb28181.sip.peer import Peer

LARGEST = 65_535
_AT_ONCE = 64
_BUFFER = 8 << 20
_MOST_WAITING = 4096


class SipUdpSocket:
    """One bound socket.

    Args:
        on_datagram: octets and where they came from.
        dropped: counts what could not be sent.

    Attributes:
        port: that it is bound to.
    """

    def __init__(self, host: str, port: int, on_datagram: Callable[[bytes, Peer], None], dropped: Counter[str]) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._sock = socket.socket(family, socket.SOCK_DGRAM)
        self._sock.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._sock.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
        try:
            self._sock.bind((host, port))
        except OSError:
            self._sock.close()
            raise
        self.port: int = self._sock.getsockname()[1]
        self._on_datagram = on_datagram
        self._dropped = dropped
        self._waiting: deque[tuple[bytes, tuple[str, int]]] = deque()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._sock, self._read)

    def close(self) -> None:
        """Close the socket."""
        self._loop.remove_reader(self._sock)
        self._loop.remove_writer(self._sock)
        self._sock.close()

    def send(self, octets: bytes, peer: Peer) -> None:
        """Send a datagram; one that can't go now waits, and behind 4,096 it is dropped: whoever misses it asks again."""
        if len(octets) > LARGEST:
            self._dropped["too-long-for-udp"] += 1
            return
        if not self._waiting and self._try(octets, (peer.host, peer.port)):
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._dropped["send-queue"] += 1
            return
        if not self._waiting:
            self._loop.add_writer(self._sock, self._write)
        self._waiting.append((octets, (peer.host, peer.port)))

    def _try(self, octets: bytes, address: tuple[str, int]) -> bool:
        try:
            self._sock.sendto(octets, address)
        except BlockingIOError:
            return False
        except OSError:
            self._dropped["unreachable"] += 1
        return True

    def _write(self) -> None:
        while self._waiting and self._try(*self._waiting[0]):
            self._waiting.popleft()
        if not self._waiting:
            self._loop.remove_writer(self._sock)

    def _read(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                data, address = self._sock.recvfrom(LARGEST)
            except BlockingIOError:
                return
            except OSError:
                continue  # an answer of the network to something that was sent before
            self._on_datagram(data, Peer("UDP", address[0].partition("%")[0], address[1]))
