"""`custodes law`: asks the law what it says, and by which clause. docs/law-cli.md describes each answer."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


class ReadLate(TyperGroup):
    """Commands that are read when somebody asks them: neither the help of all others nor a process of a node waits for eight hundred rules."""

    def _read(self) -> Any:
        return typer.main.get_group(import_module("custodes.commands.law.app").app)

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the help."""
        names: list[str] = self._read().list_commands(ctx)
        return names

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command by its name."""
        return self._read().get_command(ctx, cmd_name)


law = typer.Typer(
    name="law",
    cls=ReadLate,
    help="Ask the law: clauses, deadlines, retention, fines, late fees, conditions of access, who builds. Every answer names its clauses.",
    no_args_is_help=True,
)
