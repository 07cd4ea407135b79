"""What one check says of one fault, and what is stated of a camera's picture: a fault after k of n checks, withdrawn after as many that speak against it."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class FaultKind(StrEnum):
    """Faults that are looked for, in the order in which they hide each other."""

    BLACK = "black"
    WHITE = "white"
    FROZEN = "frozen"
    NOISE = "noise"
    BLURRED = "blurred"
    COLOUR_CAST = "colour_cast"
    MOVED = "moved"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a fault begins and ends.

    Attributes:
        states: from this value on a check speaks for the fault.
        clears: under this value a check speaks against it; between the two it leaves things as they are.
        severe: from this value on the fault is severe.
        unit: of all three.
        of, window: a fault is stated once `of` of the last `window` judged checks speak for it, and is over once as many
            speak against it.
    """

    states: float
    clears: float
    severe: float
    unit: str
    of: int
    window: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One check's measure of one fault.

    Attributes:
        value: in the unit of the fault's limit.
        details: further figures by name, for the person who looks into it.
    """

    value: float
    details: tuple[tuple[str, float], ...] = ()


State = Literal["well", "suspected", "faulty", "unjudged"]


@dataclass(frozen=True, slots=True)
class StandingFault:
    """One fault of one camera, as it stands.

    Attributes:
        fault: which.
        state: ``faulty`` once enough checks spoke for it and until as many spoke against it; ``suspected`` while some did;
            ``well``; ``unjudged`` when it could not be measured for a whole window of checks: dark, fog, no reference.
        measure: of the last check that was judged; NaN before the first.
        threshold: from which measure on a check speaks for the fault.
        unit: of both.
        severe: whether the measure is past the limit of a severe fault.
        since_us: when the first of the checks was that made the state what it is, µs UTC.
        last_us: the last judged check, µs UTC.
        reference: id of the reference view it was held against, empty for none.
        details: further figures by name.
    """

    fault: FaultKind
    state: State
    measure: float
    threshold: float
    unit: str
    severe: bool
    since_us: int
    last_us: int
    reference: str = ""
    details: tuple[tuple[str, float], ...] = ()


@dataclass(slots=True)
class FaultWatch:
    """One fault of one camera over time. A check that could not be judged leaves everything as it is."""

    fault: FaultKind
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

    def finding(self) -> StandingFault:
        """How it stands."""
        value = self.reading.value if self.reading else math.nan
        return StandingFault(
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
