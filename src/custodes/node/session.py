"""One WebSocket: token first, then channels, until the browser leaves or the grant ends (docs/design/wire.md §5)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from custodes.node.bounds import Bounds
from custodes.node.cameras import CameraSet, CameraState
from custodes.node.channel import Channel, Feed, LineLost, Studio
from custodes.node.feed_burnt import feed_burnt
from custodes.node.feed_still import feed_still
from custodes.node.gate import (
    CLOSE_BAD_MESSAGE,
    CLOSE_EXPIRED,
    CLOSE_IN_USE,
    CLOSE_REVOKED,
    CLOSE_TOKEN,
    CLOSE_TOO_MANY,
    Admission,
    Gate,
    Refused,
)
from custodes.node.run_channel import ChannelRun, feed_picture
from custodes.node.steering.socket import HelmSocket
from custodes.traces import span
from custodes.video.burn.burner import Region
from custodes.video.playback.pace import StillPace
from custodes.video.wire.token import GrantClaims
from custodes.video.wire.view import (
    BadMessage,
    ChannelMessage,
    CloseMessage,
    ControlMessage,
    EnlargeMessage,
    HelmMessage,
    OpenMessage,
    PauseMessage,
    PositionMessage,
    RateMessage,
    ResumeMessage,
    SeekMessage,
    SoundMessage,
    SteerMessage,
    StillMessage,
    TokenMessage,
    parse_message,
    worker_message,
)

log = structlog.get_logger(__name__)

TOKEN_WITHIN_SECONDS = 5.0
FAREWELL_SECONDS = 1.0
"""A browser that takes nothing any more is not waited for longer than this when the view has to stop."""

MAX_CHANNELS = 64
STILLS_PER_SECOND = 4.0
"""As fast as a hand that rests here and there."""

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
class Running:
    """A channel and its task."""

    run: ChannelRun
    task: asyncio.Task[None]


class Closing(Exception):
    """The socket is to be closed with `code`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass
class ViewSession:
    """The `Line` of its channels."""

    socket: WebSocket
    gate: Gate
    cameras: CameraSet
    studio: Studio
    claims: GrantClaims = field(init=False)
    bounds: Bounds = field(init=False)
    still_pace: StillPace = field(init=False, default_factory=lambda: StillPace(STILLS_PER_SECOND))

    def __post_init__(self) -> None:
        self._channels: dict[int, Running] = {}
        self._stopped: asyncio.Future[Stop] = asyncio.get_running_loop().create_future()
        self._expiry: asyncio.TimerHandle | None = None
        self._admission: Admission | None = None
        self._errors = 0
        self._said: set[asyncio.Task[None]] = set()
        self._helm: HelmSocket | None = None

    # -- the line that channels send on --------------------------------------------------------------------------

    async def send_text(self, text: str) -> None:
        """Send one text message. Raises `LineLost`."""
        with _line():
            await self.socket.send_text(text)

    async def send_bytes(self, data: bytes) -> None:
        """Send one binary message. Raises `LineLost`."""
        with _line():
            await self.socket.send_bytes(data)

    # -- the session ---------------------------------------------------------------------------------------------

    def stop(self, reason: str, clause: str = "", detail: str = "") -> None:
        """End the view: no more media from now on, then say why and close. Returns at once."""
        if not self._stopped.done():
            self._leave_helm(reason)
            self._cancel_channels(reason)
            self._stopped.set_result(Stop(reason, clause, detail))

    def withhold(self, clause: str, detail: str) -> None:
        """Show no more of what the claims no longer name, and say why on its channels. Returns at once."""
        assert self._admission is not None
        self._take_claims(self._admission.claims)
        self._end_withheld(clause, detail)

    async def run(self) -> None:
        """Serve an accepted socket until its end. Never raises for what the browser does."""
        try:
            await self._enter()
        except (Closing, Refused) as refusal:
            log.info("view.refused", code=refusal.code, why=str(refusal))
            await self._close(refusal.code, str(refusal))
            return
        except (LineLost, WebSocketDisconnect):
            return
        with span("node.view", grant=self.claims.grant, custodes_index=self.claims.index):
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
                message = parse_message(await self._next_text())
        except TimeoutError:
            raise Closing(CLOSE_TOKEN, "no token came in time") from None
        except BadMessage as error:
            raise Closing(CLOSE_BAD_MESSAGE, str(error)) from error
        if not isinstance(message, TokenMessage):
            raise Closing(CLOSE_TOKEN, "the first message must be the token")
        admission = self.gate.admit(message.token, self._now(), self.stop, self.withhold)
        self._admission = admission
        self._take_claims(admission.claims)
        if self.studio.steering is not None:
            self._helm = HelmSocket(self.studio.steering, admission.claims.grant, self._say_quietly)
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
                text = await self._next_text()
                if not allowance.take(self.studio.clock.monotonic()):
                    raise Closing(CLOSE_TOO_MANY, "too many messages")
                await self._follow(text)
        except (LineLost, WebSocketDisconnect):
            return
        except (Closing, Refused) as refusal:
            self._cancel_channels("refused")
            await self._close(refusal.code, str(refusal))

    async def _follow(self, text: str) -> None:
        try:
            message = parse_message(text)
        except BadMessage as error:
            self._errors += 1
            if self._errors > MAX_MESSAGE_ERRORS:
                raise Closing(CLOSE_BAD_MESSAGE, "too many messages that can't be followed") from error
            await self._say_error(None, str(error))
            return
        if isinstance(message, TokenMessage):
            await self._renew(message.token)
        elif isinstance(message, OpenMessage):
            await self._open(message, feed_burnt if self.claims.burnt else feed_picture)
        elif isinstance(message, StillMessage):
            await self._still(message)
        elif isinstance(message, SteerMessage | ControlMessage):
            await self._take_helm(message)
        else:
            await self._steer(message)

    async def _take_helm(self, message: HelmMessage) -> None:
        """Steering is by what is seen: on the channel of a live picture, under its grant."""
        running = self._channels.get(message.channel)
        live = running is not None and not running.run.stills and running.run.channel.target is None
        if running is None or not live or self._helm is None or not self.bounds.live:
            await self._say_error(message.channel, "only a camera whose live picture is open here is steered")
            return
        self._helm.follow(message, running.run.channel.camera.id)

    def _leave_helm(self, reason: str) -> None:
        if self._helm is not None:
            self._helm.leave(reason)

    async def _renew(self, token: str) -> None:
        assert self._admission is not None
        self.gate.renew(self._admission, token, self._now())
        self._take_claims(self._admission.claims)
        self._end_withheld("", "")
        await self._say_granted()

    def _end_withheld(self, clause: str, detail: str) -> None:
        for number, running in self._channels.items():
            camera = running.run.channel.camera.id
            if camera in self.bounds.cameras or running.task.cancelling():
                continue
            if self._helm is not None:
                self._helm.leave_camera(camera, "revoked")
            running.run.reason = "revoked"
            running.task.cancel()
            self._say_later(self._say_withheld(number, running.task, clause, detail))

    async def _still(self, message: StillMessage) -> None:
        """One picture of another time. A socket has one channel of them: whoever opens more gets no more."""
        if self.claims.burnt:
            await self._say_error(message.channel, "the grant opens no single pictures")
            return
        running = self._channels.get(message.channel)
        if running is not None and running.run.stills and running.run.channel.camera.id == message.camera:
            running.run.channel.turn(message.at, None)
            return
        for number in [number for number, other in self._channels.items() if other.run.stills]:
            await self._shut(number)
        wish = message.model_dump(include={"channel", "camera", "at", "codecs"})
        await self._open(OpenMessage(type="open", **wish), feed_still)

    async def _open(self, message: OpenMessage, feed: Feed) -> None:
        camera = self.cameras.get(message.camera)
        if message.camera not in self.bounds.cameras or camera is None:
            # One answer for both: who has no grant for a camera learns nothing about it.
            await self._say_error(message.channel, "the grant does not open this camera here")
            return
        await self._shut(message.channel)
        if len(self._channels) >= MAX_CHANNELS:
            raise Closing(CLOSE_TOO_MANY, f"more than {MAX_CHANNELS} channels")
        run = ChannelRun(Channel(message, self, camera, self.studio), feed)
        task = asyncio.create_task(self._run_channel(run))
        self._channels[message.channel] = Running(run, task)

    async def _run_channel(self, run: ChannelRun) -> None:
        channel = run.channel

        def tell(state: CameraState) -> None:
            if channel.target is None and not run.stills:
                self._say_later(self._say_state(channel, state))

        channel.camera.on_state.add(tell)
        turns = channel.camera.assignment.onvif is not None and channel.camera.assignment.onvif.turns
        hear_no_more = (
            self._helm.watch(channel.number, channel.camera.id)
            if self._helm is not None and turns and not run.stills
            else lambda: None
        )
        try:
            await run.run()
        finally:
            hear_no_more()
            channel.camera.on_state.discard(tell)
            self._forget(run)

    def _forget(self, run: ChannelRun) -> None:
        """The channel has ended. A name for its task in the task's own frame would keep both, and its pictures."""
        running = self._channels.get(run.channel.number)
        if running is not None and running.run is run:
            del self._channels[run.channel.number]

    async def _steer(self, message: ChannelMessage) -> None:
        running = self._channels.get(message.channel)
        if running is None:
            if not isinstance(message, CloseMessage | PositionMessage):  # these may cross with an `end`
                await self._say_error(message.channel, "the channel is not open")
            return
        channel = running.run.channel
        if running.run.stills and not isinstance(message, CloseMessage | PositionMessage):
            await self._say_error(message.channel, "the channel shows stills: it is asked with `still`, or closed")
            return
        match message:
            case SeekMessage():
                channel.turn(message.at, message.rate)
            case RateMessage():
                channel.set_rate(message.rate)
            case PauseMessage():
                channel.set_paused(True)
            case ResumeMessage():
                channel.set_paused(False)
            case SoundMessage():
                await self._hear(channel, message.on)
            case PositionMessage():
                channel.report(message.at)
            case EnlargeMessage():
                await self._enlarge(channel, message)
            case CloseMessage():
                await self._shut(message.channel)

    async def _hear(self, channel: Channel, on: bool) -> None:
        """Sound is for whoever's grant names the camera for it; to anybody else it is denied, and said so."""
        channel.hears = on and channel.camera.id in self.claims.sound
        if on and not channel.hears:
            log.info("view.sound_denied", grant=str(self.claims.grant), camera=str(channel.camera.id))
            await self._say_error(channel.number, "the grant does not let this camera be heard")

    async def _enlarge(self, channel: Channel, message: EnlargeMessage) -> None:
        """Only what is burnt is enlarged here; a browser does it for itself with the others."""
        if not self.claims.burnt:
            await self._say_error(channel.number, "only supervised pictures are enlarged here")
            return
        channel.enlarge(Region(message.left, message.top, message.width, message.height), message.at)

    async def _shut(self, number: int) -> None:
        running = self._channels.pop(number, None)
        if running is not None:
            running.task.cancel()
            await asyncio.gather(running.task, return_exceptions=True)

    async def _leave(self, receiving: asyncio.Task[None]) -> None:
        """Media has stopped or stops here; then the reason, then the accounts."""
        self._leave_helm("disconnected")
        self._cancel_channels("disconnected")
        receiving.cancel()
        self._release()
        if self._stopped.done():
            await self._say_farewell(self._stopped.result())
        tasks = [running.task for running in self._channels.values()]
        await asyncio.gather(*tasks, receiving, *self._said, return_exceptions=True)
        log.info("view.left", grant=str(self.claims.grant))

    def _release(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        if self._admission is not None:
            self.gate.leave(self._admission)
        # Both name this session, which would wait for the garbage collector with all that it holds.
        self._admission = self._helm = None

    def _cancel_channels(self, reason: str) -> None:
        for running in self._channels.values():
            if not running.task.cancelling():
                running.run.reason = reason
                running.task.cancel()

    def _take_claims(self, claims: GrantClaims) -> None:
        self.claims = claims
        self.bounds = Bounds.of(claims)
        if self._expiry is not None:
            self._expiry.cancel()
        left = max(0.0, claims.exp - self._now())
        self._expiry = asyncio.get_running_loop().call_later(
            left, self.stop, "expired", "", "the token was not renewed"
        )

    # -- words ---------------------------------------------------------------------------------------------------

    async def _say_granted(self) -> None:
        claims = self.claims
        await self.send_text(
            worker_message(
                "granted",
                grant=str(claims.grant),
                index=claims.index,
                watermark=claims.watermark,
                sound=[str(camera) for camera in claims.sound],
                now_us=self.studio.clock.wall_us(),
            )
        )

    async def _say_error(self, channel: int | None, detail: str) -> None:
        await self.send_text(worker_message("error", channel=channel, detail=detail))

    async def _say_quietly(self, text: str) -> None:
        with suppress(LineLost):
            await self.send_text(text)

    def _say_later(self, saying: Coroutine[Any, Any, None]) -> None:
        said = asyncio.create_task(saying)
        self._said.add(said)
        said.add_done_callback(self._said.discard)

    async def _say_withheld(self, number: int, ending: asyncio.Task[None], clause: str, detail: str) -> None:
        """Media has stopped by then; a browser that opened the number anew meanwhile knows."""
        await asyncio.gather(ending, return_exceptions=True)
        if number not in self._channels:
            await self._say_quietly(
                worker_message("end", channel=number, reason="revoked", clause=clause, detail=detail)
            )

    async def _say_state(self, channel: Channel, state: CameraState) -> None:
        try:
            await channel.say_state(state)
        except LineLost:
            return

    async def _say_farewell(self, stop: Stop) -> None:
        text = worker_message("stopped", reason=stop.reason, clause=stop.clause, detail=stop.detail)
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self.send_text(text)
        except (LineLost, TimeoutError):
            return
        await self._close(_STOP_CODES.get(stop.reason, CLOSE_TOKEN), stop.reason)

    async def _close(self, code: int, reason: str) -> None:
        if self.socket.application_state is not WebSocketState.CONNECTED:
            return
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                with _line():
                    # RFC 6455 §5.5: a control frame's payload is 125 bytes at most, two of them the code.
                    await self.socket.close(code, reason.encode()[:120].decode(errors="ignore"))
        except (LineLost, TimeoutError):
            return

    async def _next_text(self) -> str:
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text = message.get("text")
        if not isinstance(text, str):
            raise Closing(CLOSE_BAD_MESSAGE, "browsers send text only")
        return text

    def _now(self) -> float:
        return self.studio.clock.wall_us() / 1_000_000


@contextmanager
def _line() -> Iterator[None]:
    """What Starlette and uvicorn raise when the browser is gone, under one name."""
    try:
        yield
    except (WebSocketDisconnect, OSError, RuntimeError) as error:
        raise LineLost from error
