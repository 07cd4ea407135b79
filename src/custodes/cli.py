"""The `custodes` command: one program that starts, tends and checks the whole system.

Each command lives in `custodes.commands`, one file each, and imports what it needs only when it is called.
"""

from __future__ import annotations

import sys
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from custodes.commands.backup import backup
from custodes.commands.completeness import completeness
from custodes.commands.demo import demo
from custodes.commands.doctor import doctor
from custodes.commands.gateway import gateway
from custodes.commands.gb28181.app import gb28181
from custodes.commands.init import init
from custodes.commands.mask import mask
from custodes.commands.migrate import migrate
from custodes.commands.node import node
from custodes.commands.notary import notary
from custodes.commands.purge import purge
from custodes.commands.reindex import reindex
from custodes.commands.restore import restore
from custodes.commands.rotate import rotate
from custodes.commands.simcam import simcam
from custodes.commands.simupper import simupper
from custodes.commands.tls import tls
from custodes.commands.up import up
from custodes.commands.verify import verify
from custodes.commands.volumes import volumes
from custodes.commands.web import web
from custodes.commands.witness import witness
from custodes.secretfile import SecretFileRefused


class Root(TyperGroup):
    """All commands. The law's are read when somebody asks it: no process of a node waits for eight hundred rules."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the help."""
        names = super().list_commands(ctx)
        names.insert(names.index("reindex"), "law")
        return names

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command by its name."""
        if cmd_name != "law":
            return super().get_command(ctx, cmd_name)
        from custodes.commands.law.app import law

        return typer.main.get_group(law)


app = typer.Typer(
    name="custodes",
    cls=Root,
    help="Custodes (明鉴): public-safety video, kept and shown under the law, with every look on record.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
)

app.command()(demo)
app.command()(init)
app.command()(up)
app.command()(doctor)
app.command()(migrate)
app.command()(notary)
app.command()(web)
app.command()(node)
app.command()(gateway)
app.add_typer(witness)
app.command()(simcam)
app.command()(simupper)
app.command()(mask)
app.add_typer(verify)
app.command()(completeness)
app.command()(reindex)
app.command()(purge)
app.add_typer(volumes)
app.command()(rotate)
app.command()(backup)
app.command()(restore)
app.add_typer(tls)
app.add_typer(gb28181)


def main() -> None:
    """Entry point of the console script. Settings that are not lawful or make no sense end it with 2, in plain words."""
    try:
        app()
    except SecretFileRefused as error:
        sys.stderr.write(f"{error}\nEach setting is described in docs/settings.md.\n")
        sys.exit(2)
    except ValidationError as error:
        if error.title != "Settings":
            raise
        for fault in error.errors(include_url=False, include_input=False):
            name = "_".join(("CUSTODES", *map(str, fault["loc"]))).upper()
            sys.stderr.write(f"{name + ': ' if fault['loc'] else ''}{fault['msg'].removeprefix('Value error, ')}\n")
        sys.stderr.write("Each setting is described in docs/settings.md.\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
