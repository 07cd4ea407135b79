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

    Address and port come from `CUSTODES_WEB_HOST` and `CUSTODES_WEB_PORT`, the certificate from `custodes tls` or from
    `CUSTODES_TLS_CERT` and `CUSTODES_TLS_KEY`; anything but loopback without a certificate is refused. A renewed certificate
    is taken up while it runs. Run `custodes init` once before.
    Ends on SIGTERM or Ctrl-C after the requests under way. Exit code 3: not initialised, the database is of a newer
    program, or the port is taken.
    """
    import typer
    from django.core.exceptions import ImproperlyConfigured

    from custodes.logs import configure_logs
    from custodes.settings import get_settings
    from custodes.traces import TracesRefused, begin
    from custodes.web.server import Server, config_of

    settings = get_settings()
    _refuse_newer_database()
    configure_logs(process="web")
    try:
        begin("web", settings.traces_endpoint, settings.traces_share)
    except TracesRefused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "custodes.web.settings")
    try:
        server = Server(config_of(settings), settings.tls_of("web"))
        server.run()
    except ImproperlyConfigured as error:  # raised while the application is loaded
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    except OSError as error:  # a certificate or its key that can't be read
        typer.echo(f"The certificate can't be used ({error}): see `custodes tls show`.", err=True)
        raise typer.Exit(3) from error
    if not server.started:
        raise typer.Exit(3)
