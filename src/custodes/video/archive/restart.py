"""The gap that a restart leaves: from the last footage, or the last sign of life, to the next picture."""

from __future__ import annotations

from custodes.video.archive.catalogue import LASTING
from custodes.video.archive.changes import Change, DegradedEnded, GapBegun, GapEnded
from custodes.video.archive.index import Index
from custodes.video.archive.streams import OpenGap, Stream
from custodes.video.plan.plan import EXCUSED


def gap_of_restart(index: Index, stream: Stream, alive_us: int) -> list[Change]:
    """Changes that leave `stream` with one open gap; call after recovery has indexed what was open.

    Args:
        alive_us: last sign of life of the process that was there before.
    """
    last_from, last_to = _last_run(index, stream)
    ended = _end_degraded(stream, last_to)
    return [*ended, *_gap(index, stream, alive_us, (last_from, last_to))]


def _end_degraded(stream: Stream, last_to: int) -> list[Change]:
    """Key frames only were kept up to the last footage; whether they are again is decided anew."""
    if stream.degraded is None:
        return []
    end_us = max(last_to, stream.degraded.from_us)
    stream.degraded = None
    return [DegradedEnded(stream.row, end_us)]


def _gap(index: Index, stream: Stream, alive_us: int, last: tuple[int, int]) -> list[Change]:
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


def _ended_by_plan(stream: Stream, lasting: OpenGap) -> bool:
    """Whether a plan that we know stopped it: it may have ended meanwhile, and then what was missing is the restart's."""
    return stream.plan is not None and lasting.reason in EXCUSED


def _restart(stream: Stream, from_us: int) -> list[Change]:
    stream.gap = OpenGap(from_us, "restart")
    return [GapBegun(stream.row, from_us, "restart")]


def _last_run(index: Index, stream: Stream) -> tuple[int, int]:
    row = index.row("SELECT from_us, to_us FROM runs WHERE stream = ? ORDER BY to_us DESC LIMIT 1", (stream.row,))
    return (row[0], row[1]) if row else (0, 0)
