"""The HTTP desk: signed requests of the web and of nodes (docs/design/wire.md §8), each read only when its header is believed.

What rooms need for their routes stands here: bodies read and answered whatever they hold, work that is given up when its asker hangs up (a node
that stops a camera while its device still rings), and the server.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message

from custodes.gateway.calls.needs import Signed
from custodes.gateway.calls.open_calls import BOUNDS as CALLS
from custodes.gateway.trust import WEB, GatewayTrust
from custodes.tls.files import TlsFiles
from custodes.tls.seats import HttpBounds
from custodes.tls.server import InnerServer, inner_server, listen_and_serve
from custodes.video.clock import HostClock
from custodes.video.wire.calls import CallEnd, CallsKept, CallsStanding
from custodes.video.wire.control import InvalidRequest
from custodes.video.wire.signed_http import serve_signed

log = structlog.get_logger(__name__)


Endpoint = Callable[[Request], Awaitable[Response]]
_GONE = Response(status_code=499)
"""Nobody reads the answer to somebody who hung up."""


def until_hung_up(route: Route) -> Route:
    """The same route, whose work is cancelled when the connection of its asker ends."""
    endpoint: Endpoint = route.endpoint

    async def serve(request: Request) -> Response:
        line = _Line(request)
        work = asyncio.ensure_future(endpoint(Request(request.scope, line.receive)))
        watch = asyncio.ensure_future(line.hung_up())
        try:
            await asyncio.wait([work, watch], return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                work.cancel()
                await asyncio.wait([work])
            return _GONE if work.cancelled() else work.result()
        except ClientDisconnect:
            return _GONE
        finally:
            work.cancel()
            watch.cancel()

    return Route(route.path, serve, methods=["POST"])


class _Line:
    """The asker's side: the body goes to whoever reads it, and what comes behind it is the end."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._whole = asyncio.Event()

    async def receive(self) -> Message:
        """A piece of the body."""
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            self._whole.set()
        return message

    async def hung_up(self) -> None:
        """Back when the asker is gone."""
        await self._whole.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass


BOUNDS = HttpBounds(of_address=4 * CALLS.of_node)
"""A node's calls each wait in a request of its own, beside which it must be able to say which it wants still, and to steer: nodes of one
machine and the web may have one address."""


def make_server(app: Starlette, tls: TlsFiles | None = None) -> InnerServer:
    """A server for `app`, run by `serve`."""
    return inner_server(app, tls, "gateway", BOUNDS, ws="none")


async def serve(server: InnerServer, host: str, port: int) -> None:
    """Listen and serve until `should_exit`."""
    await listen_and_serve(server, host, port, "gateway")


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
class SignedRoutes:
    """Makes handlers into endpoints that serve what was signed.

    Room is counted for each peer and each address by itself: whoever fills theirs takes none of anybody else's, and calls that wait
    for silent devices stand in the way of no `keep`.

    Attributes:
        serving: requests that are being served, by who signed them and the route's path.
        turned_away: told of each request that there was no room for: who signed it, and the route's path.
    """

    trust: GatewayTrust
    clock: HostClock
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
                    return await serve_signed(
                        *(request, signature, MAX_BODY_BYTES, BODY_SECONDS), lambda body: handler(who, body)
                    )
                finally:
                    self.serving[who, path] -= 1
                    if not self.serving[who, path]:
                        del self.serving[who, path]
            except InvalidRequest as error:
                log.warning("desk.refused", path=request.url.path, why=str(error))
                return JSONResponse({"detail": str(error)}, 401)

        return serve


def make_app(routes: Sequence[Route], health: Callable[[], dict[str, Any]]) -> Starlette:
    """The gateway's application: its rooms' signed routes, and ``GET /healthz`` with what `health` says."""

    async def healthz(request: Request) -> Response:
        return JSONResponse(health())

    return Starlette(routes=[Route("/healthz", healthz, methods=["GET"]), *routes])


_Model = TypeVar("_Model", bound=BaseModel)


class NodeWants(Protocol):
    """What nodes have with devices, and say again and again that they want: calls, speeches."""

    def keep(self, node: str, kept: CallsKept) -> CallsStanding:
        """These are wanted still; which of them are over, and how."""
        ...

    def end(self, node: str, id: UUID) -> None:
        """One is wanted no more; one that is over, or somebody else's, is nothing."""
        ...


def kept_routes(signed: Signed, path: str, room: NodeWants) -> list[Route]:
    """What nodes say of those that stand: `path` with ``/keep`` and ``/end``."""

    async def keep(node: str, body: bytes) -> Response:
        kept = read(CallsKept, body)
        if isinstance(kept, Response):
            return kept
        if kept.worker.partition("/")[0] != node:
            return JSONResponse({"detail": "worker: is not one of this node's; give NODE/i"}, 422)
        return said(room.keep(node, kept))

    async def end(node: str, body: bytes) -> Response:
        over = read(CallEnd, body)
        if isinstance(over, Response):
            return over
        room.end(node, over.call)
        return Response(status_code=204)

    return [signed(f"{path}/keep", keep), signed(f"{path}/end", end)]


def read(model: type[_Model], body: bytes) -> _Model | Response:
    """What a body says, or the answer to one of the wrong shape: which field, and which rule."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[:8]
        told = [{"field": ".".join(str(part) for part in one["loc"])[:100], "rule": one["msg"][:200]} for one in found]
        return JSONResponse({"detail": told}, 422)


def said(answer: BaseModel) -> Response:
    """An answer in its shape."""
    return Response(answer.model_dump_json(), media_type="application/json")
