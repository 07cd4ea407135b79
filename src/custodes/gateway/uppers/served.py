"""One call of an upper, from its wish to its end; and what a refusal becomes in SIP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from custodes.gateway.uppers.link import UpperLink
from custodes.gateway.uppers.senders import Worker
from custodes.gb28181.cascade.events import Wanted
from custodes.gb28181.sdp import Session
from custodes.gb28181.ssrc_pool import SsrcPool
from custodes.video.wire.uppers import UpperCall, UpperVerdict, Verb

VERBS: dict[Session, Verb] = {Session.PLAY: "live", Session.PLAYBACK: "history", Session.DOWNLOAD: "download"}

STEPS = {
    "not_granted": 403,
    "not_here": 404,
    "no_picture": 480,
    "port": 503,
    "full": 486,
    # What was asked for is not sent by this program at all: the description is not acceptable here.
    "not_built": 488,
}
"""What an upper is told where the node can't send, by `SendReady.step`."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """It is not to be had: the status of SIP, and why, for ourselves alone."""

    status: int
    why: str


@dataclass(slots=True, eq=False)
class Served:
    """One call.

    Attributes:
        verdict: None until it may be had; worker: who sends.
        asked: the worker was asked, and has to be told the end; ready: it can send.
        ssrc: of its stream.
        pool, y: whose number the stream has, where it is ours.
        kept: monotonic seconds of the last word to the worker that it took; confirmed: of the web's last word.
        preparing: web or node are being asked, by `task`.
        begun: it was acknowledged; over: it has ended.
    """

    id: UUID
    link: UpperLink
    wanted: Wanted
    verdict: UpperVerdict | None = None
    worker: Worker | None = None
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

    @property
    def verb(self) -> Verb:
        """What it is for."""
        return VERBS[self.wanted.kind]

    def told(self) -> UpperCall:
        """As the web is asked about it."""
        return UpperCall(call=self.id, link=self.link.upper.link, channel=self.wanted.channel, verb=self.verb)
