"""Trying a channel: it is called, looked at until a key picture and a while longer, and hung up.

One that the worker takes in anyway is not called again, since its device may have no second stream: its live picture is looked at.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from custodes.node.gb28181.attempt import Attempt, AttemptOver, StreamWish
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.place import CallPlace, parse_channel_url
from custodes.node.gb28181.source import CODE, setup_of, without_pictures
from custodes.video.clock import HostClock
from custodes.video.source.address import BadUrl
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.source.probe import LOOK_SECONDS, ProbedPictures, ProbeResult
from custodes.video.source.state import SourceState
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit

_TICK_MS = 10
TRIAL_SECONDS = 20.0
"""The gateway gives a device 12 s to answer; the rest is for the first key picture."""
SILENT_SECONDS = 8.0


async def probe_channel(
    camera: UUID,
    url: str,
    way: ConnectionOptions,
    place: CallPlace,
    desk: CallDesk,
    clock: HostClock,
    timeout: float = TRIAL_SECONDS,
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
    reader, seen, ended = Reader(clock, _TICK_MS), ProbedPictures(), list[AttemptOver]()
    attempt = Attempt(
        StreamWish(camera, channel, "main", setup_of(way), SILENT_SECONDS, trial=True),
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


def _result(attempt: Attempt, seen: ProbedPictures, ended: list[AttemptOver], timeout: float) -> ProbeResult:
    if seen.key is not None:
        return seen.result()
    if ended:
        return ProbeResult(False, CODE + ended[0].step, ended[0].detail)
    if attempt.answered_at is None:
        return ProbeResult(False, CODE + "no_answer", f"the device did not answer the call within {timeout:g} s")
    report = without_pictures(attempt)
    return ProbeResult(False, CODE + report.step, report.detail)


_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Live:
    """How a channel that the worker takes in stands at one moment.

    Attributes:
        key: its last key picture, None where there is none.
        pictures, octets: that came since it was begun.
    """

    state: SourceState
    key: AccessUnit | None
    pictures: int
    octets: int


async def look_at_live(
    look: Callable[[], Live | None], clock: HostClock, timeout: float = TRIAL_SECONDS
) -> ProbeResult:
    """What a probe says of a channel that is taken in anyway: its live picture, or the step at which it stands.

    Args:
        look: how it stands just now; None once it is taken in no more.
        timeout: seconds, for one that has neither a picture nor a step yet.

    Its bit rate is that of what came over the network, some per cent above that of the pictures.
    """
    begun = clock.monotonic()
    first: tuple[float, Live] | None = None
    while (live := look()) is not None:
        now = clock.monotonic()
        if live.state.state == "receiving" and live.key is not None:
            first = first or (now, live)
            if now - first[0] >= LOOK_SECONDS:
                return _of_live(live.key, first[1], live, now - first[0])
        elif live.state.code:
            return ProbeResult(False, live.state.code, live.state.detail)
        else:
            first = None
        if now - begun > timeout:
            break
        await asyncio.sleep(_POLL_SECONDS)
    return ProbeResult(False, CODE + "no_answer", f"no picture of the channel came within {timeout:g} s")


def _of_live(key: AccessUnit, before: Live, after: Live, seconds: float) -> ProbeResult:
    params = key.params
    measured = (after.pictures - before.pictures) / seconds
    return ProbeResult(
        True,
        codec=params.codec,
        width=params.width,
        height=params.height,
        frame_rate=round(params.frame_rate or measured, 3),
        bitrate=round((after.octets - before.octets) * 8 / seconds / 1000),
        key_unit=key,
    )
