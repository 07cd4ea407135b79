"""A device's recordings while they are sent: steered by MANSRTSP in INFO, and their end (GB/T 28181-2016 §9.8, §9.9, Annex B)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog

from custodes.gateway.calls.needs import Process
from custodes.gateway.calls.open_calls import CallStage, OpenCall
from custodes.gb28181 import mansrtsp
from custodes.gb28181.edition import BASE, Edition
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.message import Response
from custodes.gb28181.sip.transactions import Full
from custodes.video.wire.calls import CallStep, StepTaken

log = structlog.get_logger(__name__)

APART_S = 1.0
"""Between two steps of a call: devices drop the second of two that come at once."""
ANSWER_S = 4.0
"""For which a step waits to be answered; over UDP it is sent three times in that."""

_NO_ANSWER = StepTaken(failure="no_answer", detail="the device did not answer")
_UNKNOWN = StepTaken(failure="unknown", detail="the call is over")
_TYPE = ("Content-Type", "Application/MANSRTSP")


def finished(channel: str, device: str, calls: Iterable[OpenCall]) -> OpenCall | None:
    """The call whose end a device tells. It names a channel, of which one recording is sent at a time; one that names itself has one alone.

    Args:
        calls: the device's: nobody else's end by its word.
    """
    sent = [call for call in calls if call.recorded and call.stage is CallStage.UP]
    named = [call for call in sent if call.ask.channel == channel]
    if not named and channel == device:
        named = sent
    return named[0] if len(named) == 1 else None


class Player:
    """Steps on their way to devices.

    Args:
        lost: a device knows of the call no more.
    """

    def __init__(self, process: Process, lost: Callable[[OpenCall], object]) -> None:
        self._process = process
        self._lost = lost
        self._sent: dict[ClientTransaction, asyncio.Future[Response | None]] = {}

    async def take(self, call: OpenCall, step: CallStep) -> StepTaken:
        """Have one step done: one at a time of a call, and not faster than devices take them."""
        if call.stepping:
            return StepTaken(failure="busy", detail="the step before is under way")
        call.stepping = True
        try:
            rest = call.stepped_at + APART_S - self._process.clock.monotonic()
            if rest > 0:
                await asyncio.sleep(rest)
            return await self._send(call, step)
        finally:
            call.stepping = False

    def hear(self, got: Got) -> bool:
        """What became of a request; False where it is none of these."""
        waits = self._sent.get(got.transaction)
        if waits is None:
            return False
        if (got.response is None or got.response.status >= 200) and not waits.done():
            waits.set_result(got.response)
        return True

    async def _send(self, call: OpenCall, step: CallStep) -> StepTaken:
        process, dialog = self._process, call.sip.dialog if call.sip is not None else None
        if dialog is None or call.stage is not CallStage.UP:
            return _UNKNOWN
        reach = process.reach(call.ask.device)
        call.steps += 1
        try:
            wish = _wish(step, call.steps, reach.edition if reach is not None else BASE)
            body = mansrtsp.write_request(wish)
            endpoint = process.endpoint
            info = dialog.request("INFO", endpoint.address(dialog.peer), endpoint.branch(), (_TYPE,), body)
            transaction = endpoint.send(info, dialog.peer, process.clock.monotonic())
        except Gb28181Refused as error:
            return StepTaken(failure="refused", detail=str(error)[:300])
        except Full:
            return StepTaken(failure="busy", detail="the gateway has no room for a further request")
        call.stepped_at = process.clock.monotonic()
        waits: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()
        self._sent[transaction] = waits
        process.transport.drain()
        try:
            async with asyncio.timeout(ANSWER_S):
                response = await waits
        except TimeoutError:
            return _NO_ANSWER
        finally:
            del self._sent[transaction]
        return self._told(call, response)

    def _told(self, call: OpenCall, response: Response | None) -> StepTaken:
        if response is None:
            return _NO_ANSWER
        if response.status == 481:
            self._lost(call)
            self._process.transport.drain()
            return _UNKNOWN
        if response.status >= 300:
            return StepTaken(failure="refused", status=response.status, detail="the device refused the step")
        try:
            answer = mansrtsp.read_answer(response.body)
        except Gb28181Refused:  # SIP's 200 counts; what stands in it is not what the standard has
            log.info("calls.step_answer_unreadable", device=call.ask.device)
            return StepTaken()
        if answer is not None and answer.status >= 300:
            return StepTaken(failure="refused", status=answer.status, detail="the device can't take the step")
        return StepTaken()


def _wish(step: CallStep, number: int, edition: Edition) -> mansrtsp.MansrtspRequest:
    """The step in the device's words.

    Raises:
        Refused: no speed.
    """
    match step.step:
        case "pause":
            return mansrtsp.pause(number)
        case "seek":
            return mansrtsp.seek(number, step.seconds)
        case "scale":
            return mansrtsp.speed(number, step.scale, edition)
    return mansrtsp.resume(number)
