"""What web and gateway may ask of a worker: ``/internal/…``, each request signed (docs/design/wire.md §3, §8)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import structlog
from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from custodes.node.accounts import account_for_still
from custodes.node.assignment import NodeTrust
from custodes.node.cameras import CameraSet
from custodes.node.channel import WorkerServices
from custodes.node.disk import Disk
from custodes.node.gate import CLOSE_ORIGIN, Gate, TokenRefused
from custodes.node.handing import HandingDesk
from custodes.node.journal import Journal
from custodes.node.making import way_of
from custodes.node.masking.desk import MaskingDesk
from custodes.node.prober import Prober, TooManyProbes
from custodes.node.rooms import Handler, NodeRooms
from custodes.node.session import ViewSession
from custodes.tls.files import TlsFiles
from custodes.tls.server import InnerServer, inner_server, listen_and_serve
from custodes.video.archive.archive import Archive
from custodes.video.clock import HostClock
from custodes.video.still import NoStill, still_jpeg
from custodes.video.unit import AccessUnit
from custodes.video.wire.arrivals import Arrivals, ArrivalsAsk
from custodes.video.wire.assignment import Certificate, Transport
from custodes.video.wire.control import InvalidRequest, UsedSignature
from custodes.video.wire.seal import Unsealable
from custodes.video.wire.signed_http import serve_signed
from custodes.video.wire.view import SUBPROTOCOL

log = structlog.get_logger(__name__)


MAX_BODY_BYTES = 256 * 1024
BODY_SECONDS = 60
"""A body that comes more slowly is given up: the next large one waits for it."""


class ProbeRequest(BaseModel):
    """``POST /internal/probe``."""

    camera: UUID
    url: Annotated[str, Field(max_length=2000)]
    username: Annotated[str, Field(max_length=200)] = ""
    sealed_password: Annotated[str, Field(max_length=4000)] = ""
    transport: Transport = "tcp"
    certificate: Certificate = ""
    reencode: bool = False


class StillRequest(BaseModel):
    """``POST /internal/still``."""

    token: Annotated[str, Field(max_length=8192)]


class RevokeRequest(BaseModel):
    """``POST /internal/revoke``; with `cameras` these alone are taken out of the grants, and the others go on."""

    grants: Annotated[list[UUID], Field(max_length=10_000)]
    reason: Annotated[str, Field(max_length=1000)] = ""
    clause: Annotated[str, Field(max_length=200)] = ""
    cameras: Annotated[list[UUID], Field(max_length=10_000)] = []


@dataclass(frozen=True)
class ControlRoom:
    """Serves the web's requests, and the gateway's for upper platforms."""

    trust: NodeTrust
    gate: Gate
    cameras: CameraSet
    archive: Archive
    prober: Prober
    journal: Journal
    disk: Disk
    clock: HostClock
    unseal: Callable[[str], str]
    zone: str
    handing: HandingDesk
    masking: MaskingDesk
    rooms: NodeRooms
    _large: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    def routes(self) -> list[Route]:
        """The routes under ``/internal``."""
        return [
            *(route for desk in self.rooms.of_web for route in desk.routes(self._signed)),
            *(route for desk in self.rooms.of_gateway for route in desk.gateway_routes(self._signed_by_gateway)),
            Route("/internal/probe", self._signed(self.probe), methods=["POST"]),
            Route("/internal/still", self._signed(self.still), methods=["POST"]),
            Route("/internal/revoke", self._signed(self.revoke), methods=["POST"]),
            Route("/internal/timeline", self._signed(self.timeline), methods=["GET"]),
            Route("/internal/arrivals", self._signed(self.arrivals), methods=["POST"]),
            Route("/internal/completeness", self._signed(self.completeness), methods=["GET"]),
            Route("/internal/forecast", self._signed(self.forecast), methods=["GET"]),
        ]

    async def probe(self, request: Request, body: bytes) -> Response:
        """Say what is behind a camera's address, or what failed."""
        wish = ProbeRequest.model_validate_json(body)
        if self._is_dark(wish.camera):
            return _failed("not_allowed", "nothing may be taken in of this camera now: a plan forbids it (S10(3))")
        try:
            password = self.unseal(wish.sealed_password) if wish.sealed_password else ""
        except Unsealable as error:
            return _failed("password", str(error))
        try:
            found = await self.prober.run(
                wish.camera,
                wish.url,
                way_of(wish.username, password, wish.transport, wish.certificate, reencode=wish.reencode),
            )
        except TooManyProbes as error:
            return JSONResponse({"detail": str(error)}, 429)
        if found is None:
            return _failed("busy", "other addresses are being tried; try again in a moment")
        if not found.ok:
            return _failed(found.failure or "protocol", found.detail, found.certificate)
        return JSONResponse(
            {
                "ok": True,
                "codec": found.codec.value if found.codec else "",
                "width": found.width,
                "height": found.height,
                "frame_rate": found.frame_rate,
                "bitrate": found.bitrate,
            }
        )

    async def still(self, request: Request, body: bytes) -> Response:
        """One still of the camera that the token names."""
        wish = StillRequest.model_validate_json(body)
        try:
            claims = self.gate.admit_still(wish.token, self.clock.wall_us() / 1_000_000)
        except TokenRefused as error:
            return JSONResponse({"detail": str(error)}, 403)
        camera_id = claims.cameras[0]
        camera = self.cameras.get(camera_id)
        unit: AccessUnit | None = None
        if not self._is_dark(camera_id):
            unit = self.prober.take_key_frame(camera_id) or (camera.key_frame if camera is not None else None)
        if unit is None:
            return JSONResponse({"detail": "no picture of this camera is at hand; probe it first"}, 404)
        try:
            picture = await self.disk.run(still_jpeg, unit)
        except NoStill as error:
            return JSONResponse({"detail": str(error)}, 422)
        try:
            await self.disk.run(account_for_still, self.journal, claims, unit.wall_us, len(picture), self.clock)
        except sqlite3.Error as error:
            log.error("still.not_accounted", camera=str(camera_id), why=type(error).__name__)
            return JSONResponse({"detail": "the look could not be written down, so it is not shown"}, 503)
        log.info("still.sent", camera=str(camera_id), grant=str(claims.grant), index=claims.index)
        return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    def _is_dark(self, camera: UUID) -> bool:
        known = self.cameras.get(camera)
        return known is not None and known.dark

    async def revoke(self, request: Request, body: bytes) -> Response:
        """End grants now, or what they show of some cameras."""
        wish = RevokeRequest.model_validate_json(body)
        now = self.clock.wall_us() / 1_000_000
        if wish.cameras:
            narrowed = self.gate.withhold(wish.grants, wish.cameras, wish.reason, wish.clause, now)
            log.info("cameras.withheld", cameras=len(wish.cameras), views_narrowed=narrowed, clause=wish.clause)
            self.masking.take_back(wish.grants, wish.cameras)
            await self.handing.take_back(wish.grants, wish.cameras)
            return Response(status_code=204)
        stopped = self.gate.revoke(wish.grants, wish.reason, wish.clause, now)
        self.masking.take_back(wish.grants)
        await self.handing.take_back(wish.grants)
        log.info("grants.revoked", grants=len(wish.grants), views_stopped=stopped, clause=wish.clause)
        return Response(status_code=204)

    async def timeline(self, request: Request, body: bytes) -> Response:
        """Runs, gaps and holds of a camera."""
        query = request.query_params
        camera, from_us, to_us = UUID(query["camera"]), int(query["from"]), int(query["to"])
        return JSONResponse(await self.disk.run(self._timeline, camera, from_us, to_us))

    async def arrivals(self, request: Request, body: bytes) -> Response:
        """Of which cameras footage arrived lately, all at one go."""
        ask = ArrivalsAsk.model_validate_json(body)
        answer = await self.disk.run(self._arrivals, ask)
        return Response(answer.model_dump_json(), media_type="application/json")

    async def completeness(self, request: Request, body: bytes) -> Response:
        """The account of a camera's local day."""
        camera, day = UUID(request.query_params["camera"]), date.fromisoformat(request.query_params["day"])
        account = await self.disk.run(self.archive.completeness, camera, day, self.zone)
        return JSONResponse(
            {"recorded_us": account.recorded_us, "owed_us": account.owed_us, "reasons": account.reasons}
        )

    async def forecast(self, request: Request, body: bytes) -> Response:
        """How long the volumes last."""
        volumes = await self.disk.run(self.archive.forecast)
        return JSONResponse({"volumes": [asdict(volume) for volume in volumes]})

    def _arrivals(self, ask: ArrivalsAsk) -> Arrivals:
        now_us = self.clock.wall_us()
        ends = {
            camera: max((end for _begin, end in self.archive.runs(camera, now_us - ask.back_us, now_us)), default=0)
            for camera in ask.cameras
        }
        return Arrivals(last={camera: end for camera, end in ends.items() if end}, now_us=now_us)

    def _timeline(self, camera: UUID, from_us: int, to_us: int) -> dict[str, Any]:
        return {
            "runs": self.archive.runs(camera, from_us, to_us),
            "gaps": self.archive.gaps(camera, from_us, to_us),
            "held": self.archive.held(camera, from_us, to_us),
            "filled": self.archive.filled(camera, from_us, to_us),
            "now_us": self.clock.wall_us(),
        }

    def _signed(self, handler: Handler, most: int = MAX_BODY_BYTES) -> Callable[[Request], Awaitable[Response]]:
        """Serve what the web signed."""
        return self._admitted(self.trust.admit_request, handler, most)

    def _signed_by_gateway(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Serve what the gateway of the assignment signed."""
        return self._admitted(self.trust.admit_gateway, handler, MAX_BODY_BYTES)

    def _admitted(
        self, admit: Callable[[str, float], UsedSignature], handler: Handler, most: int
    ) -> Callable[[Request], Awaitable[Response]]:
        """Serve what was signed. Nothing of an unsigned body is read, and of the large ones one at a time: the worker records."""

        async def serve(request: Request) -> Response:
            try:
                signature = admit(request.headers.get("authorization", ""), self.clock.wall_us() / 1_000_000)
                async with self._large if most > MAX_BODY_BYTES else nullcontext():
                    return await serve_signed(
                        *(request, signature, most, BODY_SECONDS), lambda body: self._answered(handler, request, body)
                    )
            except InvalidRequest as error:
                log.warning("control.refused", path=request.url.path, why=str(error))
                return JSONResponse({"detail": str(error)}, 401)

        return serve

    async def _answered(self, handler: Handler, request: Request, body: bytes) -> Response:
        try:
            return await handler(request, body)
        except ValidationError:
            raise
        except KeyError:
            return JSONResponse({"detail": "no such camera here, or a parameter is missing"}, 404)
        except (ValueError, OverflowError):
            return JSONResponse({"detail": "a parameter has the wrong form"}, 422)


def _failed(failure: str, detail: str, certificate: str = "") -> Response:
    return JSONResponse({"ok": False, "failure": failure, "detail": detail, "certificate": certificate})


SEND_BUFFER_BYTES = 512 * 1024
"""What the kernel may hold for one browser: past that a slow one is known to be slow, and gets the newest pictures."""


def make_server(app: Starlette, tls: TlsFiles | None = None) -> InnerServer:
    """A server for `app`, run by `serve`."""
    return inner_server(
        app,
        tls,
        "worker",
        ws_max_size=64 * 1024,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        # Coded pictures don't compress; trying to costs more than sending them.
        ws_per_message_deflate=False,
    )


async def serve(server: InnerServer, host: str, port: int) -> None:
    """Listen and serve until `should_exit`."""
    await listen_and_serve(server, host, port, "worker", SEND_BUFFER_BYTES)


@dataclass
class ViewEndpoint:
    """Accepts WebSockets of browsers that the web's pages opened."""

    room: ControlRoom
    studio: WorkerServices

    async def view(self, socket: WebSocket) -> None:
        """``GET /view``."""
        subprotocol = SUBPROTOCOL if SUBPROTOCOL in socket.scope.get("subprotocols", ()) else None
        await socket.accept(subprotocol)
        origin = socket.headers.get("origin")
        if origin not in self.room.trust.origins:
            log.warning("view.foreign_origin", origin=(origin or "")[:200])
            await socket.close(CLOSE_ORIGIN, "this origin may not open views here")
            return
        await ViewSession(socket, self.room.gate, self.room.cameras, self.studio).run()


def make_app(room: ControlRoom, studio: WorkerServices) -> Starlette:
    """The application of one worker."""
    door = ViewEndpoint(room, studio)

    async def health(request: Request) -> Response:
        states = Counter(camera.present_state.state for camera in room.cameras)
        return JSONResponse(
            {
                "worker": studio.worker,
                "cameras": dict(states),
                "views": room.gate.open_views,
                "archive": room.archive.trouble or "ok",
            }
        )

    return Starlette(
        routes=[WebSocketRoute("/view", door.view), Route("/healthz", health, methods=["GET"]), *room.routes()]
    )
