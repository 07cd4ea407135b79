"""Where a camera points, told to an upper that subscribed to it, as long as its hand is on the camera: asked of the node each few seconds."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass

import structlog

from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.ptz_lease import UpperPtzLease
from custodes.gateway.upper_platforms.senders import NodeUnavailable, Senders, SendingWorker
from custodes.gb28181.cascade.moving import LONGEST
from custodes.gb28181.manscdp.presets import PtzPosition
from custodes.gb28181.refused import Gb28181Refused
from custodes.video.clock import HostClock
from custodes.video.wire.sending import SendPresets

log = structlog.get_logger(__name__)

_MOST_MISSES = 6


@dataclass(slots=True, eq=False)
class _Followed:
    """A hand of which the camera's direction may be wanted.

    Attributes:
        due: when it is asked for next, monotonic seconds; misses: how often in a row the camera did not say.
    """

    due: float = -math.inf
    misses: int = 0
    task: asyncio.Task[None] | None = None


class UpperPointings:
    """Of all hands of all uppers. One question of a hand at a time; it keeps no hand on a camera, which commands alone do.

    Attributes:
        told: notices that went to uppers.
    """

    def __init__(self, senders: Senders, clock: HostClock, pace: UpperPace) -> None:
        self.told = 0
        self._senders = senders
        self._clock = clock
        self._pace = pace
        self._hands: dict[UpperPtzLease, _Followed] = {}

    def __len__(self) -> int:
        return len(self._hands)

    def begin(self, hand: UpperPtzLease) -> None:
        """The hand stands: the web gave it, and the node took a command of it. Twice is once."""
        if hand not in self._hands and hand.link.lower is not None:
            self._hands[hand] = _Followed()
            hand.link.lower.steered(hand.channel)

    def end(self, hand: UpperPtzLease) -> None:
        """It is over, and with it what was subscribed to."""
        followed = self._hands.pop(hand, None)
        if followed is None:
            return
        if followed.task is not None:
            followed.task.cancel()
        if hand.link.lower is not None:
            hand.link.lower.unsteered(hand.channel, self._clock.monotonic())
            hand.link.ask_work()

    def look(self) -> None:
        """Ask where cameras point, of which somebody is to be told by now."""
        now = self._clock.monotonic()
        for hand, followed in self._hands.items():
            lower, worker = hand.link.lower, hand.worker
            each = lower.points(hand.channel) if lower is not None else None
            if each is None:
                followed.due, followed.misses = -math.inf, 0  # who subscribes is told at once
            elif now >= followed.due and followed.task is None and worker is not None:
                followed.due = now + each
                work = self._follow(hand, worker, followed, each)
                followed.task = asyncio.get_running_loop().create_task(work)

    async def _follow(self, hand: UpperPtzLease, worker: SendingWorker, followed: _Followed, each: float) -> None:
        """One question and its notice. A camera that does not say it is asked more and more seldom."""
        try:
            if await self._ask(hand, worker):
                followed.misses = 0
                return
            followed.misses = min(followed.misses + 1, _MOST_MISSES)
            followed.due += min(each * 2**followed.misses, LONGEST) - each
        except Exception:
            log.exception("upper.position_failed", call=str(hand.id))
        finally:
            followed.task = None

    async def _ask(self, hand: UpperPtzLease, worker: SendingWorker) -> bool:
        """Whether it said so."""
        try:
            found = await self._senders.position(worker, SendPresets(call=hand.id), self._pace.step)
        except NodeUnavailable as error:
            log.warning("upper.position_not_told", call=str(hand.id), why=str(error))
            return False
        lower = hand.link.lower
        if found.step or lower is None:
            return False
        there = PtzPosition(sn=0, device_id=hand.channel, pan=found.pan, tilt=found.tilt, zoom=found.zoom)
        try:
            self.told += lower.pointing(there, self._clock.monotonic())
        except Gb28181Refused as error:
            log.error("upper.unwritable", command="PTZPosition", why=str(error))
            return False
        hand.link.ask_work()
        return True
