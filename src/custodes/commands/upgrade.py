"""What `up` does before it changes a database: refuse what is newer, and keep a copy of what is older."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from custodes.settings import Settings

KEPT = 3
PREFIX = "before-upgrade"


def bring_up_to_date(settings: Settings) -> Path | None:
    """Bring the web's database up to date; where that changes anything, a copy of everything is made first.

    The copy stays on this machine, in `backups/` of the data folder, for its owner alone and in the clear: what is in it
    lies beside it in the clear too. It is for an upgrade that went wrong, not for a disk that did.

    Returns:
        The copy, or None when none was needed.

    Raises:
        UnfitDatabase: the database is newer than this program, or too old for it; nothing was changed.
        BackupRefused: no copy could be made; nothing was changed.
        OSError: likewise.
    """
    from custodes.commands.installation import migrate, refuse_unfit_database
    from custodes.commands.users import as_web

    with as_web(settings):
        refuse_unfit_database()
        old = _has_pending_migrations()
    copy = _copy(settings) if old or _has_older_part(settings) else None
    with as_web(settings):
        migrate()
    return copy


def _has_pending_migrations() -> bool:
    """Whether the database has tables and this program would change them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from custodes.commands.installation import applied_migrations

    if not applied_migrations():
        return False
    executor = MigrationExecutor(connection)
    pending = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    connection.close()
    return pending


def _has_older_part(settings: Settings) -> bool:
    """Whether the log or the node has a part of an older format, which its process would bring up to date."""
    from custodes.backup.restoring import known_formats

    known = known_formats()
    parts = {
        "book": [settings.ledger_folder / "book.sqlite3"],
        "index": sorted(settings.node_folder.glob("worker-*.sqlite3")),
        "journal": sorted(settings.node_folder.glob("views-*.sqlite3")),
        "steering": sorted(settings.node_folder.glob("steering-*.sqlite3")),
        "speaking": sorted(settings.node_folder.glob("speaking-*.sqlite3")),
    }
    return any(0 < _version(path) < known[part] for part, paths in parts.items() for path in paths)


def _version(path: Path) -> int:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return int(db.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return 0  # whoever opens it says what is wrong with it


def _copy(settings: Settings) -> Path | None:
    from custodes.backup.making import BackupPlan, make_backup
    from custodes.backup.restoring import known_formats
    from custodes.backupnote import folder_of
    from custodes.commands.installation import applied_migrations, program_version
    from custodes.commands.users import as_web
    from custodes.ledger.records import at_text
    from custodes.video.clock import SystemClock

    if not (settings.ledger_folder / "book.sqlite3").exists():
        return None  # it was never started: there is nothing that a copy could bring back
    with as_web(settings):
        migrations = applied_migrations()
    folder = folder_of(settings.data)
    folder.mkdir(mode=0o755, exist_ok=True)
    at = at_text(SystemClock().wall_us())
    plan = BackupPlan(folder, None, PREFIX, at, KEPT, program_version(), known_formats(), migrations)
    return make_backup(settings, plan).path
