"""`custodes verify`: checks log, footage, back-ups, evidence packages and contradictions offline, trusting nothing but the key that it is given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.ledger.note import VerifierKey
    from custodes.ledger.report import ContinuedLog, LedgerReport


def package(
    file: Annotated[Path, typer.Argument(help="The evidence package, a ZIP file.")],
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust",
            help="Verifier keys from elsewhere than the package, one a line: of the log and of its packages, from who hands packages over; of witnesses, from the platform above (`custodes witness show`). Left out, the keys in the package are taken, which shows only that its parts agree.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Name no files while they are read.")] = False,
) -> None:
    """Check an evidence package offline: footage, records, leave, chain of custody, and who cosigned the log that it rests on.

    It says of each trusted witness whether it cosigned, when and over how many entries; that one did not is told and is no fault of
    the package, a cosignature that does not verify is one. Exit code 0: proven. 1: it is not. 2: the call was wrong, or a file
    can't be read. 3: whole, with nothing but its own keys. 4: what is there is proven, but something of the span is missing without a
    reason. 5: proven, but zipped again.
    """
    from custodes.evidence.verifiers import verify

    arguments = [str(file), *(["--trust", str(trust)] if trust else []), *(["--quiet"] if quiet else [])]
    raise typer.Exit(verify.main(arguments))


def contradiction(
    path: Annotated[Path, typer.Argument(help="What the witness kept: `contradiction.json` out of the download.")],
    key: Annotated[
        list[str],
        typer.Option(
            "--key",
            help="The log's verifier key (`name+hash+key`), or a file with one a line. Take it from your own copy, never from the download.",
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")
    ] = False,
) -> None:
    """Check whether a log has signed two histories: both signatures, and that no one log can have signed both.

    Exit code 0: it has, and this file convinces anybody. 1: both are its own, but they need not contradict each other. 2: the call was wrong. 3: the file is no contradiction, or a signature is not the log's.
    """
    from rich.console import Console

    from custodes.ledger.witness import ContradictionError, check, read

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    keys = _noted_keys(key)
    try:
        one = read(path.read_bytes())
        shown = check(one, keys)
    except (OSError, ContradictionError) as error:
        console.print(f"[red]{path}: {error}[/red]")
        raise typer.Exit(3) from error
    facts = {
        "origin": one.origin,
        "proven": shown.proven,
        "seen": {"size": shown.seen.size, "root": shown.seen.root.hex()},
        "shown": {"size": shown.shown.size, "root": shown.shown.root.hex()},
        "digest": one.digest,
    }
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        typer.echo(f"log     {one.origin}")
        typer.echo(f"seen    {shown.seen.size} entries, root {shown.seen.root.hex()}")
        typer.echo(f"shown   {shown.shown.size} entries, root {shown.shown.root.hex()}")
        typer.echo(
            "FORKED: the log's key signed two histories."
            if shown.proven
            else "UNPROVEN: the log owes the proof that the second extends the first."
        )
    raise typer.Exit(0 if shown.proven else 1)


def _noted_keys(texts: list[str]) -> tuple[VerifierKey, ...]:
    from custodes.ledger.note import KeyTextError, parse_vkey

    found: list[VerifierKey] = []
    try:
        for text in texts:
            file = Path(text)
            lines = file.read_text(encoding="utf-8").splitlines() if "+" not in text or file.is_file() else [text]
            found += [parse_vkey(line) for line in lines if line.strip()]
    except (OSError, KeyTextError, UnicodeDecodeError) as error:
        typer.echo(f"--key is neither a verifier key nor a file with some: {error}", err=True)
        raise typer.Exit(2) from error
    return tuple(found)


verify = typer.Typer(
    name="verify",
    help="Check the log, recorded footage, an evidence package or a back-up offline: recompute everything, name the first thing that is wrong.",
    no_args_is_help=True,
)

verify.command("contradiction")(contradiction)
verify.command("package")(package)

RECORDS_MISSING = 4
"""Exit code of `verify ledger` where there is no record book."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]


@verify.command("ledger")
def ledger(
    path: Annotated[
        Path, typer.Argument(help="The log's folder: `checkpoint`, `tile/` and, if there, the record book.")
    ],
    key: Annotated[
        list[str],
        typer.Option(
            "--key",
            help="The log's verifier key (`name+hash+key`) or a file that holds it. Take it from your own copy, never from the folder that is checked. Repeated for a log whose key was replaced: the new one first, then those before it; last those of the logs that a restored log continues.",
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
    Exit code 0: everything under the checkpoint is proven, and each record that is owed is there. 1: something is wrong. 2: the call was
    wrong. 3: the log could not be read. 4: the entries are proven, but the record book is missing (`book.sqlite3`), so that no record was looked at.
    """
    from datetime import UTC, datetime

    from rich.console import Console

    from custodes.ledger.verify import verify_ledger

    console = Console(stderr=True, highlight=False)
    verifiers = _keys(key, console)
    try:
        notes = [note.read_bytes() for note in seen or []]
    except OSError as error:
        console.print(f"[red]{error.filename} can't be read: {error.strerror}[/red]")
        raise typer.Exit(2) from error
    try:
        with _Bar(console, "entries") as bar:
            report = verify_ledger(path, verifiers, datetime.now(UTC), notes, bar.show)
    except OSError as error:
        console.print(f"[red]{path} can't be read: {error.strerror or 'there is no such folder'}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        facts = report.as_json()
        typer.echo(json.dumps(facts | {"ok": report.ok and not report.records_missing}, ensure_ascii=False))
    else:
        _print_ledger(Console(highlight=False, soft_wrap=True), report)
    raise typer.Exit(1 if not report.ok else RECORDS_MISSING if report.records_missing else 0)


@verify.command("segments")
def segments(
    path: Annotated[Path, typer.Argument(help="A volume's folder, a camera's folder in it, or one file.")],
    ledger_folder: Annotated[
        Path | None,
        typer.Option("--ledger", help="The log's folder; it is checked first, and its records vouch for the files."),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="The log's verifier key, needed with --ledger; may be repeated.")
    ] = None,
    records: Annotated[
        Path | None,
        typer.Option("--records", help="Records as JSON lines instead of a log; they count as much as their source."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check recorded footage: every bit of every segment against the record that sealed it.

    With `--ledger` and `--key` the log is checked first and only records under its checkpoint count. Without records
    only the files' own structure is looked at, and everything stays unproven.
    Exit code 0: nothing is wrong. 1: something is. 2: the call was wrong. 3: footage or records could not be read.
    """
    from rich.console import Console

    from custodes.video.archive.verify import RecordsRefused, read_records, verify_segments

    console = Console(stderr=True, highlight=False)
    if (ledger_folder is None) != (not key) or (ledger_folder and records):
        console.print("[red]--ledger and --key belong together, and exclude --records[/red]")
        raise typer.Exit(2)
    try:
        vouching = None if records is None else read_records(records)
        if ledger_folder is not None and key:
            vouching = _proven_records(ledger_folder, _keys(key, console), console)
        with _Bar(console, "segments") as bar:
            report = verify_segments(path, bar.show, vouching)
    except OSError as error:
        console.print(f"[red]{path} can't be read: {error.strerror or 'there is no such path'}[/red]")
        raise typer.Exit(3) from error
    except RecordsRefused as error:
        console.print(f"[red]The records can't be read: {error}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for line in report.lines():
            typer.echo(line)
    raise typer.Exit(0 if report.ok else 1)


@verify.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="The back-up.")],
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            help="File whose first line is the passphrase, readable by its owner alone. Asked for when left out."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a back-up: decrypt it, recompute every hash, and say what is in it. Nothing is put back.

    Exit code 0: it is whole. 1: it is damaged, was changed, or is of a newer format. 2: the call was wrong, or the passphrase
    does not open it. 3: it can't be read.
    """
    from rich.console import Console

    from custodes.backup.envelope import is_sealed, unseal
    from custodes.backup.manifest import BackupRefused, WrongPassphrase
    from custodes.commands.asking import read_passphrase

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        passphrase = read_passphrase(passphrase_file, console, new=False) if is_sealed(file) else None
        with _Bar(console, "bytes") as bar:
            manifest = unseal(file, passphrase, None, bar.show)
    except WrongPassphrase as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from error
    except BackupRefused as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    except OSError as error:
        console.print(f"[red]{file} can't be read: {error.strerror}[/red]")
        raise typer.Exit(3) from error
    facts = {
        "made_at": manifest.made_at, "program": manifest.program, "node": manifest.node, "origin": manifest.origin,
        "items": [{"name": item.name, "bytes": item.size, "sha256": item.sha256} for item in manifest.items],
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"ok": True, **facts}, ensure_ascii=False))
        return
    plain = Console(highlight=False, soft_wrap=True)
    plain.print(f"made       {manifest.made_at} by version {manifest.program} on {manifest.node}")
    plain.print(f"log        {manifest.origin}")
    for item in manifest.items:
        plain.print(f"           {item.name}, {item.size:,} bytes")
    plain.print("[bold green]OK[/bold green]")


def _proven_records(folder: Path, keys: list[VerifierKey], console: Console) -> Iterator[dict[str, Any]]:
    """Records under the checkpoint of a log that is whole; a log that is not vouches for nothing."""
    from datetime import UTC, datetime

    from custodes.ledger.book import BookError, BookReader
    from custodes.ledger.verify import verify_ledger

    with _Bar(console, "entries") as bar:
        report = verify_ledger(folder, keys, datetime.now(UTC), progress=bar.show)
    if not report.ok:
        _print_ledger(console, report)
        console.print("[red]The log is not whole: its records vouch for nothing.[/red]")
        raise typer.Exit(1)
    try:
        book = BookReader(folder)
    except BookError as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    return (json.loads(row.record) for row in book.rows(0, report.size) if row.record is not None)


def _keys(texts: list[str], console: Console) -> list[VerifierKey]:
    return [_key(text, console) for text in texts]


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


def _print_continued(console: Console, before: ContinuedLog) -> None:
    from rich.markup import escape

    signature = {
        True: "signed by its key",
        False: "[red]not signed by its key[/red]",
        None: "give its --key to check its signature",
    }
    origin = escape(before.origin)
    console.print(
        f"continues  {origin} from its checkpoint over {before.size} entries ({signature[before.signed]}; "
        f"{before.carried - before.size} entries behind it came along unproven), on record as entry {before.index}"
    )
    known = f" It signed {before.seen} entries in all, as far as was seen." if before.seen > before.carried else ""
    console.print(
        f"           [yellow]What {origin} logged after entry {before.carried - 1} is not in here.{known}[/yellow]"
    )


def _print_ledger(console: Console, report: LedgerReport) -> None:
    from rich.markup import escape

    console.print(f"log        {escape(report.origin)}")
    console.print(f"checkpoint {report.size} entries, root {report.root or '-'}")
    console.print(f"proven     {report.proven} entries")
    console.print(f"unproven   {report.unproven} entries (newer than the checkpoint: not wrong, not proven)")
    if report.records_missing:
        console.print(f"records    [bold red]missing[/bold red]: {report.records_missing}; not one was looked at")
    else:
        console.print(
            f"records    {report.records_checked} match their entry, {report.records_deleted} deleted (entry proven)"
        )
    for size in report.seen_confirmed:
        console.print(f"seen       the checkpoint over {size} entries is part of this log")
    for before in report.continues:
        _print_continued(console, before)
    for finding in report.findings[:50]:
        console.print(f"[red]{finding.kind.value:<10}[/red] {escape(finding.detail)}")
    if report.findings_total > 50:
        console.print(f"[red]…          and {report.findings_total - 50} more[/red]")
    if report.first_bad is not None:
        where = "first bad entry" if report.located else "in doubt from entry"
        console.print(f"[bold red]{where}: {report.first_bad}[/bold red]")
    if not report.ok:
        console.print("[bold red]NOT OK[/bold red]")
    elif report.records_missing:
        console.print(
            "[bold red]RECORDS MISSING[/bold red]: the entries are whole, and nothing is left of what they commit to. Put the record book back from a back-up."
        )
    else:
        console.print("[bold green]OK[/bold green]")
    console.print(
        "Not shown by this check: that a record was true when it was written, that the clock was right, and that no other "
        "log of the same key was shown to somebody else (compare checkpoints with theirs: --seen).",
        style="dim",
    )
