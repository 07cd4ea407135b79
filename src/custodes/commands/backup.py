"""`custodes backup`: everything but the footage, in one encrypted file, while the system runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.backup.making import Made
    from custodes.settings import Settings


def backup(
    target: Annotated[Path, typer.Argument(help="Folder that gets the file: another disk, a share.")],
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            help="File whose first line is the passphrase, readable by its owner alone. Asked for when left out."
        ),
    ] = None,
    keep: Annotated[
        int,
        typer.Option(
            help="Keep so many back-ups of this node in the folder and remove older ones; 0 keeps all.", min=0
        ),
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")
    ] = False,
) -> None:
    """Back up databases, log, settings and the keys that open things, while everything runs. Footage is not in it.

    The file is encrypted (age, with a passphrase that is nowhere on this machine), written under another name, synced, read
    again to its last byte, and only then takes its name. The keys that sign the log and grants are not in it: a restore makes
    new ones. That a back-up was made, and by whom, is on record (`backup.made`). Of a PostgreSQL database `pg_dump` is called.

    Exit code 0: made and checked. 2: the call was wrong. 3: something can't be read or written; nothing half is left.
    """
    import json

    from rich.console import Console

    from custodes.backup.manifest import BackupRefused
    from custodes.commands.asking import read_passphrase
    from custodes.commands.installation import NotInitialised, require_keys
    from custodes.settings import get_settings

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    settings = get_settings()
    try:
        require_keys(settings)
    except NotInitialised as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from error
    passphrase = read_passphrase(passphrase_file, console, new=True)
    try:
        made = _make(settings, target.absolute(), passphrase, keep, console)
    except (BackupRefused, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        facts = {
            "file": str(made.path), "bytes": made.note.bytes, "sha256": made.note.sha256, "at": made.note.at,
            "origin": made.manifest.origin, "checkpoint": made.note.checkpoint, "removed": [str(path) for path in made.removed],
        }  # fmt: skip
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    console.print(
        f"{made.path}: {made.note.bytes:,} bytes, with the log's first {made.note.checkpoint:,} signed entries. It was read again and is whole."
    )
    for path in made.removed:
        console.print(f"Removed: {path}")
    if target.stat().st_dev == settings.data.stat().st_dev:
        console.print("[yellow]It lies on the same disk as what it backs up: bring it to another.[/yellow]")
    console.print("Keep the passphrase where the machine is not. Without it nobody opens this file.")


def _make(settings: Settings, target: Path, passphrase: str, keep: int, console: Console) -> Made:
    from custodes.backup.making import BackupPlan, make_backup
    from custodes.backup.restoring import known_formats
    from custodes.commands.installation import applied_migrations, program_version, set_up_django
    from custodes.commands.users import as_web
    from custodes.ledger.records import at_text
    from custodes.video.clock import SystemClock

    set_up_django()
    with as_web(settings):
        migrations = applied_migrations()
    at = at_text(SystemClock().wall_us())
    prefix = f"custodes-{''.join(char if char.isalnum() or char in '-_' else '_' for char in settings.node_name)}"
    plan = BackupPlan(target, passphrase, prefix, at, keep, program_version(), known_formats(), migrations)
    with _stoppable(), progress_bar(console) as show:
        made = make_backup(settings, plan, show)
    _record(settings, made)
    return made


def _record(settings: Settings, made: Made) -> None:
    """Note it, and put it on record: delivered to the log by the web process."""
    import datetime

    from custodes.backup.making import note_backup
    from custodes.commands.asking import person_here
    from custodes.commands.users import as_web
    from custodes.people.records import record

    note_backup(settings.data, made.note)
    with as_web(settings):
        record(
            "backup.made",
            at=datetime.datetime.now(datetime.UTC),
            by=person_here(),
            file=str(made.path)[:400],
            bytes=made.note.bytes,
            sha256=made.note.sha256,
            checkpoint=made.note.checkpoint,
        )


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends the call as Ctrl-C does, so that nothing half is left."""
    import signal
    from types import FrameType

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def progress_bar(console: Console) -> Iterator[Progress]:
    """A bar on standard error; what it gives takes what is done, how far, and of how much."""
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, object] = {}

        def show(what: str, done: int, total: int) -> None:
            task = tasks.setdefault(what, bar.add_task(what, total=None) if what not in tasks else None)
            bar.update(task, completed=done, total=total)  # type: ignore[arg-type]

        yield show


if TYPE_CHECKING:
    from custodes.backup.collect import Progress
