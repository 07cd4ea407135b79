"""`custodes simupper`: simulated platforms above, for one platform below to be tried with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def simupper(
    lower: Annotated[
        str, typer.Argument(metavar="LOWER_ID", help="ID of the platform below that may register, 20 digits.")
    ],
    id: Annotated[
        list[str] | None,
        typer.Option("--id", help="ID of a platform above, 20 digits; repeatable, each has the next port."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on and to have streams sent to.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="SIP port of the first, UDP and TCP.")] = 5061,
    password_file: Annotated[
        Path | None,
        typer.Option(
            help="File with the password that the platform below registers with, or with a line `ID PASSWORD` for each platform above. Without it CUSTODES_SIMCAM_PASSWORD."
        ),
    ] = None,
    calls: Annotated[int, typer.Option(min=0, max=1_000, help="Cameras called in a round, one at a time.")] = 4,
    each: Annotated[
        int,
        typer.Option(min=0, max=86_400, help="Seconds from one round to the next; 0: one round at each registration."),
    ] = 0,
    media_ports: Annotated[str, typer.Option(help="Ports that streams come to, first and last.")] = "24000-24099",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON when ready, and one for all that is done.")
    ] = False,
) -> None:
    """Be platforms above to which a platform below registers, until Ctrl-C: plain ones, that state neither who asks nor why.

    Each subscribes to the catalogue, asks for a camera's recordings of the last hour, and calls the cameras that are on, one by one, until a key
    frame came. What it is given it throws away; what it is refused it says. A line for each thing that it does goes to the terminal.
    Exit code 0: stopped as asked. 2: the call was wrong. 3: a port is taken.
    """
    import os

    from custodes.commands.gb28181.messages import refusing
    from custodes.commands.gb28181.uppers import UpperOptions, serve

    with refusing(False):
        settings = UpperOptions(
            lower,
            tuple(id or ()),
            host,
            port,
            password_file,
            os.environ.get("CUSTODES_SIMCAM_PASSWORD", ""),
            calls,
            each,
            media_ports,
        ).settings()
    serve(settings, as_json)
