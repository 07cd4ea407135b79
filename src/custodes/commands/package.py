"""`custodes verify package`: the program that lies in every evidence package, from here instead of from the package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def package(
    file: Annotated[Path, typer.Argument(help="The evidence package, a ZIP file.")],
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust",
            help="Verifier keys from elsewhere than the package, one a line: of the log and of its packages, from who hands packages over; of witnesses, from the platform above (`custodes witness show`). Left out, the keys in the package are taken, which shows only that its parts agree.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Name no files while they are read.")] = False,
) -> None:
    """Check an evidence package offline: footage, records, leave, chain of custody, and who cosigned the log that it rests on.

    It says of each trusted witness whether it cosigned, when and over how many entries; that one did not is told and is no fault of
    the package, a cosignature that does not verify is one. Exit code 0: proven. 1: it is not. 2: the call was wrong, or a file
    can't be read. 3: whole, with nothing but its own keys.
    """
    from custodes.evidence.verifiers import verify

    arguments = [str(file), *(["--trust", str(trust)] if trust else []), *(["--quiet"] if quiet else [])]
    raise typer.Exit(verify.main(arguments))
