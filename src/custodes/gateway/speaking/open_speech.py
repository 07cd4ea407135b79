"""One speech from the node's wish to its end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from custodes.gateway.speaking.offer import Agreed
from custodes.gb28181.manscdp.announcing import Announcing
from custodes.gb28181.sip.call import Call
from custodes.gb28181.ssrc import ssrc_of
from custodes.video.wire.speaking import SpeakAnswer, SpeakAsk


class Stage(Enum):
    """Where it is."""

    AWAITED = "awaited"
    """Announced; the device is to call."""
    CALLED = "called"
    """It called and was answered; ACK is missing."""
    UP = "up"
    OVER = "over"


@dataclass(eq=False)
class OpenSpeech:
    """A speech that a node asked for.

    Attributes:
        node: whose it is: nobody else may keep or end it.
        announcing: what the device was told, and which targets are left.
        asked_at, called_at, kept_at: monotonic seconds at which it was asked for, the device called, its worker named it last.
        heard: SIP answered the announcement under way; status: the last refusal of one.
        y: a number of ours, empty where the device named its own.
        outcome: what the node is answered; changed: something came.
        written: done when its dialog is on disk.
    """

    id: UUID
    node: str
    ask: SpeakAsk
    announcing: Announcing
    asked_at: float
    stage: Stage = Stage.AWAITED
    heard: bool = False
    status: int = 0
    sip: Call | None = None
    agreed: Agreed | None = None
    y: str = ""
    called_at: float = 0.0
    kept_at: float = 0.0
    outcome: asyncio.Future[SpeakAnswer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    written: asyncio.Future[None] | None = None

    @property
    def spoken(self) -> SpeakAnswer:
        """The answer once the device has acknowledged."""
        found = self.agreed
        if found is None:
            raise ValueError("the device has not called")
        return SpeakAnswer(
            call=self.id,
            target=self.announcing.target,
            setup=found.setup,
            address=found.address,
            port=found.port,
            hosts=found.hosts,
            encoding=found.encoding,
            type=found.type,
            ssrc=ssrc_of(found.y or self.y),
        )

    def settle(self, answer: SpeakAnswer) -> None:
        """The node's answer; the first one counts."""
        if not self.outcome.done():
            self.outcome.set_result(answer)
        self.changed.set()
