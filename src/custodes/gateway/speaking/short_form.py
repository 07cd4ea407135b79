"""The short form of some makers: we call the device with ``s=Talk``, and its 200 says where to send (decision 0426)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from custodes.gateway.calls.book import kept as row_of
from custodes.gateway.calls.needs import Process
from custodes.gateway.calls.shelf import Shelf
from custodes.gateway.calls.words import refusal
from custodes.gateway.speaking.bounds import Bounds
from custodes.gateway.speaking.open_speech import OpenSpeech, Stage
from custodes.gateway.speaking.own_offer import answered, own_fields, own_offer
from custodes.gb28181.refused import Refused
from custodes.gb28181.sip.call import Call, CallEvent, Phase
from custodes.gb28181.sip.message import Response
from custodes.gb28181.sip.transactions import Full
from custodes.gb28181.ssrc_pool import NoneLeft
from custodes.video.wire.speaking import SpeakAnswer, SpeakStep, SpeechChoice

log = structlog.get_logger(__name__)

_FOLLOWED = frozenset({SpeakStep.REFUSED, SpeakStep.NO_CALL, SpeakStep.NO_ANSWER})
"""What a device that does not know the standard's form says to it, or does: an ERROR, a promise, nothing."""


class ShortForm:
    """Our calls to devices, to speak through them.

    Args:
        called: a call of ours began, so that what becomes of it is brought here.
    """

    def __init__(
        self,
        process: Process,
        shelf: Shelf,
        bounds: Bounds,
        called: Callable[[Call, OpenSpeech], None],
    ) -> None:
        self._process = process
        self._shelf = shelf
        self._bounds = bounds
        self._called = called
        self._learnt: set[str] = set()  # devices that took it last

    def first(self, choice: SpeechChoice, device: str) -> bool:
        """Whether a device is called at once: a person said so, or it took no announcement and our call the last time."""
        return choice == "talk" or (choice == "auto" and device in self._learnt)

    def follows(self, choice: SpeechChoice, speech: OpenSpeech, why: SpeakAnswer) -> bool:
        """Whether a device is called now that its announcement led to no call of its own.

        Never one whose call was taken, or could not be for what it offered: it knows the standard's form. Nor one that SIP did not reach.
        """
        return choice == "auto" and speech.heard and speech.stage is Stage.AWAITED and why.step in _FOLLOWED

    async def call(self, speech: OpenSpeech) -> None:
        """Call the device, and settle what becomes of it. From here on a call of its own is refused, however late it comes."""
        speech.form, speech.stage = "talk", Stage.CALLING
        device, clock = speech.ask.device, self._process.clock
        self._invite(speech)
        left = speech.asked_at + self._bounds.whole_s - clock.monotonic()
        await asyncio.wait([speech.outcome], timeout=max(0.0, min(self._bounds.call_s, left)))
        if not speech.outcome.done() and speech.sip is not None and speech.sip.phase is Phase.RINGING:
            more = min(self._bounds.answer_s, left) - self._bounds.call_s
            await asyncio.wait([speech.outcome], timeout=max(0.0, more))
        speech.settle(SpeakAnswer(step=SpeakStep.NO_ANSWER, detail="the device did not answer the call in time"))
        if speech.outcome.result().step is None:
            self._learnt.add(device)
        else:
            self._learnt.discard(device)

    def hear(self, speech: OpenSpeech, event: CallEvent) -> bool:
        """What became of a call of ours before it stood; False for anything else."""
        if speech.stage is not Stage.CALLING:
            return False
        match event.what:
            case "answered":
                self._answered(speech, event.message)
            case "refused" if isinstance(event.message, Response):
                status = event.message.status
                speech.settle(SpeakAnswer(step=SpeakStep.REFUSED, status=status, detail=refusal(status)))
            case "failed" | "cancelled":
                speech.settle(SpeakAnswer(step=SpeakStep.NO_ANSWER, detail="the device did not answer the call"))
            case _:
                return False
        return True

    def _invite(self, speech: OpenSpeech) -> None:
        process, ask = self._process, speech.ask
        reach = process.reach(ask.device)
        if reach is None:
            speech.settle(SpeakAnswer(step=SpeakStep.NOT_REGISTERED, detail="the device is not registered any more"))
            return
        try:
            speech.y = process.ssrc.take(False, process.clock.wall_us())
            body, more = own_offer(process.id, ask, speech.y), own_fields(process.id, speech.target, speech.y)
            invite = process.endpoint.request("INVITE", speech.target, reach.peer, body, more)
            speech.sip = process.endpoint.call(invite, reach.peer, process.clock.monotonic(), ask.device)
        except (NoneLeft, Full):
            speech.settle(SpeakAnswer(step=SpeakStep.FULL, detail="the gateway has no room for a further call"))
        except Refused as error:
            detail = f"the voice output can't be called: {error}"[:300]
            speech.settle(SpeakAnswer(step=SpeakStep.REFUSED, detail=detail))
        else:
            self._called(speech.sip, speech)
            process.transport.drain()

    def _answered(self, speech: OpenSpeech, message: object) -> None:
        """The device took it: the library has acknowledged that."""
        process, ask, call = self._process, speech.ask, speech.sip
        if call is None or call.dialog is None or not isinstance(message, Response):
            return
        row = row_of(speech.id, ask.device, speech.y, call.dialog, process.clock.wall_us())
        speech.written = self._shelf.begun(row)
        try:
            found = answered(ask, speech.y, message.body, call.dialog.peer.host, process.assigned.admits)
        except Refused as error:
            detail = f"what the device answers can't be done: {error}"[:300]
            speech.settle(SpeakAnswer(step=SpeakStep.OFFER, detail=detail))  # who waits for it gives it up, with BYE
            return
        speech.agreed, speech.stage, speech.kept_at = found, Stage.UP, process.clock.monotonic()
        log.info("speaking.begun", device=ask.device, node=speech.node, form=speech.form)
        speech.settle(speech.spoken)
