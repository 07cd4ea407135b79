"""The record book: one SQLite file beside the tiles that holds each entry with its record and salt; and its check against the signed entries.

Only the notary writes it (`custodes.notary.store`). Deleting a record lawfully sets its salt and record to NULL; the entry
and every proof of it stay.
"""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from custodes.ledger.entry import SALT_BYTES, EntryError, LedgerEntry, commit, decode_entry
from custodes.ledger.records import KeyRotated, LogContinued, Record, RecordError, read_record
from custodes.ledger.report import FindingKind, Findings

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


KEPT_DAYS = 3 * 365 + 1
"""Records are kept for three years at least (PIPL art. 56); only then may one be missing."""


class BookCheck:
    """Goes through the book alongside the entries.

    Attributes:
        checked: records that match their commitment.
        deleted: records that are gone.
        log_key: index and new fingerprint of the last record of a new log key (of a rotation, or of a restore), None before the first.
    """

    def __init__(self, book: BookReader, findings: Findings, now: datetime) -> None:
        self._book = book
        self._findings = findings
        self._kept_since = (now.astimezone(UTC) - timedelta(days=KEPT_DAYS)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.checked = 0
        self.deleted = 0
        self.log_key: tuple[int, str] | None = None

    def entries(self, start: int, end: int) -> list[bytes] | None:
        """The book's own entries of a range, or None when one is missing."""
        rows = list(self._book.rows(start, end))
        return [row.entry for row in rows] if len(rows) == end - start else None

    def check(self, start: int, signed: Sequence[bytes] | None, end: int) -> list[bytes] | None:
        """Check rows ``start ≤ index < end``.

        Args:
            signed: the entries of this range from the bundles; None when they can't be read or none are signed.

        Returns:
            The book's entries, or None when one is missing.
        """
        entries: list[bytes] = []
        expected = start
        for row in self._book.rows(start, end):
            if row.index != expected:
                self._missing(expected, row.index)
            expected = row.index + 1
            entries.append(row.entry)
            if signed is not None and row.entry != signed[row.index - start]:
                self._findings.add(
                    FindingKind.BOOK,
                    row.index,
                    f"entry {row.index} in the record book is not the one in the log",
                    "book_differs",
                )
            self._check_record(row)
        if expected != end:
            self._missing(expected, end)
        return entries if len(entries) == end - start else None

    def _missing(self, start: int, end: int) -> None:
        detail = f"the record book lacks the entries {start} to {end - 1}"
        self._findings.add(FindingKind.BOOK, start, detail, "book_lacks", first=start, last=end - 1)

    def _check_record(self, row: BookRow) -> None:
        try:
            entry = decode_entry(row.entry)
        except EntryError as error:
            detail = f"entry {row.index} in the record book is no entry: {error}"
            self._findings.add(FindingKind.BOOK, row.index, detail, "book_no_entry", why=str(error))
            return
        if row.record is None and row.salt is None:
            self.deleted += 1
            if entry.at > self._kept_since:
                self._findings.add(
                    FindingKind.RECORD_MISSING,
                    row.index,
                    f"the record of entry {row.index} ({entry.type}, {entry.at}) is gone before its three years are over",
                    "record_gone",
                    at=entry.at,
                )
            return
        record, problem, why = _read(row, entry)
        if isinstance(record, KeyRotated) and record.key == "log":
            self.log_key = (row.index, record.new)
        if isinstance(record, LogContinued):
            self.log_key = (row.index, record.new)
        if problem:
            told = f"the record of entry {row.index} {_WRONG[problem]}{why}"
            self._findings.add(
                FindingKind.RECORD, row.index, told, problem, **({"why": why.removeprefix(": ")} if why else {})
            )
        else:
            self.checked += 1


_WRONG = {
    "record_lost": "has lost its salt or its content",
    "record_changed": "is not the one that the entry commits to",
    "record_unreadable": "matches its commitment but can't be read",
    "record_apart": "has another type or time than its entry",
}
"""What may be wrong with a record, by code."""


def _read(row: BookRow, entry: LedgerEntry) -> tuple[Record | None, str, str]:
    """The record that the entry commits to, or None, the code of what is wrong with it, and why."""
    if row.record is None or row.salt is None or len(row.salt) != SALT_BYTES:
        return None, "record_lost", ""
    if not hmac.compare_digest(commit(row.salt, row.record), entry.commitment):
        return None, "record_changed", ""
    try:
        record = read_record(row.record)
    except RecordError as error:
        return None, "record_unreadable", f": {error}"
    if record.type != entry.type or record.at != entry.at:
        return None, "record_apart", ""
    return record, "", ""
