"""A command of `custodes law` whose bad options are said in its own way: a JSON document where one was asked for."""

from __future__ import annotations

import typer
from typer.core import TyperCommand

from custodes.commands.law.answering import refuse


class Asked(TyperCommand):
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
