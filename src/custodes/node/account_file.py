"""One SQLite file of a worker's own account: rows of its kind, and records until the notary has them. Durable when a call returns."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from custodes.ledger.records import Record, encode_record, parse_record

_OUTBOX = "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, record BLOB NOT NULL) STRICT;"


class AccountRefused(Exception):
    """The file is of a newer format."""


class AccountFile:
    """What journal and books have in common. Blocks; any thread may call."""

    def __init__(self, path: Path, tables: str, later: Sequence[str] = ()) -> None:
        """Open or make the file.

        Args:
            tables: of its first format, in SQL; the outbox is made beside them.
            later: what each format after it changes. The file's is 1 and one more for each.

        Raises:
            AccountRefused: a newer format.
            sqlite3.Error: the file can't be opened.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        known = 1 + len(later)
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > known:
            raise AccountRefused(f"{path} has format {version}, this program knows {known}: use the newer program")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if version < known:
            made = " ".join((f"{tables} {_OUTBOX}", *later)[version:])
            self._db.executescript(f"BEGIN; {made} PRAGMA user_version = {known}; COMMIT;")

    def outbox_pending(self, limit: int) -> list[tuple[int, Record]]:
        """Records that the notary doesn't have yet, oldest first, by row."""
        with self._lock:
            rows = self._db.execute("SELECT id, record FROM outbox ORDER BY id LIMIT ?", (limit,)).fetchall()
        return [(row, parse_record(record)) for row, record in rows]

    def outbox_done(self, rows: Sequence[int]) -> None:
        """The notary has these."""
        with self._writing() as db:
            db.executemany("DELETE FROM outbox WHERE id = ?", [(row,) for row in rows])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @staticmethod
    def _put(db: sqlite3.Connection, record: Record) -> None:
        """A record for the notary, within what is being written."""
        db.execute("INSERT INTO outbox (record) VALUES (?)", (encode_record(record),))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
