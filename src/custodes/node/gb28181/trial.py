"""Trying a channel: it is called, looked at until a key picture and a while longer, and hung up."""

from __future__ import annotations

import asyncio
import random
from uuid import UUID

from custodes.node.gb28181.attempt import Attempt, Over, Wish
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.place import Place, parse_channel_url
from custodes.node.gb28181.source import CODE, setup_of, without_pictures
from custodes.video.clock import Clock
from custodes.video.source.address import BadUrl
from custodes.video.source.seen import ProbeResult, Seen
from custodes.video.source.tick import Reader
from custodes.video.source.way import Way

_TICK_MS = 10
TRIAL_SECONDS = 20.0
"""The gateway gives a device 12 s to answer; the rest is for the first key picture."""
SILENT_SECONDS = 8.0


async def probe_channel(
    camera: UUID, url: str, way: Way, place: Place, desk: CallDesk, clock: Clock, timeout: float = TRIAL_SECONDS
) -> ProbeResult:
    """Have the channel at `url` called and look at what comes; `timeout` seconds bound the whole.

    Never raises for what gateway or device do: `ProbeResult.failure` is ``gb:`` and the step at which it stopped.
    """
    try:
        channel = parse_channel_url(url)
    except BadUrl as error:
        return ProbeResult(False, "protocol", str(error))
    if not place.address:
        return ProbeResult(False, CODE + "address", "this node does not know the address that devices reach it at")
    reader, seen, ended = Reader(clock, _TICK_MS), Seen(), list[Over]()
    attempt = Attempt(
        Wish(camera, channel, "main", setup_of(way), SILENT_SECONDS, trial=True),
        place,
        desk,
        reader,
        rng=random.Random(),  # noqa: S311 ports need no secrecy
        on_unit=lambda unit: seen.take(unit, reader.now),
        on_sound=None,
        on_over=ended.append,
    )
    begun = second = clock.monotonic()
    try:
        attempt.open()
        while not ended and not seen.enough(reader.now) and reader.now - begun < timeout:
            await asyncio.sleep(reader.tick_seconds)
            reader.tick()
            if reader.now - second >= 1.0:
                second = reader.now
                attempt.each_second()
            if seen.key is None and attempt.answered_at is not None and _is_hopeless(attempt, reader.now):
                break
        return _result(attempt, seen, ended, timeout)
    finally:
        attempt.close()
        reader.close()


def _is_hopeless(attempt: Attempt, now: float) -> bool:
    return now - attempt.heard_at > SILENT_SECONDS


def _result(attempt: Attempt, seen: Seen, ended: list[Over], timeout: float) -> ProbeResult:
    if seen.key is not None:
        return seen.result()
    if ended:
        return ProbeResult(False, CODE + ended[0].step, ended[0].detail)
    if attempt.answered_at is None:
        return ProbeResult(False, CODE + "no_answer", f"the device did not answer the call within {timeout:g} s")
    report = without_pictures(attempt)
    return ProbeResult(False, CODE + report.step, report.detail)
