"""`custodes gb28181`: looks at IDs and messages of GB/T 28181, offline."""

from __future__ import annotations

import typer

from custodes.commands.gb28181.code import code
from custodes.commands.gb28181.sip import sip

gb28181 = typer.Typer(
    name="gb28181",
    help="GB/T 28181: explain an ID of 20 digits, read a SIP message as the platform would. Nothing is sent.",
    no_args_is_help=True,
)
gb28181.command("id")(code)
gb28181.add_typer(sip)
