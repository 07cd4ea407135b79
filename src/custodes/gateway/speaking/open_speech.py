"""One speech from the node's wish to its end; how many there may be, and how long anybody waits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from custodes.gateway.speaking.offer import Agreed
from custodes.gb28181.manscdp.announcing import Announcing
from custodes.gb28181.manscdp.broadcast import CALL_SECONDS
from custodes.gb28181.sip.call import SipCall
from custodes.gb28181.ssrc import ssrc_of
from custodes.video.wire.control_leases import Form, SpeakAnswer, SpeakAsk


@dataclass(frozen=True, slots=True)
class SpeechBounds:
    """Of speeches, in numbers and seconds. Of one device there is one at a time.

    Attributes:
        speeches: in all; of_node: of one node.
        whole_s: for which a wish waits, whatever its targets do; below what the node waits (`node.gb28181.gateway_client`).
        call_s: for which a target's answer, and then its call, is waited for; and for which a device may say nothing at all to ours.
        answer_s: for which it may try (after 100 or 180) before it answers ours.
        acknowledged_s: for which ACK may be missing; before it nothing is sent.
        kept_s: a speech that its worker has not named for this long is ended.
    """

    speeches: int = 256
    of_node: int = 32
    whole_s: float = 65.0
    call_s: float = CALL_SECONDS
    answer_s: float = 20.0
    acknowledged_s: float = 8.0
    kept_s: float = 15.0


BOUNDS = SpeechBounds()


class SpeechStage(Enum):
    """Where it is."""

    AWAITED = "awaited"
    """Announced; the device is to call."""
    CALLED = "called"
    """It called and was answered; ACK is missing."""
    CALLING = "calling"
    """We called it; its answer is missing."""
    UP = "up"
    OVER = "over"


@dataclass(eq=False)
class OpenSpeech:
    """A speech that a node asked for.

    Attributes:
        node: whose it is: nobody else may keep or end it.
        announcing: what the device was told, and which targets are left.
        form: who calls whom.
        asked_at, called_at, kept_at: monotonic seconds at which it was asked for, the device called, its worker named it last.
        heard: SIP answered the announcement under way; status: the last refusal of one.
        y: a number of ours, empty where the device named its own.
        outcome: what the node is answered, as `settle` was told first; changed: something came.
        written: done when its dialog is on disk.
    """

    id: UUID
    node: str
    ask: SpeakAsk
    announcing: Announcing
    asked_at: float
    form: Form = "broadcast"
    stage: SpeechStage = SpeechStage.AWAITED
    heard: bool = False
    status: int = 0
    sip: SipCall | None = None
    agreed: Agreed | None = None
    y: str = ""
    called_at: float = 0.0
    kept_at: float = 0.0
    outcome: asyncio.Future[SpeakAnswer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    written: asyncio.Future[None] | None = None

    @property
    def target(self) -> str:
        """The code that is tried. Of our own call it is the first: the register has one (decision 0411)."""
        return self.announcing.target if self.form == "broadcast" else self.ask.targets[0]

    @property
    def spoken(self) -> SpeakAnswer:
        """The answer once the call is acknowledged."""
        found = self.agreed
        if found is None:
            raise ValueError("there is no call that stands")
        return SpeakAnswer(
            call=self.id,
            target=self.target,
            setup=found.setup,
            address=found.address,
            port=found.port,
            hosts=found.hosts,
            encoding=found.encoding,
            type=found.type,
            ssrc=ssrc_of(found.y or self.y),
        )

    def settle(self, answer: SpeakAnswer) -> None:
        """The node's answer, with the form that was tried last; the first one counts."""
        if not self.outcome.done():
            self.outcome.set_result(answer.model_copy(update={"form": self.form}))
        self.changed.set()
