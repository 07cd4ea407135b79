"""`custodes gb28181`: looks at what GB/T 28181 devices and platforms send. One file a subcommand."""

from __future__ import annotations

import typer

from custodes.commands.gb28181.ps_probe import probe

gb28181 = typer.Typer(name="gb28181", help="Look at what GB/T 28181 devices and platforms send.", no_args_is_help=True)
ps = typer.Typer(
    name="ps",
    help="Program streams (PS). Exit code 0: nothing is wrong. 1: something is. 2: the call was wrong. 3: it can't be read.",
    no_args_is_help=True,
)
ps.command("probe")(probe)
gb28181.add_typer(ps)
