"""Packets of a machine's interfaces as they pass (packet(7)): for root, or CAP_NET_RAW."""

from __future__ import annotations

import ctypes
import socket
import struct
import time
from collections.abc import Collection, Iterator

from custodes.gb28181.capture.packets import RAW
from custodes.gb28181.capture.pcap import LARGEST_PACKET, Packet
from custodes.gb28181.capture.sieve import Step, sieve

_ALL = 0x0003
_OUTGOING = 4
_LEVEL, _STATISTICS = 263, 6
_IP = (0x0800, 0x86DD)
_BUFFER, _SO_RCVBUFFORCE, _SO_ATTACH_FILTER = 16 << 20, 33, 26


class Sniffer:
    """One socket.

    Args:
        interface: its name; empty for all.
        ports: whose packets are wanted (`sieve`).

    Raises:
        PermissionError: only root, or who has CAP_NET_RAW, may.
        OSError: there is no such interface, or no such socket on this system.
    """

    def __init__(self, interface: str = "", ports: Collection[int] = ()) -> None:
        # Protocol 0: nothing comes before the sieve is there and the socket is bound.
        self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self._attach(sieve(ports))
        try:
            self._sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        except PermissionError:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
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

    def _attach(self, steps: list[Step]) -> None:
        """Give the kernel its program (SO_ATTACH_FILTER); it is copied."""
        made = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
        told = struct.pack("HL", len(steps), ctypes.addressof(made))
        self._sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, told)

    def close(self) -> None:
        """Let go of it."""
        self._sock.close()
