"""A probe of a channel that the worker takes in anyway: it is not called again, since its device may have no second stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from custodes.node.gb28181.source import CODE
from custodes.node.gb28181.trial import TRIAL_SECONDS
from custodes.video.clock import Clock
from custodes.video.source.seen import LOOK_SECONDS, ProbeResult
from custodes.video.source.state import SourceState
from custodes.video.unit import AccessUnit

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


async def look_at_live(look: Callable[[], Live | None], clock: Clock, timeout: float = TRIAL_SECONDS) -> ProbeResult:
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
