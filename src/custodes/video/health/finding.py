"""What is stated of a camera's picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from custodes.video.health.reading import Fault

State = Literal["well", "suspected", "faulty", "unjudged"]


@dataclass(frozen=True, slots=True)
class Finding:
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

    fault: Fault
    state: State
    measure: float
    threshold: float
    unit: str
    severe: bool
    since_us: int
    last_us: int
    reference: str = ""
    details: tuple[tuple[str, float], ...] = ()
