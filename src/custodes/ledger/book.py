"""The record book: one SQLite file beside the tiles that holds each entry with its record and salt.

Only the notary writes it (`custodes.notary.store`). Deleting a record lawfully sets its salt and record to NULL; the entry
and every proof of it stay.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE_NAME = "book.sqlite3"
FORMAT = 1
"""``PRAGMA user_version``; a newer one is refused."""

SCHEMA = """
CREATE TABLE entry (
    idx INTEGER PRIMARY KEY,
    entry BLOB NOT NULL,
    salt BLOB,
    record BLOB
);
CREATE TABLE seen (id BLOB PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE granted (grant_id BLOB PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE revoked (grant_id BLOB PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE about (origin TEXT NOT NULL);
"""


class BookError(Exception):
    """The record book can't be read, or is of a newer format."""


@dataclass(frozen=True, slots=True)
class BookRow:
    """One entry as the book has it.

    Attributes:
        index: in the log.
        entry: the leaf's bytes.
        salt, record: None once the record has been deleted.
    """

    index: int
    entry: bytes
    salt: bytes | None
    record: bytes | None


class BookReader:
    """Reads a record book in one consistent state, also while the notary goes on writing."""

    def __init__(self, folder: Path) -> None:
        """
        Raises:
            BookError: unreadable, or of another format.
        """
        path = folder / FILE_NAME
        try:
            self._db = _open(path)
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                raise BookError(f"{FILE_NAME} has format {version}, this program knows {FORMAT}: use the newer program")
            self._db.execute("BEGIN")
            (count, last) = self._db.execute("SELECT count(*), max(idx) FROM entry").fetchone()
        except sqlite3.Error as error:
            raise BookError(f"{FILE_NAME} can't be read: {error}") from error
        self.count: int = count
        self.size: int = 0 if last is None else last + 1

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def rows(self, start: int, end: int) -> Iterator[BookRow]:
        """Rows with ``start ≤ index < end`` in order; a missing row is left out.

        Raises:
            BookError: the file is damaged.
        """
        try:
            for index, entry, salt, record in self._db.execute(
                "SELECT idx, entry, salt, record FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, end)
            ):
                yield BookRow(index, _blob(entry), _maybe(salt), _maybe(record))
        except sqlite3.Error as error:
            raise BookError(f"{FILE_NAME} can't be read: {error}") from error

    def of_type(self, kind: str) -> list[BookRow]:
        """Rows whose entry says this type, in order.

        Raises:
            BookError: the file is damaged.
        """
        try:
            rows = self._db.execute(
                "SELECT idx, entry, salt, record FROM entry WHERE instr(CAST(entry AS TEXT), ?) ORDER BY idx",
                (f'"t":"{kind}"',),
            ).fetchall()
        except sqlite3.Error as error:
            raise BookError(f"{FILE_NAME} can't be read: {error}") from error
        return [BookRow(index, _blob(entry), _maybe(salt), _maybe(record)) for index, entry, salt, record in rows]


def _blob(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _maybe(value: object) -> bytes | None:
    return None if value is None else _blob(value)


def _open(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    try:
        db = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        if not path.exists():
            raise
        pending = path.with_name(path.name + "-wal")
        if pending.exists() and pending.stat().st_size:
            raise BookError(
                f"{FILE_NAME} has a write-ahead log that can't be read where nothing may be written; check a copy"
            ) from None
        # A copy on read-only media: no shared-memory file can be made beside it.
        db = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None, check_same_thread=False)
    return db
