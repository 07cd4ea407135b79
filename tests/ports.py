"""Ports of loopback for what a test starts: below those that the system hands out by itself, each worker's own.

A port that was asked of the system and given back may be handed to another test before it is used; these can't.
"""

from __future__ import annotations

import itertools
import os
import secrets
import socket
from collections.abc import Iterator

HOST = "127.0.0.1"
FIRST = 11_000
EACH = 2_000
"""Ports of one worker."""
WORKERS = 4
APART = 11
"""From one port to the next: a process may listen on a few behind the one that it was given (a node's workers)."""


def _own() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", f"gw{WORKERS - 1}").removeprefix("gw")) % WORKERS
    start = secrets.randbelow(EACH)
    return itertools.cycle(FIRST + worker * EACH + (start + number * APART) % EACH for number in range(EACH))


_ports = _own()


def free_port() -> int:
    """A port on which nobody listens, neither UDP nor TCP; each call gives another."""
    for port in itertools.islice(_ports, EACH):
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind((HOST, port))
                udp.bind((HOST, port))
            except OSError:
                continue
            return port
    raise AssertionError(f"none of {EACH} ports is free")
