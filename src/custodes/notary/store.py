"""The one writer of the record book: appends in groups, each group one durable transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from custodes.ledger.book import FILE_NAME, FORMAT, SCHEMA
from custodes.ledger.records import Grant, Revocation

from .prepare import Prepared
from .protocol import NotaryRefused

CHUNKS = tuple(1 << power for power in range(12, -1, -1))
"""Rows in one statement: the GIL is given up and fought for once a statement, not once a row."""

_log = structlog.get_logger("notary")
_ENTER = {n: f"INSERT INTO entry VALUES {','.join(['(?,?,?,?)'] * n)}" for n in CHUNKS}  # noqa: S608
_SEE = {n: f"INSERT INTO seen VALUES {','.join(['(?,?)'] * n)}" for n in CHUNKS}  # noqa: S608
_FIND = {n: f"SELECT id, idx FROM seen WHERE id IN ({','.join(['?'] * n)})" for n in CHUNKS}  # noqa: S608

Outcome = list[int] | NotaryRefused


class StoreError(Exception):
    """The record book can't be used: of a newer format, of another log, or damaged."""


class RecordStore:
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
            self._db.execute("PRAGMA page_size=8192")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA cache_size=-131072")
            self._db.execute("PRAGMA wal_autocheckpoint=8192")
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
            raise StoreError(f"{FILE_NAME} has format {version}, this program knows {FORMAT}: use the newer program")
        found = self._db.execute("SELECT origin FROM about").fetchone()
        if found is None:
            self._db.execute("INSERT INTO about VALUES (?)", (origin,))
        elif found[0] != origin:
            raise StoreError(f"{FILE_NAME} belongs to the log {found[0]}, not to {origin}")

    def close(self) -> None:
        """Close the book."""
        self._db.close()

    def commit(self, requests: Sequence[Sequence[Prepared]]) -> tuple[list[Outcome], list[bytes]]:
        """Append the records of several requests in one transaction.

        Args:
            requests: the prepared records of each; each is answered on its own.

        Returns:
            For each request the indices of its records (of the first record of that id) or a refusal; and the bytes of
            the new entries in order. All of it is durable.

        Raises:
            sqlite3.Error: nothing was appended.
        """
        try:
            # Nearly always every id is new, and looking for them first would cost as much as writing them.
            outcomes, group = self._attempt(requests, look=False)
        except sqlite3.IntegrityError:
            outcomes, group = self._attempt(requests, look=True)
        self._reached("append.durable")
        self.size = group.next
        return outcomes, group.entries

    def _attempt(self, requests: Sequence[Sequence[Prepared]], look: bool) -> tuple[list[Outcome], _Group]:
        """One transaction; with `look` the ids are looked up first. An id that was there already raises without it."""
        group = _Group(self.size)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if look:
                group.known = self._known([prepared[0] for request in requests for prepared in request])
            outcomes: list[Outcome] = [self._add(group, request) for request in requests]
            self._insert(group)
            self._reached("append.inserted")
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return outcomes, group

    def _known(self, ids: Sequence[bytes]) -> dict[bytes, int]:
        known: dict[bytes, int] = {}
        for at, count in _chunks(len(ids)):
            known.update(self._db.execute(_FIND[count], ids[at : at + count]).fetchall())
        return known

    def _add(self, group: _Group, request: Sequence[Prepared]) -> Outcome:
        for prepared in request:
            record = prepared[4]
            if isinstance(record, Grant) and (refused := self._taken(group, record)):
                return refused
        return [group.add(prepared) for prepared in request]

    def _taken(self, group: _Group, record: Grant) -> NotaryRefused | None:
        """A grant has one record; a second one under the same grant id would widen it."""
        taken = self._db.execute("SELECT idx FROM granted WHERE grant_id = ?", (record.grant.bytes,)).fetchone()
        index = taken[0] if taken else group.granted.get(record.grant.bytes)
        if index is None:
            return None
        own = self._db.execute("SELECT idx FROM seen WHERE id = ?", (record.id.bytes,)).fetchone()
        if index == (own[0] if own else group.known.get(record.id.bytes)):
            return None
        return NotaryRefused("bad_request", "this grant already has a record of another id")

    def _insert(self, group: _Group) -> None:
        for at, count in _chunks(len(group.entries)):
            self._db.execute(_ENTER[count], group.values[at * 4 : (at + count) * 4])
        # In the order of the index, so that neighbours share its pages.
        seen: list[object] = [part for pair in sorted(group.fresh) for part in pair]
        for at, count in _chunks(len(group.fresh)):
            self._db.execute(_SEE[count], seen[at * 2 : (at + count) * 2])
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
        self.fresh: list[tuple[bytes, int]] = []
        self.granted: dict[bytes, int] = {}
        self.revoked: dict[bytes, int] = {}
        self.repeated: list[tuple[int, bytes]] = []

    def add(self, prepared: Prepared) -> int:
        """The record's index: a new one, or the one that its id has already."""
        identity, entry, salt, data, record = prepared
        index = self.known.get(identity)
        if index is not None:
            if index < self.first:
                self.repeated.append((index, data))
            return index
        index = self.next
        self.entries.append(entry)
        self.values += (index, entry, salt, data)
        self.fresh.append((identity, index))
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
