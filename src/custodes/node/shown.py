"""What a viewer was in fact sent, as merged intervals of wall time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

JOIN_US = 500_000
"""Intervals this close are one: pictures arrive with jitter, and a lost one is no other look."""

MAX_INTERVALS = 500
"""Above this the closest neighbours are joined: a record never says less than what was shown."""


@dataclass(slots=True)
class Shown:
    """Intervals ``(from_us, to_us)`` in order, none touching another, and the bytes that were sent."""

    bytes: int = 0
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)

    def add(self, from_us: int, to_us: int, size: int) -> None:
        """Media from `from_us` to `to_us` was sent, `size` bytes of it."""
        self.bytes += size
        ends, starts = self._ends, self._starts
        if ends and starts[-1] <= from_us <= ends[-1] + JOIN_US:  # the usual case: it goes on
            if to_us > ends[-1]:
                ends[-1] = to_us
            return
        first = bisect_left(ends, from_us - JOIN_US)
        last = bisect_right(starts, to_us + JOIN_US)
        if first < last:
            from_us, to_us = min(from_us, starts[first]), max(to_us, ends[last - 1])
        starts[first:last] = [from_us]
        ends[first:last] = [to_us]
        if len(starts) > MAX_INTERVALS:
            self._join_closest()

    @property
    def intervals(self) -> tuple[tuple[int, int], ...]:
        """What was shown so far."""
        return tuple(zip(self._starts, self._ends, strict=True))

    def _join_closest(self) -> None:
        at = min(range(1, len(self._starts)), key=lambda n: self._starts[n] - self._ends[n - 1])
        del self._starts[at]
        del self._ends[at - 1]
