"""One upper's hand on one camera: it stands like a call, from the first command to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.orders import Orders
from custodes.gateway.upper_platforms.senders import SendingWorker
from custodes.video.wire.upper_platforms import UpperCall, UpperVerdict


@dataclass(slots=True, eq=False)
class UpperPtzLease:
    """One hand.

    Attributes:
        call: SN of its first command, by which whoever decides finds it.
        orders: what it still has to tell the camera.
        end: takes it off.
        verdict: None until it was given; worker: who moves the camera.
        asked: the worker was asked, and has to be told the end; ready: it took a command, and knows the hand from now on.
        kept: monotonic seconds of the last word to the worker that it took; confirmed: of the web's last word; heard: of the upper's.
        busy: a command is under way.
        wake: there is something to do.
    """

    id: UUID
    link: UpperLink
    channel: str
    call: str
    orders: Orders
    end: Callable[[UpperPtzLease, str], None]
    verdict: UpperVerdict | None = None
    worker: SendingWorker | None = None
    asked: bool = False
    ready: bool = False
    kept: float = 0.0
    confirmed: float = 0.0
    heard: float = 0.0
    busy: bool = False
    over: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def told(self) -> UpperCall:
        """As the web is asked about it."""
        return UpperCall(call=self.id, link=self.link.upper.link, channel=self.channel, verb="steer")

    def hang_up(self, why: str, now: float) -> None:
        """End it; nothing where it is over."""
        self.end(self, why)

    def finished(self, now: float) -> bool:
        """It has no end of its own."""
        return False
