"""`custodes purge --dry-run`: what the next retention pass would delete, read from the indexes beside the running node."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.settings import Settings
    from custodes.video.archive.dry_run import DryRun


def tell_dry_run(console: Console, settings: Settings, as_json: bool) -> int:
    """Print it; the exit code: 0, or 1 where the brake would stop the pass, or 3 where an index can't be read."""
    from custodes.node.retention_desk import document_of
    from custodes.node.terms import retention_of
    from custodes.video.archive.dry_run import read_dry_run
    from custodes.video.archive.schema import IndexRefused
    from custodes.video.clock import SystemClock

    found: list[tuple[int, DryRun]] = []
    try:
        for number, path in _indexes(settings.node_folder):
            planned = read_dry_run(path, retention_of(settings), SystemClock().wall_us(), settings.purge_brake_share)
            found.append((number, planned))
    except (IndexRefused, sqlite3.Error, OSError) as error:
        console.print(f"[red]{error}[/red]")
        return 3
    if as_json:
        workers = [{"worker": number, **document_of(planned)} for number, planned in found]
        typer.echo(json.dumps({"workers": workers}, ensure_ascii=False))
    else:
        for number, planned in found:
            _tell(console, number, planned)
    return int(any(volume.braked for _, planned in found for volume in planned.volumes))


def _indexes(folder: Path) -> list[tuple[int, Path]]:
    found = [(path, re.fullmatch(r"worker-([0-9]+)\.sqlite3", path.name)) for path in folder.iterdir()]
    return sorted((int(name[1]), path) for path, name in found if name)


def _tell(console: Console, number: int, planned: DryRun) -> None:
    from custodes.commands.node_files import plain

    console.print(f"Worker {number}: the next pass would want")
    for volume in planned.volumes:
        note = "" if not volume.absent else "  [red]not there: nothing would go[/red]"
        if volume.braked:
            note = "  [yellow]more than the brake lets through: nothing would go before a person has looked[/yellow]"
        console.print(f"  {plain(volume.path)}: {volume.segments:,} of {volume.of:,} segments{note}")
    if not planned.days:
        console.print("  Nothing is past its retention.")
    for day in planned.days:
        held = f"; {day.held_segments:,} segments stay, held by {', '.join(day.holds)}" if day.held_segments else ""
        console.print(
            f"  {day.day} {day.camera}: {day.segments:,} segments, {day.bytes:,} bytes ({plain(day.rule)}){held}"
        )
