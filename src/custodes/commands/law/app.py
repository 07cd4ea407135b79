"""The commands of `custodes law`. Bad options are said in its own way: a JSON document where one was asked for."""

from __future__ import annotations

import typer
from typer.core import TyperCommand

from custodes.commands.law.access import access
from custodes.commands.law.answering import refuse
from custodes.commands.law.coverage import coverage
from custodes.commands.law.deadline import deadline
from custodes.commands.law.duties import builder, retention, search, show
from custodes.commands.law.fine import fine, late_fee


class LawCommand(TyperCommand):
    """Says with `--json` which option is missing, or has a value that can't be read, as every other bad input is said."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """The arguments, read; ends with 2 where one is missing or can't be read."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            if "--json" not in given or error.param is None:
                raise
            field = max(error.param.opts, key=len).removeprefix("--")
            message = " ".join(error.format_message().split())
            refuse(field, message, f"see custodes law {ctx.info_name} --help", as_json=True)
            raise AssertionError from error  # `refuse` has ended it


app = typer.Typer(name="law")
app.command("show", cls=LawCommand)(show)
app.command("search", cls=LawCommand)(search)
app.command("deadline", cls=LawCommand)(deadline)
app.command("retention", cls=LawCommand)(retention)
app.command("fine", cls=LawCommand)(fine)
app.command("late-fee", cls=LawCommand)(late_fee)
app.command("access", cls=LawCommand)(access)
app.command("builder", cls=LawCommand)(builder)
app.command("coverage", cls=LawCommand)(coverage)
