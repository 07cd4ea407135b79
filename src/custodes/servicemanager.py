"""What a process tells the service manager that started it (sd_notify(3)): that it is ready, and that it still lives.

A datagram to the socket that ``NOTIFY_SOCKET`` names; without one, started by hand or by `custodes up`, nothing is said.
"""

from __future__ import annotations

import asyncio
import os
import socket


def tell(state: str) -> bool:
    """Say `state` (``READY=1``, ``STOPPING=1``, ``WATCHDOG=1``); True when somebody listens. Never raises."""
    name = os.environ.get("NOTIFY_SOCKET", "")
    if not name.startswith(("/", "@")):
        return False
    address = "\0" + name[1:] if name.startswith("@") else name
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.settimeout(1)
            line.sendto(state.encode(), address)
    except OSError:
        return False
    return True


def watchdog_seconds() -> float | None:
    """How often this process has to say that it lives: twice in the time that `WatchdogSec=` gives it; None without."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        allowed = int(os.environ["WATCHDOG_USEC"]) / 1_000_000
    except (KeyError, ValueError):
        return None
    return allowed / 2 if allowed > 0 else None


async def live() -> None:
    """Say that the event loop goes round, until cancelled; returns at once where nobody asks."""
    period = watchdog_seconds()
    while period is not None:
        tell("WATCHDOG=1")
        await asyncio.sleep(period)
