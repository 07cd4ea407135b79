"""`custodes gb28181`: looks at what platforms and devices say to each other. Each subcommand is a file of its own."""

from __future__ import annotations

import typer

from custodes.commands.gb28181.listen import listen
from custodes.commands.gb28181.messages import code, ptz, sip
from custodes.commands.gb28181.ps_probe import probe

gb28181 = typer.Typer(
    name="gb28181",
    help="GB/T 28181: read and write what platforms and devices say to each other, without sending anything.",
    no_args_is_help=True,
)
gb28181.command("id")(code)
gb28181.add_typer(sip)
gb28181.add_typer(ptz)
ps = typer.Typer(
    name="ps",
    help="Program streams (PS). Exit code 0: nothing is wrong. 1: something is. 2: the call was wrong. 3: it can't be read.",
    no_args_is_help=True,
)
ps.command("probe")(probe)
gb28181.add_typer(ps)
gb28181.command("listen")(listen)
