"""Calls of nodes to channels: made, kept, ended, and none of them forgotten (docs/design/gateway.md, wire.md §8)."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from starlette.responses import JSONResponse
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from custodes.gateway.calls.book import DialogFile, DialogWriter, kept
from custodes.gateway.calls.needs import NotStated, OnlineDevice, Process, Signed, States, StatesNothing, take_info
from custodes.gateway.calls.offer import against, agreed, away, fields, offer, refusal
from custodes.gateway.calls.open_calls import BOUNDS, CallBounds, CallStage, OpenCall, OpenCalls
from custodes.gateway.calls.pending_byes import PendingByes
from custodes.gateway.calls.player import Player, finished
from custodes.gateway.calls.reachable import BACK, Reachable
from custodes.gateway.desk import kept_routes, read, said, until_hung_up
from custodes.gb28181.manscdp.broadcast import MediaStatus
from custodes.gb28181.manscdp.control import DeviceControl, KeyFrameCommand
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.call import CallEvent, CallPhase, SipCall
from custodes.gb28181.sip.events import Event, Got
from custodes.gb28181.sip.message import Response
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.transactions import Full
from custodes.gb28181.ssrc import NoneLeft
from custodes.video.wire.calls import (
    CallAnswer,
    CallAsk,
    CallEnd,
    CallsKept,
    CallsStanding,
    CallStep,
    ReachableAsk,
    StepTaken,
)

log = structlog.get_logger(__name__)


async def state(states: States, call: OpenCall, seconds: float) -> None:
    """Have it stated under the Call-ID that was chosen for it; the call is settled where it was not, or where it ended meanwhile."""
    stating: asyncio.Future[Any] = asyncio.ensure_future(states.call(call.ask, call.call_id))
    waited: list[asyncio.Future[Any]] = [stating, call.outcome]
    try:
        await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not stating.done():
            call.settle(CallAnswer(step="not_stated", detail="it was not stated in time for whom it is called"))
        elif (error := stating.exception()) is not None:
            if not isinstance(error, NotStated):
                log.error("calls.not_stated", exc_info=error)
            call.settle(CallAnswer(step="not_stated", detail=str(error)[:300]))
    finally:
        stating.cancel()


LOOK_S = 1.0
LATE_S = 1.0
"""A look that comes so much later than it should: meanwhile nobody could be served."""
KEEP_PATH = "/internal/call/keep"
KEY_APART_S = 1.0

_GONE = frozenset({"restarted", "offline", "gone"})
_BACK = BACK | {"moved"}


class Switchboard:
    """All calls to channels. Opens the book of calls: what is left in it is ended from the first look on.

    Args:
        states: says to a platform below for whom it is called, before it is (wire.md §9).

    Attributes:
        calls: those that there are.
        reachable: tells nodes when a device can be called again.
        shelf, farewells: the book of calls and the ends that devices are to be told, for other rooms' calls too.

    Raises:
        BookRefused, sqlite3.Error, OSError: the book can't be opened.
    """

    def __init__(self, process: Process, bounds: CallBounds = BOUNDS, states: States | None = None) -> None:
        book = DialogFile(process.folder)
        self._process = process
        self._states = states or StatesNothing()
        self.shelf = DialogWriter(book)
        self.farewells = PendingByes(process, self.shelf)
        self.farewells.load(book.left())
        self.calls = OpenCalls(bounds)
        self.reachable = Reachable(lambda device: process.reach(device) is not None)
        self._looked_at = process.clock.monotonic()
        self.player = Player(process, lambda call: self._leave(call, "gone"))

    def __len__(self) -> int:
        """Calls that stand."""
        return sum(call.stage is CallStage.UP for call in self.calls)

    # What nodes ask

    async def place(self, node: str, ask: CallAsk) -> CallAnswer:
        """Call a channel. Cancelled when the node hangs up: then nothing of the call is left."""
        reach = self._process.reach(ask.device)
        if self._process.assigned.channel(ask.camera, ask.device, ask.channel, node) is None:
            return CallAnswer(step="not_assigned", detail="the channel is no camera of this node")
        if reach is None:
            return CallAnswer(step="not_registered", detail="the device is not registered")
        if self.calls.under_way[node] >= self._bounds.of_node:
            return CallAnswer(step="full", detail="as many calls of this node as there may be are under way")
        call = OpenCall(uuid.uuid4(), node, ask, self._process.clock.monotonic())
        older = self.calls.of_stream(call.key)
        self.calls.enter(call)
        try:
            if older is not None:
                await self._replace(older)
            call.call_id = self._process.endpoint.call_id(reach.peer)
            await state(self._states, call, self._bounds.stated_s)
            if call.outcome.done():
                pass
            elif not await self.calls.room_for(call):
                call.settle(CallAnswer(step="full", detail="as many calls as there may be are under way or stand"))
            elif not call.outcome.done():
                self._invite(call)
            await self._answer_to(call)
            if call.written is not None:
                await asyncio.shield(call.written)
        except BaseException:
            self._give_up(call)
            raise
        if call.outcome.result().step:
            self._give_up(call)
        return call.outcome.result()

    def keep(self, node: str, kept: CallsKept) -> CallsStanding:
        """These are wanted still; which of them are over, and how."""
        ended: dict[UUID, str] = {}
        for id in kept.calls:
            call = self.calls.of(node, id)
            if call is not None:
                call.kept_at = self._process.clock.monotonic()
            else:
                ended[id] = self.calls.how_ended(node, id)
        return CallsStanding(ended=ended)

    def turned_away(self, node: str, path: str) -> None:
        """A request of a node found no room at the desk; of a `keep` it isn't known which calls it named, so all of the node's stay."""
        if path == KEEP_PATH:
            now = self._process.clock.monotonic()
            for call in self.calls:
                if call.node == node:
                    call.kept_at = now

    def end(self, node: str, id: UUID) -> None:
        """A call is wanted no more; one that is over, or somebody else's, is nothing."""
        call = self.calls.of(node, id)
        if call is not None:
            self._give_up(call)

    def key(self, node: str, id: UUID) -> bool:
        """Ask the device for a key picture: IFameCmd of 2016, IFrameCmd of 2022. Whether it was asked."""
        call, now = self.calls.of(node, id), self._process.clock.monotonic()
        if call is None or call.stage is not CallStage.UP or now - call.keyed_at < KEY_APART_S:
            return False
        call.keyed_at = now
        device, channel = call.ask.device, call.ask.channel
        wish = DeviceControl(sn=self._process.number(device), device_id=channel, key_frame=KeyFrameCommand.SEND)
        try:
            asked = self._process.say(device, channel, wish) is not None
        except (Gb28181Refused, Full) as error:
            log.info("calls.no_key_picture", device=device, why=type(error).__name__)
            return False
        self._process.transport.drain()
        return asked

    async def step(self, node: str, step: CallStep) -> StepTaken:
        """Steer a recording that plays; a live call, one that is over and somebody else's are none."""
        call = self.calls.of(node, step.call)
        if call is None or call.stage is not CallStage.UP or not call.recorded:
            return StepTaken(failure="unknown", detail="there is no such call of a recording")
        return await self.player.take(call, step)

    # What happens

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it is the end of a recording (2016 §9.8, J.14)."""
        if not isinstance(message, MediaStatus):
            return False
        if message.ended:
            call = finished(message.device_id, device, self.calls.of_device(device))
            if call is not None:
                self._leave(call, "finished")
                self._process.transport.drain()
        return True

    def hear(self, event: Event) -> bool:
        """An event of the endpoint; True where it was about a call of this room. A `RegistrationChange` is never its own."""
        match event:
            case CallEvent():
                call = self.calls.of_sip(event.call)
                return call is not None and self._called(call, event)
            case Got():
                return self.farewells.hear(event) or self.player.hear(event)
            case RegistrationChange():
                self._changed(event)
        return False

    def tick(self) -> None:
        """Whatever is due: calls that nobody names any more, or that are nobody's by now; ends that are to be told."""
        now = self._process.clock.monotonic()
        late, self._looked_at = now - self._looked_at - LOOK_S, now
        for call in self.calls:
            ask = call.ask
            if late > LATE_S:  # the process was held up, and no `keep` could be served
                call.kept_at = min(now, call.kept_at + late)
            if call.stage is CallStage.UP and now - call.kept_at >= self._bounds.kept_s:
                log.info("calls.not_kept", device=ask.device, channel=ask.channel, node=call.node)
                self._leave(call, "unknown")
            elif self._process.assigned.channel(ask.camera, ask.device, ask.channel, call.node) is None:
                call.settle(CallAnswer(step="not_assigned", detail="the channel is no camera of this node any more"))
                self._leave(call, "gone")
        self.farewells.tick(now)
        self._process.transport.drain()

    async def run(self) -> None:
        """Look each second, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                self.tick()
            except Exception:
                log.exception("calls.look_failed")

    async def stop(self, wait: float = 2.0) -> None:
        """The gateway ends: every call gets its BYE, which is waited for a little. What stays unanswered is in the book."""
        self.reachable.stop()
        for call in self.calls:
            self._leave(call, "gone")
        self._process.transport.drain()
        clock = self._process.clock
        until = clock.monotonic() + wait
        while len(self.farewells) and clock.monotonic() < until:
            await asyncio.sleep(0.02)
        await asyncio.to_thread(self.shelf.close)

    # Making one

    async def _replace(self, older: OpenCall) -> None:
        """The same stream is asked for again: the device is let end the old one first."""
        older.settle(CallAnswer(step="no_answer", detail="the same stream was asked for again"))
        bye = self._leave(older, "taken")
        self._process.transport.drain()
        if bye is not None:
            try:
                async with asyncio.timeout(self._bounds.bye_s):
                    await bye.wait()
            except TimeoutError:
                pass

    def _invite(self, call: OpenCall) -> None:
        process, ask = self._process, call.ask
        reach = process.reach(ask.device)
        if reach is None:
            call.settle(CallAnswer(step="not_registered", detail="the device is not registered any more"))
            return
        self.farewells.hurry(ask.device)
        try:
            call.y = process.ssrc.take(call.recorded, process.clock.wall_us())
            sip = self._begun(call, reach)
        except (NoneLeft, Full):
            call.settle(CallAnswer(step="full", detail="the gateway has no room for a further call"))
        except Gb28181Refused as error:
            call.settle(CallAnswer(step="refused", detail=f"the channel can't be called: {error}"[:300]))
        else:
            self.calls.invited(call, sip)
            process.transport.drain()

    def _begun(self, call: OpenCall, reach: OnlineDevice) -> SipCall:
        process, ask = self._process, call.ask
        body = offer(process.id, ask, call.y, reach.edition)
        more = fields(process.id, ask, call.y)
        invite = process.endpoint.request("INVITE", ask.channel, reach.peer, body, more, call_id=call.call_id)
        return process.endpoint.call(invite, reach.peer, process.clock.monotonic(), ask.device)

    async def _answer_to(self, call: OpenCall) -> None:
        """Wait for what becomes of INVITE: a while for anything, longer where the device said that it tries."""
        bounds = self._bounds
        left = bounds.whole_s - (self._process.clock.monotonic() - call.asked_at)
        await asyncio.wait([call.outcome], timeout=max(0.0, min(bounds.silent_s, left)))
        if not call.outcome.done() and call.sip is not None and call.sip.phase is CallPhase.RINGING:
            await asyncio.wait([call.outcome], timeout=max(0.0, min(bounds.answer_s, left) - bounds.silent_s))
        call.settle(CallAnswer(step="no_answer", detail="the device did not answer the call in time"))

    def _give_up(self, call: OpenCall) -> None:
        self._leave(call, "unknown")
        self._process.transport.drain()

    # What becomes of one

    def _called(self, call: OpenCall, event: CallEvent) -> bool:
        match event.what:
            case "answered" if not event.why:
                self._answered(call, event.message)
            case "refused" if isinstance(event.message, Response):
                status = event.message.status
                call.settle(CallAnswer(step="refused", status=status, detail=refusal(status)))
                self._leave(call, "device")
            case "failed" | "cancelled":
                call.settle(CallAnswer(step="no_answer", detail="the device did not answer the call"))
                self._leave(call, "gone")
            case "ended":
                self._over(call, event.why)
            case "renewed":
                event.call.refuse(488, self._process.clock.monotonic())
            case "info":
                return take_info(self._process, event)
        return True

    def _answered(self, call: OpenCall, message: object) -> None:
        process, ask = self._process, call.ask
        if call.sip is None or call.sip.dialog is None or not isinstance(message, Response):
            return
        row = kept(call.id, ask.device, call.y, call.sip.dialog, process.clock.wall_us())
        call.written = self.shelf.begun(row)
        call.kept_at = process.clock.monotonic()
        self.calls.stands(call)
        try:
            found = agreed(ask, call.y, message.body, call.sip.dialog.peer.host, process.assigned.admits)
        except Gb28181Refused as error:
            call.settle(CallAnswer(step="answer", detail=f"the device's answer brings no video: {error}"[:300]))
            self._leave(call, "device")
            return
        call.settle(
            CallAnswer(
                call=call.id,
                ssrc=found.ssrc,
                address=found.address,
                port=found.port,
                hosts=found.hosts,
                detail=found.remark,
            )
        )

    def _over(self, call: OpenCall, why: str) -> None:
        """The library ended it: the device said BYE, or is away."""
        call.settle(CallAnswer(step="no_answer", detail="the device ended the call before it stood"))
        if why not in _GONE:
            self._drop(call, "device")
            self.farewells.settled(call.id)
            return
        self._drop(call, "gone")
        if call.sip is not None and call.sip.dialog is not None:
            # A BYE has gone to where it was known to be; when it comes back, perhaps from elsewhere, it is told again.
            self.farewells.owe(call.id, call.ask.device, call.sip.dialog)

    def _changed(self, change: RegistrationChange) -> None:
        if change.what in _GONE:
            for call in list(self.calls.of_device(change.id)):
                if call.stage is not CallStage.UP:  # those that stand are ended by the endpoint
                    call.settle(CallAnswer(step="not_registered", detail=away(change.what)))
        if change.what in _BACK:
            self.farewells.back(change.id)
        self.reachable.changed(change)

    def _leave(self, call: OpenCall, why: str) -> asyncio.Event | None:
        """End it on our side, whatever it is at; what is set when the device knows. Twice is once."""
        if call.stage is CallStage.OVER:
            return None
        stage, now = call.stage, self._process.clock.monotonic()
        call.settle(CallAnswer(step="no_answer", detail="the call was given up"))
        self._drop(call, why)
        if call.sip is None:
            return None
        if stage is CallStage.UP and call.sip.dialog is not None:
            bye = call.sip.part(why, now)
            if bye is not None:
                return self.farewells.say(call.id, call.ask.device, call.sip.dialog, bye)
            return None
        call.sip.cancel(now)
        return None

    def _drop(self, call: OpenCall, why: str) -> None:
        if call.stage is CallStage.UP:
            log.info("calls.ended", device=call.ask.device, channel=call.ask.channel, node=call.node, why=why)
        if call.y:
            self._process.ssrc.give_back(call.y, self._process.clock.wall_us())
        self.calls.drop(call, why)

    @property
    def _bounds(self) -> CallBounds:
        return self.calls.bounds


@dataclass(frozen=True)
class CallDesk:
    """The routes under ``/internal/call``."""

    switchboard: Switchboard

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets nodes through, and no one else."""
        return [
            until_hung_up(signed("/internal/call", self.call)),
            *kept_routes(signed, "/internal/call", self.switchboard),
            signed("/internal/call/key", self.key),
            signed("/internal/call/reachable", self.reachable),
            signed("/internal/call/steps", self.step),
        ]

    async def call(self, node: str, body: bytes) -> HttpResponse:
        """Call a channel."""
        ask = read(CallAsk, body)
        if isinstance(ask, HttpResponse):
            return ask
        if wrong := against(ask):
            return JSONResponse({"detail": wrong}, 422)
        return said(await self.switchboard.place(node, ask))

    async def key(self, node: str, body: bytes) -> HttpResponse:
        """A key picture is wanted."""
        end = read(CallEnd, body)
        if isinstance(end, HttpResponse):
            return end
        self.switchboard.key(node, end.call)
        return HttpResponse(status_code=204)

    async def reachable(self, node: str, body: bytes) -> HttpResponse:
        """Which devices can be called again."""
        ask = read(ReachableAsk, body)
        return ask if isinstance(ask, HttpResponse) else said(await self.switchboard.reachable.since(node, ask))

    async def step(self, node: str, body: bytes) -> HttpResponse:
        """A recording is to go on, stand still, go faster or elsewhere."""
        step = read(CallStep, body)
        return step if isinstance(step, HttpResponse) else said(await self.switchboard.step(node, step))
