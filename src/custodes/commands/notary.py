"""`custodes notary`: the process that writes and signs the log."""

from __future__ import annotations


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
    from custodes.notary.process import AlreadyRunning, config_of, run
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
    except (KeyFileError, KeyTextError, AlreadyRunning, StoreError, ServerError) as error:
        Console(stderr=True, soft_wrap=True).print(f"[red]The notary can't start:[/red] {error}", highlight=False)
        raise typer.Exit(3) from error
    except TracesRefused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
