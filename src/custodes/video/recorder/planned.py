"""Which phase of its plan a recorder is in, and why nothing would be recorded if no plan stopped it."""

from __future__ import annotations

from custodes.video.archive.streams import Stream
from custodes.video.plan.plan import UNPLANNED, Excuse, phase_of

LATE_US = 2_000_000
"""A picture that was read so long before the phase it is taken in began is late; one older than that means a stepped clock."""
_WAITING = ("operator", "waiting for the next key frame")


class PlanWatch:
    """Follows one stream's plan by the wall times that it is told.

    Attributes:
        own: reason and detail that a gap has once no plan stops recording any more.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._phase = UNPLANNED
        self.own = _WAITING

    @property
    def excuse(self) -> Excuse | None:
        """What stops recording now."""
        return self._phase.excuse

    @property
    def from_us(self) -> int:
        """Since when that is so, as far as was looked."""
        return self._phase.from_us

    def crosses(self, at_us: int, late_us: int = 0) -> bool:
        """Whether another phase holds at `at_us`; a picture may be `late_us` from the one before. Two comparisons as a rule."""
        phase = self._phase
        return phase.plan is not self._stream.plan or not phase.from_us - late_us <= at_us < phase.until_us

    def enter(self, at_us: int) -> bool:
        """Take up the phase of `at_us`; whether something else stops recording now, or nothing does any more."""
        before, self._phase = self._phase, phase_of(self._stream.plan, at_us)
        return self._phase.excuse != before.excuse

    def nothing_wrong(self) -> None:
        """The source sends: only a key frame is waited for."""
        self.own = _WAITING
