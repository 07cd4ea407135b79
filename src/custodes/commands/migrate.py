"""`custodes migrate`: brings the database up to date, for those who start the processes themselves."""

from __future__ import annotations


def migrate() -> None:
    """Bring the database up to date, and the register's entry of this machine's node.

    What was there before is copied first. `custodes up` does it by itself; under systemd the unit of the web does it before it starts. Called by root with three OS
    users set it acts as the web's. Exit code 0: up to date. 3: not initialised, the database is of a newer program or
    can't be reached or written, or no copy could be made.
    """
    import typer
    from django.db import DatabaseError

    from custodes.backup.refused import BackupRefused
    from custodes.commands.installation import NewerDatabase, NotInitialised, register_own_node, require_keys
    from custodes.commands.upgrade import bring_up_to_date
    from custodes.commands.users import as_web
    from custodes.settings import get_settings

    settings = get_settings()
    try:
        require_keys(settings)
        copy = bring_up_to_date(settings)
        with as_web(settings):
            register_own_node(settings)
    except (NotInitialised, NewerDatabase, BackupRefused, OSError, DatabaseError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    if copy is not None:
        typer.echo(f"The database was brought up to date; as it was before, it is in {copy}.")
