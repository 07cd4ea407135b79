"""`custodes web`: pages and API."""

from __future__ import annotations

import os


def web() -> None:
    """Serve the pages and the API (Django under uvicorn).

    Address, port and certificate come from `CUSTODES_WEB_HOST`, `CUSTODES_WEB_PORT`, `CUSTODES_TLS_CERT` and
    `CUSTODES_TLS_KEY`; anything but loopback without a certificate is refused. Run `custodes init` once before.
    Ends on SIGTERM or Ctrl-C after the requests under way. Exit code 3: not initialised, or the port is taken.
    """
    import typer
    import uvicorn
    from django.core.exceptions import ImproperlyConfigured

    from custodes.settings import get_settings

    settings = get_settings()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "custodes.web.settings")
    try:
        uvicorn.run(
            "custodes.web.asgi:application",
            host=settings.web_host,
            port=settings.web_port,
            ssl_certfile=settings.tls_cert,
            ssl_keyfile=settings.tls_key,
            log_level="warning",
            access_log=False,
            server_header=False,
            # The peer's own address stands in evidence and limits guessing: a header that anybody can send must not replace it.
            proxy_headers=False,
            # A long poll of a node lasts 25 s; waiting for it would make every stop slow.
            timeout_graceful_shutdown=3,
        )
    except ImproperlyConfigured as error:  # raised while the application is loaded
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
