"""HTTP servers (uvicorn) that take renewed certificates up; those of node and gateway run inside their process's own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette

from custodes.tls.files import TlsFiles
from custodes.tls.serving import Renewal

log = structlog.get_logger(__name__)

RETRY_SECONDS = 2.0
STOP_SECONDS = 3


class RenewingServer(uvicorn.Server):
    """`tls`: the files that its context is made from; None without TLS."""

    def __init__(self, config: uvicorn.Config, tls: TlsFiles | None) -> None:
        super().__init__(config)
        config.load()
        self._renewal = Renewal(tls, config.ssl) if tls is not None and config.ssl is not None else None

    async def on_tick(self, counter: int) -> bool:
        """As uvicorn's own, every 100 ms."""
        if self._renewal is not None:
            self._renewal.look(counter)
        return await super().on_tick(counter)


class InnerServer(RenewingServer):
    """Leaves signals to its process, which has more to end than HTTP."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of them."""
        yield


def inner_server(app: Starlette, tls: TlsFiles | None, **more: Any) -> InnerServer:
    """A server for `app`, run by `listen_and_serve`; `should_exit` ends it.

    Args:
        more: settings of uvicorn beside those that all have.
    """
    config = uvicorn.Config(
        app,
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_certfile=tls.cert if tls else None,
        ssl_keyfile=tls.key if tls else None,
        timeout_graceful_shutdown=STOP_SECONDS,
        **more,
    )
    return InnerServer(config, tls)


async def listen_and_serve(server: InnerServer, host: str, port: int, name: str, send_buffer: int = 0) -> None:
    """Listen and serve. A port that is taken is tried again: the rest of the process goes on meanwhile.

    Args:
        name: of the process in the log.
        send_buffer: octets that the kernel keeps for one client; 0 for what it likes.
    """
    said = False
    while not server.should_exit:
        try:
            sock = _listening(host, port, send_buffer)
        except OSError as error:
            if not said:
                log.error(f"{name}.port_taken", port=port, why=error.strerror)
                said = True
            await asyncio.sleep(RETRY_SECONDS)
            continue
        log.info(f"{name}.listening", port=port)
        await server.serve(sockets=[sock])
        return


def _listening(host: str, port: int, send_buffer: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if send_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        sock.bind((host, port))
        sock.listen(256)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock
