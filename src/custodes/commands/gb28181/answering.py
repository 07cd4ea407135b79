"""How `custodes gb28181` answers: a JSON document or plain lines; what can't be right names its field and ends with 2."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from custodes.gb28181.refused import Refused

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]


def say(document: dict[str, Any], lines: Sequence[str], as_json: bool) -> None:
    """Print the answer, as a document or as lines."""
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else "\n".join(lines))


@contextmanager
def refusing(as_json: bool) -> Iterator[None]:
    """Say what can't be right, with its field, rule and remedy, and end with 2."""
    try:
        yield
    except Refused as error:
        if as_json:
            told = {"field": error.field, "rule": error.rule, "remedy": error.remedy}
            typer.echo(json.dumps({"error": told}, ensure_ascii=False))
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
