"""Which parts of a camera's gaps are worth asking its device for, and one stretch of its recording, fetched and written."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from custodes.node.gb28181.attempt import ENDED, Attempt, AttemptOver, StreamWish
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.place import CallPlace, ChannelUrl
from custodes.video.archive.archive import Archive
from custodes.video.archive.streams import OpenSegment
from custodes.video.archive.timeline import Span, merge, subtract
from custodes.video.clock import HostClock
from custodes.video.plan import EXCUSED
from custodes.video.recorder.late import LateRecorder
from custodes.video.source.tick import Reader
from custodes.video.wire.calls import Recording, Setup

SECOND = 1_000_000
FILLABLE = frozenset({"network", "silent", "codec"})
"""Gaps that nobody wanted: the way to the camera (pictures that stop come as ``codec`` first). What a person, a plan or a full disk left out is not fetched behind their back, and ``refused`` may be a person's word too. Those of a restart began before the process knew whose they are."""
MARGIN_US = 600 * SECOND
"""On both sides of what a plan leaves out nothing is fetched: a device cuts by its own clock and at its own key pictures."""
LOOK_BACK_S = 86_400
LONGEST_S = 3_600
"""Of one question and one download; what is longer is done in parts."""


@dataclass(frozen=True, slots=True, order=True)
class FillPart:
    """Whole seconds since 1970: a device is asked in those."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.end - self.start

    @property
    def span(self) -> Span:
        """In microseconds UTC."""
        return self.start * SECOND, self.end * SECOND


def due(
    gaps: Sequence[tuple[int, int, str]],
    runs: Sequence[Span],
    from_us: int,
    to_us: int,
    least_s: int,
    *,
    left_out: Sequence[Span] = (),
    since_us: int = 0,
) -> list[FillPart]:
    """What is missing between two times and may be filled, oldest first: devices overwrite the oldest.

    Args:
        gaps: those within `MARGIN_US` of the two times as well: what a plan left out there counts.
        runs: what is there by now, filled or recorded.
        least_s: shorter ones are left.
        left_out: what is not fetched whatever the gaps say, with its margins.
        since_us: gaps that began before are left.
    """
    wanted = merge(
        (max(begin, from_us), min(end, to_us))
        for begin, end, reason in gaps
        if reason in FILLABLE and since_us <= begin < end
    )
    planned = widened((begin, end) for begin, end, reason in gaps if reason in EXCUSED)
    found = []
    there_or_not_wanted = merge([*runs, *planned, *left_out])
    for begin, end in subtract([span for span in wanted if span[0] < span[1]], there_or_not_wanted):
        start, stop = -(-begin // SECOND), end // SECOND
        while stop - start >= max(least_s, 1):
            found.append(FillPart(start, min(stop, start + LONGEST_S)))
            start += LONGEST_S
    return found


def widened(spans: Iterable[Span]) -> list[Span]:
    """What a plan leaves out, and its margins."""
    return merge((begin - MARGIN_US, end + MARGIN_US) for begin, end in spans)


def there(recordings: Iterable[Recording], part: FillPart) -> list[FillPart]:
    """What of a part a device has, by its own word; recordings that touch are one."""
    spans = merge(
        (
            (max(one.start, part.start) * SECOND, min(one.end, part.end) * SECOND)
            for one in recordings
            if one.start < part.end and part.start < one.end
        ),
        SECOND,
    )
    return [FillPart(begin // SECOND, end // SECOND) for begin, end in spans if begin < end]


SPEED: Literal[2] = 2
"""Times the pace at which a device is asked to send. From four times on, many send key pictures alone."""
SILENT_SECONDS = 10.0
"""Without a packet: it has no more, and says nothing of it."""
DRAIN_SECONDS = 0.5
"""What a device sent before it said that it is through may still be on its way."""
ANSWER_SECONDS = 30.0
SLOWEST = 1.5
"""Times the length that it may take: a device that sends more slowly than at the pace of watching is given up."""
_TICK_MS = 10
TERMS = "terms"
"""It may not be filled any more: what was gathered and not written is dropped."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of it.

    Attributes:
        segments: what was handed to the archive; none of it is kept until it has a row.
        why: ``end`` where it went to its end, else as `LateRecorder.over`, or the step at which the call stopped (`AttemptOver.step`), ``silent``, ``slow``, `TERMS`.
        detail: one plain sentence, or nothing.
    """

    segments: tuple[OpenSegment, ...]
    why: str
    detail: str = ""


async def fetch(
    camera: UUID,
    url: ChannelUrl,
    setup: Setup,
    part: FillPart,
    archive: Archive,
    place: CallPlace,
    desk: CallDesk,
    clock: HostClock,
    may: Callable[[], bool] = lambda: True,
) -> Fetched:
    """Fetch `part` and write it. Never raises for what gateway, device or disk do; cancelled, what came is written.

    Args:
        may: asked each second whether it may go on.
    """
    reader, ended = Reader(clock, _TICK_MS), list[AttemptOver]()
    late = LateRecorder(camera, archive, part.span)
    attempt = Attempt(
        StreamWish(
            camera,
            url,
            "main",
            setup,
            SILENT_SECONDS,
            session="Download",
            start=part.start,
            end=part.end,
            speed=SPEED,
        ),
        place,
        desk,
        reader,
        rng=random.Random(),  # noqa: S311 ports need no secrecy
        on_unit=late.take,
        on_sound=None,  # whether sound may be kept was decided for what comes, not for what a device kept by itself
        on_over=ended.append,
    )
    why = ""
    try:
        attempt.open()
        why = await _until_over(attempt, late, reader, desk, ended, part, may)
        if why == TERMS:
            late.drop()
    finally:
        attempt.close()
        late.close()
        reader.close()
    detail = ended[0].detail if ended and why == ended[0].step else ""
    return Fetched(tuple(late.segments), late.over if why == "over" or late.over == "disk" else why, detail)


async def _until_over(
    attempt: Attempt,
    late: LateRecorder,
    reader: Reader,
    desk: CallDesk,
    ended: list[AttemptOver],
    part: FillPart,
    may: Callable[[], bool],
) -> str:
    """Why it is over: ``over`` for the recorder's own reason."""
    begun = second = moved_at = reader.clock.monotonic()
    packets = 0
    while not late.over:
        await asyncio.sleep(reader.tick_seconds)
        reader.tick()
        now = reader.now
        if attempt.receiver.tally.packets != packets:
            packets, moved_at = attempt.receiver.tally.packets, now
        if now - second >= 1.0:
            second = now
            if not may():
                return TERMS
            attempt.each_second()
            if attempt.answered_at is not None and now - moved_at > DRAIN_SECONDS:
                desk.doubt()  # a device that is through has said so to the gateway
        if ended and (attempt.answered_at is None or now - moved_at > DRAIN_SECONDS):
            # The device's word that it is through counts only as far as pictures came: what is missing stays a gap.
            return "end" if ended[0].step == ENDED and ended[0].through else ended[0].step
        if attempt.answered_at is None:
            if now - begun > ANSWER_SECONDS:
                return "no_answer"
        elif now - attempt.heard_at > SILENT_SECONDS:
            return "silent"
        elif now - attempt.answered_at > SLOWEST * part.seconds + SILENT_SECONDS:
            return "slow"
    return "over"
