"""Signed requests over HTTP (docs/design/wire.md §2, §8): how they are signed, how node and gateway send them to the web, and whose certificates are believed; how they serve one, reading no more of its body than is agreed, in no more time.

Web, node and gateway speak to each other in five directions. All sign by `control.signed_headers`, and leave the system's proxies out. What sends them differs:
to the web there is `SignedClient`, each request on a connection of its own. A node asks the gateway likewise, but reads no more of an answer than is
agreed and gives a call up by closing the connection (`node.gb28181.gateway_client`). The gateway keeps its connections to workers, of which an upper
platform's calls need many at once (`gateway.upper_platforms.senders`). The web asks workers and gateway from threads, so without a loop, and hands what a worker
streams on as it comes (`places.node_client`, `places.devices.gateways`). Those that are served: node and gateway by `serve_signed`; the web by Django's
own requests, of which `web.body_limit` reads none before `places.internal` has admitted it.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from custodes.video.clock import HostClock
from custodes.video.wire.control import UsedSignature, signed_headers


class _Unread(Exception):
    """The body is not read to its end: with which status, and what to say."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


async def serve_signed(
    request: Request,
    signature: UsedSignature,
    most: int,
    seconds: float,
    handle: Callable[[bytes], Awaitable[Response]],
) -> Response:
    """Read the body of a request that was admitted by its header, hold it against the signature, and have it answered.

    408 where it came too slowly, 413 where it is too large, 422 where it has another shape; what was sent is not repeated.

    Args:
        most: octets of the body; seconds: in which it has to come.

    Raises:
        InvalidRequest: the signature is for another request.
    """
    try:
        body = await _body_of(request, most, seconds)
    except _Unread as error:
        return JSONResponse({"detail": str(error)}, error.status)
    signature.hold(request.method, _path_of(request), body)
    try:
        return await handle(body)
    except ValidationError as error:
        return JSONResponse({"detail": json.loads(error.json(include_input=False, include_url=False))}, 422)


def _path_of(request: Request) -> str:
    """Path and query as they were signed."""
    raw = request.scope.get("raw_path") or request.url.path.encode()
    query = request.scope["query_string"]
    return bytes(raw + (b"?" + query if query else b"")).decode("ascii", "replace")


async def _body_of(request: Request, most: int, seconds: float) -> bytes:
    """The whole body; one that is announced to be too large is not begun."""
    too_large = _Unread(413, f"the body is too large: at most {most} octets are taken here")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > most:
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise too_large
                parts.append(part)
    except TimeoutError as error:
        raise _Unread(408, "the body came too slowly") from error
    return b"".join(parts)


log = structlog.get_logger(__name__)

WEB = "web"
POLL_SECONDS = 40.0
"""The web answers a poll after 25 s at the latest."""


class WebUnavailable(Exception):
    """The web did not answer, or not with what was agreed: the same can be sent again later. The message holds no key."""


@dataclass(frozen=True)
class SignedClient:
    """Signed requests to the web.

    Attributes:
        name: ours, of the node or the gateway; key: signs in its name.
        transport: for tests that stand in for the web.
    """

    base_url: str
    name: str
    key: Ed25519PrivateKey
    clock: HostClock
    trust: ssl.SSLContext | bool = True
    transport: httpx.AsyncBaseTransport | None = None

    async def send(self, method: str, path: str, body: bytes, seconds: float) -> httpx.Response:
        """Send one, its body JSON where there is any; the answer, whatever its status.

        Raises:
            WebUnavailable: there is none.
        """
        now = self.clock.wall_us() / 1_000_000
        headers = signed_headers(self.key, self.name, WEB, method, path, body, now)
        try:
            # The system's proxies are not for the centre's own machines.
            async with httpx.AsyncClient(
                base_url=self.base_url, verify=self.trust, timeout=seconds, transport=self.transport, trust_env=False
            ) as client:
                return await client.request(method, path, content=body or None, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise WebUnavailable(f"the web can't be reached: {type(error).__name__}") from error


def trusted_authorities(public_folder: Path) -> ssl.SSLContext:
    """The installation's own authority where its certificate was put, else the public ones; read once, not at each report.

    One that can't be read is as good as none: the web is not believed then, and recordings and registrations go on.
    """
    authority = public_folder / "ca.pem"
    if authority.exists():
        try:
            return ssl.create_default_context(cafile=str(authority))
        except OSError as error:
            log.error("authority.unreadable", path=authority.name, why=type(error).__name__)
    return httpx.create_ssl_context(trust_env=False)
