"""The short form of some makers: we call the device with ``s=Talk``, what it is offered, and what of its 200 is believed (decision 0411)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from custodes.gateway.calls.book import DialogWriter
from custodes.gateway.calls.book import kept as row_of
from custodes.gateway.calls.needs import Process
from custodes.gateway.calls.offer import DISCARD, refusal
from custodes.gateway.speaking.offer import PCMA, Agreed, coding_of, sound_of, whereabouts
from custodes.gateway.speaking.open_speech import OpenSpeech, SpeechBounds, SpeechStage
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import G711, CallPurpose, MediaDirection, MediaLine, Sdp, Setup, read_sdp, write_sdp
from custodes.gb28181.sip.call import CallEvent, CallPhase, SipCall
from custodes.gb28181.sip.message import Response
from custodes.gb28181.sip.transactions import Full
from custodes.gb28181.ssrc import NoneLeft
from custodes.gb28181.subject import subject
from custodes.video.wire.control_leases import SpeakAnswer, SpeakAsk, SpeakStep, SpeechChoice

log = structlog.get_logger(__name__)


_SETUPS = {"udp": None, "tcp-passive": Setup.PASSIVE, "tcp-active": Setup.ACTIVE}


def own_offer(id: str, ask: SpeakAsk, y: str) -> bytes:
    """The description that goes with our INVITE: A-law alone, for some devices take no list; another code counts where they answer with it.

    Both ways, as the makers have it: to an offer that only sends their devices don't answer. What they send is not heard (decision 0411).

    Args:
        id: our own ID; y: ten digits of the stream.

    Raises:
        Refused: one of them can't stand there.
    """
    setup = ask.setups[0]
    tcp = setup != "udp"
    port = DISCARD if setup == "tcp-active" else ask.port
    media = MediaLine(
        "audio", port, tcp, (PCMA,), ((PCMA, "PCMA/8000"),), MediaDirection.SENDRECV, _SETUPS[setup], connection_new=tcp
    )
    return write_sdp(Sdp(id, ask.address, (media,), CallPurpose.TALK, y=y, format=G711))


def own_fields(id: str, target: str, y: str) -> tuple[tuple[str, str], ...]:
    """The header fields that belong to it.

    Args:
        target: the code that is called.

    Raises:
        Refused: an ID can't stand there.
    """
    return ("Content-Type", "Application/SDP"), ("Subject", str(subject(target, y, id)))


def answered(ask: SpeakAsk, y: str, body: bytes, host: str, admits: Callable[[str], bool]) -> Agreed:
    """What comes of a device's 200.

    Who connects stays as it was offered, whatever the answer says of it: many repeat the offer's part. The number is ours, as it was offered.

    Args:
        host, admits: as of `offer.agreed`.

    Raises:
        Refused: nothing does.
    """
    found = read_sdp(body)
    media = found.media[sound_of(found)]
    setup = ask.setups[0]
    if media.tcp != (setup != "udp"):
        raise Gb28181Refused(
            "m", f"is over {'TCP' if media.tcp else 'UDP'}, which was not offered", "answer as offered"
        )
    if not media.port:
        raise Gb28181Refused("m", "has port 0: it was declined", "look at the device's voice output")
    if setup == "tcp-active" and media.port == DISCARD:
        raise Gb28181Refused("m", "has no port to connect to", "name the port")
    address, hosts = whereabouts(ask, found.address, host, admits)
    type, encoding = coding_of(media)
    return Agreed(setup, address, media.port, hosts, encoding, type, y)


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
        shelf: DialogWriter,
        bounds: SpeechBounds,
        called: Callable[[SipCall, OpenSpeech], None],
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
        return choice == "auto" and speech.heard and speech.stage is SpeechStage.AWAITED and why.step in _FOLLOWED

    async def call(self, speech: OpenSpeech) -> None:
        """Call the device, and settle what becomes of it. From here on a call of its own is refused, however late it comes."""
        speech.form, speech.stage = "talk", SpeechStage.CALLING
        device, clock = speech.ask.device, self._process.clock
        self._invite(speech)
        left = speech.asked_at + self._bounds.whole_s - clock.monotonic()
        await asyncio.wait([speech.outcome], timeout=max(0.0, min(self._bounds.call_s, left)))
        if not speech.outcome.done() and speech.sip is not None and speech.sip.phase is CallPhase.RINGING:
            more = min(self._bounds.answer_s, left) - self._bounds.call_s
            await asyncio.wait([speech.outcome], timeout=max(0.0, more))
        speech.settle(SpeakAnswer(step=SpeakStep.NO_ANSWER, detail="the device did not answer the call in time"))
        if speech.outcome.result().step is None:
            self._learnt.add(device)
        else:
            self._learnt.discard(device)

    def hear(self, speech: OpenSpeech, event: CallEvent) -> bool:
        """What became of a call of ours before it stood; False for anything else."""
        if speech.stage is not SpeechStage.CALLING:
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
        except Gb28181Refused as error:
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
        except Gb28181Refused as error:
            detail = f"what the device answers can't be done: {error}"[:300]
            speech.settle(SpeakAnswer(step=SpeakStep.OFFER, detail=detail))  # who waits for it gives it up, with BYE
            return
        speech.agreed, speech.stage, speech.kept_at = found, SpeechStage.UP, process.clock.monotonic()
        log.info("speaking.begun", device=ask.device, node=speech.node, form=speech.form)
        speech.settle(speech.spoken)
