"""Keeps what a release's formats look like, for the upgrade tests: ``python tools/snapshot.py 0.1.0``.

Makes a small installation with this program and writes its databases as SQL text into ``tests/upgrade/VERSION``: the web's on
SQLite and on PostgreSQL (a throwaway cluster), a worker's index and journal, the record book. Run it once for each release,
at the commit that is released, and read what it wrote before you commit it. A snapshot of a release is never made again.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    version, *part = sys.argv[1:]
    folder = ROOT / "tests/upgrade" / version
    if part:
        write_web(folder, part[0])
        return 0
    folder.mkdir(parents=True)  # fails on one that is there
    again = [sys.executable, __file__, version]
    env = {name: value for name, value in os.environ.items() if name != "CUSTODES_DATABASE_URL"}
    subprocess.run([*again, "sqlite"], check=True, env=env, cwd=ROOT)
    subprocess.run([sys.executable, "-m", "tests.postgres", "--", *again, "postgresql"], check=True, env=env, cwd=ROOT)
    write_parts(folder)
    return 0


def write_web(folder: Path, kind: str) -> None:
    """The web's database with the divisions and the cast of the tests in it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from tests import cast

    from custodes.backup.databases import call_client

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    cast.build()
    name = str(connection.settings_dict["NAME"])
    connection.close()
    if kind == "sqlite":
        (folder / "web.sqlite.sql").write_text(dump(Path(name)), encoding="utf-8")
        return
    text = call_client("pg_dump", ["--inserts", "--no-owner", "--no-privileges"], os.environ["CUSTODES_DATABASE_URL"])
    # Lines with a backslash are for psql alone; settings of the session are of the server that wrote them.
    kept = [line for line in text.splitlines() if line and not line.startswith(("\\", "--", "SET "))]
    (folder / "web.postgresql.sql").write_text("\n".join([*kept, ""]), encoding="utf-8")


def write_parts(folder: Path) -> None:
    """Index, journal and record book as their own code makes them, each with something in it."""
    from tests.upgrade.parts import make_parts

    for name, path in make_parts().items():
        (folder / f"{name}.sql").write_text(dump(path), encoding="utf-8")


def dump(path: Path) -> str:
    """A SQLite database as SQL, its format version included."""
    with closing(sqlite3.connect(path)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        lines = [line for line in db.iterdump() if "sqlite_stat" not in line]
    return "\n".join([f"PRAGMA user_version = {version};", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
