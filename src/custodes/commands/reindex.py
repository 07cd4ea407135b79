"""`custodes reindex`: builds the node's index again from the footage alone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer


def reindex(
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="An index that is there is moved aside (kept, with the time in its name); without it the command refuses.",
        ),
    ] = False,
    enter_since: Annotated[
        datetime | None,
        typer.Option(
            help="After a restore: put the records of footage that ends after this time (UTC) into the log, late. Take the time of the back-up.",
            formats=["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ"],
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")] = False,
) -> None:
    """Build the index of every worker from the files on the volumes (`CUSTODES_VOLUMES`), when the index is lost or damaged.

    Stop the node first. No footage is changed or deleted. What the files can't tell is said at the end: the reasons of gaps,
    holds, and what was delivered to the log.
    With --enter-since the node gives the records of that footage to the log at its next start; those that the log has already
    are not entered twice. Their time is the time of entering: from then on the files are proved, not from when they were recorded.
    Exit code 0: built. 1: built, and some files are no segments of ours. 2: an index is there, or the node is running. 3: a volume can't be read.
    """
    import json
    import sqlite3
    from dataclasses import asdict
    from datetime import UTC

    from rich.console import Console
    from rich.progress import Progress

    from custodes.settings import get_settings
    from custodes.video.archive.reindex import UNKNOWN, Entering, ReindexRefused, ReindexReport, move_aside
    from custodes.video.archive.reindex import reindex as build
    from custodes.video.archive.schema import IndexRefused
    from custodes.video.archive.volume import VolumeRefused, read_identity
    from custodes.video.clock import SystemClock
    from custodes.video.wire.assignment import worker_of

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    settings = get_settings()
    workers = settings.worker_count
    entering = None
    if enter_since is not None:
        since_us = round(enter_since.replace(tzinfo=UTC).timestamp() * 1_000_000)
        entering = Entering(settings.node_name, since_us, SystemClock().wall_us())
    reports: dict[str, ReindexReport] = {}
    moved: list[str] = []
    try:
        for volume in settings.volume_paths:
            read_identity(volume)  # before anything is moved
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            for worker in range(workers):
                index = settings.node_folder / f"worker-{worker}.sqlite3"
                if replace:
                    moved += map(str, move_aside(index, datetime.now(UTC)))
                task = bar.add_task(index.name, total=None)
                reports[index.name] = build(
                    list(settings.volume_paths),
                    index,
                    accept=lambda camera, worker=worker: worker_of(camera, workers) == worker,  # type: ignore[misc]
                    progress=lambda done, total, _, task=task: bar.update(task, completed=done, total=total),  # type: ignore[misc]
                    entering=entering,
                )
    except (ReindexRefused, IndexRefused) as error:
        console.print(f"[red]{error}[/red]")
        if not replace:
            console.print("Stop the node; with --replace the index is kept under another name and built anew.")
        raise typer.Exit(2) from error
    except (VolumeRefused, OSError, sqlite3.Error) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    refused = any(report.refused for report in reports.values())
    if as_json:
        built = {name: asdict(report) for name, report in reports.items()}
        typer.echo(json.dumps({"built": built, "moved": moved, "unknown": UNKNOWN}, ensure_ascii=False))
        raise typer.Exit(int(refused))
    for name, report in reports.items():
        console.print(
            f"{name}: {report.segments} segments of {report.cameras} cameras, {report.bytes:,} bytes, {report.gaps} holes; "
            f"{report.to_finish} files wait for the node's next start."
            + (f" {report.entered} records wait to be entered into the log." if entering is not None else "")
        )
        for path, why in report.refused:
            console.print(f"  [yellow]left out[/yellow] {path}: {why}")
    console.print("The files can't tell:")
    for line in UNKNOWN:
        console.print(f"  – {line}")
    raise typer.Exit(int(refused))
