"""The reason that a person gives for what they order: asked for until it says something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

LONGEST = 1000


def refuse_blank(console: Console, reason: str) -> None:
    """End the call when `--reason` was given and holds only blanks."""
    if reason and not reason.strip():
        console.print("[red]--reason holds only blanks: say why. It stands in the log.[/red]")
        raise typer.Exit(2)


def ask_reason(reason: str, question: str) -> str:
    """The reason as it was given, or as a person types it."""
    while not reason.strip():
        reason = typer.prompt(question, err=True)
    return reason.strip()[:LONGEST]
