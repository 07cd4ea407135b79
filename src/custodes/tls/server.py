"""HTTP servers (uvicorn) with bounds for their peers, which take renewed certificates up; those of node and gateway run inside their process's own event loop.

A server takes a renewed certificate up while it runs: new connections get it, those that are open keep the old one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import sys
from collections.abc import Iterator
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE

from custodes.tls.bounded_http import BoundedHttp, BoundedListener, BoundedSocket, listening_socket
from custodes.tls.files import TlsFiles
from custodes.tls.seats import HTTP_BOUNDS, HttpBounds, Seat, ServerSeats

#: Ticks of uvicorn (100 ms each) between two looks at the files.
LOOK_TICKS = 100


class Renewal:
    """Watches the files of one server and loads them into its context when they change.

    No signal and no restart: recordings and open views are not touched.
    """

    def __init__(self, files: TlsFiles, context: ssl.SSLContext) -> None:
        self._files = files
        self._context = context
        self._seen = self._look()

    def look(self, tick: int) -> bool:
        """At every `LOOK_TICKS`th tick: take new files up; True when that happened.

        Certificate and key are replaced one after the other. A pair that does not fit, yet or at all, is left alone and
        looked at again.
        """
        if tick % LOOK_TICKS:
            return False
        found = self._look()
        if found == self._seen or None in found:
            return False
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self._files.cert, self._files.key)
            self._context.load_cert_chain(self._files.cert, self._files.key)
        except (OSError, ssl.SSLError) as error:
            log.warning("tls.not_renewed", why=str(error))
            return False
        self._seen = found
        log.info("tls.renewed", certificate=self._files.cert.name)
        return True

    def _look(self) -> tuple[tuple[int, int] | None, ...]:
        return tuple(_stamp(path) for path in (self._files.cert, self._files.key))


def _stamp(path: os.PathLike[str]) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns)


log = structlog.get_logger(__name__)

RETRY_SECONDS = 2.0
STOP_SECONDS = 3


class BoundedServer(uvicorn.Server):
    """
    Args:
        tls: the files that its context is made from; None without TLS.
        name: in the log and the figures.

    Attributes:
        seats: those of its connections.
    """

    def __init__(
        self, config: uvicorn.Config, tls: TlsFiles | None, name: str, bounds: HttpBounds = HTTP_BOUNDS
    ) -> None:
        config.http = BoundedHttp
        if config.ws != "none":
            config.ws = BoundedSocket
        super().__init__(config)
        config.load()
        self.seats = ServerSeats(name, bounds)
        self._renewal = Renewal(tls, config.ssl) if tls is not None and config.ssl is not None else None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's own, with listeners of ours."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            sys.exit(STARTUP_FAILURE)
        try:
            listening = sockets or [listening_socket(self.config.host, self.config.port)]
        except OSError as error:
            log.error("http.port_taken", host=self.config.host, port=self.config.port, why=error.strerror)
            await self.lifespan.shutdown()
            sys.exit(STARTUP_FAILURE)
        self.servers = [BoundedListener(one, self.seats, self._protocol, self.config.ssl) for one in listening]  # type: ignore[misc]
        self.started = True

    def _protocol(self, seat: Seat) -> BoundedHttp:
        return BoundedHttp(seat, config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    async def on_tick(self, counter: int) -> bool:
        """As uvicorn's own, every 100 ms."""
        if self._renewal is not None:
            self._renewal.look(counter)
        return await super().on_tick(counter)


class InnerServer(BoundedServer):
    """Leaves signals to its process, which has more to end than HTTP."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of them."""
        yield


def inner_server(
    app: Starlette, tls: TlsFiles | None, name: str, bounds: HttpBounds = HTTP_BOUNDS, **more: Any
) -> InnerServer:
    """A server for `app`, run by `listen_and_serve`; `should_exit` ends it.

    Args:
        name: of the process in the log.
        more: settings of uvicorn beside those that all have.
    """
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_certfile=tls.cert if tls else None,
        ssl_keyfile=tls.key if tls else None,
        timeout_graceful_shutdown=STOP_SECONDS,
        **more,
    )
    return InnerServer(config, tls, name, bounds)


async def listen_and_serve(server: InnerServer, host: str, port: int, name: str, send_buffer: int = 0) -> None:
    """Listen and serve. A port that is taken is tried again: the rest of the process goes on meanwhile.

    Args:
        name: of the process in the log.
        send_buffer: octets that the kernel keeps for one client; 0 for what it likes.
    """
    said = False
    while not server.should_exit:
        try:
            sock = listening_socket(host, port, send_buffer)
        except OSError as error:
            if not said:
                log.error(f"{name}.port_taken", port=port, why=error.strerror)
                said = True
            await asyncio.sleep(RETRY_SECONDS)
            continue
        log.info(f"{name}.listening", port=port)
        await server.serve(sockets=[sock])
        return
