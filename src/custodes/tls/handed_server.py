"""HTTPS for clients whose certificates were handed over, and for no others (the witness, the gateway's side channel)."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from uvicorn.server import ServerState

from custodes.tls.bounded_http import BoundedHttp, BoundedListener, listening_socket
from custodes.tls.files import TlsFiles
from custodes.tls.seats import HttpBounds, Seat, ServerSeats

_CLIENT = "custodes.client"
STOP_SECONDS = 10.0
READ_TIMES = 4
"""A body up to so many times its bound is still read, and thrown away: to close on unread octets resets the connection, and the client
never sees why it was refused (RFC 9112 section 9.6)."""


@dataclass(frozen=True, slots=True)
class HandedBounds:
    """What a client may take, in seconds and numbers.

    Attributes:
        handshake_s: for TLS; connection_s: whatever a client does, its connection ends then; body_s: for the body.
        body_bytes: its size at most.
        connections: at once, of all clients; of_address: of one address, before its certificate is known; of_client: of one certificate.
    """

    handshake_s: float = 5.0
    connection_s: float = 30.0
    body_s: float = 10.0
    body_bytes: int = 16_384
    connections: int = 256
    of_address: int = 64
    of_client: int = 256

    @property
    def http(self) -> HttpBounds:
        """What holds of any HTTP."""
        return HttpBounds(
            handshake_s=self.handshake_s,
            connections=self.connections,
            of_address=self.of_address,
            stalled_s=self.connection_s,
        )


class BodyRefused(Exception):
    """The body is too large, too slow, or was not sent to its end: `status` is the answer's; the connection is to be closed."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def server_context(files: TlsFiles) -> ssl.SSLContext:
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


def trust(context: ssl.SSLContext, certificates: Iterable[x509.Certificate]) -> None:
    """Take these clients from now on. One that is known no longer still gets through TLS: whoever answers looks at `client_of`."""
    pem = "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)
    if pem:
        context.load_verify_locations(cadata=pem)


def fingerprint(certificate: x509.Certificate) -> bytes:
    """SHA-256 over a certificate, as `client_of` says it."""
    return certificate.fingerprint(SHA256())


def client_of(request: Request) -> bytes:
    """SHA-256 over the certificate that the client of this request showed."""
    return bytes(request.scope["extensions"][_CLIENT]["sha256"])


async def body_of(request: Request, bounds: HandedBounds) -> bytes:
    """The whole body.

    Raises:
        BodyRefused.
    """
    body = bytearray()
    size = 0
    try:
        async with asyncio.timeout(bounds.body_s):
            async for piece in request.stream():
                size += len(piece)
                if size <= bounds.body_bytes:
                    body += piece
                elif size > READ_TIMES * bounds.body_bytes:
                    break
    except TimeoutError as error:
        raise BodyRefused(408, "the request came too slowly") from error
    except ClientDisconnect as error:
        raise BodyRefused(400, "the request was not sent to its end") from error
    if size > bounds.body_bytes:
        raise BodyRefused(413, "the request is too large")
    return bytes(body)


class _Protocol(BoundedHttp):
    """Knows who the client is and for how long it may stay."""

    _ending: asyncio.TimerHandle | None = None
    _client = b""

    def __init__(self, seat: Seat, handed: HandedBounds, **more: Any) -> None:
        super().__init__(seat, **more)
        self._handed = handed

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        self._client = fingerprint(x509.load_der_x509_certificate(shown)) if shown else b""
        mine = sum(one._client == self._client for one in self.connections if isinstance(one, _Protocol))
        if not shown or mine >= self._handed.of_client:
            self._seat.refused("client_full")
            transport.abort()
        super().connection_made(transport)
        self._ending = self.loop.call_later(self._handed.connection_s, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._ending is not None:
            self._ending.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {_CLIENT: {"sha256": self._client}}


@contextlib.asynccontextmanager
async def serving(
    host: str, port: int, context: ssl.SSLContext, app: Starlette, bounds: HandedBounds, name: str
) -> AsyncIterator[int]:
    """Listen for as long as the block runs; gives the port.

    Args:
        port: 0 for any that is free.
        name: of the server in the log.

    Raises:
        OSError: the address can't be taken.
    """
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, server_header=False, ws="none")
    config.load()
    state = ServerState()

    def protocol(seat: Seat) -> _Protocol:
        return _Protocol(seat, bounds, config=config, server_state=state, app_state={})

    sock = listening_socket(host, port)
    taken: int = sock.getsockname()[1]
    server = BoundedListener(sock, ServerSeats(name, bounds.http), protocol, context)
    try:
        yield taken
    finally:
        server.close()
        await server.wait_closed()
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            await asyncio.wait(list(state.tasks), timeout=STOP_SECONDS)
