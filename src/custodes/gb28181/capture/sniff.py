"""Packets of a machine's interfaces as they pass (packet(7)): for root, or CAP_NET_RAW."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator

from custodes.gb28181.capture.packets import RAW
from custodes.gb28181.capture.pcap import LARGEST_PACKET, Packet

_ALL = 0x0003
_OUTGOING = 4
_LEVEL, _STATISTICS = 263, 6
_IP = (0x0800, 0x86DD)
_BUFFER, _SO_RCVBUFFORCE = 16 << 20, 33


class Sniffer:
    """One socket.

    Args:
        interface: its name; empty for all.

    Raises:
        PermissionError: only root, or who has CAP_NET_RAW, may.
        OSError: there is no such interface, or no such socket on this system.
    """

    def __init__(self, interface: str = "") -> None:
        self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ALL))
        try:
            self._sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        except PermissionError:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        if interface:
            try:
                self._sock.bind((interface, _ALL))
            except OSError:
                self._sock.close()
                raise
        self._sock.settimeout(0.2)

    def packets(self) -> Iterator[Packet | None]:
        """Packets without end; None where none came for a moment, so that whoever waits can do something else."""
        while True:
            try:
                octets, (interface, kind, passing, _hardware, _address) = self._sock.recvfrom(LARGEST_PACKET)
            except TimeoutError:
                yield None
                continue
            # On loopback each packet passes twice.
            if kind in _IP and not (interface == "lo" and passing == _OUTGOING):
                yield Packet(time.time_ns() // 1000, RAW, octets)

    def missed(self) -> int:
        """Packets since the last question that the kernel had no room for."""
        return int(struct.unpack("II", self._sock.getsockopt(_LEVEL, _STATISTICS, 8))[1])

    def close(self) -> None:
        """Let go of it."""
        self._sock.close()
