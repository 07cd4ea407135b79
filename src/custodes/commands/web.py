"""`custodes web`: pages and API."""

from __future__ import annotations

import os


def _refuse_newer_database() -> None:
    """A program that is older than its database would read it wrongly.

    Raises:
        typer.Exit: 3, the person has been told.
    """
    import typer
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from custodes.commands.installation import NewerDatabase, refuse_newer_database

    try:
        refuse_newer_database()
    except NewerDatabase as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    except (DatabaseError, ImproperlyConfigured):
        return  # the application itself says what is wrong


def web() -> None:
    """Serve the pages and the API (Django under uvicorn).

    Address, port and certificate come from `CUSTODES_WEB_HOST`, `CUSTODES_WEB_PORT`, `CUSTODES_TLS_CERT` and
    `CUSTODES_TLS_KEY`; anything but loopback without a certificate is refused. Run `custodes init` once before.
    Ends on SIGTERM or Ctrl-C after the requests under way. Exit code 3: not initialised, the database is of a newer
    program, or the port is taken.
    """
    import typer
    import uvicorn
    from django.core.exceptions import ImproperlyConfigured

    from custodes.settings import get_settings

    settings = get_settings()
    _refuse_newer_database()
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
