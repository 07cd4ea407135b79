"""`custodes migrate`: brings the database up to date, for those who start the processes themselves."""

from __future__ import annotations


def migrate() -> None:
    """Bring the database up to date, and the register's entry of this machine's node.

    `custodes up` does it by itself; under systemd the unit of the web does it before it starts. Called by root with three OS
    users set it acts as the web's. Exit code 0: up to date. 3: not initialised, or the database can't be reached or written.
    """
    import typer
    from django.db import DatabaseError

    from custodes.commands.installation import NotInitialised, register_own_node, require_keys
    from custodes.commands.installation import migrate as bring_up_to_date
    from custodes.commands.users import as_web
    from custodes.settings import get_settings

    settings = get_settings()
    try:
        require_keys(settings)
        with as_web(settings):
            bring_up_to_date()
            register_own_node(settings)
    except (NotInitialised, OSError, DatabaseError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
