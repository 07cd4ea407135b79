"""The worker's HTTP server: it records on while its port is taken."""

from __future__ import annotations

from starlette.applications import Starlette

from custodes.tls.files import TlsFiles
from custodes.tls.server import InnerServer, inner_server, listen_and_serve

SEND_BUFFER_BYTES = 512 * 1024
"""What the kernel may hold for one browser: past that a slow one is known to be slow, and gets the newest pictures."""


def make_server(app: Starlette, tls: TlsFiles | None = None) -> InnerServer:
    """A server for `app`, run by `serve`."""
    return inner_server(
        app,
        tls,
        ws="websockets-sansio",
        ws_max_size=64 * 1024,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        # Coded pictures don't compress; trying to costs more than sending them.
        ws_per_message_deflate=False,
    )


async def serve(server: InnerServer, host: str, port: int) -> None:
    """Listen and serve until `should_exit`."""
    await listen_and_serve(server, host, port, "worker", SEND_BUFFER_BYTES)
