"""`custodes completeness`: what was recorded of what was owed, per camera and local day, and why the rest is missing."""

from __future__ import annotations

from typing import Annotated

import typer


def completeness(
    day: Annotated[
        str, typer.Option(help="Local day, YYYY-MM-DD; today when left out. The zone is `CUSTODES_TIME_ZONE`.")
    ] = "",
    camera: Annotated[list[str] | None, typer.Option(help="Id of a camera; may be repeated. All by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")] = False,
) -> None:
    """Account for every second of a day: recorded, planned out, or missing for a reason.

    It reads the index beside a running node and changes nothing; what is being written (up to a minute) is not counted yet.
    Exit code 0: every missing second has a reason. 1: some have none (more than a second of a camera). 2: no such day or camera. 3: there is no index.
    """
    import json
    import sqlite3
    from dataclasses import asdict
    from datetime import date, datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from rich.console import Console
    from rich.table import Table

    from custodes.settings import get_settings
    from custodes.video.archive.completeness import Completeness, read_accounts
    from custodes.video.archive.schema import IndexRefused
    from custodes.video.clock import SystemClock

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    settings = get_settings()
    now_us = SystemClock().wall_us()
    try:
        wanted = (
            date.fromisoformat(day)
            if day
            else datetime.fromtimestamp(now_us / 1e6, ZoneInfo(settings.time_zone)).date()
        )
    except ValueError as error:
        console.print(f"[red]--day {day}: {error}. Write a day of the calendar as YYYY-MM-DD.[/red]")
        raise typer.Exit(2) from error
    try:
        only = {UUID(text) for text in camera or ()}
    except ValueError as error:
        console.print("[red]--camera: this is no camera id. Copy the id (a UUID) from the camera's page.[/red]")
        raise typer.Exit(2) from error
    indexes = [path for path in sorted(settings.node_folder.glob("worker-*.sqlite3")) if path.stem[7:].isdigit()]
    if not indexes:
        console.print(f"[red]There is no index in {settings.node_folder}: has the node ever run here?[/red]")
        raise typer.Exit(3)
    accounts: dict[UUID, Completeness] = {}
    try:
        for index in indexes:
            accounts |= read_accounts(index, wanted, settings.time_zone, now_us)
    except (IndexRefused, sqlite3.Error) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if only - accounts.keys():
        console.print(f"[red]No such camera here: {', '.join(map(str, only - accounts.keys()))}[/red]")
        raise typer.Exit(2)
    shown = {key: value for key, value in accounts.items() if not only or key in only}
    found = any(account.unexplained_us > 1_000_000 for account in shown.values())
    if as_json:
        cameras = [{"camera": str(key), **asdict(value)} for key, value in shown.items()]
        typer.echo(json.dumps({"day": wanted.isoformat(), "zone": settings.time_zone, "cameras": cameras}))
        raise typer.Exit(int(found))
    table = Table(
        "camera", "recorded s", "owed s", "%", "missing, seconds by reason", title=f"{wanted} {settings.time_zone}"
    )
    for key, account in shown.items():
        percent = f"{100 * account.recorded_us / account.owed_us:.2f}" if account.owed_us else "–"
        reasons = ", ".join(f"{reason} {us / 1e6:.1f}" for reason, us in sorted(account.reasons.items()))
        table.add_row(
            *(str(key), f"{account.recorded_us / 1e6:.1f}", f"{account.owed_us / 1e6:.1f}", percent, reasons),
            style="red" if account.unexplained_us > 1_000_000 else None,
        )
    Console(highlight=False).print(table)
    raise typer.Exit(int(found))
