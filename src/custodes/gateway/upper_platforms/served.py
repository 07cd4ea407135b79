"""One call of an upper, from its wish to its end; and what a refusal becomes in SIP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.senders import SendingWorker
from custodes.gb28181.cascade.events import ChannelCalled
from custodes.gb28181.cascade.offer import HISTORY
from custodes.gb28181.sdp import CallPurpose
from custodes.gb28181.ssrc import SsrcPool
from custodes.video.wire.upper_platforms import UpperCall, UpperVerdict, Verb

VERBS: dict[CallPurpose, Verb] = {
    CallPurpose.PLAY: "live",
    CallPurpose.PLAYBACK: "history",
    CallPurpose.DOWNLOAD: "download",
}

STEPS = {
    "not_granted": 403,
    "not_here": 404,
    "no_picture": 480,
    "port": 503,
    "full": 486,
}
"""What an upper is told where the node can't send, by `SendReady.step`."""


@dataclass(frozen=True, slots=True)
class UpperRefusal:
    """It is not to be had: the status of SIP, and why, for ourselves alone."""

    status: int
    why: str


@dataclass(slots=True, eq=False)
class ServedCall:
    """One call.

    Attributes:
        verdict: None until it may be had; worker: who sends.
        asked: the worker was asked, and has to be told the end; ready: it can send.
        ssrc: of its stream.
        pool, y: whose number the stream has, where it is ours.
        kept: monotonic seconds of the last word to the worker that it took; confirmed: of the web's last word.
        preparing: web or node are being asked, by `task`.
        begun: it was acknowledged; over: it has ended.
        stepping: held while one step in the recording is under way; the others follow in their order.
    """

    id: UUID
    link: UpperLink
    wanted: ChannelCalled
    verdict: UpperVerdict | None = None
    worker: SendingWorker | None = None
    asked: bool = False
    ready: bool = False
    pool: SsrcPool | None = None
    y: str = ""
    ssrc: int = 0
    kept: float = 0.0
    confirmed: float = 0.0
    preparing: bool = True
    task: asyncio.Task[None] | None = None
    begun: bool = False
    over: bool = False
    stepping: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def verb(self) -> Verb:
        """What it is for."""
        return VERBS[self.wanted.kind]

    @property
    def span_us(self) -> tuple[int, int] | None:
        """What is called for of footage, microseconds UTC; None for live."""
        wanted = self.wanted
        return (wanted.start * 1_000_000, wanted.end * 1_000_000) if wanted.kind in HISTORY else None

    def hang_up(self, why: str, now: float) -> None:
        """End it; nothing where it is over."""
        if not self.over and self.link.lower is not None:
            self.link.lower.hang_up(self.wanted.call, why, now)
            self.link.ask_work()

    def finished(self, now: float) -> bool:
        """A recording was sent to its end: its upper is told. False for live, which has none."""
        if self.wanted.kind not in HISTORY:
            return False
        if not self.over and self.link.lower is not None:
            self.link.lower.finished(self.wanted.call, now)
            self.link.ask_work()
        return True

    def told(self) -> UpperCall:
        """As the web is asked about it."""
        return UpperCall(call=self.id, link=self.link.upper.link, channel=self.wanted.channel, verb=self.verb)
