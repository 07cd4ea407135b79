"""Copies of databases while they are in use, whole and of one moment, and putting them back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from glob import glob
from pathlib import Path

import dj_database_url

from custodes.backup.manifest import BackupRefused

PAGES = 4096
Progress = Callable[[int, int], None]
"""``(done, in all)``, of pages."""


def is_postgresql(url: str) -> bool:
    """Whether a database URL is of PostgreSQL; else it is of SQLite."""
    return "postgresql" in str(dj_database_url.parse(url)["ENGINE"])


def sqlite_path(url: str) -> Path:
    """The file that a SQLite URL names."""
    return Path(str(dj_database_url.parse(url)["NAME"]))


def copy_sqlite(source: Path, target: Path, progress: Progress = lambda done, total: None) -> None:
    """Copy a SQLite database that others may be writing to (sqlite.org/backup.html).

    One read transaction holds for the whole copy: in write-ahead mode it stops no writer, and no writer makes it begin again.

    Raises:
        BackupRefused: it can't be read, or is damaged.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as origin,
            closing(sqlite3.connect(target)) as copy,
        ):
            origin.execute("BEGIN")
            origin.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            origin.backup(copy, pages=PAGES, progress=lambda _, left, total: progress(total - left, total), sleep=0)
            origin.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
            (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise BackupRefused(f"{source} can't be copied: {error}") from error
    if verdict != "ok":
        raise BackupRefused(f"{source} is damaged: {verdict}. Look at it before you rely on a back-up.")


def dump_postgresql(url: str, target: Path) -> None:
    """`pg_dump` in its custom format: one snapshot, while everything goes on.

    Raises:
        BackupRefused: the program is missing, or it says no.
    """
    call_client("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], url)


def restore_postgresql(url: str, source: Path) -> None:
    """`pg_restore` of such a dump into an empty database, in one transaction.

    Raises:
        BackupRefused: the program is missing, the database is not empty, or the program says no.
    """
    count = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'"
    if call_client("psql", ["--no-psqlrc", "--tuples-only", "--no-align", "--command", count], url).strip() != "0":
        raise BackupRefused("The database that CUSTODES_DATABASE_URL names holds tables: name a new, empty one.")
    name = libpq_environment(url)["PGDATABASE"]
    call_client(
        "pg_restore", ["--no-owner", "--no-privileges", "--single-transaction", f"--dbname={name}", str(source)], url
    )


def call_client(program: str, arguments: list[str], url: str) -> str:
    """Call a client program of PostgreSQL; what it printed.

    Raises:
        BackupRefused: it is missing, or it says no.
    """
    found = shutil.which(program) or next(
        iter(sorted(glob(f"/usr/lib/postgresql/*/bin/{program}"), reverse=True)), None
    )
    if found is None:
        raise BackupRefused(
            f"{program} is missing: install PostgreSQL's client programs (apt-get install postgresql-client)."
        )
    done = subprocess.run(
        [found, *arguments],
        env=libpq_environment(url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupRefused(f"{program} failed: {done.stderr.strip()[:2000]}")
    return done.stdout


def libpq_environment(url: str) -> dict[str, str]:
    """What libpq reads: nothing secret stands on a command line."""
    parsed = dj_database_url.parse(url)
    options = parsed.get("OPTIONS", {})
    values = {
        "PGHOST": options.get("host") or parsed["HOST"],
        "PGPORT": parsed["PORT"],
        "PGUSER": parsed["USER"],
        "PGPASSWORD": parsed["PASSWORD"],
        "PGDATABASE": parsed["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    return {**os.environ, "LC_ALL": "C.UTF-8", **{name: str(value) for name, value in values.items() if value}}
