"""The worker's web application: views for browsers, requests of the web, and its health."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from custodes.node.channel import Studio
from custodes.node.control import ControlRoom
from custodes.node.gate import CLOSE_ORIGIN, CLOSE_TOO_MANY
from custodes.node.session import ViewSession
from custodes.video.wire.view import SUBPROTOCOL

log = structlog.get_logger(__name__)

MAX_SOCKETS = 500
"""Sockets that one worker serves at once, those without a token yet included."""


@dataclass
class ViewDoor:
    """Accepts WebSockets of browsers that the web's pages opened."""

    room: ControlRoom
    studio: Studio
    sockets: int = 0

    async def view(self, socket: WebSocket) -> None:
        """``GET /view``."""
        subprotocol = SUBPROTOCOL if SUBPROTOCOL in socket.scope.get("subprotocols", ()) else None
        await socket.accept(subprotocol)
        origin = socket.headers.get("origin")
        if origin not in self.room.trust.origins:
            log.warning("view.foreign_origin", origin=(origin or "")[:200])
            await socket.close(CLOSE_ORIGIN, "this origin may not open views here")
            return
        if self.sockets >= MAX_SOCKETS:
            await socket.close(CLOSE_TOO_MANY, "too many views are open")
            return
        self.sockets += 1
        try:
            await ViewSession(socket, self.room.gate, self.room.cameras, self.studio).run()
        finally:
            self.sockets -= 1


def make_app(room: ControlRoom, studio: Studio) -> Starlette:
    """The application of one worker."""
    door = ViewDoor(room, studio)

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
