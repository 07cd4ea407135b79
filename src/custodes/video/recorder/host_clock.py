"""Whether the host's clock is synchronised and how far it is off: adjtimex(2), read without changing anything."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

from custodes.video.clock import HostClock

STA_UNSYNC = 0x0040
STA_NANO = 0x2000
TIME_ERROR = 5
_STATES = {0: "ok", 1: "insert leap second", 2: "delete leap second", 3: "leap second", 4: "after leap second"}


@dataclass(frozen=True, slots=True)
class HostSync:
    """How far the host's clock can be trusted.

    Attributes:
        synchronised: the kernel says that something disciplines it.
        offset_us: its present offset as the kernel knows it, microseconds.
        state: the kernel's state in a word, ASCII.
    """

    synchronised: bool
    offset_us: int
    state: str


_libc = ctypes.CDLL(None)

UNKNOWN = HostSync(False, 0, "unknown")


class _Timex(ctypes.Structure):
    """struct timex of <sys/timex.h> for 64-bit Linux."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("time_sec", ctypes.c_long),
        ("time_usec", ctypes.c_long),
        ("tick", ctypes.c_long),
        ("ppsfreq", ctypes.c_long),
        ("jitter", ctypes.c_long),
        ("shift", ctypes.c_int),
        ("stabil", ctypes.c_long),
        ("jitcnt", ctypes.c_long),
        ("calcnt", ctypes.c_long),
        ("errcnt", ctypes.c_long),
        ("stbcnt", ctypes.c_long),
        ("tai", ctypes.c_int),
        ("reserved", ctypes.c_int * 11),
    )


def host_sync(returned: int, status: int, offset: int) -> HostSync:
    """What the kernel's answer means.

    Args:
        returned: return value of adjtimex(2), a clock state; negative when the call failed.
        status: `status` of struct timex.
        offset: `offset` of struct timex, nanoseconds when STA_NANO is set, else microseconds.
    """
    if returned < 0:
        return UNKNOWN
    offset_us = offset // 1000 if status & STA_NANO else offset
    if returned == TIME_ERROR or status & STA_UNSYNC:
        return HostSync(False, offset_us, "unsynchronised")
    return HostSync(True, offset_us, _STATES.get(returned, f"state {returned}"))


def read_host_sync() -> HostSync:
    """Ask the kernel; `UNKNOWN` where there is no adjtimex."""
    try:
        timex = _Timex()
        returned = _libc.adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return UNKNOWN
    return host_sync(returned, timex.status, timex.offset)


class CachedHostSync:
    """Asks at most once in ten seconds; one for all recorders of a worker."""

    _SECONDS = 10.0

    def __init__(self, clock: HostClock, read: Callable[[], HostSync] = read_host_sync) -> None:
        self._clock = clock
        self._read = read
        self._last = UNKNOWN
        self._until = -1.0

    def __call__(self) -> HostSync:
        """The state, at most ten seconds old."""
        now = self._clock.monotonic()
        if now >= self._until:
            self._last = self._read()
            self._until = now + self._SECONDS
        return self._last
