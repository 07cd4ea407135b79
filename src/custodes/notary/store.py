"""The one writer of the record book: appends in groups, each group one durable transaction."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from custodes.ledger.book import FILE_NAME, FORMAT, SCHEMA
from custodes.ledger.entry import SALT_BYTES, commit, encode_entry
from custodes.ledger.records import TYPES, Grant, Record, Revocation, encode_record

from .protocol import Refused

CHUNKS = tuple(1 << power for power in range(8, -1, -1))
"""Rows in one statement. The GIL is given up and fought for once a statement, not once a row."""

_log = structlog.get_logger("notary")
_KINDS = {kind: name for name, kind in TYPES.items()}
_INSERT = {n: f"INSERT INTO entry VALUES {','.join(['(?,?,?,?,?)'] * n)}" for n in CHUNKS}  # noqa: S608
_FIND = {n: f"SELECT id, idx FROM entry WHERE id IN ({','.join(['?'] * n)})" for n in CHUNKS}  # noqa: S608

Outcome = list[int] | Refused


class StoreError(Exception):
    """The record book can't be used: of a newer format, of another log, or damaged."""


class Store:
    """Appends records. Every call must come from one thread at a time.

    Attributes:
        size: durable entries.
    """

    def __init__(self, folder: Path, origin: str, reached: Callable[[str], None] = lambda _: None) -> None:
        """
        Args:
            folder: the ledger folder; the book is made when it is missing.
            origin: the log's origin, kept in the book.
            reached: told the name of each step of a commit, for tests that stop there.

        Raises:
            StoreError: a newer format, another origin, or unreadable.
        """
        self._reached = reached
        path = folder / FILE_NAME
        made = not path.exists()
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=64)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA secure_delete=ON")
            self._db.execute("PRAGMA cache_size=-131072")
            self._db.execute("PRAGMA wal_autocheckpoint=4000")
            if made:
                path.chmod(0o600)
            self._open_format(origin)
            (last,) = self._db.execute("SELECT max(idx) FROM entry").fetchone()
        except sqlite3.Error as error:
            raise StoreError(f"{path} can't be opened: {error}") from error
        self.size: int = 0 if last is None else last + 1

    def _open_format(self, origin: str) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version={FORMAT}; COMMIT;")
            self._db.execute("INSERT INTO about VALUES (?)", (origin,))
        elif version != FORMAT:
            raise StoreError(f"{FILE_NAME} has format {version}; this program knows {FORMAT}")
        found = self._db.execute("SELECT origin FROM about").fetchone()
        if found is None:
            self._db.execute("INSERT INTO about VALUES (?)", (origin,))
        elif found[0] != origin:
            raise StoreError(f"{FILE_NAME} belongs to the log {found[0]}, not to {origin}")

    def close(self) -> None:
        """Close the book."""
        self._db.close()

    def commit(self, requests: Sequence[Sequence[Record]]) -> tuple[list[Outcome], list[bytes]]:
        """Append the records of several requests in one transaction.

        Args:
            requests: each answered on its own.

        Returns:
            For each request the indices of its records (of the first record of that id) or a refusal; and the bytes of
            the new entries in order. All of it is durable.

        Raises:
            sqlite3.Error: nothing was appended.
        """
        group = _Group(self.size)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            group.known = self._known([record.id.bytes for records in requests for record in records])
            outcomes: list[Outcome] = [self._add(group, records) for records in requests]
            self._insert(group)
            self._reached("append.inserted")
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._reached("append.durable")
        self.size = group.next
        return outcomes, group.entries

    def _known(self, ids: Sequence[bytes]) -> dict[bytes, int]:
        known: dict[bytes, int] = {}
        for at, count in _chunks(len(ids)):
            known.update(self._db.execute(_FIND[count], ids[at : at + count]).fetchall())
        return known

    def _add(self, group: _Group, records: Sequence[Record]) -> Outcome:
        for record in records:
            if isinstance(record, Grant) and (refused := self._taken(group, record)):
                return refused
        return [group.add(record) for record in records]

    def _taken(self, group: _Group, record: Grant) -> Refused | None:
        """A grant has one record; a second one under the same grant id would widen it."""
        found = self._db.execute("SELECT idx FROM granted WHERE grant_id = ?", (record.grant.bytes,)).fetchone()
        index = found[0] if found else group.granted.get(record.grant.bytes)
        if index is None or index == group.known.get(record.id.bytes):
            return None
        return Refused("bad_request", "this grant already has a record of another id")

    def _insert(self, group: _Group) -> None:
        for at, count in _chunks(len(group.entries)):
            self._db.execute(_INSERT[count], group.values[at * 5 : (at + count) * 5])
        self._db.executemany("INSERT INTO granted VALUES (?, ?)", group.granted.items())
        self._db.executemany("INSERT OR IGNORE INTO revoked VALUES (?, ?)", group.revoked.items())
        for index, data in group.repeated:
            stored = self._db.execute("SELECT record FROM entry WHERE idx = ?", (index,)).fetchone()
            if stored and stored[0] is not None and stored[0] != data:
                _log.warning("record.id_reused", index=index)


class _Group:
    """The records of one transaction."""

    def __init__(self, size: int) -> None:
        self.first = size
        self.next = size
        self.known: dict[bytes, int] = {}
        self.entries: list[bytes] = []
        self.values: list[object] = []
        self.granted: dict[bytes, int] = {}
        self.revoked: dict[bytes, int] = {}
        self.repeated: list[tuple[int, bytes]] = []

    def add(self, record: Record) -> int:
        """The record's index: a new one, or the one that its id has already."""
        identity = record.id.bytes
        data = encode_record(record)
        index = self.known.get(identity)
        if index is not None:
            if index < self.first:
                self.repeated.append((index, data))
            return index
        index = self.next
        salt = os.urandom(SALT_BYTES)
        entry = encode_entry(_KINDS[type(record)], record.at, commit(salt, data))
        self.entries.append(entry)
        self.values += (index, identity, entry, salt, data)
        self.known[identity] = index
        self.next = index + 1
        if isinstance(record, Grant):
            self.granted[record.grant.bytes] = index
        elif isinstance(record, Revocation):
            self.revoked.update((grant.bytes, index) for grant in record.grants)
        return index


def _chunks(count: int) -> list[tuple[int, int]]:
    """``(start, rows)`` that cover `count` rows with statements of few different sizes."""
    chunks = []
    at = 0
    for size in CHUNKS:
        while count - at >= size:
            chunks.append((at, size))
            at += size
    return chunks
