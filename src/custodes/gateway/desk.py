"""The HTTP desk: signed requests of the web and of nodes (docs/design/wire.md §8), each read only when its header is believed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.trust import WEB, Trust
from custodes.video.clock import Clock
from custodes.video.wire.control import InvalidRequest, Signature
from custodes.video.wire.served import BodyTooLarge, BodyTooSlow, body_of, path_of

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 256 * 1024
BODY_SECONDS = 5.0
MOST_SHORT = 64
"""Requests of one peer at one address that are served at once and wait for nothing but their body."""
MOST_LONG = 300
"""The same where a device is waited for: above what the room itself takes of a node (`calls.bounds`), which answers `full`."""
LONG = frozenset(
    {
        "/internal/call",
        "/internal/call/steps",
        "/internal/configuration",
        "/internal/configure",
        "/internal/position",
        "/internal/presets",
        "/internal/reboot",
        "/internal/records",
        "/internal/speak",
        "/internal/steer",
    }
)
"""Addresses at which a device is waited for, a call up to half a minute, a speech up to a good one."""

Handler = Callable[[str, bytes], Awaitable[Response]]
"""Answers a request of who signed it (``web`` or a node's name) with this body. A body of the wrong shape raises `ValidationError`."""


@dataclass
class Desk:
    """Makes handlers into endpoints that serve what was signed.

    Room is counted for each peer and each address by itself: whoever fills theirs takes none of anybody else's, and calls that wait
    for silent devices stand in the way of no `keep`.

    Attributes:
        serving: requests that are being served, by who signed them and the route's path.
        turned_away: told of each request that there was no room for: who signed it, and the route's path.
    """

    trust: Trust
    clock: Clock
    serving: Counter[tuple[str, str]] = field(default_factory=Counter)
    turned_away: list[Callable[[str, str], None]] = field(default_factory=list)

    def signed_by_web(self, path: str, handler: Handler) -> Route:
        """A route of ``POST`` for the web alone."""
        return Route(path, self._signed(path, handler, lambda who: who == WEB), methods=["POST"])

    def signed_by_node(self, path: str, handler: Handler) -> Route:
        """A route of ``POST`` for the nodes of the assignment."""
        return Route(path, self._signed(path, handler, lambda who: who != WEB), methods=["POST"])

    def _signed(
        self, path: str, handler: Handler, may: Callable[[str], bool]
    ) -> Callable[[Request], Awaitable[Response]]:
        most = MOST_LONG if path in LONG else MOST_SHORT

        async def serve(request: Request) -> Response:
            try:
                header = request.headers.get("authorization", "")
                who, signature = self.trust.admit(header, self.clock.wall_us() / 1_000_000)
                if not may(who):
                    return JSONResponse({"detail": "this is not for whoever signed it"}, 403)
                if self.serving[who, path] >= most:
                    for tell in self.turned_away:
                        tell(who, path)
                    return JSONResponse({"detail": "too many requests are being served; ask again in a moment"}, 503)
                self.serving[who, path] += 1
                try:
                    return await self._serve(request, handler, who, signature)
                finally:
                    self.serving[who, path] -= 1
                    if not self.serving[who, path]:
                        del self.serving[who, path]
            except InvalidRequest as error:
                log.warning("desk.refused", path=request.url.path, why=str(error))
                return JSONResponse({"detail": str(error)}, 401)

        return serve

    async def _serve(self, request: Request, handler: Handler, who: str, signature: Signature) -> Response:
        try:
            body = await body_of(request, MAX_BODY_BYTES, BODY_SECONDS)
        except BodyTooSlow:
            return JSONResponse({"detail": "the body came too slowly"}, 408)
        except BodyTooLarge:
            return JSONResponse({"detail": "the body is too large"}, 413)
        signature.hold(request.method, path_of(request), body)
        try:
            return await handler(who, body)
        except ValidationError as error:
            return JSONResponse({"detail": json.loads(error.json(include_input=False, include_url=False))}, 422)


def make_app(routes: Sequence[Route], health: Callable[[], dict[str, Any]]) -> Starlette:
    """The gateway's application: its rooms' signed routes, and ``GET /healthz`` with what `health` says."""

    async def healthz(request: Request) -> Response:
        return JSONResponse(health())

    return Starlette(routes=[Route("/healthz", healthz, methods=["GET"]), *routes])
