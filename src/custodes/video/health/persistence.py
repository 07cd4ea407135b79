"""A fault is stated after k of n checks, and withdrawn after as many that speak against it."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from custodes.video.health.finding import Finding, State
from custodes.video.health.reading import Fault, Limit, Reading


@dataclass(slots=True)
class Watch:
    """One fault of one camera over time. A check that could not be judged leaves everything as it is."""

    fault: Fault
    limit: Limit
    reading: Reading | None = None
    reference: str = ""
    faulty: bool = False
    since_us: int = 0
    last_us: int = 0
    _for: deque[int] = field(default_factory=deque)
    _against: deque[int] = field(default_factory=deque)
    _window: deque[int] = field(default_factory=deque)
    _unjudged: int = 0

    def take(self, reading: Reading | None, at_us: int, reference: str = "") -> None:
        """One check's reading, None where the fault could not be judged."""
        if not self.since_us:
            self.since_us = at_us
        if reading is None or not math.isfinite(reading.value):
            self._unjudged += 1
            return
        self._unjudged = 0
        self.reading, self.reference, self.last_us = reading, reference, at_us
        self._window.append(at_us)
        if len(self._window) > self.limit.window:
            self._window.popleft()
        if reading.value >= self.limit.states:
            self._for.append(at_us)
        elif reading.value < self.limit.clears:
            self._against.append(at_us)
        for votes in (self._for, self._against):
            while votes and votes[0] < self._window[0]:
                votes.popleft()
        self._decide()

    def forget(self) -> None:
        """What was seen no longer counts: the reference was replaced, or the camera was off."""
        self._for.clear()
        self._against.clear()
        self._window.clear()

    def _decide(self) -> None:
        if not self.faulty and len(self._for) >= self.limit.of:
            self.faulty, self.since_us = True, self._for[0]
            self._against.clear()
        elif self.faulty and len(self._against) >= self.limit.of:
            self.faulty, self.since_us = False, self._against[0]
            self._for.clear()

    def finding(self) -> Finding:
        """How it stands."""
        value = self.reading.value if self.reading else math.nan
        return Finding(
            fault=self.fault,
            state=self._state(),
            measure=value,
            threshold=self.limit.states,
            unit=self.limit.unit,
            severe=self.faulty and value >= self.limit.severe,
            since_us=self.since_us,
            last_us=self.last_us,
            reference=self.reference,
            details=self.reading.details if self.reading else (),
        )

    def _state(self) -> State:
        if self.faulty:
            return "faulty"
        if self.reading is None or self._unjudged >= self.limit.window:
            return "unjudged"
        return "suspected" if self._for else "well"
