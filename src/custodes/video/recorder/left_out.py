"""What is not recorded on purpose: what a plan stops, and all but key frames while the disk is short (docs/design/archive.md)."""

from __future__ import annotations

from custodes.video.archive.streams import RecordedStream
from custodes.video.plan import UNPLANNED, Excuse, phase_of

LATE_US = 2_000_000
"""A picture that was read so long before the phase it is taken in began is late; one older than that means a stepped clock."""
_WAITING = ("operator", "waiting for the next key frame")


class PlanWatch:
    """Follows one stream's plan by the wall times that it is told.

    Attributes:
        own: reason and detail that a gap has once no plan stops recording any more.
    """

    def __init__(self, stream: RecordedStream) -> None:
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


_KEY_TICKS = 180_000
"""Assumed between two key frames before two have been seen."""


class KeyFrameThinning:
    """Whether key frames alone are to be kept, and how long one of them then lasts.

    Attributes:
        why: on whose order key frames alone are kept from the next one on; empty while every picture is.
        key_ticks: usual time between two key frames, ticks.
    """

    __slots__ = ("_last", "key_ticks", "why")

    def __init__(self) -> None:
        self.why = ""
        self.key_ticks = _KEY_TICKS
        self._last = 0

    @property
    def wanted(self) -> bool:
        """Whether key frames alone are to be kept."""
        return bool(self.why)

    @property
    def picture_ticks(self) -> int:
        """What a picture of a session that begins now lasts, ticks; 0 where every picture is kept."""
        return self.key_ticks if self.wanted else 0

    @property
    def reason(self) -> str:
        """Why a session ends where what is kept changes."""
        return "thinned" if self.wanted else "whole"

    def begin(self) -> None:
        """A session begins: its media time says nothing about that of the one before."""
        self._last = 0

    def note_key(self, media_time: int, most: int) -> None:
        """A key frame at `media_time`; one that comes `most` ticks later or more says nothing."""
        if self._last and 0 < media_time - self._last < most:
            self.key_ticks = media_time - self._last
        self._last = media_time
