"""Packets of a machine's interfaces as they pass (packet(7)): for root, or CAP_NET_RAW.

A program for the kernel (classic BPF, linux/filter.h) lets SIP through and drops media before anybody is woken for them. It sees
packets from their IP header on, as `SOCK_DGRAM` of packet(7) has them.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import time
from collections.abc import Collection, Iterator
from typing import NamedTuple

from custodes.gb28181.capture.packets import RAW
from custodes.gb28181.capture.pcap import LARGEST_PACKET, Packet

MOST_PORTS = 32
"""Ports that it compares; with more every packet goes through."""
_LDB, _LDH, _AND, _RET = 0x30, 0x28, 0x54, 0x06
_LDB_X, _LDH_X, _LDX_HEAD, _LDX = 0x50, 0x48, 0xB1, 0x01
_JEQ, _JGE, _JSET = 0x15, 0x35, 0x45
_WHOLE = 0x40000
_UDP, _TCP = 17, 6
_VERSION_2 = 0x80
"""RTP and RTCP begin with it (RFC 3550); no text does."""


class FilterInstruction(NamedTuple):
    """One instruction: what to do, how many to skip where a comparison holds and where it does not, its number."""

    code: int
    yes: int
    no: int
    value: int


class _Named(NamedTuple):
    code: int
    value: int
    yes: str = ""
    no: str = ""
    label: str = ""


def sieve(ports: Collection[int] = ()) -> list[FilterInstruction]:
    """The program.

    Args:
        ports: what is sent from or to these goes through; none and all datagrams that do not begin as RTP do, and all of TCP.
    """
    chosen = sorted(set(ports))
    if len(chosen) > MOST_PORTS:
        return [FilterInstruction(_RET, 0, 0, _WHOLE)]
    steps = [
        _Named(_LDB, 0),
        _Named(_AND, 0xF0),
        _Named(_JEQ, 0x40, yes="four"),
        _Named(_JEQ, 0x60, yes="six", no="drop"),
        # IPv4. What is not the first fragment has no ports: it goes through, since its datagram may be SIP.
        _Named(_LDB, 9, label="four"),
        _Named(_JEQ, _UDP, yes="pieces"),
        _Named(_JEQ, _TCP, yes="pieces", no="drop"),
        _Named(_LDH, 6, label="pieces"),
        _Named(_JSET, 0x1FFF, yes="keep"),
        _Named(_LDX_HEAD, 0),
        _Named(_LDB, 9),
        *_judged("four", chosen),
        # IPv6. Behind headers of its own the rest is not looked for: it goes through.
        _Named(_LDX, 40, label="six"),
        _Named(_LDB, 6),
        _Named(_JEQ, _UDP, yes="six-known"),
        _Named(_JEQ, _TCP, yes="six-known", no="keep"),
        _Named(_LDB, 6, label="six-known"),
        *_judged("six", chosen),
        _Named(_RET, _WHOLE, label="keep"),
        _Named(_RET, 0, label="drop"),
    ]
    places = {step.label: at for at, step in enumerate(steps) if step.label}

    def skip(at: int, label: str) -> int:
        return places[label] - at - 1 if label else 0

    return [
        FilterInstruction(step.code, skip(at, step.yes), skip(at, step.no), step.value) for at, step in enumerate(steps)
    ]


def _judged(name: str, ports: list[int]) -> list[_Named]:
    """With the protocol at hand and the header's length in X: by ports, or by how a datagram begins."""
    if ports:
        return [
            _Named(_LDH_X, 0),
            *(_Named(_JEQ, port, yes="keep") for port in ports),
            _Named(_LDH_X, 2),
            *(_Named(_JEQ, port, yes="keep") for port in ports[:-1]),
            _Named(_JEQ, ports[-1], yes="keep", no="drop"),
        ]
    return [
        _Named(_JEQ, _TCP, yes="keep", no=f"{name}-begin"),
        _Named(_LDB_X, 8, label=f"{name}-begin"),
        _Named(_JGE, _VERSION_2, yes="drop", no="keep"),
    ]


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

    def _attach(self, steps: list[FilterInstruction]) -> None:
        """Give the kernel its program (SO_ATTACH_FILTER); it is copied."""
        made = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
        told = struct.pack("HL", len(steps), ctypes.addressof(made))
        self._sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, told)

    def close(self) -> None:
        """Let go of it."""
        self._sock.close()
