"""The `custodes` command: one program that starts, tends and checks the whole system.

Each command lives in `custodes.commands`, one file each, and imports what it needs only when it is called.
"""

from __future__ import annotations

import typer

from custodes.commands.completeness import completeness
from custodes.commands.demo import demo
from custodes.commands.init import init
from custodes.commands.node import node
from custodes.commands.notary import notary
from custodes.commands.reindex import reindex
from custodes.commands.simcam import simcam
from custodes.commands.up import up
from custodes.commands.verify import verify
from custodes.commands.web import web

app = typer.Typer(
    name="custodes",
    help="Custodes (明鉴): public-safety video, kept and shown under the law, with every look on record.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
)

app.command()(notary)
app.command()(node)
app.add_typer(verify)
app.command()(completeness)
app.command()(demo)
app.command()(init)
app.command()(reindex)
app.command()(simcam)
app.command()(up)
app.command()(web)


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
