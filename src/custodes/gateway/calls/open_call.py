"""One call from the node's wish to its end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from custodes.gb28181.sip.call import Call
from custodes.video.wire.calls import CallAnswer, CallAsk

StreamKey = tuple[UUID, str, str, str, bool, str]
"""Camera, device, channel, stream, whether it is a trial, and the session: of which there is one call at a time."""


class Stage(Enum):
    """Where it is."""

    WAITING = "waiting"
    """For room."""
    INVITING = "inviting"
    UP = "up"
    OVER = "over"


@dataclass(eq=False)
class OpenCall:
    """A call that a node asked for.

    Attributes:
        node: whose it is: nobody else may keep, end or use it.
        y: ten digits of its stream, empty before it has any.
        call_id: its Call-ID in SIP, chosen before INVITE.
        sip: None before INVITE.
        asked_at: monotonic seconds.
        outcome: what the node is answered.
        written: done when it is on disk.
        kept_at: monotonic seconds at which its worker named it last.
        keyed_at: at which a key picture was asked for last.
        stepping: a step of a recording is under way; stepped_at: when the last was sent; steps: how many were.
    """

    id: UUID
    node: str
    ask: CallAsk
    kept_at: float
    stage: Stage = Stage.WAITING
    y: str = ""
    call_id: str = ""
    sip: Call | None = None
    keyed_at: float = -1e9
    stepping: bool = False
    stepped_at: float = -1e9
    steps: int = 0
    outcome: asyncio.Future[CallAnswer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    written: asyncio.Future[None] | None = None
    asked_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.asked_at = self.kept_at

    @property
    def key(self) -> StreamKey:
        """Which stream it is of."""
        ask = self.ask
        return ask.camera, ask.device, ask.channel, ask.stream, ask.trial, ask.session

    @property
    def recorded(self) -> bool:
        """Whether it is of the device's recordings."""
        return self.ask.session != "Play"

    def settle(self, answer: CallAnswer) -> None:
        """The node's answer; the first one counts."""
        if not self.outcome.done():
            self.outcome.set_result(answer)
