"""`custodes law`: asks the law what it says, and by which clause. docs/law-cli.md describes each answer."""

from __future__ import annotations

import typer

from custodes.commands.law.access import access
from custodes.commands.law.asked import Asked
from custodes.commands.law.builder import builder
from custodes.commands.law.coverage import coverage
from custodes.commands.law.deadline import deadline
from custodes.commands.law.fine import fine
from custodes.commands.law.late_fee import late_fee
from custodes.commands.law.retention import retention
from custodes.commands.law.texts import search, show

law = typer.Typer(
    name="law",
    help="Ask the law: clauses, deadlines, retention, fines, late fees, conditions of access, who builds. Every answer names its clauses.",
    no_args_is_help=True,
)
law.command("show", cls=Asked)(show)
law.command("search", cls=Asked)(search)
law.command("deadline", cls=Asked)(deadline)
law.command("retention", cls=Asked)(retention)
law.command("fine", cls=Asked)(fine)
law.command("late-fee", cls=Asked)(late_fee)
law.command("access", cls=Asked)(access)
law.command("builder", cls=Asked)(builder)
law.command("coverage", cls=Asked)(coverage)
