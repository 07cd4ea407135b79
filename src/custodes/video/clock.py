"""Time is an argument: the clock that recorders, passes and sources are given."""

from __future__ import annotations

import time
from typing import Protocol


class HostClock(Protocol):
    """Two readings of one host: wall time for records, monotonic time for durations."""

    def wall_us(self) -> int:
        """Microseconds UTC since the Unix epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...


class SystemClock:
    """The host's own clocks."""

    def wall_us(self) -> int:
        """Microseconds UTC since the Unix epoch."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()


class FakeClock:
    """A clock that stands still until it is told to move; for tests and replays."""

    def __init__(self, wall_us: int = 1_717_000_000_000_000) -> None:
        self._wall_us = wall_us
        self._monotonic = 0.0

    def wall_us(self) -> int:
        """Microseconds UTC since the Unix epoch."""
        return self._wall_us

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on both clocks."""
        self._wall_us += round(seconds * 1_000_000)
        self._monotonic += seconds

    def step_wall(self, seconds: float) -> None:
        """Step the wall clock alone, as a bad synchronisation does."""
        self._wall_us += round(seconds * 1_000_000)
