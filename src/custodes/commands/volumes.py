"""`custodes volumes`: lists the folders that hold footage, adopts one that replaces another, drains and retires one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.settings import Settings
    from custodes.video.archive.adoption import AdoptionDecision
    from custodes.video.archive.index import Index


def plain(text: object) -> str:
    """Words from a file, for a console: control characters and markup of theirs do nothing."""
    return escape("".join(char if char.isprintable() else "�" for char in str(text)))


def unread(path: Path, error: OSError) -> str:
    """Why a folder of the node can't be read, and what to do; as markup."""
    remedy = "check CUSTODES_DATA" if isinstance(error, FileNotFoundError) else "run it as the node's user or as root"
    return f"[red]can't read {plain(path)}: {plain(error.strerror or error)}.[/red] {remedy[0].upper()}{remedy[1:]}."


volumes = typer.Typer(
    name="volumes",
    help="List the volumes that hold footage, adopt a replaced one, drain and retire one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

Reason = Annotated[str, typer.Option(help="Why; it stands in the log. Asked for when left out.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask. Needs --reason.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]


@volumes.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the volumes of this node: present, absent, foreign, replaced, new; drained, retired.

    *Foreign* means that another volume stands at the path: nothing is written there until it is adopted. It reads the
    indexes beside a running node and changes nothing.
    Exit code 0: all are present. 1: one that is configured is not. 3: an index or the node's folder can't be read.
    """
    import json
    import sqlite3
    from dataclasses import asdict

    from rich.console import Console
    from rich.table import Table

    from custodes.settings import get_settings
    from custodes.video.archive.adoption import AdoptionStanding, look
    from custodes.video.archive.index import Index
    from custodes.video.archive.schema import IndexRefused

    settings = get_settings()
    complaints = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        paths = _indexes(settings)
    except OSError as error:
        complaints.print(unread(settings.node_folder, error))
        raise typer.Exit(3) from error
    try:
        with ExitStack() as opened:
            indexes = [opened.enter_context(closing(Index(path, read_only=True))) for path in paths]
            found = look(indexes, settings.volume_paths)
    except (IndexRefused, sqlite3.Error) as error:
        complaints.print(f"[red]{plain(error)}[/red]")
        raise typer.Exit(3) from error
    amiss = [
        view
        for view in found
        if view.configured and not view.out and view.standing in (AdoptionStanding.ABSENT, AdoptionStanding.FOREIGN)
    ]
    if as_json:
        typer.echo(json.dumps({"volumes": [asdict(view) for view in found]}, ensure_ascii=False))
        raise typer.Exit(int(bool(amiss)))
    table = Table("path", "volume", "stands", "segments", "bytes")
    for view in found:
        notes = [
            str(view.standing),
            *(["retired"] if view.out else ["drained"] if view.drained_us else []),
            *([] if view.configured else ["not configured"]),
        ]
        table.add_row(
            *(view.path, view.identity or "–", ", ".join(notes), f"{view.segments:,}", f"{view.bytes:,}"),
            style="red" if view in amiss else None,
        )
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    for view in amiss:
        console.print(f"{view.detail}. If the disk was replaced: custodes volumes adopt {view.path}")
    raise typer.Exit(int(bool(amiss)))


@volumes.command()
def adopt(
    path: Annotated[Path, typer.Argument(help="The folder, as `CUSTODES_VOLUMES` names it.")],
    reason: Reason = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Use the volume that stands at a path now, in place of the one that was there. Stop the node first.

    An empty folder becomes a volume: **make sure that the disk is mounted there**. The volume that was there before keeps
    its place in the index: its footage is owed and is found again when its disk comes back, under whatever path. Footage that
    the adopted volume holds already is left alone; `custodes reindex` takes it in. A drained or retired volume is written to again.
    Exit code 0: adopted. 2: the call was wrong, the answer was no, or the node is running. 3: a file can't be read or written.
    """
    from custodes.video.archive.adoption import adopt as decide

    def ask(settings: Settings) -> str:
        if path.absolute() not in {known.absolute() for known in settings.volume_paths}:
            return f"{path} is none of CUSTODES_VOLUMES: name it there first"
        return ""

    mounted = "" if path.is_mount() else " Nothing is mounted there: it is a folder of the disk above it."
    question = f"Use what is at {path} as a volume from now on?{mounted}"
    _decide(question, reason, yes, as_json, ask, lambda all_, how: ("adopted", str(path), decide(all_, path, how)))


@volumes.command()
def drain(
    volume: Annotated[str, typer.Argument(help="The volume's id, from `custodes volumes list`.")],
    reason: Reason = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Write no more to a volume. Stop the node first; the volumes page does it while the node runs.

    Its footage stays: it is shown while it is there, kept for as long as it is owed, and deleted when its retention is over.
    Nothing is deleted by this, and what the index knows of a disk that is lost stays in the account.
    Exit code 0: drained. 2: the call was wrong, the answer was no, or the node is running. 3: a file can't be read or written.
    """
    from custodes.video.archive.adoption import drain as decide

    question = f"Write no more to volume {volume}?"
    _decide(
        question, reason, yes, as_json, lambda _: "", lambda all_, how: ("drained", decide(all_, volume, how), volume)
    )


@volumes.command()
def retire(
    volume: Annotated[str, typer.Argument(help="The volume's id, from `custodes volumes list`.")],
    reason: Reason = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take a drained volume out, when nothing of footage is left on it. Stop the node first.

    While footage is on it the command refuses: it goes when its retention is over, and nothing is deleted before.
    Exit code 0: retired. 2: the call was wrong, the answer was no, or the node is running. 3: a file can't be read or written.
    """
    from custodes.addedvolumes import forget_added
    from custodes.settings import get_settings
    from custodes.video.archive.adoption import retire as decide

    def act(indexes: list[Index], how: AdoptionDecision) -> tuple[str, str, str]:
        path = decide(indexes, volume, how)
        forget_added(get_settings().node_folder, volume)
        return "retired", path, volume

    _decide(f"Take volume {volume} out?", reason, yes, as_json, lambda _: "", act)


def _decide(
    question: str,
    reason: str,
    yes: bool,
    as_json: bool,
    objection: Callable[[Settings], str],
    act: Callable[[list[Index], AdoptionDecision], tuple[str, str, str]],
) -> None:
    """Ask, act on every worker's index under its lock, say what was done."""
    import json
    import sqlite3

    from rich.console import Console

    from custodes.commands.asking import person_here
    from custodes.settings import get_settings
    from custodes.video.archive.adoption import AdoptionDecision, Undecidable
    from custodes.video.archive.schema import IndexRefused
    from custodes.video.clock import SystemClock

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    settings = get_settings()
    if why := objection(settings):
        console.print(f"[red]{why}.[/red]")
        raise typer.Exit(2)
    reason = _agreed(console, question, reason, yes, as_json)
    how = AdoptionDecision(person_here(), reason, SystemClock().wall_us(), settings.node_name)
    try:
        with _alone(settings) as indexes:
            change, path, identity = act(indexes, how)
    except IndexRefused as error:
        console.print(f"[red]{error}[/red] Stop the node first.")
        raise typer.Exit(2) from error
    except Undecidable as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from error
    except (OSError, sqlite3.Error) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        typer.echo(json.dumps({"change": change, "path": path, "volume": identity}))
        return
    console.print(f"{path} ({identity}) is {change}. It goes on record when the node has started again.")


def _agreed(console: Console, question: str, reason: str, yes: bool, as_json: bool) -> str:
    """The reason of a person who said yes."""
    from custodes.commands.asking import ask_reason, refuse_blank

    refuse_blank(console, reason)
    if (yes or as_json) and not (yes and reason.strip()):
        console.print("[red]Without questions it needs --yes and --reason; the reason stands in the log.[/red]")
        raise typer.Exit(2)
    reason = ask_reason(reason, "Why? (stands in the log)")
    if not yes and not typer.confirm(question, err=True):
        console.print("Nothing was changed.")
        raise typer.Exit(2)
    return reason


@contextmanager
def _alone(settings: Settings) -> Iterator[list[Index]]:
    """Every worker's index, for writing; as the node's user, so that no file ends up as another's.

    Raises:
        IndexRefused: the node is running, or an index can't be used.
        OSError: there is no node here.
    """
    from custodes.notary.rotation import as_owner
    from custodes.video.archive.index import Index

    paths = _indexes(settings)
    if not paths:
        raise FileNotFoundError(f"There is no index in {settings.node_folder}: has the node ever run here?")
    with as_owner(settings.node_folder), ExitStack() as opened:
        yield [opened.enter_context(closing(Index(path))) for path in paths]


def _indexes(settings: Settings) -> list[Path]:
    """The index of every worker.

    Raises:
        OSError: the node's folder is not there or can't be read; `Path.glob` would find nothing in it.
    """
    import os
    import re

    with os.scandir(settings.node_folder) as entries:
        names = sorted(entry.name for entry in entries)
    return [settings.node_folder / name for name in names if re.fullmatch(r"worker-[0-9]+\.sqlite3", name)]
