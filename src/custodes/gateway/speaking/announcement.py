"""The standard's form: the device is announced to, and calls (GB/T 28181-2016 §9.12.1)."""

from __future__ import annotations

import asyncio

from custodes.gateway.calls.needs import Process
from custodes.gateway.speaking.bounds import Bounds
from custodes.gateway.speaking.open_speech import OpenSpeech, Stage
from custodes.gateway.speaking.words import failed, further
from custodes.gb28181.manscdp.announcing import SECOND, Step
from custodes.gb28181.manscdp.broadcast import BroadcastAnswer
from custodes.gb28181.refused import Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.transactions import Full
from custodes.video.wire.speaking import SpeakAnswer, SpeakStep


class Announcements:
    """Announcements that are under way, of all speeches."""

    def __init__(self, process: Process, bounds: Bounds) -> None:
        self._process = process
        self._bounds = bounds
        self._sent: dict[ClientTransaction, OpenSpeech] = {}

    async def drive(self, speech: OpenSpeech) -> SpeakAnswer | None:
        """From target to target, until the device has called and acknowledged, or none is left.

        Returns:
            Why no target led to a call; None where what became of it is settled.
        """
        clock, announcing = self._process.clock, speech.announcing
        until = speech.asked_at + self._bounds.whole_s
        best: SpeakAnswer | None = None
        while not speech.outcome.done():
            now = clock.monotonic()
            step = announcing.tick(self._now_us())
            if announcing.failure and step in (Step.READY, Step.FAILED):
                best = further(best, failed(announcing.failure, speech.status))
                if not speech.heard:
                    step = Step.FAILED  # SIP itself got no answer: no other target will
            if step is Step.FAILED or (step is not Step.CALLED and now >= until):
                return best or failed(announcing.failure, speech.status)
            if step is Step.READY:
                self._announce(speech)
                continue
            due = until if announcing.due_us is None else min(until, announcing.due_us / SECOND)
            if step is Step.CALLED:
                due = speech.called_at + self._bounds.acknowledged_s
                if now >= due:
                    speech.settle(SpeakAnswer(step=SpeakStep.NO_ANSWER, detail="the device called and did not go on"))
                    break
            speech.changed.clear()
            try:
                async with asyncio.timeout(max(0.0, due - now)):
                    await speech.changed.wait()
            except TimeoutError:
                pass
        return None

    def answered(self, speech: OpenSpeech, message: BroadcastAnswer) -> None:
        """The device's own answer. Late, it is nothing."""
        if speech.stage is Stage.AWAITED:
            speech.heard = True
            speech.announcing.answered(message, self._now_us())
            speech.changed.set()

    def hear(self, got: Got) -> bool:
        """What SIP said; True where it was to an announcement."""
        speech = self._sent.get(got.transaction)
        if speech is None:
            return False
        status = got.response.status if got.response is not None else 0
        if 0 < status < 200:
            return True
        del self._sent[got.transaction]
        if speech.stage is not Stage.AWAITED:
            return True
        speech.heard = speech.heard or status > 0
        if status >= 300 or not status:
            speech.status = status
            speech.announcing.unsent()
        speech.changed.set()
        return True

    def forget(self, speech: OpenSpeech) -> None:
        """Nothing is announced for it any more."""
        speech.announcing.end()
        for transaction in [one for one, its in self._sent.items() if its is speech]:
            del self._sent[transaction]

    def _announce(self, speech: OpenSpeech) -> None:
        process, device = self._process, speech.ask.device
        speech.heard, speech.status = False, 0
        body = speech.announcing.announce(process.number(device), self._now_us())
        try:
            transaction = process.say(device, device, body)
        except (Refused, Full):
            speech.settle(SpeakAnswer(step=SpeakStep.FULL, detail="the announcement could not be sent"))
            return
        if transaction is None:
            speech.settle(SpeakAnswer(step=SpeakStep.NOT_REGISTERED, detail="the device is not registered any more"))
            return
        self._sent[transaction] = speech
        process.transport.drain()

    def _now_us(self) -> int:
        return round(self._process.clock.monotonic() * SECOND)
