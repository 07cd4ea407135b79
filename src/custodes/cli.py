"""The `custodes` command: one program that starts, tends and checks the whole system.

Each command lives in `custodes.commands`, one file each, and imports what it needs only when it is called.
"""

from __future__ import annotations

import sys

import typer

from custodes.commands.backup import backup
from custodes.commands.completeness import completeness
from custodes.commands.demo import demo
from custodes.commands.doctor import doctor
from custodes.commands.gb28181.app import gb28181
from custodes.commands.init import init
from custodes.commands.law.group import law
from custodes.commands.mask import mask
from custodes.commands.processes import gateway, migrate, node, notary, web
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
from custodes.commands.witness import witness
from custodes.secretfile import SecretFileRefused

app = typer.Typer(
    name="custodes",
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
app.add_typer(law)
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
    except ValueError as error:
        from pydantic import ValidationError  # here, since the help of all commands doesn't wait for it

        if not isinstance(error, ValidationError) or error.title != "Settings":
            raise
        for fault in error.errors(include_url=False, include_input=False):
            name = "_".join(("CUSTODES", *map(str, fault["loc"]))).upper()
            sys.stderr.write(f"{name + ': ' if fault['loc'] else ''}{fault['msg'].removeprefix('Value error, ')}\n")
        sys.stderr.write("Each setting is described in docs/settings.md.\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
