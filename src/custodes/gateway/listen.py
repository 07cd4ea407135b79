"""The gateway's HTTP server: uvicorn inside the process's own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import structlog
import uvicorn
from starlette.applications import Starlette

from custodes.tls.files import TlsFiles
from custodes.tls.serving import Renewal

log = structlog.get_logger(__name__)

RETRY_SECONDS = 2.0
STOP_SECONDS = 3


class _Server(uvicorn.Server):
    """Leaves signals to the process, which has more to end than HTTP, and takes renewed certificates up."""

    def __init__(self, config: uvicorn.Config, files: TlsFiles | None) -> None:
        super().__init__(config)
        config.load()
        self._renewal = Renewal(files, config.ssl) if files is not None and config.ssl is not None else None

    async def on_tick(self, counter: int) -> bool:
        if self._renewal is not None:
            self._renewal.look(counter)
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def make_server(app: Starlette, tls: TlsFiles | None = None) -> uvicorn.Server:
    """A server for `app`; `serve(sockets=[…])` runs it, `should_exit` ends it."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_certfile=tls.cert if tls else None,
        ssl_keyfile=tls.key if tls else None,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return _Server(config, tls)


async def serve(server: uvicorn.Server, host: str, port: int) -> None:
    """Listen and serve. A port that is taken is tried again: devices stay registered meanwhile."""
    said = False
    while not server.should_exit:
        try:
            sock = _listening(host, port)
        except OSError as error:
            if not said:
                log.error("gateway.port_taken", port=port, why=error.strerror)
                said = True
            await asyncio.sleep(RETRY_SECONDS)
            continue
        log.info("gateway.listening", port=port)
        await server.serve(sockets=[sock])
        return


def _listening(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(256)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock
