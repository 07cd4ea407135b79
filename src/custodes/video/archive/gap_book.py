"""What recorders tell of their sessions and gaps, which the next tick commits; and the gap that a restart leaves: from the last footage, or the last sign of life, to the next picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from custodes.video.archive.catalogue import LASTING
from custodes.video.archive.changes import (
    Change,
    DegradedBegun,
    DegradedEnded,
    GapBegun,
    GapEnded,
    GapFilled,
    GapFound,
    SessionBegun,
    SessionEnded,
)
from custodes.video.archive.group_sync import GroupSync, split_gap
from custodes.video.archive.index import Index
from custodes.video.archive.streams import OpenGap, RecordedStream
from custodes.video.clock import HostClock
from custodes.video.plan import EXCUSED, RecordingPlan


def gap_of_restart(index: Index, stream: RecordedStream, alive_us: int) -> list[Change]:
    """Changes that leave `stream` with one open gap; call after recovery has indexed what was open.

    Args:
        alive_us: last sign of life of the process that was there before.
    """
    last_from, last_to = _last_run(index, stream)
    ended = _end_degraded(stream, last_to)
    return [*ended, *_gap(index, stream, alive_us, (last_from, last_to))]


def _end_degraded(stream: RecordedStream, last_to: int) -> list[Change]:
    """Key frames only were kept up to the last footage; whether they are again is decided anew."""
    if stream.degraded is None:
        return []
    end_us = max(last_to, stream.degraded.from_us)
    stream.degraded = None
    return [DegradedEnded(stream.row, end_us)]


def _gap(index: Index, stream: RecordedStream, alive_us: int, last: tuple[int, int]) -> list[Change]:
    last_from, last_to = last
    lasting = stream.gap
    if lasting is None:
        gap_end = index.row("SELECT max(to_us) FROM gaps WHERE stream = ?", (stream.row,))[0] or 0
        return _restart(stream, max(last_to, gap_end, stream.first_us))
    if last_to > lasting.from_us:  # the gap had ended, and the crash came before that was noted
        return [GapEnded(stream.row, max(last_from, lasting.from_us), stream.plan), *_restart(stream, last_to)]
    if alive_us <= lasting.from_us or (lasting.reason in LASTING and not _ended_by_plan(stream, lasting)):
        return []
    return [GapEnded(stream.row, alive_us, stream.plan), *_restart(stream, alive_us)]


def _ended_by_plan(stream: RecordedStream, lasting: OpenGap) -> bool:
    """Whether a plan that we know stopped it: it may have ended meanwhile, and then what was missing is the restart's."""
    return stream.plan is not None and lasting.reason in EXCUSED


def _restart(stream: RecordedStream, from_us: int) -> list[Change]:
    stream.gap = OpenGap(from_us, "restart")
    return [GapBegun(stream.row, from_us, "restart")]


def _last_run(index: Index, stream: RecordedStream) -> tuple[int, int]:
    row = index.row("SELECT from_us, to_us FROM runs WHERE stream = ? ORDER BY to_us DESC LIMIT 1", (stream.row,))
    return (row[0], row[1]) if row else (0, 0)


class GapBook:
    """Of one archive."""

    def __init__(self, sync: GroupSync, clock: HostClock) -> None:
        self._sync = sync
        self._clock = clock

    def follow(self, stream: RecordedStream, plan: RecordingPlan | None) -> None:
        """What is planned for it from now on. A gap that lasts is cut here: each part has its own plan."""
        with self._sync.lock:
            if stream.plan == plan:
                return
            self._cut(stream, self._clock.wall_us())
            stream.plan = plan

    def cut_gap(self, stream: RecordedStream, before_us: int) -> bool:
        """End a gap that lasts and began before `before_us`, and let it go on: what has passed of it has its record. Whether there was one."""
        with self._sync.lock:
            began = stream.gap is not None and stream.gap.from_us < before_us
            return began and self._cut(stream, self._clock.wall_us())

    def _cut(self, stream: RecordedStream, now_us: int) -> bool:
        lasting = stream.gap
        if lasting is None or lasting.reason == "new" or lasting.from_us >= now_us:
            return False
        stream.gap = replace(lasting, from_us=now_us)
        for change in split_gap(stream, lasting, now_us):
            self._sync.note(change)
        return True

    def session_begun(self, stream: RecordedStream, start_us: int) -> int:
        """A new session's number."""
        number = stream.next_session
        stream.next_session += 1
        self._sync.note(SessionBegun(stream.row, number, start_us))
        return number

    def session_ended(self, stream: RecordedStream, number: int, end_us: int, reason: str) -> None:
        """A session's end and its reason."""
        self._sync.note(SessionEnded(stream.row, number, end_us, reason))

    def gap_begun(self, stream: RecordedStream, from_us: int, reason: str, detail: str = "") -> None:
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

    def gap_ended(self, stream: RecordedStream, to_us: int) -> None:
        """Recording goes on at `to_us`."""
        with self._sync.lock:
            if stream.gap is not None:
                stream.gap = None
                self._sync.note(GapEnded(stream.row, to_us, stream.plan))

    def gap_found(self, stream: RecordedStream, from_us: int, to_us: int, reason: str, detail: str = "") -> None:
        """A gap that is already over, or a step of a clock (`to_us` not behind `from_us`)."""
        self._sync.note(GapFound(stream.row, from_us, max(from_us, to_us), reason, detail, stream.plan))

    def gap_filled(
        self, stream: RecordedStream, span: tuple[int, int], filled: Sequence[tuple[int, int]], detail: str
    ) -> None:
        """What of a gap, or of a part of one, was taken from the device's own recordings, and how."""
        self._sync.note(GapFilled(stream.row, span, tuple(filled), detail))

    def degraded_begun(self, stream: RecordedStream, from_us: int, reason: str, detail: str = "") -> None:
        """Key frames only from `from_us` on."""
        with self._sync.lock:
            if stream.degraded is None:
                stream.degraded = OpenGap(from_us, reason, detail)
                self._sync.note(DegradedBegun(stream.row, from_us, reason, detail))

    def degraded_ended(self, stream: RecordedStream, to_us: int) -> None:
        """Every picture is kept again, or none is, from `to_us` on."""
        with self._sync.lock:
            if stream.degraded is not None:
                stream.degraded = None
                self._sync.note(DegradedEnded(stream.row, to_us))
