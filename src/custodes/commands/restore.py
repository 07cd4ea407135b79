"""`custodes restore`: an installation from a back-up, on an empty machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.backup.restoring import OpenedBackup
    from custodes.settings import Settings


_OF_A_MACHINE = frozenset(
    f"CUSTODES_{name}" for name in ("DATA", "DATABASE_URL", "TLS_CERT", "TLS_KEY", "WEB_HOST", "NODE_HOST")
)
"""Settings that a back-up says nothing about on the machine that it is restored on."""


def restore(
    file: Annotated[Path, typer.Argument(help="The back-up.")],
    into: Annotated[Path, typer.Option("--into", help="Data folder of the restored installation: new or empty.")],
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            help="File whose first line is the passphrase, readable by its owner alone. Asked for when left out."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")
    ] = False,
) -> None:
    """Put a back-up into a new data folder. Nothing that is there is replaced.

    Every byte and every format is checked before anything is made. The log goes on **under a new origin with a new key**; its
    first entry (`log.continued`) quotes the last checkpoint that the back-up knew, so that nobody can take the two for one.
    Keys of grants, web and node are new, all grants are revoked and all sessions ended. Camera passwords and second factors
    still open. `CUSTODES_DATABASE_URL` names the new, empty database when the back-up is of PostgreSQL.

    Footage is not in a back-up: what to do with volumes that are still there, step by step, is in docs/guide/backup.md.
    Exit code 0: restored. 1: the back-up is damaged, newer, or its log is not whole. 2: the call was wrong, or the passphrase
    does not open it. 3: a file can't be read or written. Nothing half is left.
    """
    import json
    import sqlite3

    from rich.console import Console

    from custodes.backup.envelope import is_sealed
    from custodes.backup.manifest import BackupRefused, WrongPassphrase
    from custodes.backup.restoring import refuse_taken
    from custodes.commands.asking import read_passphrase
    from custodes.keyfile import KeyFileError
    from custodes.logs import configure_logs
    from custodes.notary.recovery import LogMismatch
    from custodes.notary.signing import SigningRefused
    from custodes.notary.store import StoreError

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    configure_logs(process="restore")
    into = into.expanduser().absolute()
    try:
        if not file.is_file():
            raise WrongPassphrase(f"{file} is not there, or is no file.")
        try:
            refuse_taken(into)
        except BackupRefused as error:
            raise WrongPassphrase(str(error)) from error
        passphrase = read_passphrase(passphrase_file, console, new=False) if is_sealed(file) else None
        facts = _restore(file, passphrase, into, console)
    except WrongPassphrase as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from error
    except (BackupRefused, LogMismatch, StoreError, SigningRefused) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    except (KeyFileError, OSError, sqlite3.Error) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    _say(console, facts, into)


def _restore(file: Path, passphrase: str | None, into: Path, console: Console) -> dict[str, object]:
    from custodes.backup import restoring
    from custodes.commands.asking import person_here
    from custodes.commands.backup import progress_bar
    from custodes.commands.installation import known_migrations
    from custodes.ledger.records import at_text
    from custodes.video.clock import SystemClock

    clock = SystemClock()
    with (
        progress_bar(console) as show,
        restoring.taken_out(file, passphrase, into, lambda done, total: show("reading", done, total)) as taken,
    ):
        origin = restoring.restored_origin(taken.manifest, at_text(clock.wall_us()))
        settings = _settings(taken, origin)
        restoring.refuse_newer(taken.manifest, known_migrations())
        restoring.put_back_database(taken, settings)
        keys = restoring.renew_keys(taken, settings)
        log = restoring.open_log_again(taken, settings, keys, person_here(), clock)
        revoked = _settle_web(settings)
        restoring.write_settings(taken, settings, into)
        restoring.settle(taken, into)
    manifest = taken.manifest
    return {
        "data": str(into),
        "settings": str(into / restoring.ENV_FILE),
        "made_at": manifest.made_at,
        "origin": log.origin,
        "vkey": (into / "keys/public/log.vkey").read_text().strip(),
        "before": {"origin": manifest.origin, "vkey": manifest.vkey, "entries": log.index},
        "revoked": revoked,
        "volumes": manifest.volumes,
    }


def _settings(taken: OpenedBackup, origin: str) -> Settings:
    """Those of the restored installation, for this process. Django is set up only afterwards: before, it would be set up
    for whatever installation the caller's settings name.
    """
    from custodes.settings import Settings, get_settings

    # Given settings of this call stay (the database's address among them); the rest is as it was when it was backed up.
    for name, value in {**taken.manifest.settings, "CUSTODES_NOTARY_SOCKET": ""}.items():
        if name not in _OF_A_MACHINE and name.removeprefix("CUSTODES_").lower() in Settings.model_fields:
            os.environ.setdefault(name, value)
    os.environ.update({"CUSTODES_DATA": str(taken.folder), "CUSTODES_LOG_ORIGIN": origin})
    left_out = ["CUSTODES_ENV_FILE", "CUSTODES_NOTARY_SOCKET", "CUSTODES_CHECKPOINT_COPY"]
    if taken.manifest.database == "sqlite" and os.environ.get("CUSTODES_DATABASE_URL", "").startswith("sqlite"):
        left_out.append("CUSTODES_DATABASE_URL")  # it may be of an installation that is there
    for name in left_out:
        os.environ.pop(name, None)
    get_settings.cache_clear()
    return get_settings()


def _settle_web(settings: Settings) -> int:
    from django.db import connection

    from custodes.backup.restoring import end_what_was_open
    from custodes.commands.installation import migrate, register_own_node

    if connection.vendor == "sqlite" and not str(connection.settings_dict["NAME"]).startswith(str(settings.data)):
        raise AssertionError("Django was set up for another installation")  # it must not be touched
    migrate()
    register_own_node(settings)
    revoked = end_what_was_open()
    connection.close()
    return revoked


def _say(console: Console, facts: dict[str, object], into: Path) -> None:
    before = facts["before"]
    assert isinstance(before, dict)
    console.print(f"Restored into [bold]{into}[/bold], as it was at {facts['made_at']}.")
    console.print(
        f"The log goes on as [bold]{facts['origin']}[/bold] from the first {before['entries']} entries of {before['origin']}. "
        "What that log recorded after the back-up is not in here. Give the new verifier key to all who check the log:"
    )
    console.print(f"  {facts['vkey']}")
    console.print(
        f"{facts['revoked']} grants were revoked, all sessions are ended, and the keys of grants, web and node are new."
    )
    console.print(f"Next: look over {facts['settings']}, start with CUSTODES_ENV_FILE={facts['settings']} custodes up.")
    if facts["volumes"]:
        console.print(
            f"If footage is still there: mount it, set CUSTODES_VOLUMES, and run `custodes reindex --replace --enter-since {facts['made_at']}` before you start (docs/guide/backup.md)."
        )
