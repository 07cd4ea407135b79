"""Who is on a camera's helm."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.video.wire.steering import Holder, SteerBegin


@dataclass
class Hand:
    """Who steers.

    Attributes:
        last: monotonic seconds of the last command.
    """

    begun: SteerBegin
    since_us: int
    last: float

    def holder(self, now: float) -> Holder:
        """As others are told."""
        begun = self.begun
        return Holder(
            person=begun.person,
            person_name=begun.person_name,
            unit=begun.unit,
            rank=begun.rank,
            since_us=self.since_us,
            idle_s=max(0.0, now - self.last),
        )
