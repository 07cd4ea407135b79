"""Databases of every release come up to date: the same tables as if they were made anew, and every row still there."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from custodes.backup.databases import call_client
from custodes.ledger.book import FORMAT as BOOK_FORMAT
from custodes.ledger.book import BookReader
from custodes.node.journal import FORMAT as JOURNAL_FORMAT
from custodes.node.journal import Journal
from custodes.video.archive.archive import Archive
from custodes.video.archive.schema import FORMAT as INDEX_FORMAT
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import FakeClock
from tests.commands.called import environment
from tests.patience import PATIENCE
from tests.postgres import NoPostgres, cluster
from tests.upgrade.parts import CAMERA, make_parts
from tests.video.footage import START_US

#: A whole installation is set up: every migration runs, which a busy machine takes minutes for.
pytestmark = pytest.mark.timeout(400)

HERE = Path(__file__).parent
RELEASES = sorted(path.name for path in HERE.iterdir() if (path / "web.sqlite.sql").exists())
CHANGED: dict[str, str] = {}
"""Table → why its rows are others after an upgrade."""
MOVED: dict[str, tuple[str, dict[str, str]]] = {
    "access_releasestep": ("cases_casestep", {"release_id": "case_id", "revision": "seq"}),
    "access_releasestep_papers": ("cases_casestep_papers", {"releasestep_id": "casestep_id", "id": ""}),
}
"""Table → under which name it goes on, and the columns that have another name; an empty one is gone."""
OF_DJANGO = {"django_migrations", "django_content_type", "auth_permission"}
"""Tables that Django itself fills; rows are added, and none of ours hangs on their numbers."""

Rows = dict[str, list[dict[str, Any]]]


def load(sql: Path, into: Path) -> Path:
    """A snapshot as a database."""
    with closing(sqlite3.connect(into)) as db:
        db.executescript(sql.read_text(encoding="utf-8"))
    return into


def migrate(data: Path, url: str = "") -> None:
    command = "from custodes.commands.installation import migrate; migrate()"
    subprocess.run(
        [sys.executable, "-c", command], env=environment(data, database_url=url), check=True, timeout=max(PATIENCE, 300)
    )


def tables(path: Path) -> dict[str, list[str]]:
    """Name → how it was made, of tables and indexes: head and columns without comments, in whatever order, since SQLite puts a column that
    came or was changed later at the end."""
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        return {name: sorted(parts(re.sub(r"--.*", "", sql).replace('"', ""))) for name, sql in found}


def parts(sql: str) -> list[str]:
    """What stands before the first bracket, and what commas divide within it."""
    head, _, inside = sql.rpartition(")")[0].partition("(")
    found, depth = [""], 0
    for letter in inside:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [" ".join(part.split()) for part in (head, *found)]


def rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        names = [
            row[0]
            for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        ]
        return {name: [dict(row) for row in db.execute(f'SELECT * FROM "{name}"')] for name in names}


def lost(before: Rows, after: Rows) -> list[str]:
    """Rows that are not there any more, as far as their columns still are; tables that went by name."""
    found = []
    for table, old in before.items():
        if table in OF_DJANGO or table in CHANGED:
            continue
        name, renamed = MOVED.get(table, (table, {}))
        old = [{to: value for key, value in row.items() if (to := renamed.get(key, key))} for row in old]
        new = after.get(name)
        if new is None:
            found.append(f"the table {table}")
            continue
        columns = (old[0].keys() if old else set()) & (new[0].keys() if new else set())
        kept = [tuple(str(row[column]) for column in sorted(columns)) for row in new]
        found += [f"{table}: {row}" for row in old if tuple(str(row[column]) for column in sorted(columns)) not in kept]
    return found


@pytest.fixture(scope="module")
def fresh_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("fresh")
    migrate(data)
    return data / "web.sqlite3"


@pytest.mark.parametrize("release", RELEASES)
def test_the_webs_database_on_sqlite(tmp_path: Path, release: str, fresh_sqlite: Path) -> None:
    path = load(HERE / release / "web.sqlite.sql", tmp_path / "web.sqlite3")
    before = rows(path)
    assert before["people_person"], "there is nothing in the snapshot that could be lost"
    migrate(tmp_path)
    assert tables(path) == tables(fresh_sqlite)
    assert lost(before, rows(path)) == []
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    try:
        with cluster() as url:
            yield url
    except NoPostgres as error:
        pytest.skip(str(error))


def database(postgres: str, name: str) -> str:
    """A new database of the cluster."""
    with psycopg.connect(postgres, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return postgres.replace("/postgres?", f"/{name}?")


def postgres_text(url: str) -> str:
    text = call_client("pg_dump", ["--schema-only", "--no-owner", "--no-privileges"], url)
    return "\n".join(line for line in text.splitlines() if line and not line.startswith(("--", "\\", "SET ")))


def postgres_rows(url: str) -> Rows:
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as db:
        names = [row["tablename"] for row in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {name: db.execute(f'SELECT * FROM public."{name}"').fetchall() for name in names}  # type: ignore[arg-type]


def read_again(postgres: str, url: str) -> set[str]:
    """The lines of a schema, read in again: PostgreSQL writes a condition otherwise once it was, and what was upgraded is half of each.

    Without the names that Django makes of a column's: the index of a column that was renamed keeps the one that it had. Whichever column
    stands last: one that came later does.
    """
    name = url.split("?")[0].rsplit("/", 1)[1]
    again = database(postgres, f"{name}_again")
    with psycopg.connect(again, autocommit=True) as db:
        db.execute(postgres_text(url).encode())
    return {
        re.sub(r"^CREATE INDEX \w+_[0-9a-f]{8}(_like)? ON", r"CREATE INDEX\1 ON", line).rstrip(",")
        for line in postgres_text(again).splitlines()
    }


@pytest.mark.parametrize("release", RELEASES)
def test_the_webs_database_on_postgresql(tmp_path: Path, release: str, postgres: str) -> None:
    name = f"r{release.replace('.', '_')}"
    url, fresh = database(postgres, name), database(postgres, f"{name}_fresh")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute((HERE / release / "web.postgresql.sql").read_bytes())
    before = postgres_rows(url)
    assert before["people_person"]
    migrate(tmp_path, url)
    migrate(tmp_path, fresh)
    assert read_again(postgres, url) == read_again(postgres, fresh)
    assert lost(before, postgres_rows(url)) == []


@pytest.fixture(scope="module")
def fresh_parts() -> dict[str, Path]:
    return make_parts()


@pytest.mark.parametrize("release", RELEASES)
def test_a_workers_index(tmp_path: Path, release: str, fresh_parts: dict[str, Path]) -> None:
    path = load(HERE / release / "index.sql", tmp_path / "worker-0.sqlite3")
    before = rows(path)
    clock = FakeClock(START_US + 60_000_000)
    volume = VolumeConfig(tmp_path / "volume", reserve_bytes=0)
    archive = Archive.open(path, [volume], node="node-1", worker=0, clock=clock, threads=False)
    runs, gaps, waiting = archive.runs(CAMERA, 0, 1 << 60), archive.gaps(CAMERA, 0, 1 << 60), archive.outbox_pending()
    archive.close()
    assert runs == [(START_US, START_US + 25_000_000)]
    assert gaps[0][2] == "new" or gaps[-1][0] == START_US + 25_000_000
    assert [entry.record["type"] for entry in waiting].count("segment.sealed") == len(before["segments"]) == 3
    assert tables(path) == tables(fresh_parts["index"])
    assert version(path) == INDEX_FORMAT
    changed = {"volumes", "gaps", "facts", "sessions", "outbox"}  # a start notes a gap, and the volume at another path
    assert lost({name: old for name, old in before.items() if name not in changed}, rows(path)) == []


@pytest.mark.parametrize("release", RELEASES)
def test_a_workers_journal(tmp_path: Path, release: str, fresh_parts: dict[str, Path]) -> None:
    path = load(HERE / release / "journal.sql", tmp_path / "views-0.sqlite3")
    journal = Journal(path, FakeClock(START_US + 60_000_000))
    records = [record.type for _, record in journal.outbox_pending(10)]
    assert journal.fact("reported_hour") == 5
    journal.close()
    assert records == ["view.begun", "view.ended"]
    assert tables(path) == tables(fresh_parts["journal"])
    assert version(path) == JOURNAL_FORMAT


@pytest.mark.parametrize("release", RELEASES)
def test_the_record_book(tmp_path: Path, release: str, fresh_parts: dict[str, Path]) -> None:
    from tests.ledger.madelog import gap, open_test_log, write

    (tmp_path / "ledger").mkdir()
    path = load(HERE / release / "book.sql", tmp_path / "ledger/book.sqlite3")
    before = rows(path)
    with closing(open_test_log(tmp_path)) as log:
        write(log, [gap(6)])
        log.publisher.publish("2026-11-24")
    with closing(BookReader(tmp_path / "ledger")) as book:
        assert book.size == 7
    assert tables(path) == tables(fresh_parts["book"])
    assert version(path) == BOOK_FORMAT
    assert lost(before, rows(path)) == []


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_a_row_that_an_upgrade_loses_is_found() -> None:
    before: Rows = {"a": [{"id": 1, "x": "y"}, {"id": 2, "x": "z"}], "gone": []}
    after: Rows = {"a": [{"id": 1, "x": "y", "new": None}]}
    assert lost(before, after) == ["a: {'id': 2, 'x': 'z'}", "the table gone"]
