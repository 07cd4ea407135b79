"""The migrated, still empty SQLite database, kept from one run to the next: making it is most of what a single test costs.

It lies under `var/`, by a name that changes with any migration and any dependency, so it is never older than what it stands
for; a fresh checkout has none and runs every migration: ``python -m tests.migrated`` does so once, before workers each would, and
outside of any test's time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "test-database"
KEPT = 3
"""Newest ones that stay, for whoever goes back and forth between two branches."""


@cache
def place() -> Path:
    """Where the database of the present migrations lies, or would lie."""
    digest = hashlib.sha256(sys.version.encode())
    made_by = (ROOT / "src/custodes/people/tables_at_once.py", ROOT / "uv.lock")
    for file in sorted([*ROOT.glob("src/custodes/*/migrations/*.py"), *made_by]):
        digest.update(file.relative_to(ROOT).as_posix().encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return FOLDER / f"{digest.hexdigest()[:32]}.sqlite3"


def fetch(into: Path) -> None:
    """Begin with the kept database; it must be there."""
    shutil.copyfile(place(), into)


def begin(data: Path) -> None:
    """Let a data folder that does not exist yet begin with the kept database, where there is one: for tests whose subject is not how an
    installation makes its database."""
    if not place().exists():
        return
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    fetch(data / "web.sqlite3")
    (data / "web.sqlite3").chmod(0o600)


def keep(made: Path) -> None:
    """Keep what the migrations made, for the next run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = FOLDER / f"{os.getpid()}.unfinished"
    source, copy = sqlite3.connect(made), sqlite3.connect(unfinished)
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    unfinished.replace(place())
    for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def main() -> None:
    """Make it where it is missing."""
    if place().exists():
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    django.setup()
    before = setup_databases(verbosity=0, interactive=False)
    keep(Path(connection.settings_dict["NAME"]))
    teardown_databases(before, verbosity=0)


if __name__ == "__main__":
    main()
