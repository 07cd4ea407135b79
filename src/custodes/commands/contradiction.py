"""`custodes verify contradiction`: two checkpoints of one log that a witness kept, checked by anybody who has the log's key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from custodes.ledger.note import VerifierKey


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

    from custodes.ledger.contradiction import ContradictionError, check, read

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    keys = _keys(key)
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


def _keys(texts: list[str]) -> tuple[VerifierKey, ...]:
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
