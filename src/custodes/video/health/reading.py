"""What one check says of one fault."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
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
