"""A call that is set up and ended at once: it says that a channel would send, and nothing of its picture comes here (decision 0359).

It is offered a connection that we would open, and none is opened: no media flows, whatever the channel answers.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass

import structlog

from custodes.gateway.calls.needs import Process, take_info
from custodes.gateway.calls.offer import agreed, fields, offer
from custodes.gateway.lower_platforms import words
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.events import Event
from custodes.gb28181.sip.message import Response
from custodes.gb28181.sip.transactions import Full
from custodes.gb28181.ssrc import NoneLeft
from custodes.video.wire.calls import CallAsk

log = structlog.get_logger(__name__)

_UNSUITED = frozenset({415, 488, 606})
"""Such a stream it does not send: what it would send otherwise is not known by that."""


@dataclass(frozen=True, slots=True)
class Rung:
    """What became of it: `fault` is empty where it was answered with video; `unsuited`: that says nothing about the channel."""

    fault: str = ""
    unsuited: bool = False


class TrialCalls:
    """Calls of trials; hear with `hear`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._waiting: dict[SipCall, asyncio.Future[Response | None]] = {}

    def hear(self, event: Event) -> bool:
        """An event of the endpoint; True where it was about a call of a trial."""
        if not isinstance(event, CallEvent):
            return False
        answer = self._waiting.get(event.call)
        if answer is None:
            return False
        if event.what == "info":
            return take_info(self._process, event)
        if event.what == "renewed":
            event.call.refuse(488, self._process.clock.monotonic())
        elif not answer.done() and event.what in ("answered", "refused", "failed", "cancelled", "ended"):
            answer.set_result(event.message if isinstance(event.message, Response) else None)
        return True

    async def ring(self, device: str, channel: str, seconds: float) -> Rung:
        """Call one channel live and hang up."""
        process = self._process
        reach = process.reach(device)
        if reach is None:
            return Rung(words.NO_ANSWER)
        own = process.endpoint.address(reach.peer).host
        ask = CallAsk(camera=uuid.uuid4(), device=device, channel=channel, setup="tcp-active", address=own, port=0)
        try:
            y = process.ssrc.take(False, process.clock.wall_us())
        except NoneLeft:
            return Rung(words.BROKE_OFF, unsuited=True)
        try:
            body, more = offer(process.id, ask, y, reach.edition), fields(process.id, ask, y)
            invite = process.endpoint.request("INVITE", channel, reach.peer, body, more)
            call = process.endpoint.call(invite, reach.peer, process.clock.monotonic(), device)
        except (Gb28181Refused, Full) as error:
            log.info("trial.not_called", device=device, why=type(error).__name__)
            process.ssrc.give_back(y, process.clock.wall_us())
            return Rung(words.BROKE_OFF, unsuited=True)
        self._waiting[call] = answer = asyncio.get_running_loop().create_future()
        process.transport.drain()
        try:
            async with asyncio.timeout(seconds):
                response = await answer
        except TimeoutError:
            return Rung(words.NO_ANSWER)
        finally:
            now = process.clock.monotonic()
            call.hang_up("trial", now)
            call.cancel(now)
            del self._waiting[call]
            process.ssrc.give_back(y, process.clock.wall_us())
            process.transport.drain()
        return self._told(ask, y, response, reach.peer.host)

    def _told(self, ask: CallAsk, y: str, response: Response | None, host: str) -> Rung:
        if response is None:
            return Rung(words.NO_ANSWER)
        if response.status in _UNSUITED:
            return Rung(f"{words.UNSUITED} ({response.status})", unsuited=True)
        if response.status >= 300:
            return Rung(f"{words.REFUSED} ({response.status})")
        try:
            agreed(ask, y, response.body, host, self._process.assigned.admits)
        except Gb28181Refused:
            return Rung(words.NO_VIDEO)
        return Rung()
