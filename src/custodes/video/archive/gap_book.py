"""What recorders tell of their sessions and gaps; the next tick commits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from custodes.video.archive.changes import (
    DegradedBegun,
    DegradedEnded,
    GapBegun,
    GapEnded,
    GapFilled,
    GapFound,
    SessionBegun,
    SessionEnded,
)
from custodes.video.archive.streams import OpenGap, Stream
from custodes.video.archive.tick import GroupSync, split_gap
from custodes.video.clock import Clock
from custodes.video.plan.plan import Plan


class GapBook:
    """Of one archive."""

    def __init__(self, sync: GroupSync, clock: Clock) -> None:
        self._sync = sync
        self._clock = clock

    def follow(self, stream: Stream, plan: Plan | None) -> None:
        """What is planned for it from now on. A gap that lasts is cut here: each part has its own plan."""
        with self._sync.lock:
            if stream.plan == plan:
                return
            now_us, lasting = self._clock.wall_us(), stream.gap
            if lasting is not None and lasting.reason != "new" and lasting.from_us < now_us:
                stream.gap = replace(lasting, from_us=now_us)
                for change in split_gap(stream, lasting, now_us):
                    self._sync.note(change)
            stream.plan = plan

    def session_begun(self, stream: Stream, start_us: int) -> int:
        """A new session's number."""
        number = stream.next_session
        stream.next_session += 1
        self._sync.note(SessionBegun(stream.row, number, start_us))
        return number

    def session_ended(self, stream: Stream, number: int, end_us: int, reason: str) -> None:
        """A session's end and its reason."""
        self._sync.note(SessionEnded(stream.row, number, end_us, reason))

    def gap_begun(self, stream: Stream, from_us: int, reason: str, detail: str = "") -> None:
        """Nothing is recorded from `from_us` on; a gap that lasts already changes its reason there."""
        with self._sync.lock:
            lasting = stream.gap
            if lasting is not None:
                if lasting.reason == reason:
                    return
                from_us = max(from_us, lasting.from_us)
                self._sync.note(GapEnded(stream.row, from_us, stream.plan))
            stream.gap = OpenGap(from_us, reason, detail)
            self._sync.note(GapBegun(stream.row, from_us, reason, detail))

    def gap_ended(self, stream: Stream, to_us: int) -> None:
        """Recording goes on at `to_us`."""
        with self._sync.lock:
            if stream.gap is not None:
                stream.gap = None
                self._sync.note(GapEnded(stream.row, to_us, stream.plan))

    def gap_found(self, stream: Stream, from_us: int, to_us: int, reason: str, detail: str = "") -> None:
        """A gap that is already over, or a step of a clock (`to_us` not behind `from_us`)."""
        self._sync.note(GapFound(stream.row, from_us, max(from_us, to_us), reason, detail, stream.plan))

    def gap_filled(self, stream: Stream, span: tuple[int, int], filled: Sequence[tuple[int, int]], detail: str) -> None:
        """What of a gap, or of a part of one, was taken from the device's own recordings, and how."""
        self._sync.note(GapFilled(stream.row, span, tuple(filled), detail))

    def degraded_begun(self, stream: Stream, from_us: int, reason: str, detail: str = "") -> None:
        """Key frames only from `from_us` on."""
        with self._sync.lock:
            if stream.degraded is None:
                stream.degraded = OpenGap(from_us, reason, detail)
                self._sync.note(DegradedBegun(stream.row, from_us, reason, detail))

    def degraded_ended(self, stream: Stream, to_us: int) -> None:
        """Every picture is kept again, or none is, from `to_us` on."""
        with self._sync.lock:
            if stream.degraded is not None:
                stream.degraded = None
                self._sync.note(DegradedEnded(stream.row, to_us))
