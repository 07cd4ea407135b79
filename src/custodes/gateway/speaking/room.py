"""Speeches of nodes: devices call for them or are called, they are kept, ended, and none of them forgotten (GB/T 28181-2016 §9.12)."""

from __future__ import annotations

import asyncio
import ipaddress
import uuid
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.book import DialogWriter
from custodes.gateway.calls.book import kept as row_of
from custodes.gateway.calls.needs import Process, Signed, take_info
from custodes.gateway.calls.offer import LONGEST_ADDRESS, away
from custodes.gateway.calls.pending_byes import PendingByes
from custodes.gateway.desk import kept_routes, read, said, until_hung_up
from custodes.gateway.speaking.announcement import AnnouncementRefusal, Announcements, against, barred
from custodes.gateway.speaking.offer import agreed, answer
from custodes.gateway.speaking.open_speech import BOUNDS, OpenSpeech, SpeechBounds, SpeechStage
from custodes.gateway.speaking.short_form import ShortForm
from custodes.gb28181.manscdp.announcing import Announcing
from custodes.gb28181.manscdp.broadcast import BroadcastAnswer
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.call import CallEvent
from custodes.gb28181.sip.events import CallOffered, Event, Got
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.ssrc import NoneLeft
from custodes.video.wire.calls import CallsKept, CallsStanding
from custodes.video.wire.control_leases import SpeakAnswer, SpeakAsk, SpeakStep
from custodes.video.wire.gateway_assignment import GatewayChannel

log = structlog.get_logger(__name__)


LOOK_S = 1.0
LATE_S = 1.0
"""A look that comes so much later than it should: meanwhile nobody could be served."""
KEEP_PATH = "/internal/speak/keep"
MOST_ENDED = 1_000
"""Ends that are remembered until their workers ask."""

_GONE = frozenset({"restarted", "offline", "gone"})
_SDP = ("Content-Type", "Application/SDP")


class Speaking:
    """All speeches. Their dialogs are in the book of calls, and their ends with its farewells.

    Args:
        cameras: channels of a device that are cameras of the register.

    Attributes:
        refused: calls of devices that were refused, by the rule; outcomes: what became of wishes and of speeches.
    """

    def __init__(
        self,
        process: Process,
        shelf: DialogWriter,
        farewells: PendingByes,
        cameras: Callable[[str], frozenset[str]],
        bounds: SpeechBounds = BOUNDS,
    ) -> None:
        self.refused: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self._process = process
        self._shelf = shelf
        self._farewells = farewells
        self._cameras = cameras
        self._bounds = bounds
        self._all: dict[UUID, OpenSpeech] = {}
        self._by_device: dict[str, OpenSpeech] = {}
        self._by_sip: dict[object, OpenSpeech] = {}
        self._ended: OrderedDict[UUID, tuple[str, str]] = OrderedDict()  # whose it was, and how it ended
        self._looked_at = process.clock.monotonic()
        self._announcements = Announcements(process, bounds)
        self._short = ShortForm(process, shelf, bounds, self._by_sip.__setitem__)

    def __len__(self) -> int:
        """Speeches, those that are awaited among them."""
        return len(self._all)

    # What nodes ask

    async def speak(self, node: str, ask: SpeakAsk) -> SpeakAnswer:
        """Have a device call, or call it. Cancelled when the node hangs up: then nothing of it is left."""
        refusal = self._against(node, ask)
        if refusal is not None:
            self.outcomes[str(refusal.step)] += 1
            return refusal
        now = self._process.clock.monotonic()
        announcing = Announcing(self._process.id, ask.targets, self._bounds.call_s)
        speech = OpenSpeech(uuid.uuid4(), node, ask, announcing, now)
        self._all[speech.id] = self._by_device[ask.device] = speech
        try:
            self._farewells.hurry(ask.device)
            await self._reach(speech)
            if speech.written is not None:
                await asyncio.shield(speech.written)
        except BaseException:
            self._give_up(speech)
            raise
        found = speech.outcome.result()
        self.outcomes[str(found.step or ("talked" if found.form == "talk" else "spoken"))] += 1
        if found.step is not None:
            log.info("speaking.failed", device=ask.device, step=str(found.step), form=found.form, target=speech.target)
            self._give_up(speech)
        return found

    def keep(self, node: str, kept: CallsKept) -> CallsStanding:
        """These are wanted still; which of them are over, and how."""
        ended: dict[UUID, str] = {}
        for id in kept.calls:
            speech = self._all.get(id)
            if speech is not None and speech.node == node:
                speech.kept_at = self._process.clock.monotonic()
                continue
            whose, why = self._ended.get(id, ("", ""))
            ended[id] = why if whose == node else "unknown"
        return CallsStanding(ended=ended)

    def turned_away(self, node: str, path: str) -> None:
        """A request of a node found no room at the desk; of a `keep` it isn't known which speeches it named, so all of the node's stay."""
        if path == KEEP_PATH:
            for speech in self._all.values():
                if speech.node == node:
                    speech.kept_at = self._process.clock.monotonic()

    def end(self, node: str, id: UUID) -> None:
        """A speech is over for the node; one that is over, or somebody else's, is nothing."""
        speech = self._all.get(id)
        if speech is not None and speech.node == node:
            self._give_up(speech)

    # What happens

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it is its answer to an announcement. Late, or to nothing, it is nothing."""
        if not isinstance(message, BroadcastAnswer):
            return False
        speech = self._by_device.get(device)
        if speech is not None:
            self._announcements.answered(speech, message)
        return True

    def hear(self, event: Event) -> bool:
        """An event of the endpoint; True where it was this room's. A `RegistrationChange` is never its own, and a device's call always."""
        match event:
            case CallOffered():
                self._offered(event)
                return True
            case CallEvent():
                speech = self._by_sip.get(event.call)
                return speech is not None and self._called(speech, event)
            case Got():
                return self._announcements.hear(event)
            case RegistrationChange() if event.what in _GONE:
                speech = self._by_device.get(event.id)
                if speech is not None and speech.stage in (SpeechStage.AWAITED, SpeechStage.CALLING):
                    speech.settle(SpeakAnswer(step=SpeakStep.NOT_REGISTERED, detail=away(event.what)))
        return False

    def tick(self) -> None:
        """Whatever is due: speeches that nobody names any more, or whose camera is nobody's by now."""
        now = self._process.clock.monotonic()
        late, self._looked_at = now - self._looked_at - LOOK_S, now
        for speech in list(self._all.values()):
            ask = speech.ask
            if late > LATE_S:  # the process was held up, and no `keep` could be served
                speech.kept_at = min(now, speech.kept_at + late)
            why = self._barred(speech.node, ask)
            if why is not None:
                speech.settle(why)
                self._leave(speech, "gone")
            elif speech.stage is SpeechStage.UP and now - speech.kept_at >= self._bounds.kept_s:
                log.info("speaking.not_kept", device=ask.device, node=speech.node)
                self._leave(speech, "unknown")
        self._process.transport.drain()

    async def run(self) -> None:
        """Look each second, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                self.tick()
            except Exception:
                log.exception("speaking.look_failed")

    async def stop(self) -> None:
        """The gateway ends: every device gets its BYE, which the room of calls waits for."""
        for speech in list(self._all.values()):
            self._leave(speech, "gone")
        self._process.transport.drain()

    # Making one

    def _against(self, node: str, ask: SpeakAsk) -> SpeakAnswer | None:
        why = self._barred(node, ask)
        if why is not None:
            return why
        if self._process.reach(ask.device) is None:
            return SpeakAnswer(step=SpeakStep.NOT_REGISTERED, detail="the device is not registered")
        if ask.device in self._by_device:
            return SpeakAnswer(step=SpeakStep.BUSY, detail="somebody speaks through the device already")
        of_node = sum(one.node == node for one in self._all.values())
        if len(self._all) >= self._bounds.speeches or of_node >= self._bounds.of_node:
            return SpeakAnswer(step=SpeakStep.FULL, detail="as many speeches as there may be stand")
        return None

    def _barred(self, node: str, ask: SpeakAsk) -> SpeakAnswer | None:
        return barred(ask, self._channel(node, ask))

    def _channel(self, node: str, ask: SpeakAsk) -> GatewayChannel | None:
        return self._process.assigned.channel(ask.camera, ask.device, ask.channel, node)

    async def _reach(self, speech: OpenSpeech) -> None:
        """By an announcement, by a call of ours, or by the one and then the other; never by both at once (decision 0411)."""
        choice = self._channel(speech.node, speech.ask)
        form = choice.speech if choice is not None else "broadcast"
        if not self._short.first(form, speech.ask.device):
            why = await self._announcements.drive(speech)
            if why is None:
                return
            if not self._short.follows(form, speech, why):
                speech.settle(why)
                return
            log.info("speaking.called_instead", device=speech.ask.device, step=str(why.step))
        self._announcements.forget(speech)
        await self._short.call(speech)

    # The device calls

    def _offered(self, event: CallOffered) -> None:
        process, now = self._process, self._process.clock.monotonic()
        speech = self._by_device.get(event.device)
        try:
            if speech is None or (speech.outcome.done() and speech.stage is SpeechStage.AWAITED):
                raise AnnouncementRefusal(403, "unasked")
            against(event.request, speech, (process.id, *process.endpoint.own), self._cameras(event.device))
            self._take(speech, event, now)
        except AnnouncementRefusal as refusal:
            self.refused[refusal.rule] += 1
            log.info("speaking.call_refused", device=event.device, rule=refusal.rule)
            event.call.refuse(refusal.status, now)

    def _take(self, speech: OpenSpeech, event: CallOffered, now: float) -> None:
        """Answer a call that was announced.

        Raises:
            Refusal: it can't be.
        """
        process, ask = self._process, speech.ask
        try:
            found = agreed(ask, event.request.body, event.source.host, process.assigned.admits)
            if not speech.announcing.called():
                raise AnnouncementRefusal(486, "second")
            speech.y = "" if found.y else process.ssrc.take(False, process.clock.wall_us())
            body = answer(process.id, ask, found, found.y or speech.y)
        except Gb28181Refused as error:
            detail = f"what the device offers can't be done: {error}"[:300]
            speech.settle(SpeakAnswer(step=SpeakStep.OFFER, detail=detail))
            raise AnnouncementRefusal(488, "offer") from error
        except NoneLeft as error:
            speech.settle(SpeakAnswer(step=SpeakStep.FULL, detail="the gateway has no number for a further stream"))
            raise AnnouncementRefusal(503, "full") from error
        if not event.call.accept(body, (_SDP,), now) or event.call.dialog is None:
            speech.settle(SpeakAnswer(step=SpeakStep.FULL, detail="the gateway has no room for a further call"))
            return
        speech.sip, speech.agreed = event.call, found
        speech.stage, speech.called_at = SpeechStage.CALLED, now
        self._by_sip[event.call] = speech
        row = row_of(speech.id, ask.device, speech.y, event.call.dialog, process.clock.wall_us())
        speech.written = self._shelf.begun(row)
        speech.changed.set()

    def _called(self, speech: OpenSpeech, event: CallEvent) -> bool:
        if self._short.hear(speech, event):
            return True
        match event.what:
            case "acknowledged":
                self._acknowledged(speech)
            case "ended":
                self._over(speech, event.why)
            case "renewed":
                self.refused["renewed"] += 1
                event.call.refuse(488, self._process.clock.monotonic())
            case "info":
                return take_info(self._process, event)
        return True

    def _acknowledged(self, speech: OpenSpeech) -> None:
        if speech.stage is not SpeechStage.CALLED:
            return
        speech.stage, speech.kept_at = SpeechStage.UP, self._process.clock.monotonic()
        log.info("speaking.begun", device=speech.ask.device, node=speech.node, form=speech.form)
        speech.settle(speech.spoken)

    def _over(self, speech: OpenSpeech, why: str) -> None:
        """The library ended it: the device said BYE, or is away, or has never acknowledged."""
        speech.settle(SpeakAnswer(step=SpeakStep.NO_ANSWER, detail="the device hung up before the speech stood"))
        dialog = speech.sip.dialog if speech.sip is not None else None
        by_device = why not in _GONE and why != "no-ack"
        self._drop(speech, "device" if by_device else "gone")
        if by_device:
            self._farewells.settled(speech.id)
        elif dialog is not None:
            self._farewells.owe(speech.id, speech.ask.device, dialog)

    # Ending one

    def _give_up(self, speech: OpenSpeech) -> None:
        self._leave(speech, "unknown")
        self._process.transport.drain()

    def _leave(self, speech: OpenSpeech, why: str) -> None:
        """End it on our side, whatever it is at. Twice is once."""
        if speech.stage is SpeechStage.OVER:
            return
        speech.settle(SpeakAnswer(step=SpeakStep.NO_ANSWER, detail="the speech was given up"))
        self._drop(speech, why)
        call = speech.sip
        if call is None:
            return
        call.cancel(self._process.clock.monotonic())  # nothing, where it is past that
        if call.dialog is not None:
            bye = call.part(why, self._process.clock.monotonic())
            if bye is not None:
                self._farewells.say(speech.id, speech.ask.device, call.dialog, bye)

    def _drop(self, speech: OpenSpeech, why: str) -> None:
        if speech.stage is SpeechStage.UP:
            self._ended[speech.id] = (speech.node, why)
            while len(self._ended) > MOST_ENDED:
                self._ended.popitem(last=False)
            self.outcomes[f"ended_{why}"] += 1
            log.info("speaking.ended", device=speech.ask.device, node=speech.node, why=why)
        speech.stage = SpeechStage.OVER
        self._announcements.forget(speech)
        self._all.pop(speech.id, None)
        if self._by_device.get(speech.ask.device) is speech:
            del self._by_device[speech.ask.device]
        if speech.sip is not None:
            self._by_sip.pop(speech.sip, None)
        if speech.y:
            self._process.ssrc.give_back(speech.y, self._process.clock.wall_us())


@dataclass(frozen=True)
class SpeakDesk:
    """The routes under ``/internal/speak``."""

    speaking: Speaking

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets nodes through, and no one else."""
        return [
            until_hung_up(signed("/internal/speak", self.speak)),
            *kept_routes(signed, "/internal/speak", self.speaking),
        ]

    async def speak(self, node: str, body: bytes) -> Response:
        """Have a device call."""
        ask = read(SpeakAsk, body)
        if isinstance(ask, Response):
            return ask
        if not _machine(ask.address):
            return JSONResponse(
                {"detail": "address: is not one machine's IP address; give the one that the node sends from"}, 422
            )
        return said(await self.speaking.speak(node, ask))


def _machine(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text) if len(text) <= LONGEST_ADDRESS else None
    except ValueError:
        return False
    return address is not None and not address.is_unspecified and not address.is_multicast and "%" not in text
