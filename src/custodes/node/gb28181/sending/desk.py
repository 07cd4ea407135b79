"""What the gateway asks of a worker for upper platforms: make ready, begin, steer, end, keep (docs/design/wire.md §8)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.node.cameras import CameraSet
from custodes.node.channel import WorkerServices
from custodes.node.gate import Admission, Gate, TokenRefused
from custodes.node.gb28181.sending.asking import WorkerQuestions
from custodes.node.gb28181.sending.passed_on import PassedOnSending, platform_of
from custodes.node.gb28181.sending.reading import RecordDesk
from custodes.node.gb28181.sending.recorded import NoSpan, RecordedSending, span_of
from custodes.node.gb28181.sending.sending import LiveSending, Sending
from custodes.node.gb28181.sending.sounding import coding_of
from custodes.node.gb28181.sending.steering import UpperHands
from custodes.node.gb28181.sending.ways import NoWay, SendTransport, way_for
from custodes.node.rooms import Signed
from custodes.video.wire.calls import Session
from custodes.video.wire.sending import (
    SendAsk,
    SendKeyed,
    SendReady,
    SendsKept,
    SendsStanding,
    SendStart,
    SendStep,
    SendStepped,
)
from custodes.video.wire.token import Upper

log = structlog.get_logger(__name__)

KEPT_SECONDS = 30.0
"""What the gateway did not name for so long ends (`SendsKept`)."""
QUIET_SECONDS = 30.0
"""A camera of which nothing was sent for so long ends its call: whoever waits for it is told."""
OF_A_LINK = 100
"""Cameras that one worker sends at once to one upper platform: it takes no other's room."""
RECORDED = 64
"""Recordings that one worker sends at once, of whatever kind: each reads a fragment a second from disks that record meanwhile."""
RECORDED_OF_A_LINK = 48
"""Of these to one upper platform: what it holds still stands as long as it is named."""
DOWNLOADS = 4
"""Recordings that one worker sends at once as downloads: each takes what its receiver takes, up to `pacing.OCTETS_A_SECOND`."""
DOWNLOADS_OF_A_LINK = 2
VERBS: dict[Session, Upper] = {"Play": "live", "Playback": "history", "Download": "download"}
"""What a token has to be for."""
REMEMBERED = 1024
"""Calls whose end is remembered until the gateway has asked."""


@dataclass
class SendDesk:
    """The sendings of one worker.

    Attributes:
        ports: of the worker's own, first and last.
        most: how many may stand at once.
        allow_loopback: an upper may be on this machine (training).
        hands: of upper platforms on this worker's cameras; kept and ended like sendings.
    """

    cameras: CameraSet
    gate: Gate
    studio: WorkerServices
    ports: tuple[int, int]
    most: int
    allow_loopback: bool = False
    hands: UpperHands | None = None
    _calls: dict[UUID, Sending | None] = field(default_factory=dict)
    _ended: dict[UUID, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._calls)

    def gateway_routes(self, signed: Signed) -> list[Route]:
        """Its routes, each signed by the gateway."""
        return [
            Route("/internal/send", signed(self._ask), methods=["POST"]),
            Route("/internal/send/start", signed(self._start), methods=["POST"]),
            Route("/internal/send/end", signed(self._end), methods=["POST"]),
            Route("/internal/send/keep", signed(self._keep), methods=["POST"]),
            Route("/internal/send/steps", signed(self._step), methods=["POST"]),
            Route("/internal/send/key", signed(self._key), methods=["POST"]),
            *RecordDesk(self.cameras, self.gate, self.studio).routes(signed),
            *(
                (*self.hands.routes(signed), *WorkerQuestions(self.hands).routes(signed))
                if self.hands is not None
                else ()
            ),
        ]

    async def make_ready(self, ask: SendAsk) -> SendReady:
        """Make ready to send; nothing goes before `start`."""
        if ask.call in self._calls or ask.call in self._ended:
            return SendReady(step="not_granted", detail="a call of this id was made before")
        if len(self._calls) >= self.most:
            return SendReady(step="full", detail=f"{self.most} cameras are sent from this worker already")
        self._calls[ask.call] = None
        try:
            return await self._make_ready(ask)
        finally:
            if self._calls.get(ask.call, ...) is None:
                del self._calls[ask.call]

    def start(self, call: UUID) -> bool:
        """Pictures go; whether there is such a call."""
        sending = self._calls.get(call)
        if sending is None or sending.over:
            return False
        sending.start()
        return True

    async def end(self, call: UUID) -> bool:
        """Pictures stop, and their account is closed; whether there was such a call."""
        sending = self._calls.get(call)
        if sending is None:
            if self.hands is not None and await self.hands.end(call):
                return True
            return self._ended.pop(call, None) is not None
        sending.end("", "closed")
        await sending.ended()
        return True

    def keep(self, calls: tuple[UUID, ...]) -> SendsStanding:
        """These are wanted still; which of them are no more."""
        now, ended = self.studio.clock.monotonic(), {}
        for call in calls:
            sending = self._calls.get(call)
            if sending is not None and sending.over:  # its account is being closed
                ended[call] = sending.why or "unknown"
            elif sending is not None:
                sending.kept_at = now
            elif call not in self._calls:
                why = self.hands.keep(call) if self.hands is not None else "unknown"
                if why:
                    ended[call] = self._ended.get(call, why)
        return SendsStanding(ended=ended)

    async def step(self, step: SendStep) -> SendStepped:
        """A recording is steered."""
        sending = self._calls.get(step.call)
        if not isinstance(sending, RecordedSending) or sending.over:
            return SendStepped(status=454)
        return await sending.step(step)

    def key(self, call: UUID) -> SendKeyed:
        """An upper wants a key picture of the live picture that it is sent."""
        sending = self._calls.get(call)
        if not isinstance(sending, LiveSending) or sending.over or sending.sent_at is None:
            return SendKeyed(step="not_here")
        keys = self.studio.key_frames
        return SendKeyed() if keys is not None and keys.wanted(sending.camera) else SendKeyed(step="full")

    def look(self) -> None:
        """End what the gateway does not name any more, and what has nothing to send. Each second."""
        if self.hands is not None:
            self.hands.look()
        now = self.studio.clock.monotonic()
        for sending in [sending for sending in self._calls.values() if sending is not None]:
            if now - sending.kept_at > KEPT_SECONDS:
                log.info("send.not_kept", camera=str(sending.camera.id))
                sending.end("unknown", "expired")
            elif sending.quiet(QUIET_SECONDS):
                sending.end("no_picture", "closed")

    async def run(self) -> None:
        """Look each second, until cancelled."""
        while True:
            await asyncio.sleep(1)
            self.look()

    async def stop(self) -> None:
        """The worker ends: close all accounts."""
        standing = [sending for sending in self._calls.values() if sending is not None]
        for sending in standing:
            sending.end("", "restart")
        await asyncio.gather(*(sending.ended() for sending in standing))

    async def _make_ready(self, ask: SendAsk) -> SendReady:
        stop = _Stop()
        try:
            span = span_of(ask)
            admission = self.gate.admit_sending(
                ask.token, self.studio.clock.wall_us() / 1_000_000, stop.revoke, stop.withhold, VERBS[ask.session], span
            )
        except (NoSpan, TokenRefused) as error:
            log.info("send.refused", why=str(error))
            return SendReady(step="not_granted", detail=str(error)[:200])
        link = admission.claims.sub
        if sum(one is not None and one.admission.claims.sub == link for one in self._calls.values()) >= OF_A_LINK:
            self.gate.leave(admission)
            return SendReady(step="full", detail=f"{OF_A_LINK} cameras are sent to this platform already")
        if span is not None and self._no_room(link, download=ask.session == "Download"):
            self.gate.leave(admission)
            return SendReady(step="full", detail="as many recordings are sent from this worker as may be")
        try:
            made = self._made(ask, span, admission)
        except NoWay as error:
            self.gate.leave(admission)
            return SendReady(step="port", detail=str(error)[:200])
        if isinstance(made, SendReady):
            self.gate.leave(admission)
            return made
        sending = self._calls[ask.call] = stop.sending = made
        sending.silent = not ask.sound
        if await sending.ready():
            log.info("send.ready", camera=str(sending.camera.id), grant=str(admission.claims.grant), way=ask.way)
            coding = coding_of(sending.sound)
            return SendReady(
                address=sending.way.address,
                port=sending.way.port,
                picture=sending.codec.value if sending.codec is not None else "",
                sound=coding.value if coding is not None else "",
            )
        self._ended.pop(ask.call, None)
        if sending.why == "revoked":
            return SendReady(step="not_granted", detail="the grant was taken back")
        if isinstance(sending, PassedOnSending) and sending.busy:
            return SendReady(
                step="full", detail="the platform below sends as much of it, or of its recordings, as it may"
            )
        none = "nothing is recorded there" if span else f"no picture comes: {sending.camera.present_state.state}"
        return SendReady(step="no_picture", detail=none)

    def _no_room(self, link: str, *, download: bool) -> bool:
        """Whether no more recordings may be sent, of this kind, to this link."""
        recorded = [one for one in self._calls.values() if isinstance(one, RecordedSending)]
        links = [one.admission.claims.sub for one in recorded if one.download]
        if download and (len(links) >= DOWNLOADS or links.count(link) >= DOWNLOADS_OF_A_LINK):
            return True
        of_link = sum(one.admission.claims.sub == link for one in recorded)
        return len(recorded) >= RECORDED or of_link >= RECORDED_OF_A_LINK

    def _made(self, ask: SendAsk, span: tuple[int, int] | None, admission: Admission) -> Sending | SendReady:
        """Raises `NoWay`."""
        camera = self.cameras.get(admission.claims.cameras[0])
        if camera is None:
            return SendReady(step="not_here", detail="this worker does not have the camera")
        if camera.dark and span is None:
            return SendReady(step="no_picture", detail="a plan forbids to take anything in of the camera now (S10(3))")
        devices = self.studio.devices
        below = devices if span is not None and devices is not None and devices.passes_on(camera) else None
        if below is not None and ask.session == "Download" and self._fetches(platform_of(camera)):
            return SendReady(step="full", detail="the platform below sends one download at a time")
        way: SendTransport = way_for(ask, self.ports, allow_loopback=self.allow_loopback)
        if span is not None and below is not None:
            return PassedOnSending(ask, span, camera, admission, way, self.studio, self._is_over, below)
        if span is not None:
            return RecordedSending(ask, span, camera, admission, way, self.studio, self._is_over)
        return LiveSending(ask.call, camera, admission, way, ask.ssrc, self.studio, self._is_over)

    def _fetches(self, platform: str) -> bool:
        """Whether this worker fetches from a platform below for one above: the gateway would keep a second one waiting until it is too late."""
        passed_on = [one for one in self._calls.values() if isinstance(one, PassedOnSending)]
        return any(one.download and one.platform == platform for one in passed_on)

    def _is_over(self, sending: Sending) -> None:
        self.gate.leave(sending.admission)
        self._calls.pop(sending.call, None)
        log.info("send.over", camera=str(sending.camera.id), why=sending.why)
        if sending.why:
            self._ended[sending.call] = sending.why
            while len(self._ended) > REMEMBERED:
                del self._ended[next(iter(self._ended))]

    async def _ask(self, _request: Request, body: bytes) -> Response:
        ready = await self.make_ready(SendAsk.model_validate_json(body))
        return Response(ready.model_dump_json(), media_type="application/json")

    async def _start(self, _request: Request, body: bytes) -> Response:
        return Response(status_code=204 if self.start(SendStart.model_validate_json(body).call) else 404)

    async def _end(self, _request: Request, body: bytes) -> Response:
        return Response(status_code=204 if await self.end(SendStart.model_validate_json(body).call) else 404)

    async def _keep(self, _request: Request, body: bytes) -> Response:
        standing = self.keep(SendsKept.model_validate_json(body).calls)
        return Response(standing.model_dump_json(), media_type="application/json")

    async def _step(self, _request: Request, body: bytes) -> Response:
        stepped = await self.step(SendStep.model_validate_json(body))
        return Response(stepped.model_dump_json(), media_type="application/json")

    async def _key(self, _request: Request, body: bytes) -> Response:
        keyed = self.key(SendStart.model_validate_json(body).call)
        return Response(keyed.model_dump_json(), media_type="application/json")


@dataclass
class _Stop:
    """What the gate calls when the grant, or this camera of it, is taken back."""

    sending: Sending | None = None

    def revoke(self, reason: str, _clause: str, _detail: str) -> None:
        """The grant is over, or the worker."""
        if self.sending is not None:
            self.sending.end("revoked" if reason == "revoked" else "", reason)

    def withhold(self, _clause: str, _detail: str) -> None:
        """Its one camera is out of the grant."""
        if self.sending is not None:
            self.sending.end("revoked", "revoked")
