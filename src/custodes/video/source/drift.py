"""Seeing that a clock jumped: it moved unlike the host's monotonic clock (docs/design/time.md)."""

from __future__ import annotations

JUMP_US = 10_000_000
"""Smaller differences are late delivery or drift, and nothing is said about them."""

_FOLLOW = 0.01


class JumpDetector:
    """Compares a foreign clock's readings with the monotonic clock. Drift is followed slowly, a step is told once."""

    def __init__(self) -> None:
        self._offset: float | None = None

    def see(self, reading_us: int, now: float) -> int:
        """How far the clock jumped at this reading, microseconds; 0 when it did not."""
        offset = reading_us - now * 1_000_000
        if self._offset is None:
            self._offset = offset
            return 0
        moved = offset - self._offset
        if abs(moved) < JUMP_US:
            self._offset += moved * _FOLLOW
            return 0
        self._offset = offset
        return round(moved)
