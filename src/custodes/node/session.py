"""One WebSocket: token first, then channels, until the browser leaves or the grant ends (docs/design/wire.md §5)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from custodes.node.cameras import CameraSet
from custodes.node.channel import WorkerServices
from custodes.node.channels import Channels
from custodes.node.gate import (
    CLOSE_BAD_MESSAGE,
    CLOSE_EXPIRED,
    CLOSE_IN_USE,
    CLOSE_REVOKED,
    CLOSE_TOKEN,
    CLOSE_TOO_MANY,
    Admission,
    Gate,
    TokenRefused,
)
from custodes.node.leases.socket import HelmSocket, SpeechSocket
from custodes.node.socket_line import FAREWELL_SECONDS, Closing, LineLost, SocketLine
from custodes.tls.bounded_http import seat_of
from custodes.traces import span
from custodes.video.wire.token import GrantClaims
from custodes.video.wire.view import BadMessage, TokenMessage, parse_message, parse_speech, worker_message

log = structlog.get_logger(__name__)

TOKEN_WITHIN_SECONDS = 5.0
MESSAGES_PER_SECOND = 50.0
MESSAGES_AT_ONCE = 200.0
MAX_MESSAGE_ERRORS = 20

_STOP_CODES = {"revoked": CLOSE_REVOKED, "expired": CLOSE_EXPIRED, "replaced": CLOSE_IN_USE, "restart": 1012}


@dataclass(frozen=True)
class Stop:
    """Why a view ends."""

    reason: str
    clause: str = ""
    detail: str = ""


@dataclass
class Allowance:
    """A bucket of messages that fills with time: a browser that floods is cut off."""

    at: float
    left: float = MESSAGES_AT_ONCE

    def take(self, now: float) -> bool:
        """Whether one more message is taken at `now`."""
        self.left = min(MESSAGES_AT_ONCE, self.left + (now - self.at) * MESSAGES_PER_SECOND)
        self.at = now
        self.left -= 1
        return self.left >= 0


@dataclass
class ViewSession:
    """One browser's view."""

    socket: WebSocket
    gate: Gate
    cameras: CameraSet
    studio: WorkerServices

    def __post_init__(self) -> None:
        self.line = SocketLine(self.socket)
        self.channels = Channels(self.line, self.cameras, self.studio)
        self._stopped: asyncio.Future[Stop] = asyncio.get_running_loop().create_future()
        self._expiry: asyncio.TimerHandle | None = None
        self._admission: Admission | None = None
        self._errors = 0

    def stop(self, reason: str, clause: str = "", detail: str = "") -> None:
        """End the view: no more media from now on, then say why and close. Returns at once."""
        if not self._stopped.done():
            self.channels.end_leaves(reason)
            self.channels.cut_off(reason)
            self._stopped.set_result(Stop(reason, clause, detail))

    def withhold(self, clause: str, detail: str) -> None:
        """Show no more of what the claims no longer name, and say why on its channels. Returns at once."""
        assert self._admission is not None
        self._take_claims(self._admission.claims)
        self.channels.end_withheld(clause, detail)

    async def run(self) -> None:
        """Serve an accepted socket until its end. Never raises for what the browser does."""
        try:
            await self._enter()
        except (Closing, TokenRefused) as refusal:
            log.info("view.refused", code=refusal.code, why=str(refusal))
            await self.line.close(refusal.code, str(refusal))
            return
        except (LineLost, WebSocketDisconnect):
            return
        with span("node.view", grant=self.line.claims.grant, custodes_index=self.line.claims.index):
            await self._view()

    async def _view(self) -> None:
        receiving = asyncio.create_task(self._receive())
        try:
            waiting: set[asyncio.Future[Any]] = {receiving, self._stopped}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._leave(receiving)

    async def _enter(self) -> None:
        try:
            async with asyncio.timeout(TOKEN_WITHIN_SECONDS):
                message = parse_message(await self.line.next_text())
        except TimeoutError:
            raise Closing(CLOSE_TOKEN, "no token came in time") from None
        except BadMessage as error:
            raise Closing(CLOSE_BAD_MESSAGE, str(error)) from error
        if not isinstance(message, TokenMessage):
            raise Closing(CLOSE_TOKEN, "the first message must be the token")
        admission = self.gate.admit(message.token, self._now(), self.stop, self.withhold)
        self._admission = admission
        seat = seat_of(self.socket.scope)
        if seat is not None:
            seat.admit()
        self._take_claims(admission.claims)
        if self.studio.steering is not None:
            self.channels.helm = HelmSocket(self.studio.steering, admission.claims.grant, self.line.say_quietly)
        if self.studio.floors is not None:
            self.channels.speech = SpeechSocket(self.studio.floors, admission.claims.grant, self.line.say_quietly)
        log.info("view.admitted", grant=str(admission.claims.grant), index=admission.claims.index)
        try:
            await self._say_granted()
        except LineLost:
            self._release()
            raise

    async def _receive(self) -> None:
        """Follow the browser's messages until it leaves or breaks the rules."""
        allowance = Allowance(self.studio.clock.monotonic())
        try:
            while True:
                said = await self.line.next_message()
                if not allowance.take(self.studio.clock.monotonic()):
                    raise Closing(CLOSE_TOO_MANY, "too many messages")
                await self._follow(said)
        except (LineLost, WebSocketDisconnect):
            return
        except (Closing, TokenRefused) as refusal:
            self.channels.cut_off("refused")
            await self.line.close(refusal.code, str(refusal))

    async def _follow(self, said: str | bytes) -> None:
        try:
            if isinstance(said, bytes):
                channel, _, alaw = parse_speech(said)
                self.channels.sound(channel, alaw)
                return
            message = parse_message(said)
        except BadMessage as error:
            self._errors += 1
            if self._errors > MAX_MESSAGE_ERRORS:
                raise Closing(CLOSE_BAD_MESSAGE, "too many messages that can't be followed") from error
            await self.line.say_error(None, str(error))
            return
        if isinstance(message, TokenMessage):
            await self._renew(message.token)
        else:
            await self.channels.follow(message)

    async def _renew(self, token: str) -> None:
        assert self._admission is not None
        self.gate.renew(self._admission, token, self._now())
        self._take_claims(self._admission.claims)
        self.channels.end_withheld("", "")
        await self._say_granted()

    async def _leave(self, receiving: asyncio.Task[None]) -> None:
        """Media has stopped or stops here; then the reason, then the accounts."""
        self.channels.end_leaves("disconnected")
        self.channels.cut_off("disconnected")
        receiving.cancel()
        self._release()
        if self._stopped.done():
            await self._say_farewell(self._stopped.result())
        await self.channels.rest(receiving)
        log.info("view.left", grant=str(self.line.claims.grant))

    def _release(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        if self._admission is not None:
            self.gate.leave(self._admission)
        # Both name this session, which would wait for the garbage collector with all that it holds.
        self._admission = self.channels.helm = self.channels.speech = None

    def _take_claims(self, claims: GrantClaims) -> None:
        self.line.take_claims(claims)
        if self._expiry is not None:
            self._expiry.cancel()
        left = max(0.0, claims.exp - self._now())
        self._expiry = asyncio.get_running_loop().call_later(
            left, self.stop, "expired", "", "the token was not renewed"
        )

    async def _say_granted(self) -> None:
        claims = self.line.claims
        await self.line.send_text(
            worker_message(
                "granted",
                grant=str(claims.grant),
                index=claims.index,
                watermark=claims.watermark,
                sound=[str(camera) for camera in claims.sound],
                now_us=self.studio.clock.wall_us(),
            )
        )

    async def _say_farewell(self, stop: Stop) -> None:
        text = worker_message("stopped", reason=stop.reason, clause=stop.clause, detail=stop.detail)
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self.line.send_text(text)
        except (LineLost, TimeoutError):
            return
        await self.line.close(_STOP_CODES.get(stop.reason, CLOSE_TOKEN), stop.reason)

    def _now(self) -> float:
        return self.studio.clock.wall_us() / 1_000_000
