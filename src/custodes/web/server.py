"""The web's HTTP server: uvicorn, which takes renewed certificates up while it runs."""

from __future__ import annotations

import uvicorn

from custodes.servicemanager import tell, watchdog_seconds
from custodes.settings import Settings
from custodes.tls.files import TlsFiles
from custodes.tls.server import BoundedServer


def config_of(settings: Settings) -> uvicorn.Config:
    """How the pages and the API are served."""
    tls = settings.tls_of("web")
    return uvicorn.Config(
        "custodes.web.asgi:application",
        host=settings.web_host,
        port=settings.web_port,
        ssl_certfile=tls.cert if tls else None,
        ssl_keyfile=tls.key if tls else None,
        # Lines go the way of all others (custodes/logs.py); what is asked of Django is in figures and records.
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        # The peer's own address stands in evidence and limits guessing: a header that anybody can send must not replace it.
        proxy_headers=False,
        # A long poll of a node lasts 25 s; waiting for it would make every stop slow.
        timeout_graceful_shutdown=3,
    )


class WebServer(BoundedServer):
    """Tells the service manager that it is ready and lives."""

    def __init__(self, config: uvicorn.Config, tls: TlsFiles | None) -> None:
        super().__init__(config, tls, "web")
        self._told_ready = False
        self._living = watchdog_seconds()

    async def on_tick(self, counter: int) -> bool:
        """As uvicorn's own, every 100 ms."""
        self._tell(counter)
        return await super().on_tick(counter)

    def _tell(self, counter: int) -> None:
        """The first tick comes when the port is open."""
        if not self._told_ready:
            self._told_ready = tell("READY=1") or True
        if self._living is not None and counter % max(1, int(self._living * 10)) == 0:
            tell("WATCHDOG=1")
