"""A worker's index: one writing connection, one reading connection, each behind its own lock.

The outbox in it has the records on their way to the notary: written with the fact they state, removed when the notary has them.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from custodes.video.archive import faults
from custodes.video.archive.changes import Change, GapFound
from custodes.video.archive.records import void_number
from custodes.video.archive.schema import IndexRefused, connect


def lock(path: Path) -> int:
    """Hold a file beside the index while this process writes; close the descriptor to let go, the kernel does at exit.

    Raises:
        IndexRefused: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise IndexRefused(f"{path} is in use by another process: is the node running?") from error
    return fd


class Index:
    """The rows. Reading never waits for a commit: SQLite's WAL lets both go on (sqlite.org/wal.html).

    Args:
        path: the database file.
        read_only: look only, for commands beside a running node.

    Raises:
        IndexRefused: a newer format, not an index, or another process has it open for writing.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._only_one = -1 if read_only else lock(path)
        try:
            self._write = connect(path, read_only=read_only)
            self._read = connect(path, read_only=True)
        except BaseException:
            self._unlock()
            raise
        self._write_lock = threading.RLock()
        self._read_lock = threading.Lock()

    def close(self) -> None:
        """Close both connections."""
        with self._write_lock, self._read_lock:
            self._read.close()
            self._write.close()
            self._unlock()

    def _unlock(self) -> None:
        if self._only_one >= 0:
            os.close(self._only_one)
            self._only_one = -1

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Cursor]:
        """One durable transaction (synchronous = FULL); rolled back when the block raises."""
        with self._write_lock:
            cursor = self._write.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                if self._write.in_transaction:
                    cursor.execute("ROLLBACK")
                raise
            finally:
                cursor.close()

    def rows(self, sql: str, arguments: Sequence[object] = ()) -> list[Any]:
        """All rows of a query, on the reading connection."""
        with self._read_lock:
            return self._read.execute(sql, arguments).fetchall()

    def row(self, sql: str, arguments: Sequence[object] | Mapping[str, object] = ()) -> Any:
        """The first row of a query, or None."""
        with self._read_lock:
            return self._read.execute(sql, arguments).fetchone()

    def apply(self, changes: Iterable[Change], now_us: int) -> None:
        """Apply changes and note the sign of life, in one transaction.

        Raises:
            sqlite3.Error: nothing was applied.
        """
        with self.transaction() as cursor:
            for change in changes:
                change.apply(cursor, now_us)
            note_fact(cursor, "alive_us", now_us)
            faults.point("commit")
        faults.point("committed")

    def fact(self, name: str) -> int | None:
        """A number that the index remembers by name."""
        found = self.row("SELECT value FROM facts WHERE name = ?", (name,))
        return None if found is None else int(found[0])

    def open_files(self, rows: Sequence[tuple[int, str, int, int, int, int]]) -> None:
        """Note files before they are made: (volume, path, stream, sequence, session, start_us).

        Raises:
            sqlite3.Error: not noted; the files must not be made.
        """
        with self.transaction() as cursor:
            cursor.executemany("INSERT OR REPLACE INTO opened VALUES (?, ?, ?, ?, ?, ?)", rows)
            cursor.executemany(
                "UPDATE streams SET next_sequence = max(next_sequence, ?) WHERE id = ?",
                [(row[3] + 1, row[2]) for row in rows],
            )
        faults.point("opened")

    def drop_opened(self, volume: int, path: str, now_us: int, *, next_given: bool = False) -> None:
        """A file that was noted and holds nothing: its number is given again, or a gap record says that it is void.

        Args:
            next_given: a higher number has been given, whether or not its row is here yet.
        """
        with self.transaction() as cursor:
            found = cursor.execute(
                "SELECT stream, sequence, start_us, next_sequence FROM opened JOIN streams ON streams.id = stream WHERE volume = ? AND path = ?",
                (volume, path),
            ).fetchone()
            if found is None:
                return
            cursor.execute("DELETE FROM opened WHERE volume = ? AND path = ?", (volume, path))
            stream, sequence, start_us, next_sequence = found
            if next_given or next_sequence != sequence + 1:
                GapFound(stream, start_us, start_us, "disk", void_number(sequence)).apply(cursor, now_us)
            else:
                cursor.execute("UPDATE streams SET next_sequence = ? WHERE id = ?", (sequence, stream))


def note_fact(cursor: sqlite3.Cursor, name: str, value: int) -> None:
    """Remember a number, inside the caller's transaction."""
    cursor.execute("INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value))


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One record that waits.

    Attributes:
        id: the outbox row, for `done`.
        record: the record; ``record["id"]`` is the same before and after a crash.
    """

    id: int
    record: dict[str, Any]


class ArchiveOutbox:
    """Delivery is at least once; the notary gives a known id its first index again, so that each stands once."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def pending(self, limit: int = 256) -> list[OutboxEntry]:
        """The oldest records that wait."""
        rows = self._index.rows("SELECT id, record FROM outbox ORDER BY id LIMIT ?", (limit,))
        return [OutboxEntry(row, json.loads(text)) for row, text in rows]

    def done(self, ids: Iterable[int]) -> None:
        """The notary has these durably."""
        faults.point("delivered")
        with self._index.transaction() as cursor:
            cursor.executemany("DELETE FROM outbox WHERE id = ?", [(row,) for row in ids])

    def size(self) -> int:
        """How many wait."""
        return int(self._index.row("SELECT count(*) FROM outbox")[0])
