"""The witness's HTTPS: one address, ``POST /add-checkpoint``, for clients whose certificates it was given and for no others."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable

import structlog
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from custodes.tls.files import TlsFiles

from .service import Answer

MAX_BODY_BYTES = 131_072
"""A note of 64 KiB (C2SP signed-note) and 63 lines of proof."""
HANDSHAKE_SECONDS = 5.0
CONNECTION_SECONDS = 30.0
"""Whatever a client does, its connection ends then: a request is a few kilobytes, once a minute."""
BODY_SECONDS = 10.0
MAX_CONNECTIONS = 256
FINGERPRINT = "custodes.client"

_log = structlog.get_logger("witness")

Answering = Callable[[bytes, bytes], Answer]
"""``(SHA-256 over the client's certificate, body)`` → answer; called in a thread."""


def tls_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS 1.3 that wants a certificate of every client; which are taken is told by `trust`.

    Raises:
        OSError, ssl.SSLError: certificate or key can't be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    # A certificate that was handed over stands for itself, whoever issued it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_cert_chain(files.cert, files.key)
    return context


def trust(context: ssl.SSLContext, certificates: list[x509.Certificate]) -> None:
    """Take these clients from now on. One that is known no longer still gets through TLS, and is told nothing (`Service.answer`)."""
    if certificates:
        context.load_verify_locations(cadata="".join(one.public_bytes(Encoding.PEM).decode() for one in certificates))


def make_app(answering: Answering) -> Starlette:
    """The HTTP around the rules."""

    async def add_checkpoint(request: Request) -> Response:
        body = await _body(request)
        if isinstance(body, Response):
            return body
        client = request.scope["extensions"][FINGERPRINT]["sha256"]
        answer = await asyncio.to_thread(answering, client, body)
        return PlainTextResponse(answer.body, answer.status, headers={"Content-Type": answer.content_type})

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])


async def _body(request: Request) -> bytes | Response:
    """The whole body, or the answer where it is too large or too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    return PlainTextResponse("the request is too large\n", 413, headers={"Connection": "close"})
    except TimeoutError:
        return PlainTextResponse("the request came too slowly\n", 408, headers={"Connection": "close"})
    except ClientDisconnect:
        return Response(status_code=400)
    return bytes(body)


class _Protocol(HttpToolsProtocol):
    """uvicorn's, which knows who the client is and for how long it may stay."""

    _ending: asyncio.TimerHandle | None = None
    _client = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if not shown or len(self.connections) >= MAX_CONNECTIONS:
            transport.abort()
        self._client = x509.load_der_x509_certificate(shown).fingerprint(SHA256()) if shown else b""
        super().connection_made(transport)
        self._ending = self.loop.call_later(CONNECTION_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._ending is not None:
            self._ending.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {FINGERPRINT: {"sha256": self._client}}


@contextlib.asynccontextmanager
async def serving(host: str, port: int, context: ssl.SSLContext, answering: Answering) -> AsyncIterator[int]:
    """Listen for as long as the block runs; gives the port.

    Raises:
        OSError: the address can't be taken.
    """
    config = uvicorn.Config(make_app(answering), lifespan="off", log_config=None, access_log=False, server_header=False)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: _Protocol(config=config, server_state=state, app_state={}),
        host,
        port,
        ssl=context,
        ssl_handshake_timeout=HANDSHAKE_SECONDS,
        ssl_shutdown_timeout=2.0,
        backlog=256,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            await asyncio.wait(list(state.tasks), timeout=10)
