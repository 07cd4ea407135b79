"""When the next picture of a recording may go."""

from __future__ import annotations

from custodes.video.unit import CLOCK_RATE

OCTETS_A_SECOND = 4_000_000
"""Of one recording at most: eight times a camera of 4 Mbit/s. What would be faster takes longer."""
BURST_SECONDS = 0.25
"""For so long it may be exceeded: a key picture is large, and timers are not exact."""
LATE_SECONDS = 2.0
"""What is late by more, because the receiver or the disk is slow, is not made up for."""


class Beat:
    """Of one recording: by its own clock, so many times as fast.

    Attributes:
        speed: how many times.
    """

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._from: tuple[int, float] | None = None
        self._free_at = float("-inf")

    def anew(self, speed: float) -> None:
        """The next picture goes at once, those behind it `speed` times as fast as they were recorded."""
        self.speed = speed
        self._from = None

    def left(self, due: int, now: float) -> float:
        """Seconds until a picture may go; 0 or less when it may.

        Args:
            due: its decode time, 90 kHz ticks.
            now: monotonic seconds.
        """
        if self._from is None:
            self._from = due, now
        begun, at = self._from
        time = at + (due - begun) / CLOCK_RATE / self.speed
        if now - time > LATE_SECONDS:
            self._from = due, now - LATE_SECONDS
        return max(time, self._free_at) - now

    def sent(self, octets: int, now: float) -> None:
        """So many octets went at `now`."""
        self._free_at = max(self._free_at, now - BURST_SECONDS) + octets / OCTETS_A_SECOND
