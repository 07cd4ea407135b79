"""One stretch of a device's recording, fetched and written: called, taken in, ended."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from custodes.node.gb28181.attempt import ENDED, Attempt, Over, Wish
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.filling.due import Part
from custodes.node.gb28181.place import ChannelUrl, Place
from custodes.video.archive.archive import Archive
from custodes.video.archive.writer import OpenSegment
from custodes.video.clock import Clock
from custodes.video.recorder.late import LateRecorder
from custodes.video.source.tick import Reader
from custodes.video.wire.calls import Setup

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
        why: ``end`` where it went to its end, else as `LateRecorder.over`, or the step at which the call stopped (`Over.step`), ``silent``, ``slow``, `TERMS`.
        detail: one plain sentence, or nothing.
    """

    segments: tuple[OpenSegment, ...]
    why: str
    detail: str = ""


async def fetch(
    camera: UUID,
    url: ChannelUrl,
    setup: Setup,
    part: Part,
    archive: Archive,
    place: Place,
    desk: CallDesk,
    clock: Clock,
    may: Callable[[], bool] = lambda: True,
) -> Fetched:
    """Fetch `part` and write it. Never raises for what gateway, device or disk do; cancelled, what came is written.

    Args:
        may: asked each second whether it may go on.
    """
    reader, ended = Reader(clock, _TICK_MS), list[Over]()
    late = LateRecorder(camera, archive, part.span)
    attempt = Attempt(
        Wish(
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
    ended: list[Over],
    part: Part,
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
