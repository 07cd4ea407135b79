"""A program for the kernel (classic BPF, linux/filter.h) that lets SIP through and drops media before anybody is woken for them.

It sees packets from their IP header on, as `SOCK_DGRAM` of packet(7) has them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

MOST_PORTS = 32
"""Ports that it compares; with more every packet goes through."""
_LDB, _LDH, _AND, _RET = 0x30, 0x28, 0x54, 0x06
_LDB_X, _LDH_X, _LDX_HEAD, _LDX = 0x50, 0x48, 0xB1, 0x01
_JEQ, _JGE, _JSET = 0x15, 0x35, 0x45
_WHOLE = 0x40000
_UDP, _TCP = 17, 6
_VERSION_2 = 0x80
"""RTP and RTCP begin with it (RFC 3550); no text does."""


class Step(NamedTuple):
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


def sieve(ports: Collection[int] = ()) -> list[Step]:
    """The program.

    Args:
        ports: what is sent from or to these goes through; none and all datagrams that do not begin as RTP do, and all of TCP.
    """
    chosen = sorted(set(ports))
    if len(chosen) > MOST_PORTS:
        return [Step(_RET, 0, 0, _WHOLE)]
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

    return [Step(step.code, skip(at, step.yes), skip(at, step.no), step.value) for at, step in enumerate(steps)]


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
