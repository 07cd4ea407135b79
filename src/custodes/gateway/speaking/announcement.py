"""The standard's form: the device is announced to, and calls (GB/T 28181-2016 §9.12.1); which call is the announced one, and why a device
is not spoken through. No sentence repeats what a device sent.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection

from custodes.gateway.calls.needs import Process
from custodes.gateway.calls.offer import refusal
from custodes.gateway.speaking.open_speech import OpenSpeech, SpeechBounds, SpeechStage
from custodes.gb28181.ids import family
from custodes.gb28181.manscdp.announcing import SECOND, AnnouncementFailure, AnnouncementStep
from custodes.gb28181.manscdp.broadcast import BroadcastAnswer
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.transactions import Full
from custodes.gb28181.sip.uri import parse_uri
from custodes.gb28181.subject import parse_subject
from custodes.video.wire.control_leases import SpeakAnswer, SpeakAsk, SpeakStep
from custodes.video.wire.gateway_assignment import GatewayChannel

_FAILURES = {
    AnnouncementFailure.UNANSWERED: (SpeakStep.NO_ANSWER, "the device did not answer the announcement"),
    AnnouncementFailure.REFUSED: (SpeakStep.REFUSED, "the device says that it can't be spoken through"),
    AnnouncementFailure.NO_CALL: (
        SpeakStep.NO_CALL,
        "the device promised to call and did not; look at its voice output and its transport, or enter another code for it",
    ),
}
_ORDER = (SpeakStep.NO_ANSWER, SpeakStep.REFUSED, SpeakStep.NO_CALL)
"""How far a device went."""


def failed(failure: AnnouncementFailure, status: int) -> SpeakAnswer:
    """What became of one target; `status` is SIP's, where that refused the announcement."""
    if status:
        return SpeakAnswer(step=SpeakStep.REFUSED, status=status, detail=refusal(status))
    step, detail = _FAILURES.get(failure, _FAILURES[AnnouncementFailure.UNANSWERED])
    return SpeakAnswer(step=step, detail=detail)


def further(one: SpeakAnswer | None, other: SpeakAnswer) -> SpeakAnswer:
    """Of two targets the one with which the device went further: that is what a person can do something about."""
    if one is None or one.step is None or other.step is None:
        return other
    return one if _ORDER.index(one.step) > _ORDER.index(other.step) else other


class AnnouncementRefusal(Exception):
    """A call is refused.

    Attributes:
        status: SIP's; rule: its name, for counting.
    """

    def __init__(self, status: int, rule: str) -> None:
        super().__init__(rule)
        self.status = status
        self.rule = rule


def barred(ask: SpeakAsk, channel: GatewayChannel | None) -> SpeakAnswer | None:
    """What the register has against a wish; a node's word for where its sound may go does not count (decision 0411).

    Args:
        channel: as the gateway was told of it; None where it is no camera of the node's.
    """
    if channel is None:
        return SpeakAnswer(step=SpeakStep.NOT_ASSIGNED, detail="the channel is no camera of this node")
    if family(ask.device) == "platform":
        return SpeakAnswer(step=SpeakStep.NO_SPEAKER, detail="nobody speaks through a platform below")
    if not set(ask.targets) <= set(channel.speaker):
        return SpeakAnswer(step=SpeakStep.NO_SPEAKER, detail="the register names no such voice output of the camera")
    return None


def against(request: Request, speech: OpenSpeech, own: Collection[str], cameras: Collection[str]) -> None:
    """Hold an INVITE of the announced device against the announcement.

    Whom it is for must be us: Request-URI or To, one of which some devices fill otherwise. Subject and From say which voice output calls; many
    devices write nonsense there, so only what names another camera of the register speaks against it.

    Args:
        own: names of ours; cameras: channels of the device that are cameras.

    Raises:
        Refusal: it is another call.
    """
    if speech.stage is not SpeechStage.AWAITED:
        raise AnnouncementRefusal(486, "second")
    if not _asked_for(request) & set(own):
        raise AnnouncementRefusal(404, "address")
    device = speech.ask.device
    if speech.announcing.target == device:
        return  # all of its outputs were meant
    ours = {speech.ask.channel, *speech.ask.targets} - {device}
    named = _callers(request)
    if named & (set(cameras) - ours) and not named & ours:
        raise AnnouncementRefusal(403, "other")


def _asked_for(request: Request) -> set[str]:
    names = {request.to.uri.user}
    with contextlib.suppress(Malformed):
        names.add(parse_uri(request.target).user)
    return names


def _callers(request: Request) -> set[str]:
    names = {request.sender.uri.user}
    try:
        told = parse_subject(request.headers.get("Subject"))
    except Gb28181Refused:
        told = None
    return names | ({told.sender, told.receiver} if told is not None else set())


class Announcements:
    """Announcements that are under way, of all speeches."""

    def __init__(self, process: Process, bounds: SpeechBounds) -> None:
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
            if announcing.failure and step in (AnnouncementStep.READY, AnnouncementStep.FAILED):
                best = further(best, failed(announcing.failure, speech.status))
                if not speech.heard:
                    step = AnnouncementStep.FAILED  # SIP itself got no answer: no other target will
            if step is AnnouncementStep.FAILED or (step is not AnnouncementStep.CALLED and now >= until):
                return best or failed(announcing.failure, speech.status)
            if step is AnnouncementStep.READY:
                self._announce(speech)
                continue
            due = until if announcing.due_us is None else min(until, announcing.due_us / SECOND)
            if step is AnnouncementStep.CALLED:
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
        if speech.stage is SpeechStage.AWAITED:
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
        if speech.stage is not SpeechStage.AWAITED:
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
        except (Gb28181Refused, Full):
            speech.settle(SpeakAnswer(step=SpeakStep.FULL, detail="the announcement could not be sent"))
            return
        if transaction is None:
            speech.settle(SpeakAnswer(step=SpeakStep.NOT_REGISTERED, detail="the device is not registered any more"))
            return
        self._sent[transaction] = speech
        process.transport.drain()

    def _now_us(self) -> int:
        return round(self._process.clock.monotonic() * SECOND)
