"""What is known of each camera while the archive is open."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from custodes.video.plan.plan import Plan

if TYPE_CHECKING:
    from custodes.video.archive.writer import OpenSegment


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A gap that lasts: since when (microseconds UTC) and why."""

    from_us: int
    reason: str
    detail: str = ""


@dataclass(eq=False)
class Stream:
    """A camera's recorded stream.

    Attributes:
        row: in the index.
        camera, stream_id: ids.
        first_us: when it became known; nothing is owed before.
        retention_days: whole local days that footage is kept after the day of recording.
        held: spans under a hold.
        next_sequence, next_session: numbers to give next.
        gap: the gap that lasts, or None while recording.
        degraded: since when and why key frames only are kept, or None while every picture is.
        open: segments without a row yet, by sequence.
        plan: what is planned for it: what a gap is called follows from it. None for nothing.
        live: registered in this run: its gaps are recorded hour by hour.
    """

    row: int
    camera: UUID
    stream_id: UUID
    first_us: int
    retention_days: int
    held: tuple[tuple[int, int], ...] = ()
    next_sequence: int = 1
    next_session: int = 1
    gap: OpenGap | None = None
    degraded: OpenGap | None = None
    open: dict[int, OpenSegment] = field(default_factory=dict)
    plan: Plan | None = None
    live: bool = False
    _starts: deque[int] = field(default_factory=lambda: deque(maxlen=64))

    def unused_start(self, start_us: int) -> int:
        """`start_us`, or the next microsecond that no recent file of this stream is named after (clocks step)."""
        while start_us in self._starts:
            start_us += 1
        self._starts.append(start_us)
        return start_us
