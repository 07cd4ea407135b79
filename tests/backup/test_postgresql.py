"""The web's database on PostgreSQL goes into a back-up and comes out again into an empty one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from custodes.backup import databases
from custodes.backup.databases import dump_postgresql, libpq_environment, restore_postgresql
from custodes.backup.manifest import BackupRefused
from tests.postgres import NoPostgres, cluster


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    try:
        with cluster() as url:
            yield url
    except NoPostgres as error:
        pytest.skip(str(error))


def test_a_dump_goes_into_an_empty_database_and_into_no_other(server: str, tmp_path: Path) -> None:
    with psycopg.connect(server, autocommit=True) as db:
        db.execute("CREATE TABLE kept (text TEXT)")
        db.execute("INSERT INTO kept VALUES ('明鉴')")
        db.execute("CREATE DATABASE empty")
    dump_postgresql(server, tmp_path / "dump")
    target = server.replace("/postgres?", "/empty?")
    restore_postgresql(target, tmp_path / "dump")
    with psycopg.connect(target) as db:
        assert db.execute("SELECT text FROM kept").fetchall() == [("明鉴",)]
    with pytest.raises(BackupRefused, match="new, empty one"):
        restore_postgresql(target, tmp_path / "dump")


def test_a_dump_that_is_damaged_leaves_the_database_empty(server: str, tmp_path: Path) -> None:
    with psycopg.connect(server, autocommit=True) as db:
        db.execute("CREATE DATABASE other")
    (tmp_path / "dump").write_bytes(b"PGDMP" + bytes(200))
    target = server.replace("/postgres?", "/other?")
    with pytest.raises(BackupRefused, match="pg_restore failed"):
        restore_postgresql(target, tmp_path / "dump")


def test_a_password_stands_in_no_command_line() -> None:
    env = libpq_environment("postgresql://u:s%40cret@db.example:5433/custodes?sslmode=verify-full")
    assert (env["PGPASSWORD"], env["PGHOST"], env["PGPORT"], env["PGDATABASE"]) == (
        "s@cret", "db.example", "5433", "custodes",
    )  # fmt: skip
    assert env["PGSSLMODE"] == "verify-full"


def test_missing_programs_are_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(databases, "glob", lambda pattern: [])
    with pytest.raises(BackupRefused, match="apt-get install postgresql-client"):
        dump_postgresql("postgresql://u@h/d", tmp_path / "dump")
    assert os.listdir(tmp_path) == []
