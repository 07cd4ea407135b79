"""The processes of the system, a command each: `custodes notary`, `web`, `node`, `gateway`; and `custodes migrate`, for those who start them themselves."""

from __future__ import annotations

import os


def notary() -> None:
    """Run the notary: the only process that writes the log, signs checkpoints and grants.

    It listens on the Unix socket `CUSTODES_NOTARY_SOCKET` and answers only the OS users `CUSTODES_WEB_UID` and
    `CUSTODES_NODE_UID` (its own user when they are unset). It refuses to start on a ledger that is behind or forked from
    what it signed before. Run `custodes init` once before. Ends on SIGTERM or Ctrl-C after a last checkpoint.
    Exit code 1: the ledger is behind or forked. 3: no keys, the socket can't be opened, or another notary runs.
    """
    import typer
    from rich.console import Console

    from custodes.keyfile import KeyFileError
    from custodes.ledger.note import KeyTextError
    from custodes.logs import configure_logs
    from custodes.notary.process import NotaryAlreadyRunning, config_of, run
    from custodes.notary.recovery import LogMismatch
    from custodes.notary.server import ServerError
    from custodes.notary.signing import SigningRefused
    from custodes.notary.store import StoreError
    from custodes.settings import get_settings
    from custodes.traces import TracesRefused, begin
    from custodes.video.clock import SystemClock

    configure_logs(process="notary")
    settings = get_settings()
    try:
        begin("notary", settings.traces_endpoint, settings.traces_share)
        run(config_of(settings), SystemClock())
    except (LogMismatch, SigningRefused) as error:
        Console(stderr=True, soft_wrap=True).print(f"[red]The notary does not sign:[/red] {error}", highlight=False)
        raise typer.Exit(1) from error
    except (KeyFileError, KeyTextError, NotaryAlreadyRunning, StoreError, ServerError) as error:
        Console(stderr=True, soft_wrap=True).print(f"[red]The notary can't start:[/red] {error}", highlight=False)
        raise typer.Exit(3) from error
    except TracesRefused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error


def migrate() -> None:
    """Bring the database up to date, and the register's entry of this machine's node.

    What was there before is copied first. `custodes up` does it by itself; under systemd the unit of the web does it before it starts. Called by root with three OS
    users set it acts as the web's. Exit code 0: up to date. 3: not initialised, the database is of a newer program or
    can't be reached or written, or no copy could be made.
    """
    import typer
    from django.db import DatabaseError

    from custodes.backup.manifest import BackupRefused
    from custodes.commands.installation import NotInitialised, UnfitDatabase, register_own_node, require_keys
    from custodes.commands.upgrade import bring_up_to_date
    from custodes.commands.users import as_web
    from custodes.settings import get_settings

    settings = get_settings()
    try:
        require_keys(settings)
        copy = bring_up_to_date(settings)
        with as_web(settings):
            register_own_node(settings)
    except (NotInitialised, UnfitDatabase, BackupRefused, OSError, DatabaseError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    if copy is not None:
        typer.echo(f"The database was brought up to date; as it was before, it is in {copy}.")


def node() -> None:
    """Take cameras in, keep their footage and show it to who may see it.

    Runs one worker process per core (`CUSTODES_NODE_WORKERS`); worker *i* listens on `CUSTODES_NODE_PORT` + *i*. What to
    record is fetched from the web process and kept on disk, so that the node starts and records while the web, or the
    notary, is away. A worker that ends is started again. Stops on SIGTERM or Ctrl-C within seconds and seals what is
    being written. Run `custodes init` once before. Exit code 3: the node has no
    keys, or the package for traces is missing.
    """
    import typer

    from custodes.keyfile import KeyFileError
    from custodes.node.supervisor import run_node
    from custodes.settings import get_settings
    from custodes.traces import TracesRefused, require

    try:
        if get_settings().traces_endpoint:
            require()  # said here once, not by every worker
        run_node(get_settings())
    except (KeyFileError, TracesRefused) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error


def gateway() -> None:
    """Speak GB/T 28181 (SIP) with devices: let those register that were entered, take their catalogues and alarms.

    Devices reach it on `CUSTODES_GATEWAY_SIP_HOST`:`CUSTODES_GATEWAY_SIP_PORT` (UDP and TCP), web and nodes on
    `CUSTODES_GATEWAY_HOST`:`CUSTODES_GATEWAY_PORT`. Who may register is fetched from the web process and kept on disk, so
    that it starts while the web is away. Media never passes through it. Stops on SIGTERM or Ctrl-C within seconds.
    Run `custodes init` once before, with `CUSTODES_GATEWAY_ID` set. Exit code 3: it has no ID or no keys, or the
    SIP address can't be taken.
    """
    import typer

    from custodes.gateway.process import run_gateway
    from custodes.keyfile import KeyFileError
    from custodes.settings import get_settings

    settings = get_settings()
    if not settings.gateway_id:
        typer.echo("There is no gateway on this machine: set CUSTODES_GATEWAY_ID to its own 20-digit ID.", err=True)
        raise typer.Exit(3)
    try:
        run_gateway(settings)
    except KeyFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    except OSError as error:
        where = f"{settings.gateway_sip_host}:{settings.gateway_sip_port}"
        typer.echo(f"The gateway can't run on {where} (SIP): {error.strerror or error}.", err=True)
        raise typer.Exit(3) from error


def _refuse_newer_database() -> None:
    """A program that is older than its database would read it wrongly.

    Raises:
        typer.Exit: 3, the person has been told.
    """
    import typer
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from custodes.commands.installation import UnfitDatabase, refuse_unfit_database

    try:
        refuse_unfit_database()
    except UnfitDatabase as error:
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
    from custodes.web.server import WebServer, config_of

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
        server = WebServer(config_of(settings), settings.tls_of("web"))
        server.run()
    except ImproperlyConfigured as error:  # raised while the application is loaded
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    except OSError as error:  # a certificate or its key that can't be read
        typer.echo(f"The certificate can't be used ({error}): see `custodes tls show`.", err=True)
        raise typer.Exit(3) from error
    if not server.started:
        raise typer.Exit(3)
