"""Ports of loopback for what a test starts: below those that the system hands out by itself, each test process's own.

A port that was asked of the system and given back may be handed to another test before it is used; these can't. Nor can those of another
process: whoever runs some tests beside others would find a stranger's gateway, with the same IDs and passwords, where its own was.
"""

from __future__ import annotations

import itertools
import os
import secrets
import socket
from collections.abc import Iterator
from functools import cache

HOST = "127.0.0.1"
FIRST = 11_000
EACH = 1_000
"""Ports of one process."""
STRETCHES = 12
"""Processes at once that have ports of their own; behind them begin ports that tests name."""
APART = 11
"""From one port to the next: a process may listen on a few behind the one that it was given (a node's workers)."""


def claim(first: int) -> tuple[int, socket.socket | None]:
    """A stretch that nobody has, from the `first` on, and what holds it until this process ends; where there is none, that one and nothing."""
    for number in range(first, first + STRETCHES):
        stretch = number % STRETCHES
        held = socket.socket(socket.AF_UNIX)
        try:
            held.bind(f"\0custodes-tests-ports-{stretch}")  # a name without a file, gone with its process
        except OSError:
            held.close()
            continue
        return stretch, held
    return first % STRETCHES, None


@cache
def _stretch() -> tuple[int, socket.socket | None]:
    return claim(int(os.environ.get("PYTEST_XDIST_WORKER", "gw3").removeprefix("gw")))


def _own() -> Iterator[int]:
    begin = FIRST + _stretch()[0] * EACH
    start = secrets.randbelow(EACH)
    return itertools.cycle(begin + (start + number * APART) % EACH for number in range(EACH))


@cache
def _ports() -> Iterator[int]:
    return _own()


def free_port() -> int:
    """A port on which nobody listens, neither UDP nor TCP; each call gives another."""
    for port in itertools.islice(_ports(), EACH):
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind((HOST, port))
                udp.bind((HOST, port))
            except OSError:
                continue
            return port
    raise AssertionError(f"none of {EACH} ports is free")
