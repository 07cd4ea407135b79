"""`custodes verify`: checks the log and the footage offline, trusting nothing but the key that it is given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.ledger.note import VerifierKey
    from custodes.ledger.report import LedgerReport

verify = typer.Typer(
    name="verify",
    help="Check the log or recorded footage offline: recompute everything, name the first thing that is wrong.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]


@verify.command("ledger")
def ledger(
    path: Annotated[
        Path, typer.Argument(help="The log's folder: `checkpoint`, `tile/` and, if there, the record book.")
    ],
    key: Annotated[
        str,
        typer.Option(
            "--key",
            help="The log's verifier key (`name+hash+key`) or a file that holds it. Take it from your own copy, never from the folder that is checked.",
        ),
    ],
    seen: Annotated[
        list[Path] | None,
        typer.Option("--seen", help="A checkpoint of this log that you kept; the log must extend it. May be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a log: signature, every entry, every tile, and every record against its commitment.

    With `--seen` it also finds a log that was taken back (rollback) or rewritten (fork) since you kept that checkpoint.
    Exit code 0: everything under the checkpoint is proven. 1: something is wrong. 2: the call was wrong. 3: the log could not be read.
    """
    from datetime import UTC, datetime

    from rich.console import Console

    from custodes.ledger.verify import verify_ledger

    console = Console(stderr=True, highlight=False)
    verifier = _key(key, console)
    try:
        notes = [note.read_bytes() for note in seen or []]
    except OSError as error:
        console.print(f"[red]{error.filename} can't be read: {error.strerror}[/red]")
        raise typer.Exit(2) from error
    try:
        with _Bar(console, "entries") as bar:
            report = verify_ledger(path, verifier, datetime.now(UTC), notes, bar.show)
    except OSError as error:
        console.print(f"[red]{path} can't be read: {error.strerror or 'there is no such folder'}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _print_ledger(Console(highlight=False), report)
    raise typer.Exit(0 if report.ok else 1)


@verify.command("segments")
def segments(
    path: Annotated[Path, typer.Argument(help="A volume's folder, or a folder or file in it.")],
    records: Annotated[
        Path | None,
        typer.Option(
            help="The log's folder (check it first with `custodes verify ledger`), or its records as JSON lines. Without them only each file's own structure is looked at, and everything stays unproven.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check recorded footage: hash and fragment tree of every segment against the record that sealed it.

    It finds each changed bit, each fragment or file that was removed, swapped, added or edited, and says what is unproven.
    Exit code 0: nothing is wrong; what is unproven is said. 1: something is wrong. 2: the records can't be read. 3: the footage could not be read.
    """
    from rich.console import Console

    from custodes.video.archive.verify import RecordsRefused, read_records, verify_segments

    console = Console(stderr=True, highlight=False)
    if records is not None and not records.exists():
        console.print(f"[red]{records} is not there[/red]")
        raise typer.Exit(2)
    try:
        with _Bar(console, "segments") as bar:
            report = verify_segments(path, bar.show, None if records is None else read_records(records))
    except RecordsRefused as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from error
    except OSError as error:
        console.print(f"[red]{path} can't be read: {error.strerror or 'there is no such path'}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for line in report.lines():
            typer.echo(line)
    raise typer.Exit(0 if report.ok else 1)


def _key(text: str, console: Console) -> VerifierKey:
    from custodes.ledger.note import KeyTextError, parse_vkey

    try:
        file = Path(text)
        if "+" not in text or file.is_file():
            text = file.read_text(encoding="utf-8")
        return parse_vkey(text)
    except (OSError, KeyTextError, UnicodeDecodeError) as error:
        console.print(f"[red]--key is neither a verifier key nor a file with one: {error}[/red]")
        raise typer.Exit(2) from error


class _Bar:
    """A progress bar on standard error; `show` takes (done, total)."""

    def __init__(self, console: Console, unit: str) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("checking"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(unit),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, done: int, total: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=done, total=total)


def _print_ledger(console: Console, report: LedgerReport) -> None:
    from rich.markup import escape

    console.print(f"log        {escape(report.origin)}")
    console.print(f"checkpoint {report.size} entries, root {report.root or '-'}")
    console.print(f"proven     {report.proven} entries")
    console.print(f"unproven   {report.unproven} entries (newer than the checkpoint: not wrong, not proven)")
    console.print(
        f"records    {report.records_checked} match their entry, {report.records_deleted} deleted (entry proven)"
    )
    for size in report.seen_confirmed:
        console.print(f"seen       the checkpoint over {size} entries is part of this log")
    for finding in report.findings[:50]:
        console.print(f"[red]{finding.kind.value:<10}[/red] {escape(finding.detail)}")
    if report.findings_total > 50:
        console.print(f"[red]…          and {report.findings_total - 50} more[/red]")
    if report.first_bad is not None:
        where = "first bad entry" if report.located else "in doubt from entry"
        console.print(f"[bold red]{where}: {report.first_bad}[/bold red]")
    console.print("[bold green]OK[/bold green]" if report.ok else "[bold red]NOT OK[/bold red]")
    console.print(
        "Not shown by this check: that a record was true when it was written, that the clock was right, and that no other "
        "log of the same key was shown to somebody else (compare checkpoints with theirs: --seen).",
        style="dim",
    )
