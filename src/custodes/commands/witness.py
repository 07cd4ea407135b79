"""`custodes witness`: the process that cosigns the logs of platforms below, and what two platforms hand each other to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

witness = typer.Typer(
    name="witness",
    help="Run the witness that cosigns the logs of platforms below (C2SP tlog-witness); print what two platforms hand each other to begin. Exit code 0: stopped as asked. 3: not switched on, no keys, a file of a log can't be used, or the port is taken.",
    invoke_without_command=True,
)


@witness.callback()
def run(context: typer.Context) -> None:
    """Run the witness that cosigns the logs of platforms below (C2SP tlog-witness).

    It listens on `CUSTODES_WITNESS_HOST`:`CUSTODES_WITNESS_PORT`, with TLS and for those clients alone whose certificates stand in
    `witness/logs/*.toml` of the data folder. It cosigns a checkpoint only where the log's growth is proved to it, keeps what it
    cosigned before it answers, and keeps two checkpoints that contradict each other as evidence.
    Exit code 0: stopped as asked. 3: not switched on, no keys, a file of a log can't be used, or the port is taken.
    """
    if context.invoked_subcommand is not None:
        return
    import ssl

    from rich.console import Console

    from custodes.keyfile import KeyFileError
    from custodes.ledger.witnessed import LogsError, StateError
    from custodes.logs import configure_logs
    from custodes.settings import get_settings
    from custodes.witness.process import NotSwitchedOn, WitnessAlreadyRunning, config_of
    from custodes.witness.process import run as run_witness

    configure_logs(process="witness")
    try:
        run_witness(config_of(get_settings()))
    except (WitnessAlreadyRunning, KeyFileError, LogsError, NotSwitchedOn, StateError, OSError, ssl.SSLError) as error:
        Console(stderr=True).print(f"[red]The witness can't start:[/red] {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(3) from error


@witness.command()
def show() -> None:
    """Print what a platform below needs to have its log cosigned here: a file for its folder `witnesses/`.

    It holds nothing secret. Compare the key by telephone or on paper all the same: whoever exchanges it on the way cosigns in our name.
    Exit code 0: printed. 3: not switched on, or `custodes init` was not called since.
    """
    from rich.console import Console

    from custodes.settings import get_settings
    from custodes.tls.pinned import witness_server
    from custodes.witness.keys import VKEY

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    settings = get_settings()
    if not settings.witness_name:
        console.print(
            "[red]No witness is to run here: CUSTODES_WITNESS_NAME gives it its name and switches it on.[/red]"
        )
        raise typer.Exit(3)
    public = settings.keys_folder / "public"
    host = f"[{settings.witness_host}]" if ":" in settings.witness_host else settings.witness_host
    _print(
        {
            "url": f"https://{host}:{settings.witness_port}",
            "key": _read(public / VKEY, console),
            "certificate": _read(witness_server(settings.keys_folder).cert, console),
        }
    )


@witness.command()
def join(
    name: Annotated[str, typer.Option(help="How the witness's pages are to call this platform.")] = "",
) -> None:
    """Print what a witness above needs to cosign this platform's log: a file for its folder `witness/logs/`.

    Makes the certificate with which checkpoints are submitted, where it is missing. The file holds nothing secret; compare the log's
    key by telephone or on paper all the same. Called by root it acts as the web's user, whose the certificate's key is.
    Exit code 0: printed. 3: not initialised, or the key can't be written.
    """
    import datetime

    from rich.console import Console

    from custodes.commands.users import as_web
    from custodes.keyfile import KeyFileError
    from custodes.settings import get_settings
    from custodes.tls.pinned import make_pinned, witness_client

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    settings = get_settings()
    files = witness_client(settings.keys_folder)
    vkey = _read(settings.keys_folder / "public" / "log.vkey", console)
    try:
        at = datetime.datetime.now(datetime.UTC)
        make_pinned(files, f"log {settings.log_origin}", (), at, serves=False, acting=as_web(settings))
    except (KeyFileError, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    _print(
        {
            "name": name or settings.log_origin,
            "origin": settings.log_origin,
            "keys": [vkey],
            "certificate": _read(files.cert, console),
        }
    )


def _read(path: object, console: Console) -> str:
    from pathlib import Path

    try:
        return Path(str(path)).read_text(encoding="utf-8").strip()
    except OSError as error:
        console.print(f"[red]{path} can't be read: call `custodes init` first.[/red]")
        raise typer.Exit(3) from error


def _print(values: dict[str, str | list[str]]) -> None:
    """As TOML; certificates in several lines."""
    for name, value in values.items():
        if isinstance(value, list):
            typer.echo(f"{name} = [{', '.join(map(_quoted, value))}]")
        elif "\n" in value:
            typer.echo(f'{name} = """\n{value}\n"""')
        else:
            typer.echo(f"{name} = {_quoted(value)}")


def _quoted(text: str) -> str:
    """A TOML basic string; what JSON escapes, TOML reads alike."""
    import json

    return json.dumps(text, ensure_ascii=False)
