"""The gateway's HTTP server: devices stay registered while its port is taken."""

from __future__ import annotations

from starlette.applications import Starlette

from custodes.tls.files import TlsFiles
from custodes.tls.server import InnerServer, inner_server, listen_and_serve


def make_server(app: Starlette, tls: TlsFiles | None = None) -> InnerServer:
    """A server for `app`, run by `serve`."""
    return inner_server(app, tls, ws="none")


async def serve(server: InnerServer, host: str, port: int) -> None:
    """Listen and serve until `should_exit`."""
    await listen_and_serve(server, host, port, "gateway")
