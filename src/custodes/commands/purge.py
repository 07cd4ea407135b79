"""`custodes purge`: lets a deletion pass through that the brake has stopped, after a person has looked; with `--dry-run`, what the next pass would delete."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.node.deletion_stop import BrakeFiles, DeletionStopOrder, DeletionStopOutcome, StoppedDeletion
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
            _tell_planned(console, number, planned)
    return int(any(volume.braked for _, planned in found for volume in planned.volumes))


def _indexes(folder: Path) -> list[tuple[int, Path]]:
    found = [(path, re.fullmatch(r"worker-([0-9]+)\.sqlite3", path.name)) for path in folder.iterdir()]
    return sorted((int(name[1]), path) for path, name in found if name)


def _tell_planned(console: Console, number: int, planned: DryRun) -> None:
    from custodes.commands.volumes import plain

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


DELETING_SECONDS = 600
"""How long to wait for a worker that has taken its order."""


def purge(
    reason: Annotated[
        str,
        typer.Option(help="Why it is right that so much goes at once; it stands in the log. Asked for when left out."),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. Needs --reason.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Say what was stopped, and end.")] = False,
    dry: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Say what the next pass would delete, by camera and day, and what holds keep; delete nothing.",
        ),
    ] = False,
    wait: Annotated[int, typer.Option(min=1, max=240, help="Seconds to wait for the node to answer.")] = 60,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print one JSON document on standard output; asks nothing, so needs --show or --yes."
        ),
    ] = False,
) -> None:
    """Let a stopped deletion pass through.

    The node deletes footage whose retention is over, every ten minutes. A pass that wants more than a share of a volume
    (`CUSTODES_PURGE_BRAKE_SHARE`) deletes nothing there: a wrong clock or a wrong setting would look just like it. This
    command says what the last pass wanted and asks. **Look at the clock and at the days first.**

    A yes is an order to the running node, which goes on recording: it deletes what was shown and is still past its
    retention, and nothing else. Footage under a hold, footage inside its retention period (30 days at least) and a volume
    that is not the right one are never touched, whatever the answer. Who ordered it and why stands in each `purge` record of the log.

    The node must be running, since it alone knows the holds that are in force. Run this as its user, or as root.
    Exit code 0: done, or nothing is stopped. 1: something is still stopped, or files could not be removed; with --show:
    a pass is stopped; with --dry-run: the next one would be. 2: the call was wrong, or the answer was no. 3: the node's folder can't be read, or the node did not answer; nothing was deleted by this order.
    """
    import json

    from rich.console import Console

    from custodes.commands.asking import ask_reason, refuse_blank
    from custodes.settings import get_settings

    console = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
    settings = get_settings()
    if dry:
        raise typer.Exit(tell_dry_run(console, settings, as_json))
    refuse_blank(console, reason)
    waiting = _look(console, settings)
    stopped = [said for _, said in waiting]
    if show or not waiting:
        if as_json:
            typer.echo(json.dumps({"stopped": [json.loads(said.model_dump_json()) for said in stopped], "done": []}))
        else:
            _tell(console, settings, stopped)
        raise typer.Exit(int(bool(waiting)))
    if (yes or as_json) and not reason.strip():
        console.print(
            "[red]--reason is missing: why it is right that so much goes at once. It stands in the log.[/red]"
        )
        raise typer.Exit(2)
    if as_json and not yes:
        console.print("[red]--json asks nothing: add --yes, or --show to look only.[/red]")
        raise typer.Exit(2)
    if not as_json:
        _tell(console, settings, stopped)
    reason = ask_reason(reason, "Why is it right that so much goes at once? (stands in the log)")
    if not yes and not typer.confirm("Delete this footage? It can't be brought back.", err=True):
        console.print("Nothing was deleted.")
        raise typer.Exit(2)
    done = _order(waiting, reason, wait)
    _answer(console, stopped, done, as_json)


def _look(console: Console, settings: Settings) -> list[tuple[BrakeFiles, StoppedDeletion]]:
    """Every stopped pass; ends the call when it can't be known."""
    from custodes.commands.volumes import plain, unread
    from custodes.node.deletion_stop import BrakeFiles, BrakeUnreadable

    try:
        found = BrakeFiles.all_of(settings.node_folder)
        return [(files, said) for files in found if (said := files.stopped())]
    except OSError as error:
        console.print(unread(settings.node_folder, error))
        raise typer.Exit(3) from error
    except BrakeUnreadable as error:
        console.print(f"[red]{plain(error)}.[/red] Run it as the node's user or as root.")
        raise typer.Exit(3) from error


def _tell(console: Console, settings: Settings, stopped: list[StoppedDeletion]) -> None:
    from custodes.commands.volumes import plain

    if not stopped:
        console.print("No deletion pass is stopped.")
        return
    console.print("This machine's clock says [bold]" + _local(settings, None) + "[/bold]. Is that right?")
    for said in stopped:
        console.print(
            f"Worker {said.worker}, pass of {_local(settings, said.at_us)}, rule “{plain(said.rule)}” (more for cameras that have more):"
        )
        for volume in said.volumes:
            share = 100 * volume.segments / volume.of if volume.of else 100
            console.print(
                f"  [yellow]stopped[/yellow] {plain(volume.path)}: it wants {volume.segments:,} of {volume.of:,} segments ({share:.0f} %, "
                f"allowed are {100 * said.brake_share:.0f} %), {volume.bytes:,} bytes of {volume.cameras} cameras, "
                f"recorded from {_local(settings, volume.from_us)} to {_local(settings, volume.to_us)}."
            )


def _local(settings: Settings, wall_us: int | None) -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(settings.time_zone)
    try:
        moment = datetime.now(zone) if wall_us is None else datetime.fromtimestamp(wall_us / 1e6, zone)
    except (ValueError, OverflowError, OSError):  # a file says a moment that no calendar has
        return f"{wall_us} µs"
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _order(
    waiting: list[tuple[BrakeFiles, StoppedDeletion]], reason: str, wait: int
) -> list[tuple[StoppedDeletion, DeletionStopOutcome | None]]:
    """Give each worker its order and wait for the answers; one that is not taken in time is taken back."""
    import time

    from custodes.commands.asking import person_here
    from custodes.node.deletion_stop import BrakeUnreadable, DeletionStopOrder, DeletionStopOutcome, OrderWaits
    from custodes.notary.rotation import as_owner
    from custodes.video.clock import SystemClock

    by, now_us = person_here(), SystemClock().wall_us()
    given: list[tuple[BrakeFiles, StoppedDeletion, DeletionStopOrder]] = []
    refused: list[tuple[StoppedDeletion, DeletionStopOutcome | None]] = []
    deadline = time.monotonic() + wait
    try:
        for files, said in waiting:
            order = DeletionStopOrder(
                at_us=now_us, by=by, reason=reason, seen_us=said.at_us, volumes=said.volumes, rule=said.rule
            )
            try:
                with as_owner(files.folder):
                    files.order(order)
            except (OrderWaits, BrakeUnreadable, OSError) as error:
                refused.append((said, DeletionStopOutcome(order=order.id, failure=f"it was given no order: {error}")))
            else:
                given.append((files, said, order))
        return refused + [(said, _answered(files, order, deadline)) for files, said, order in given]
    finally:
        for files, _, order in given:
            with suppress(BrakeUnreadable):
                files.withdraw(order)


def _answered(files: BrakeFiles, order: DeletionStopOrder, deadline: float) -> DeletionStopOutcome | None:
    from custodes.node.deletion_stop import BrakeUnreadable, DeletionStopOutcome

    try:
        return _wait(files, order, deadline)
    except BrakeUnreadable as error:
        return DeletionStopOutcome(order=order.id, failure=f"what came of the order is not known: {error}")


def _wait(files: BrakeFiles, order: DeletionStopOrder, deadline: float) -> DeletionStopOutcome | None:
    """What came of the order; None when the worker never took it."""
    import time

    from custodes.node.deletion_stop import DeletionStopOutcome

    while time.monotonic() < deadline:
        if (done := files.done(order)) is not None:
            return done
        time.sleep(0.1)
    if files.withdraw(order):
        return None
    for _ in range(DELETING_SECONDS):  # it was taken and is under way: many files take their time
        if (done := files.done(order)) is not None:
            return done
        time.sleep(1)
    return DeletionStopOutcome(order=order.id, failure="it took the order and has not said what came of it")


def _answer(
    console: Console,
    stopped: list[StoppedDeletion],
    answers: list[tuple[StoppedDeletion, DeletionStopOutcome | None]],
    as_json: bool,
) -> None:
    import json

    from custodes.commands.volumes import plain

    if as_json:
        document: dict[str, Any] = {
            "stopped": [json.loads(said.model_dump_json()) for said in stopped],
            "done": [json.loads(done.model_dump_json()) for _, done in answers if done is not None],
        }
        typer.echo(json.dumps(document))
    for said, done in answers:
        if done is None:
            console.print(
                f"[red]Worker {said.worker} did not answer: is the node running? The order was taken back; nothing was deleted by it.[/red]"
            )
        elif done.failure:
            console.print(
                f"[red]Worker {said.worker}: {plain(done.failure)}[/red] Look at the node's log, then call again."
            )
        else:
            console.print(f"Worker {said.worker}: {done.segments:,} segments, {done.bytes:,} bytes were deleted.")
            for path in done.still_stopped:
                console.print(
                    f"  [yellow]still stopped[/yellow] {plain(path)}: more is wanted now than you saw. Call again and look."
                )
            if done.left:
                console.print(f"  {done.left} could not be removed now; the node tries again by itself.")
    if any(done is None for _, done in answers):
        raise typer.Exit(3)
    if any(done.failure or done.still_stopped or done.left for _, done in answers if done is not None):
        raise typer.Exit(1)
