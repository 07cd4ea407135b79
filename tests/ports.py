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
from contextlib import contextmanager
from functools import cache

HOST = "127.0.0.1"
FIRST = 11_000
EACH = 1_000
"""Ports of one process."""
SINGLE = 790
"""Of them those that are handed out one by one; behind them are ranges."""
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
    start = secrets.randbelow(SINGLE)
    return itertools.cycle(begin + (start + number * APART) % SINGLE for number in range(SINGLE))


@cache
def _ports() -> Iterator[int]:
    return _own()


def free_port() -> int:
    """A port on which nobody listens, neither UDP nor TCP; each call gives another."""
    for port in itertools.islice(_ports(), SINGLE):
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind((HOST, port))
                udp.bind((HOST, port))
            except OSError:
                continue
            return port
    raise AssertionError(f"none of {SINGLE} ports is free")


def port_range(number: int) -> tuple[int, int]:
    """The first and the last of a hundred ports that are this process's own, for media: 0 and 1 are two ranges.

    Ports of the system's own choice begin at 32,768: in a range up there a stranger's connection may have the one that a test expects.
    """
    first = FIRST + _stretch()[0] * EACH + EACH - 200 + number * 100
    return first, first + 99


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections until its end: it is bound and nobody listens, so that no server is given it meanwhile."""
    with socket.socket() as held:
        held.bind((HOST, 0))
        yield held.getsockname()[1]
